"""A menu as a tree: its options, and below those that lead to menus what these lead to."""

from __future__ import annotations

from collections.abc import Sequence

from r2a_admin.console import Branch
from r2a_admin.store.ivrs import Ivr

#: What an option does, apart from leading to an extension, a menu or a sound.
WORDS = {"back": "goes back", "top": "goes to the first menu", "exit": "leaves the menus", "direct_dial": "is dialled as an extension"}


def of(menu: Ivr, menus: Sequence[Ivr]) -> Branch:
    """Return the tree of `menu`; `menus` are all of its domain. A menu that stands further up, or stood before, is not written out again."""
    return _branch("", menu, {one.name: one for one in menus}, set())


def _branch(key: str, menu: Ivr, menus: dict[str, Ivr], seen: set[str]) -> Branch:
    label = f"{key}ivr {menu.name}@{menu.domain}{'' if menu.enabled else ' (disabled)'}"
    if menu.name in seen:
        return Branch(f"{label} (see above)", [])
    seen.add(menu.name)
    return Branch(label, [_option(option, menus, seen) for option in menu.options])


def _option(option: dict[str, str | None], menus: dict[str, Ivr], seen: set[str]) -> Branch:
    key = f"{option['digits'] or 'other'}  "
    match option["action"]:
        case "menu":
            return _branch(key, menus[str(option["menu"])], menus, seen)
        case "extension":
            return Branch(f"{key}extension {option['extension']}", [])
        case "sound":
            return Branch(f"{key}plays {option['sound']}", [])
        case action:
            return Branch(f"{key}{WORDS[str(action)]}", [])
