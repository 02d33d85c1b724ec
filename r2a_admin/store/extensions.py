"""Extensions and their aliases."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import ExtensionKey, Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Extension:
    """An extension as it is shown; devices are their logins, language and codecs None = the tenant's, the profile's."""

    number: str
    domain: str
    name: str
    enabled: bool
    ring_timeout_s: int
    voicemail_enabled: bool
    voicemail_email: str | None
    voicemail_pin_set: bool
    language: str | None
    codecs: str | None
    aliases: list[str]
    devices: list[str]
    groups: list[str]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionChange:
    """What to change; None leaves it, an empty voicemail_email, language or codecs removes it."""

    name: str | None = None
    enabled: bool | None = None
    ring_timeout_s: int | None = None
    voicemail: bool | None = None
    voicemail_email: str | None = None
    language: str | None = None
    codecs: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Which part of a long list: those after a number of a domain, at most `limit` (None = all)."""

    limit: int | None
    after_domain: str | None = None
    after_number: str | None = None


def listed(connection: Connection, domain: Key | None, page: Page) -> list[Extension]:
    values = {**asdict(page), "id": None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "extension_rows", Extension, values)


def shown(connection: Connection, key: ExtensionKey) -> Extension:
    values = {**asdict(Page(limit=1)), "id": key.id, "domain_id": None}
    return asking.added(connection, "extension_rows", Extension, values)


def count(connection: Connection, domain: Key | None) -> int:
    return asking.rows(connection, "extension_count", int, {"domain_id": domain.id if domain else None})[0]


def add(connection: Connection, domain: Key, number: str, name: str) -> ExtensionKey:
    """Add an extension; raise StoreRefused when the number is taken or not one."""
    with refusals.within(domain.name):
        (added,) = asking.rows(connection, "extension_add", int, {"domain_id": domain.id, "number": number, "name": name})
    return ExtensionKey(added, number, domain.id, domain.name)


def change(connection: Connection, key: ExtensionKey, wanted: ExtensionChange) -> None:
    asking.execute(connection, "extension_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: ExtensionKey) -> None:
    asking.execute(connection, "extension_delete", {"id": key.id})


def add_alias(connection: Connection, key: ExtensionKey, name: str) -> None:
    """Add an alias; raise StoreRefused when the name is taken in the domain."""
    with refusals.within(key.domain):
        asking.execute(connection, "extension_alias_add", {"domain_id": key.domain_id, "id": key.id, "name": name})


def remove_alias(connection: Connection, key: ExtensionKey, name: str) -> bool:
    """Take the alias away and return whether it was there."""
    return asking.execute(connection, "extension_alias_remove", {"id": key.id, "name": name}) > 0
