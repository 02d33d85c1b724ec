"""What a change means to SIP profiles and to lists of addresses."""

from __future__ import annotations

from r2a_esl.changes.draft import Draft
from r2a_esl.changes.known import Change

#: Params that a running SIP stack keeps as it was created with them; with the last two a rescan leaves a profile with two databases.
_ONLY_AT_START = ("ws-binding", "wss-binding", "bind-params", "user-agent-string", "odbc-dsn", "dbname")
#: Columns of cfg.sip_profile that a rescan does not bring into effect.
_BOUND_AT_START = ("name", "port", "sip_alias", "rtp_alias", "enabled")


def sip_profile(draft: Draft, change: Change) -> None:
    if change.before is None and change.row["id"] not in draft.known.profiles:
        return
    if change.differs(*_BOUND_AT_START):
        changed = [column for column in _BOUND_AT_START if change.before and change.after and change.before.get(column) != change.after.get(column)]
        draft.note(change.row["name"], f"{', '.join(changed)} changed" if changed else "it is new" if change.after else "it was deleted")
    elif profile := draft.known.profiles.get(change.row["id"]):
        draft.profiles.add(profile)


def sip_profile_param(draft: Draft, change: Change) -> None:
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


def sip_profile_domain(draft: Draft, change: Change) -> None:
    if profile := draft.known.profiles.get(change.row["sip_profile_id"]):
        draft.profiles.add(profile)
        if change.before is not None:
            draft.note(profile, f"domain {change.before['name']} changed, and a running profile forgets none")


def sip_profile_node(draft: Draft, change: Change) -> None:
    if any(row["node_id"] == draft.known.node_id for row in change.versions):
        number = change.row["sip_profile_id"]
        draft.note(draft.known.profiles.get(number, f"number {number}"), "where it runs was changed")


def with_its_gateway(draft: Draft, change: Change) -> None:
    """See trunks: what counts is what a gateway was before all changes and is after them."""


def addresses(draft: Draft, _: Change) -> None:
    """Lists of addresses hold nodes, and what operators list."""
    draft.reloads_acl = True


def node_address(draft: Draft, change: Change) -> None:
    draft.reloads_acl = True
    if change.row["node_id"] == draft.known.node_id:
        for profile in draft.known.profiles.values():
            draft.note(profile, f"the address {change.row['alias']} of this node changed")
