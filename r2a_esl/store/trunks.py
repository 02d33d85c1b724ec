"""Asks which gateways this node should have, and says what FreeSWITCH shows of such."""

from __future__ import annotations

from dataclasses import dataclass

from r2a_esl.changes.refresh import Trunk
from r2a_esl.store.connection import WorkerConnection


@dataclass(frozen=True, slots=True)
class Row:
    """A gateway's columns, as far as FreeSWITCH shows what they lead to."""

    profile: str
    name: str
    proxy: str
    realm: str | None
    username: str | None
    from_user: str | None
    from_domain: str | None
    transport: str
    expire_s: int
    ping_s: int | None
    context: str
    params: dict[str, str]


def wanted(connection: WorkerConnection, node: str) -> list[Trunk]:
    """Return the gateways of all profiles that `node` may run; raise StoreUnavailable."""
    return [trunk(Row(*row)) for row in connection.ask("refresh_gateways", {"node": node})]


def trunk(row: Row) -> Trunk:
    """Return what FreeSWITCH shows of the gateway `row`, once it has read it."""
    # What mod_sofia takes where there is nothing.
    username = row.username or "FreeSWITCH"
    shown = {
        "realm": row.realm or row.proxy,
        "username": username,
        "from": f"<sip:{row.from_user or username}@{row.from_domain or row.proxy}>",
        "exten": row.params.get("extension") or username,
        "to": f"sip:{username}@{row.proxy}",
        "proxy": f"sip:{row.proxy}",
        "context": row.context,
        "expires": str(row.expire_s),
        "pingfreq": str(row.ping_s or 0),
    }
    transport = row.params.get("register-transport", row.transport).lower()
    return Trunk(profile=row.profile, name=row.name, transport=transport, shown=shown)
