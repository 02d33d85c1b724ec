"""The questions r2a_xml asks PostgreSQL, one function each: typed arguments in, typed rows out, one statement."""

from __future__ import annotations

from r2a_core.database import Database, Question, Row
from r2a_core.queryfiles import load
from r2a_xml.store import rows


def _question(name: str, row: type[Row]) -> Question[Row]:
    return Question(name, load("r2a_xml.store", name), row)


USER = _question("directory_user", rows.User)
MEMBERS = _question("directory_members", rows.Member)
MAILBOXES = _question("directory_mailboxes", rows.Mailbox)
DOMAIN = _question("directory_domain", rows.Domain)
DOMAINS = _question("directory_domains", rows.DomainName)
NETWORKS = _question("directory_networks", rows.Network)
TARGET = _question("dialplan_target", rows.Target)
PROFILES = _question("sofia_profiles", rows.Profile)
GATEWAYS = _question("sofia_gateways", rows.Gateway)
ACL_ENTRIES = _question("acl_entries", rows.AclEntry)
ACL_NODES = _question("acl_nodes", rows.NodeAddress)
ELEMENTS = _question("document_elements", rows.Element)
RECOVERY = _question("recovery_state", rows.Recovery)


def user(database: Database, domain: str, name: str, *, aor: str, cache_ms: int) -> rows.User | None:
    """Return the user known as `name` in `domain`, None when there is none or it is disabled.

    aor is the user part that a phone claims to be its own, empty for any other question; cache_ms is used where one domain is alone.
    """
    found = database.ask(USER, {"domain": domain, "user": name, "aor": aor, "cache_ms": cache_ms})
    return found[0] if found else None


def members(database: Database, domain: str, group: str) -> list[rows.Member]:
    return database.ask(MEMBERS, {"domain": domain, "group": group})


def mailboxes(database: Database, domain: str) -> list[rows.Mailbox]:
    return database.ask(MAILBOXES, {"domain": domain})


def domain(database: Database, name: str) -> rows.Domain | None:
    found = database.ask(DOMAIN, {"domain": name})
    return found[0] if found else None


def domains(database: Database) -> list[rows.DomainName]:
    return database.ask(DOMAINS, {})


def networks(database: Database, domain: str) -> list[rows.Network]:
    return database.ask(NETWORKS, {"domain": domain})


def target(database: Database, context: str, destination: str) -> rows.Target | None:
    found = database.ask(TARGET, {"context": context, "destination": destination})
    return found[0] if found else None


def profiles(database: Database, node: str, profile: str) -> list[rows.Profile]:
    """Return the profiles of `node` (only `profile` unless it is empty); an empty list means that the node is unknown or disabled."""
    return database.ask(PROFILES, {"node": node, "profile": profile})


def gateways(database: Database, node: str, profile: str, gateway: str) -> list[rows.Gateway]:
    return database.ask(GATEWAYS, {"node": node, "profile": profile, "gateway": gateway})


def acl_entries(database: Database) -> list[rows.AclEntry]:
    return database.ask(ACL_ENTRIES, {})


def acl_nodes(database: Database) -> list[rows.NodeAddress]:
    return database.ask(ACL_NODES, {})


def elements(database: Database, document: str, node: str) -> list[rows.Element]:
    return database.ask(ELEMENTS, {"document": document, "node": node})


def recovery(database: Database) -> tuple[str, rows.Recovery]:
    """Return which step of the ladder answers now, and the state of that server."""
    found, step = database.ask_from(RECOVERY, {})
    return step, found[0]
