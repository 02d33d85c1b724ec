"""Turns changes into the fewest commands: a table of rules, one for each table of the configuration. Pure: nothing is asked and nothing sent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field

from r2a_esl.changes import commands, trunks
from r2a_esl.changes.commands import FLUSH_ALL, RELOAD_ACL, Command
from r2a_esl.changes.known import Change, Known

#: Above so many users one flush of everything costs FreeSWITCH less than telling it each name.
MANY_USERS = 50

#: Params that a running SIP stack keeps as it was created with them; with the last two a rescan leaves a profile with two databases.
_ONLY_AT_START = ("ws-binding", "wss-binding", "bind-params", "user-agent-string", "odbc-dsn", "dbname")
#: Columns of cfg.sip_profile that a rescan does not bring into effect.
_BOUND_AT_START = ("name", "port", "sip_alias", "rtp_alias", "enabled")


@dataclass(frozen=True, slots=True)
class Note:
    """What only an operator's restart of `profile` brings into effect, and why."""

    profile: str
    why: str

    def __str__(self) -> str:
        return f"restart needed: profile {self.profile}: {self.why}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send, in order; `notes`: what only an operator's restart brings into effect; `remarks`: what needs no command."""

    commands: tuple[Command, ...]
    notes: tuple[Note, ...]
    remarks: tuple[str, ...]


@dataclass(slots=True, kw_only=True)
class Draft:
    """A plan in the making. Users are by extension: all of its (domain, name)."""

    known: Known
    users: dict[int, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    flushes_all: bool = False
    reloads_acl: bool = False
    profiles: set[str] = field(default_factory=set)
    logins: set[tuple[str, str]] = field(default_factory=set)
    aors: set[tuple[str, str]] = field(default_factory=set)
    realms: set[str] = field(default_factory=set)
    notes: dict[Note, None] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)

    def flush(self, extension_id: int, *more: tuple[int, str]) -> None:
        """Forget the extension under all its names now, and under `more`."""
        self.users[extension_id] |= self.known.names.get(extension_id, frozenset()) | set(more)

    def spelled(self, domain_id: int, name: str) -> set[tuple[str, str]]:
        """Return `name` with every spelling of the domain."""
        return {(name, domain) for domain in self.known.spellings.get(domain_id, ())}

    def note(self, profile: str, why: str) -> None:
        self.notes[Note(profile, why)] = None


Rule = Callable[[Draft, Change], None]


def plan(changes: list[Change], known: Known) -> Plan:
    """Return the smallest set of commands after which FreeSWITCH behaves like the configuration after `changes`."""
    draft = Draft(known=known)
    for change in changes:
        RULES.get(change.table, _unknown)(draft, change)
    gateways, rescanned = trunks.gateway_commands(changes, known)
    found = [*_flushes(draft), *_drops(draft), *gateways]
    found += [commands.rescan(profile) for profile in sorted(draft.profiles - rescanned)]
    found += [RELOAD_ACL] if draft.reloads_acl else []
    return Plan(commands=tuple(found), notes=tuple(draft.notes), remarks=tuple(draft.remarks))


def full_refresh(known: Known) -> Plan:
    """Return what brings a FreeSWITCH up to date of which nothing is known."""
    found = (FLUSH_ALL, *(commands.rescan(profile) for profile in sorted(known.profiles.values())), RELOAD_ACL)
    return Plan(commands=found, notes=(), remarks=())


def _flushes(draft: Draft) -> list[Command]:
    if draft.flushes_all or len(draft.users) > MANY_USERS:
        return [FLUSH_ALL]
    names = {pair for user in draft.users.values() for domain_id, name in user for pair in draft.spelled(domain_id, name)}
    return [commands.flush_user(name, domain) for name, domain in sorted(names)]


def _drops(draft: Draft) -> list[Command]:
    if not draft.logins and not draft.aors and not draft.realms:
        return []
    return [Command(kind="drop", logins=frozenset(draft.logins), aors=frozenset(draft.aors), realms=frozenset(draft.realms))]


def _extension(draft: Draft, change: Change) -> None:
    numbers = {(row["domain_id"], row["number"]) for row in change.versions}
    draft.flush(change.row["id"], *numbers)
    gone = numbers if change.switched_off else set()
    if change.switched_off:
        gone |= draft.known.names.get(change.row["id"], frozenset())
    elif change.before is not None and change.differs("number"):
        gone.add((change.before["domain_id"], change.before["number"]))
    for domain_id, name in gone:
        draft.aors |= draft.spelled(domain_id, name)
        if change.switched_off:
            draft.logins |= draft.spelled(domain_id, name)
    draft.reloads_acl |= draft.known.trusts_addresses and change.before is not None and change.differs("enabled", "number")


def _extension_alias(draft: Draft, change: Change) -> None:
    for row in change.versions:
        draft.flush(row["extension_id"], (row["domain_id"], row["name"]))
    if change.before is not None:
        draft.aors |= draft.spelled(change.before["domain_id"], change.before["name"])


def _device(draft: Draft, change: Change) -> None:
    draft.flush(change.row["extension_id"], *((row["domain_id"], row["auth_user"]) for row in change.versions))
    if change.before is not None and (change.switched_off or change.differs("auth_user")):
        draft.logins |= draft.spelled(change.before["domain_id"], change.before["auth_user"])
    # Lists of addresses hold devices that are let in without a digest.
    draft.reloads_acl |= any(row.get("trusted_cidr") for row in change.versions)


