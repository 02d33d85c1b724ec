"""What a person is told when PostgreSQL says no: a sentence for each constraint, and what to do."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator

import psycopg

from r2a_core.errors import R2aError, StoreRefused, StoreUnavailable
from r2a_core.logs import one_line

#: Unique keys: what already exists. {columns} of the key are filled in, {where} is the domain that was being worked in.
_EXISTS = {
    "tenant_name_key": "tenant {name} already exists",
    "domain_name_key": "domain {name} already exists",
    "domain_name_pkey": "the name {name} already belongs to a domain, as its own name or as an alias",
    "domain_alias_pkey": "the alias {name} already belongs to a domain",
    "domain_context_key": "the context {context} already belongs to another domain; choose another with --context",
    "extension_domain_id_number_key": "extension {number} already exists in {where}",
    "extension_alias_pkey": "the alias {name} already belongs to an extension in {where}",
    "device_domain_id_auth_user_key": "a device already logs in as {auth_user} in {where}",
    "call_group_domain_id_name_key": "group {name} already exists in {where}",
    "call_group_member_pkey": "that extension is already a member of the group",
    "node_name_key": "node {name} already exists",
    "sip_profile_name_key": "profile {name} already exists",
    "sip_profile_domain_pkey": "the profile already has the domain {name}",
    "gateway_name_key": "gateway {name} already exists (names are unique over all profiles and tenants: FreeSWITCH keeps one table of them)",
    "acl_name_key": "access list {name} already exists",
    "config_document_name_node_id_key": "that document already exists; --replace puts the new one in its place",
    "voice_guide_language_key": "the language {language} already has a voice guide; `r2a voice set` changes it",
    "phrase_domain_id_language_name_key": "phrase {name} already exists in {language} for {where}; --replace puts the new steps in place of its own",
    "moh_class_domain_id_name_key": "moh {name} already exists for {where}",
    "ivr_menu_domain_id_name_key": "ivr {name} already exists in {where}",
    "queue_domain_id_name_key": "queue {name} already exists in {where}",
    "queue_agent_domain_id_extension_id_key": "extension {where} already is an agent",
    "conference_profile_name_key": "conference profile {name} already exists",
    "conference_room_domain_id_number_key": "conference room {number} already exists in {where}",
}

#: A language is one that somebody has recorded.
LANGUAGE_NEEDS_A_VOICE = ("tenant_language_has_a_voice_guide", "extension_language_has_a_voice_guide", "phrase_language_has_a_voice_guide")

#: References that keep a row from going.
_STILL_USED = {
    "domain_tenant_id_fkey": "the tenant still has domains; delete them first",
    "gateway_tenant_id_fkey": "the tenant still has gateways; delete them first",
    "extension_domain_id_fkey": "the domain still has extensions; delete them first, or use --with-extensions",
    "gateway_sip_profile_id_fkey": "the profile still has gateways; delete them or move them first",
    "gateway_node_id_fkey": "a gateway is bound to the node; delete it or set it to another node first",
    "ivr_option_leads_to_an_extension": "an option of a menu leads to the extension; `r2a ivr option remove` takes it away",
    "ivr_option_leads_to_a_menu": "an option of another menu leads to the menu; `r2a ivr option remove` takes it away",
    "queue_music_is_its_own": "--moh should be music of the queue's own domain, or of all; see `r2a moh list`",
    "ivr_menu_name_in_any_case": "a menu of that name already exists; FreeSWITCH does not tell names apart by case",
    "queue_name_in_any_case": "a queue of that name already exists; FreeSWITCH does not tell names apart by case",
    "conference_profile_name_in_any_case": "a conference profile of that name already exists; FreeSWITCH does not tell names apart by case",
    "data_has_no_dollar_but_captures": "a dollar sign in a phrase can only be a capture like $1",
    "nothing_is_played_where_always_does_not_match": "--unless needs a pattern",
    "conference_param_is_no_url": "a conference plays files and FreeSWITCH's own streams, nothing fetched over the network",
    "queue_moh_class_id_fkey": "a queue plays that music; `r2a queue set --moh` gives it another",
    "conference_room_conference_profile_id_fkey": "a conference room uses the profile; `r2a conference room set --profile` gives it another",
    **dict.fromkeys(LANGUAGE_NEEDS_A_VOICE, "the voice guide is still heard by a tenant, an extension or in a phrase; set their language first"),
}

#: References to what must be there already.
_MISSING = dict.fromkeys(LANGUAGE_NEEDS_A_VOICE, "there is no voice guide for that language; `r2a voice add` adds one")

#: Checks whose name alone would leave a person guessing.
RULES = {
    "safe_text_has_nothing_freeswitch_would_expand": "a text may not hold ${, $$, x-pre-process, <!--#, <? or control characters; at most 1024 long",
    "label_is_1_to_80_characters": "a name or description should have 1 to 80 characters",
    "label_has_no_dial_string_character": 'a name or description may not hold any of [ ] { } < > | ; = ^ " \\ (they mean something in a dial string)',
    "host_is_a_lower_case_name_or_address": "a host or domain should be a lower-case name or an address, like pbx.example.com",
    "number_is_2_to_15_digits": "a number should be 2 to 15 digits",
    "sip_user_is_letters_digits_and_plus_dot_dash_underscore": "a login or alias should be letters, digits, . - or _, up to 63 (a + may come first)",
    "token_is_letters_digits_dot_dash_underscore": "a name should be letters, digits, . - or _, up to 63, and not begin with . or -",
    "param_name_is_letters_digits_dash_underscore": "a param or variable should be called by letters, digits, . - or _, a letter first, up to 64",
    "public_context_begins_with_public": "this context should be `public` or begin with `public.`: anybody on the network can reach it",
    "tenant_context_is_lower_case_and_not_public": "a domain's context should be lower case and not begin with public, default, global or cluster",
    "user_cache_ms_is_0_or_1000_to_2000000": "--user-cache-ms should be 0, or from 1000 to 2000000, or default",
    "ring_timeout_s_is_5_to_300": "--ring-timeout-s should be from 5 to 300",
    "voicemail_email_looks_like_one": "--voicemail-email should be one e-mail address like alice@example.com",
    "trusted_cidr_is_no_wider_than_a_24_or_64": "--trusted-cidr may be no wider than /24 or /64 (IPv6): who sends from it needs no password",
    "reverse_auth_has_both_or_none": "reverse authentication needs both --reverse-auth-user and its password",
    "listen_is_one_address": "--listen should be one address, not a range",
    "directory_entry_does_not_touch_what_r2a_decides": "r2a writes that one itself: it decides who gets in or what is executed",
    "sip_profile_param_is_not_one_r2a_decides": "r2a writes that parameter from settings of the profile or the node, or it is unsafe there",
    "gateway_param_is_one_freeswitch_survives": "that parameter is not one a gateway may have here; most have an option of `r2a gateway set`",
    "registering_gateway_has_username_and_password": "a gateway that registers needs --username and --password-stdin",
    "acl_name_is_not_generated": "`cluster` and names ending in .auto are made by r2a and FreeSWITCH",
    "acl_entry_is_a_cidr_or_a_domain": "an entry has either --cidr or --domain",
    "document_name_ends_in_conf": "a document's name should be like conference.conf",
    "document_is_not_one_r2a_builds": "r2a builds that document itself, from profiles, gateways, nodes and access lists",
    "tag_is_an_element_freeswitch_does_not_execute": "X-PRE-PROCESS and include are not served by r2a: write what they would put there",
    "attributes_are_safe_texts": "an attribute may not hold ${, $$, x-pre-process, <!--#, <? or control characters",
    "gateway_transport_check": "--transport should be udp, tcp or tls",
    "gateway_expire_s_check": "--expire-s should be from 60 to 86400",
    "gateway_retry_s_check": "--retry-s should be from 5 to 3600",
    "gateway_ping_s_check": "--ping-s should be from 5 to 3600, or 0 for none",
    "sip_profile_port_check": "--port should be from 1 to 65535",
    "call_group_member_position_check": "--position should be from 1 to 1000",
    "acl_entry_position_check": "--position should be from 1 to 100000",
    "sound_is_a_file_phrase_or_stream": "a sound should be a file like ivr/welcome.wav, phrase:NAME@DOMAIN, or say:TEXT or a stream; "
    "nothing from the network, no ..",
    "directory_path_is_absolute": "a directory should be an absolute path of letters, digits, _ . @ and -, like /usr/share/freeswitch/sounds/music",
    "codecs_are_names_between_commas": "codecs should be names between commas, like OPUS,G722,PCMU; at most 16",
    "phrase_pause_ms_check": "--pause-ms should be from 0 to 5000",
    "phrase_step_function_check": "a step of a phrase should be --play, --sleep or --say",
    "phrase_step_position_check": "a phrase should have at most 1000 steps",
    "phrase_step_say_method_check": "a --say should be pronounced, iterated or counted: TYPE:METHOD:DATA, like number:pronounced:$1",
    "phrase_step_say_type_check": "a --say should begin with a type of FreeSWITCH like number, items, current_time or name_spelled: TYPE:METHOD:DATA",
    "sleep_is_milliseconds": "--sleep should be milliseconds, up to 99999",
    "sound_is_no_url": "--play should be a file like ivr/closed.wav; nothing from the network, no ..",
    "moh_class_interval_ms_check": "--interval-ms should be 10, 20, 30, 40 or 60",
    "moh_class_rate_hz_check": "--rate-hz should be 8000, 16000, 32000 or 48000",
    "ivr_menu_digits_max_check": "--digits-max should be from 1 to 15",
    "ivr_menu_failures_max_check": "--failures-max should be from 1 to 20",
    "ivr_menu_inter_digit_timeout_ms_check": "--inter-digit-timeout-ms should be from 500 to 10000",
    "ivr_menu_timeout_ms_check": "--timeout-ms should be from 1000 to 60000",
    "ivr_menu_timeouts_max_check": "--timeouts-max should be from 1 to 20",
    "digits_are_1_to_10_keys": "what a caller presses should be 1 to 10 of the keys 0 to 9, * and #",
    "ivr_option_action_check": "an option leads to an extension, a menu or a sound, or goes back, to the top or out",
    "queue_announce_s_check": "--announce-s should be from 5 to 3600",
    "announcement_has_sound_and_seconds": "an announcement needs both --announce-sound and --announce-s",
    "queue_discard_abandoned_s_check": "--discard-abandoned-s should be from 1 to 86400",
    "queue_max_wait_no_agent_reached_s_check": "--max-wait-no-agent-reached-s should be from 0 to 3600",
    "queue_max_wait_no_agent_s_check": "--max-wait-no-agent-s should be from 0 to 86400",
    "queue_max_wait_s_check": "--max-wait-s should be from 0 to 86400",
    "queue_strategy_check": "--strategy should be ring-all, longest-idle-agent, round-robin, top-down, agent-with-least-talk-time, "
    "agent-with-fewest-calls, sequentially-by-agent-order, random or ring-progressively",
    "queue_tier_wait_s_check": "--tier-wait-s should be from 0 to 86400",
    "queue_time_base_check": "--time-base should be system or queue",
    "queue_agent_busy_delay_s_check": "--busy-delay-s should be from 0 to 3600",
    "queue_agent_initial_status_check": "--initial-status should be 'Logged Out', 'Available', 'Available (On Demand)' or 'On Break'",
    "queue_agent_max_no_answer_check": "--max-no-answer should be from 0 to 100",
    "queue_agent_no_answer_delay_s_check": "--no-answer-delay-s should be from 0 to 3600",
    "queue_agent_reject_delay_s_check": "--reject-delay-s should be from 0 to 3600",
    "queue_agent_ring_timeout_s_check": "--ring-timeout-s of an agent should be from 5 to 120",
    "queue_agent_wrap_up_s_check": "--wrap-up-s should be from 0 to 3600",
    "queue_tier_level_check": "--level should be from 1 to 100",
    "queue_tier_position_check": "--position should be from 1 to 1000",
    "conference_control_action_check": "a key should do one of: mute, mute on, mute off, deaf mute, deaf, energy up|equ|dn, vol talk up|zero|dn, "
    "vol listen up|zero|dn, hangup, event, lock, floor",
    "control_digits_are_1_to_5_keys": "the keys of a member should be 1 to 5 of 0 to 9, * and #",
    "conference_room_members_max_check": "--members-max should be from 2 to 1000, or 0 for no limit",
    "conference_param_is_not_one_r2a_decides": "r2a writes that parameter from the room or from --controls, or it is unsafe there",
}

_NOT_MIGRATED = (psycopg.errors.UndefinedTable, psycopg.errors.InvalidSchemaName, psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedFunction)
_DETAIL_KEY = re.compile(r"\((?P<columns>[^()]+)\)=\((?P<values>.*)\)")


@contextlib.contextmanager
def within(where: str) -> Iterator[None]:
    """Raise StoreRefused in place of what the server refuses in this block, naming the domain `where` in it."""
    try:
        yield
    except (psycopg.IntegrityError, psycopg.DataError) as error:
        raise translated(error, where) from error


def translated(error: psycopg.Error, where: str = "this domain") -> R2aError:
    """Return what a person should read instead of `error`. It holds no value that could be a secret."""
    if isinstance(error, _NOT_MIGRATED):
        return StoreUnavailable("the schema is missing or of another version; run `r2a migrate`")
    if isinstance(error, psycopg.errors.ReadOnlySqlTransaction):
        return StoreUnavailable("the server is a replica and takes no changes; R2A_WRITE_DSN should point at the primary's port")
    if isinstance(error, psycopg.errors.InsufficientPrivilege):
        return StoreRefused(f"{error.diag.message_primary}; the login should be a member of r2a_operator")
    if isinstance(error, (psycopg.IntegrityError, psycopg.DataError)):
        return StoreRefused(_sentence(error, where))
    if error.sqlstate is None:
        return StoreUnavailable("the connection to the database was lost; look whether the change is there before you repeat it")
    return StoreUnavailable(one_line(error.diag.message_primary or type(error).__name__))


def _sentence(error: psycopg.Error, where: str) -> str:
    name = error.diag.constraint_name or ""
    if name in _EXISTS:
        return _EXISTS[name].format_map(_Key(error.diag.message_detail or "", where))
    references = _MISSING if "not present" in (error.diag.message_detail or "") else _STILL_USED
    if name in references:
        return references[name]
    if name in RULES:
        return RULES[name]
    if name and isinstance(error, psycopg.errors.CheckViolation):
        return name.replace("_", " ")
    detail = error.diag.message_detail if isinstance(error, psycopg.DataError) else None
    return one_line(f"{error.diag.message_primary or error}{f': {detail}' if detail else ''}")


class _Key(dict[str, str]):
    """The columns of the key in a message of PostgreSQL; a column that is not in it reads as `that name`."""

    def __init__(self, detail: str, where: str) -> None:
        super().__init__(where=where)
        match = _DETAIL_KEY.search(detail)
        if match:
            self.update(zip(match["columns"].split(", "), match["values"].split(", "), strict=False))

    def __missing__(self, key: str) -> str:
        return "that name"
