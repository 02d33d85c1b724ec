"""IVR menus, and where the keys that a caller presses lead."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Ivr:
    """A menu as it is shown; each option is digits, action, and the extension, menu or sound it leads to."""

    name: str
    domain: str
    enabled: bool
    greet_long: str
    greet_short: str | None
    invalid_sound: str | None
    exit_sound: str | None
    timeout_ms: int
    inter_digit_timeout_ms: int
    digits_max: int
    failures_max: int
    timeouts_max: int
    options: list[dict[str, str | None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class IvrChange:
    """What to change; None leaves it, an empty text takes a sound away."""

    enabled: bool | None = None
    greet_long: str | None = None
    greet_short: str | None = None
    invalid_sound: str | None = None
    exit_sound: str | None = None
    timeout_ms: int | None = None
    inter_digit_timeout_ms: int | None = None
    digits_max: int | None = None
    failures_max: int | None = None
    timeouts_max: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """Where digits lead; digits None = whatever no option takes, dialled as an extension."""

    digits: str | None
    action: str
    extension_id: int | None = None
    target_menu_id: int | None = None
    sound: str | None = None


def listed(connection: Connection, domain: Key | None = None, only: Key | None = None) -> list[Ivr]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "ivr_rows", Ivr, values)


def add(connection: Connection, domain: Key, name: str, greet_long: str) -> Key:
    """Add a menu without options; raise StoreRefused when there is one of that name."""
    with refusals.within(domain.name):
        return asking.added(connection, "ivr_add", Key, {"domain_id": domain.id, "name": name, "greet_long": greet_long})


def change(connection: Connection, key: Key, wanted: IvrChange) -> None:
    asking.execute(connection, "ivr_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "ivr_delete", {"id": key.id})


def put_option(connection: Connection, key: Key, domain: Key, option: Option) -> None:
    asking.execute(connection, "ivr_option_put", {**asdict(option), "id": key.id, "domain_id": domain.id})


def remove_option(connection: Connection, key: Key, digits: str | None) -> bool:
    """Take the option away and return whether it was there."""
    return asking.execute(connection, "ivr_option_remove", {"id": key.id, "digits": digits}) > 0
