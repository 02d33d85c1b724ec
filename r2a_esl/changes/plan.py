"""Turns changes into the fewest commands: a table of rules, one for each table of the configuration. Pure: nothing is asked and nothing sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from r2a_esl.changes import callcenter, commands, documents, music, profiles, trunks, users
from r2a_esl.changes.commands import RELOAD_ACL, Command
from r2a_esl.changes.draft import Draft, Note
from r2a_esl.changes.known import Change, Known

__all__ = ["RULES", "Note", "Plan", "plan"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What to send, in order; `notes`: what only an operator's restart brings into effect; `remarks`: what needs no command."""

    commands: tuple[Command, ...]
    notes: tuple[Note, ...]
    remarks: tuple[str, ...]


Rule = Callable[[Draft, Change], None]


def plan(changes: list[Change], known: Known) -> Plan:
    """Return the smallest set of commands after which FreeSWITCH behaves like the configuration after `changes`."""
    draft = Draft(known=known)
    for change in changes:
        RULES.get(change.table, _unknown)(draft, change)
    gateways, rescanned = trunks.gateway_commands(changes, known)
    found = [*users.flushes(draft), *users.drops(draft), *gateways]
    found += [commands.rescan(profile) for profile in sorted(draft.profiles - rescanned)]
    found += [RELOAD_ACL] if draft.reloads_acl else []
    # Modules first: one that was not loaded reads all that follows.
    found += [*documents.commands_of(draft), *callcenter.commands_of(draft), *music.commands_of(draft)]
    return Plan(commands=tuple(found), notes=tuple(draft.notes), remarks=tuple(draft.remarks))


def _unknown(draft: Draft, change: Change) -> None:
    # A newer schema than this worker: rather ask too often than keep what is not so any more.
    draft.flushes_all = True
    draft.remark(f"the table {change.table} is unknown to this worker; update r2a on this node")


def _asked_each_time(draft: Draft, change: Change) -> None:
    """FreeSWITCH keeps nothing of it."""


def _conference_room(draft: Draft, change: Change) -> None:
    if any(row["advertised"] for row in change.versions) and change.differs("advertised", "number", "enabled", "domain_id"):
        draft.remark("which rooms are advertised mod_conference reads when it is loaded; `reload mod_conference` when no call needs it")


#: The whole of it: what a change of each table means to a running FreeSWITCH.
RULES: dict[str, Rule] = {
    "tenant": users.tenant,
    "domain": users.domain,
    "domain_alias": users.domain_alias,
    "extension": users.extension,
    "extension_alias": users.extension_alias,
    "device": users.device,
    "device_credential": users.device_credential,
    "voicemail_credential": users.of_extension,
    "call_group": users.everybody,
    "call_group_member": users.of_extension,
    "directory_entry": users.directory_entry,
    "voice_guide": users.everybody,
    "feature_code": _asked_each_time,
    "phrase": _asked_each_time,
    "phrase_step": _asked_each_time,
    "ivr_menu": _asked_each_time,
    "ivr_option": _asked_each_time,
    "conference_profile": _asked_each_time,
    "conference_profile_param": _asked_each_time,
    "conference_control": _asked_each_time,
    "conference_room": _conference_room,
    "queue": callcenter.queue,
    "queue_agent": callcenter.queue_agent,
    "queue_tier": callcenter.queue_tier,
    "moh_class": music.moh_class,
    "node": profiles.addresses,
    "node_address": profiles.node_address,
    "sip_profile": profiles.sip_profile,
    "sip_profile_param": profiles.sip_profile_param,
    "sip_profile_domain": profiles.sip_profile_domain,
    "sip_profile_node": profiles.sip_profile_node,
    "gateway": profiles.with_its_gateway,
    "gateway_param": profiles.with_its_gateway,
    "acl": profiles.addresses,
    "acl_entry": profiles.addresses,
    "config_document": documents.config_document,
    "config_element": documents.config_element,
}
