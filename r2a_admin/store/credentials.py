"""What is stored of a password or PIN: a hash for every realm of the domain, replaced as a whole."""

from __future__ import annotations

from collections.abc import Mapping

from r2a_admin.store import asking
from r2a_admin.store.keys import DeviceKey, ExtensionKey
from r2a_core.database import Connection


def replace_device(connection: Connection, key: DeviceKey, a1_md5_by_realm: Mapping[str, str]) -> None:
    asking.execute(connection, "device_credential_clear", {"id": key.id})
    asking.execute_each(connection, "device_credential_add", _values(key.id, a1_md5_by_realm))
    asking.execute(connection, "device_password_now", {"id": key.id})


def replace_voicemail(connection: Connection, key: ExtensionKey, a1_md5_by_realm: Mapping[str, str]) -> None:
    asking.execute(connection, "voicemail_credential_clear", {"id": key.id})
    asking.execute_each(connection, "voicemail_credential_add", _values(key.id, a1_md5_by_realm))


def _values(owner_id: int, a1_md5_by_realm: Mapping[str, str]) -> list[Mapping[str, object]]:
    return [{"id": owner_id, "realm": realm, "a1_md5": a1_md5} for realm, a1_md5 in a1_md5_by_realm.items()]