def _device_credential(draft: Draft, change: Change) -> None:
    device = draft.known.devices.get(change.row["device_id"])
    if device is None:
        # The device went as well, and its own row says all.
        return
    extension_id, _, login = device
    draft.flush(extension_id)
    # An INSERT alone is a first password, or one for a new spelling of the domain.
    if change.before is not None:
        draft.logins.add((login, change.before["realm"]))


def _of_extension(draft: Draft, change: Change) -> None:
    for row in change.versions:
        draft.flush(row["extension_id"])


def _directory_entry(draft: Draft, change: Change) -> None:
    for row in change.versions:
        device = draft.known.devices.get(row["device_id"]) if row["device_id"] is not None else None
        if row["extension_id"] is not None:
            draft.flush(row["extension_id"])
        elif device is not None:
            draft.flush(device[0])
        elif row["device_id"] is None:
            draft.flushes_all = True


def _everybody(draft: Draft, change: Change) -> None:
    if change.before is not None:
        draft.flushes_all = True


def _domain(draft: Draft, change: Change) -> None:
    draft.flushes_all = True
    if change.switched_off and change.before is not None:
        draft.realms |= draft.known.spellings.get(change.row["id"], frozenset()) | {change.before["name"]}
    elif change.before is not None and change.differs("name"):
        draft.realms.add(change.before["name"])
    draft.reloads_acl |= draft.known.trusts_addresses and change.before is not None and change.differs("enabled", "name")


def _domain_alias(draft: Draft, change: Change) -> None:
    draft.flushes_all = True
    draft.realms |= {change.before["name"]} if change.before is not None else set()
    draft.reloads_acl |= draft.known.trusts_addresses


def _tenant(draft: Draft, change: Change) -> None:
    draft.flushes_all = True
    if change.switched_off:
        for domain_id in draft.known.tenants.get(change.row["id"], ()):
            draft.realms |= draft.known.spellings.get(domain_id, frozenset())
    draft.reloads_acl |= draft.known.trusts_addresses and change.before is not None and change.differs("enabled")


def _sip_profile(draft: Draft, change: Change) -> None:
    if change.before is None and change.row["id"] not in draft.known.profiles:
        return
    if change.differs(*_BOUND_AT_START):
        changed = [column for column in _BOUND_AT_START if change.before and change.after and change.before.get(column) != change.after.get(column)]
        draft.note(change.row["name"], f"{', '.join(changed)} changed" if changed else "it is new" if change.after else "it was deleted")
    elif profile := draft.known.profiles.get(change.row["id"]):
        draft.profiles.add(profile)


def _sip_profile_param(draft: Draft, change: Change) -> None:
    profile = draft.known.profiles.get(change.row["sip_profile_id"])
    here = any(row["node_id"] in (None, draft.known.node_id) for row in change.versions)
    if profile is None or not here:
        return
    name = str(change.row["name"]).lower()
    if name.startswith("tls") or name in _ONLY_AT_START:
        draft.note(profile, f"{name} is read at its start only")
        return
    draft.profiles.add(profile)
    if change.after is None or (change.before is not None and change.differs("name", "node_id")):
        draft.note(profile, f"{name} was removed, and the running profile keeps its value")


def _sip_profile_domain(draft: Draft, change: Change) -> None:
    if profile := draft.known.profiles.get(change.row["sip_profile_id"]):
        draft.profiles.add(profile)
        if change.before is not None:
            draft.note(profile, f"domain {change.before['name']} changed, and a running profile forgets none")


def _sip_profile_node(draft: Draft, change: Change) -> None:
    if any(row["node_id"] == draft.known.node_id for row in change.versions):
        number = change.row["sip_profile_id"]
        draft.note(draft.known.profiles.get(number, f"number {number}"), "where it runs was changed")


def _node(draft: Draft, _: Change) -> None:
    draft.reloads_acl = True


def _node_address(draft: Draft, change: Change) -> None:
    draft.reloads_acl = True
    if change.row["node_id"] == draft.known.node_id:
        for profile in draft.known.profiles.values():
            draft.note(profile, f"the address {change.row['alias']} of this node changed")


def _acl(draft: Draft, _: Change) -> None:
    draft.reloads_acl = True


def _document(draft: Draft, _: Change) -> None:
    draft.remarks["a document changed; its module reads it at its next use or load"] = None


def _unknown(draft: Draft, change: Change) -> None:
    # A newer schema than this worker: rather ask too often than keep what is not so any more.
    draft.flushes_all = True
    draft.remarks[f"the table {change.table} is unknown to this worker; update r2a on this node"] = None


def _asked_each_time(draft: Draft, change: Change) -> None:
    """FreeSWITCH keeps nothing of it."""


def _with_its_gateway(draft: Draft, change: Change) -> None:
    """See trunks: what counts is what a gateway was before all changes and is after them."""


#: The whole of it: what a change of each table means to a running FreeSWITCH.
RULES: dict[str, Rule] = {
    "tenant": _tenant,
    "domain": _domain,
    "domain_alias": _domain_alias,
    "extension": _extension,
    "extension_alias": _extension_alias,
    "device": _device,
    "device_credential": _device_credential,
    "voicemail_credential": _of_extension,
    "call_group": _everybody,
    "call_group_member": _of_extension,
    "directory_entry": _directory_entry,
    "feature_code": _asked_each_time,
    "node": _node,
    "node_address": _node_address,
    "sip_profile": _sip_profile,
    "sip_profile_param": _sip_profile_param,
    "sip_profile_domain": _sip_profile_domain,
    "sip_profile_node": _sip_profile_node,
    "gateway": _with_its_gateway,
    "gateway_param": _with_its_gateway,
    "acl": _acl,
    "acl_entry": _acl,
    "config_document": _document,
    "config_element": _document,
}
