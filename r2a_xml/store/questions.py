"""The questions r2a_xml asks PostgreSQL, one function each: typed arguments in, typed rows out, one statement."""

from __future__ import annotations

from r2a_core.database import Database, Question, Row
from r2a_core.queryfiles import load
from r2a_xml.store import application_rows, rows


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
MOH_CLASSES = _question("moh_classes", rows.MohClass)
PHRASE_STEPS = _question("phrase_steps", rows.PhraseStep)
IVR_MENUS = _question("ivr_menus", application_rows.IvrMenu)
CALLCENTER_QUEUES = _question("callcenter_queues", application_rows.CallQueue)
CALLCENTER_QUEUE = _question("callcenter_queue", application_rows.CallQueue)
CALLCENTER_SEATS = _question("callcenter_seats", application_rows.Seat)
CALLCENTER_QUEUE_SEATS = _question("callcenter_queue_seats", application_rows.Seat)
CONFERENCE_JOIN = _question("conference_join", application_rows.ConferenceJoin)
CONFERENCE_PROFILES = _question("conference_profiles", application_rows.ConferenceProfile)
CONFERENCE_CONTROLS = _question("conference_controls", application_rows.ConferenceControl)
CONFERENCE_GROUP_CONTROLS = _question("conference_group_controls", application_rows.ConferenceControl)
CONFERENCE_ROOMS = _question("conference_rooms", application_rows.ConferenceRoom)
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


def gateways(database: Database, node: str, profile: str, gateway: str, core_uuid: str) -> list[rows.Gateway]:
    """Return the gateways of `node`; register is True for those that the FreeSWITCH process `core_uuid` may register now."""
    return database.ask(GATEWAYS, {"node": node, "profile": profile, "gateway": gateway, "core_uuid": core_uuid})


def acl_entries(database: Database) -> list[rows.AclEntry]:
    return database.ask(ACL_ENTRIES, {})


def acl_nodes(database: Database) -> list[rows.NodeAddress]:
    return database.ask(ACL_NODES, {})


def moh_classes(database: Database) -> list[rows.MohClass]:
    return database.ask(MOH_CLASSES, {})


def phrase_steps(database: Database, language: str, name: str, domain: str) -> list[rows.PhraseStep]:
    """Return the steps of the phrase `name` of `domain` (empty: of everybody); an empty list means that there is no such phrase."""
    return database.ask(PHRASE_STEPS, {"language": language, "name": name, "domain": domain})


def ivr_menus(database: Database, name: str, domain: str, *, most: int) -> list[application_rows.IvrMenu]:
    """Return the menu `name` of `domain` and those a caller gets to from it, nearest first, at most `most`; empty when there is none."""
    return database.ask(IVR_MENUS, {"menu": name, "domain": domain, "menus": most})


def callcenter_queues(database: Database) -> list[application_rows.CallQueue]:
    return database.ask(CALLCENTER_QUEUES, {})


def callcenter_queue(database: Database, name: str, domain: str) -> application_rows.CallQueue | None:
    found = database.ask(CALLCENTER_QUEUE, {"queue": name, "domain": domain})
    return found[0] if found else None


def callcenter_seats(database: Database) -> list[application_rows.Seat]:
    """Return the agents of all queues, queue by queue, and then those in no queue."""
    return database.ask(CALLCENTER_SEATS, {})


def callcenter_queue_seats(database: Database, queue_id: int) -> list[application_rows.Seat]:
    return database.ask(CALLCENTER_QUEUE_SEATS, {"queue": queue_id})


def conference_join(database: Database, profile: str, number: str, domain: str) -> application_rows.ConferenceJoin | None:
    """Return the profile with the room `number` of `domain`, without one when there is none; None when there is no such profile."""
    found = database.ask(CONFERENCE_JOIN, {"profile": profile, "number": number, "domain": domain})
    return found[0] if found else None


def conference_profiles(database: Database) -> list[application_rows.ConferenceProfile]:
    return database.ask(CONFERENCE_PROFILES, {})


def conference_controls(database: Database) -> list[application_rows.ConferenceControl]:
    return database.ask(CONFERENCE_CONTROLS, {})


def conference_group_controls(database: Database, group: str) -> list[application_rows.ConferenceControl]:
    return database.ask(CONFERENCE_GROUP_CONTROLS, {"group": group})


def conference_rooms(database: Database) -> list[application_rows.ConferenceRoom]:
    return database.ask(CONFERENCE_ROOMS, {})


def elements(database: Database, document: str, node: str) -> list[rows.Element]:
    return database.ask(ELEMENTS, {"document": document, "node": node})


def recovery(database: Database) -> tuple[str, rows.Recovery]:
    """Return which step of the ladder answers now, and the state of that server."""
    found, step = database.ask_from(RECOVERY, {})
    return step, found[0]
