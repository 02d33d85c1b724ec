"""Menus -> ivr.conf (switch_ivr_menu.c)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import element
from r2a_xml.builders.space import Space
from r2a_xml.store.application_rows import IvrMenu, Option

#: FreeSWITCH builds the menus one inside the other on a call's stack of 240 KB, some 400 bytes each: more than these and it might fall over.
MENUS_MAX = 200

#: Shorter than this is no extension (cfg.number).
_NUMBER_DIGITS_MIN = 2


def ivr(menus: Sequence[IvrMenu]) -> tuple[Element, int]:
    """Return (ivr.conf, how many menus were too many for it). The first of `menus` is the one asked for, the others follow by their distance."""
    served = menus[:MENUS_MAX]
    root, fitting = _document(served)
    if fitting < len(served):
        # What leads to a menu that is not there has to go, too.
        root, _ = _document(menus[:fitting])
    return root, len(menus) - fitting


def _document(menus: Sequence[IvrMenu]) -> tuple[Element, int]:
    root, conf = configuration("ivr.conf")
    parent = element(conf, "menus")
    space = Space()
    names = {row.id: _name(row) for row in menus}
    fitting = sum(space.keep(_menu(parent, row, names)) for row in menus)
    return root, fitting


def _name(row: IvrMenu) -> str:
    return f"{row.name}@{row.domain}"


def _menu(parent: Element, row: IvrMenu, names: dict[int, str]) -> Element:
    entries = [entry for entry in (_entry(option, row, names) for option in row.options or ()) if entry]
    sounds = {"greet_long": row.greet_long, "greet_short": row.greet_short, "invalid_sound": row.invalid_sound, "exit_sound": row.exit_sound}
    menu = element(
        parent,
        "menu",
        name=_name(row),
        **{name: sound for name, sound in sounds.items() if sound is not None},
        timeout=str(row.timeout_ms),
        inter_digit_timeout=str(row.inter_digit_timeout_ms),
        max_failures=str(row.failures_max),
        max_timeouts=str(row.timeouts_max),
        digit_len=str(_digits_awaited(row, [entry["digits"] for entry in entries])),
    )
    for entry in entries:
        element(menu, "entry", **entry)
    return menu


def _digits_awaited(row: IvrMenu, patterns: Collection[str]) -> int:
    # FreeSWITCH waits for so many digits, or for the pause after the last: where one key is all there is, nobody should wait for the pause.
    if any(pattern.startswith("/") for pattern in patterns):
        return row.digits_max
    return max(map(len, patterns), default=1)


def _entry(option: Option, row: IvrMenu, names: dict[int, str]) -> dict[str, str] | None:
    """Return the attributes of an option, None when it leads nowhere: FreeSWITCH would end the call there."""
    digits, action, number, menu_id, sound = option
    if digits is None:
        return _direct_dial(row)
    match action:
        case "extension":
            return _exec(digits, f"transfer {number} XML {row.context}") if number else None
        case "menu":
            name = names.get(menu_id or 0)
            return {"action": "menu-sub", "digits": digits, "param": name} if name else None
        case "sound":
            return {"action": "menu-play-sound", "digits": digits, "param": sound or ""}
    return {"action": f"menu-{action}", "digits": digits}


def _direct_dial(row: IvrMenu) -> dict[str, str] | None:
    if row.digits_max < _NUMBER_DIGITS_MIN:
        return None
    # FreeSWITCH carries out every entry that matches, not the first: what an option takes must not match here.
    taken = [digits for digits, *_ in row.options or () if digits and digits.isdecimal() and len(digits) >= _NUMBER_DIGITS_MIN]
    others = f"(?!(?:{'|'.join(taken)})$)" if taken else ""
    return _exec(f"/^{others}([0-9]{{{_NUMBER_DIGITS_MIN},{row.digits_max}}})$/", f"transfer $1 XML {row.context}")


def _exec(digits: str, app: str) -> dict[str, str]:
    return {"action": "menu-exec-app", "digits": digits, "param": app}
