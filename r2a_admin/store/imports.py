"""Many extensions at once: a few statements for a thousand of them, in the caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class NewExtension:
    """An extension with one device; the hashes are by realm."""

    number: str
    name: str
    enabled: bool
    ring_timeout_s: int
    voicemail: bool
    voicemail_email: str | None
    aliases: tuple[str, ...]
    auth_user: str
    device_a1_md5: dict[str, str]
    voicemail_a1_md5: dict[str, str]


def taken(connection: Connection, domain: Key, names: Sequence[str]) -> dict[str, str]:
    """Return those of `names` that the domain knows already, each with the number of its extension."""
    return dict(asking.rows(connection, "import_taken", lambda name, number: (name, number), {"domain_id": domain.id, "names": list(names)}))


def add(connection: Connection, domain: Key, batch: Sequence[NewExtension]) -> None:
    """Add a batch; raise StoreRefused when one of it is refused."""
    with refusals.within(domain.name):
        extension_ids = _add_extensions(connection, domain, batch)
        aliases = [(extension_ids[new.number], alias) for new in batch for alias in new.aliases]
        _insert(connection, "import_aliases", {"domain_id": domain.id}, ("extension_id", "name"), aliases)
        values = {"domain_id": domain.id, "extension_id": [extension_ids[new.number] for new in batch], "auth_user": [new.auth_user for new in batch]}
        device_ids = dict(asking.rows(connection, "import_devices", lambda auth_user, id_: (auth_user, id_), values))
        hashes = [(device_ids[new.auth_user], realm, a1_md5) for new in batch for realm, a1_md5 in new.device_a1_md5.items()]
        _insert(connection, "import_credentials", {}, ("device_id", "realm", "a1_md5"), hashes)
        pins = [(extension_ids[new.number], realm, a1_md5) for new in batch for realm, a1_md5 in new.voicemail_a1_md5.items()]
        _insert(connection, "import_voicemail_credentials", {}, ("extension_id", "realm", "a1_md5"), pins)


def settle(connection: Connection) -> None:
    """Write the change log of this transaction now, which the commit would do otherwise: nobody else commits until it ends."""
    asking.execute(connection, "changes_settle")


def _add_extensions(connection: Connection, domain: Key, batch: Sequence[NewExtension]) -> dict[str, int]:
    columns = ("number", "name", "enabled", "ring_timeout_s", "voicemail", "voicemail_email")
    values: dict[str, object] = {column: [getattr(new, column) for new in batch] for column in columns}
    return dict(asking.rows(connection, "import_extensions", lambda number, id_: (number, id_), {**values, "domain_id": domain.id}))


def _insert(connection: Connection, name: str, values: dict[str, object], columns: Sequence[str], rows: Sequence[tuple[object, ...]]) -> None:
    if rows:
        arrays: dict[str, object] = {column: [row[position] for row in rows] for position, column in enumerate(columns)}
        asking.execute(connection, name, {**values, **arrays})
