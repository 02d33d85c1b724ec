"""The questions FreeSWITCH asks over mod_xml_curl, as it asks them: the same fields in the same order."""

from __future__ import annotations

import time
import uuid
from dataclasses import dataclass

Form = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class _Asker:
    """The place in FreeSWITCH's source that asks, and what it puts before key, user and domain."""

    file: str
    function: str
    fields: tuple[tuple[str, str], ...] = ()


#: By action; the empty one is a plain look-up (set_user, user_exists).
_ASKERS = {
    "": _Asker("switch_ivr.c", "switch_xml_locate_user"),
    "sip_auth": _Asker("sofia_reg.c", "sofia_reg_parse_auth"),
    "user_call": _Asker("mod_dptools.c", "user_outgoing_channel", (("as_channel", "true"), ("action", "user_call"))),
    "message-count": _Asker("mod_voicemail.c", "resolve_id", (("action", "message-count"),)),
    "voicemail-lookup": _Asker("mod_voicemail.c", "voicemail_leave_main", (("action", "voicemail-lookup"),)),
    "reverse-auth-lookup": _Asker("sofia_reg.c", "sofia_reg_handle_sip_r_challenge", (("action", "reverse-auth-lookup"),)),
    "jsonrpc-authenticate": _Asker("mod_verto.c", "check_auth", (("action", "jsonrpc-authenticate"),)),
}
USER_ACTIONS = tuple(action for action in _ASKERS if action)


def user(node: str, name: str, domain: str, action: str) -> Form:
    """Ask for a user; `action` is one of USER_ACTIONS or empty. sip_auth asks as a REGISTER of the user's own AOR does."""
    asker = _ASKERS[action]
    form = _leading(node, "directory", ("domain", "name", domain)) + _event(node, asker.file, asker.function)
    form += _sip_auth(name, domain) if action == "sip_auth" else list(asker.fields)
    return [*form, ("key", "id"), ("user", name), ("domain", domain)]


def group(node: str, name: str, domain: str) -> Form:
    """Ask for the members of a call group."""
    form = _leading(node, "directory", ("domain", "name", domain)) + _event(node, "mod_commands.c", "group_call_function")
    return [*form, ("group", name), ("domain", domain), ("action", "group_call"), ("group_name", name)]


def dialplan(node: str, context: str, caller: str, domain: str, destination: str) -> Form:
    """Ask where a call of `caller` to `destination` goes."""
    call = str(uuid.uuid4())
    form = _leading(node, "dialplan", ("", "", "")) + _event(node, "mod_dialplan_xml.c", "dialplan_xml_locate")
    for prefix in ("Caller", "Hunt"):
        form += [
            (f"{prefix}-Direction", "inbound"),
            (f"{prefix}-Username", caller),
            (f"{prefix}-Dialplan", "XML"),
            (f"{prefix}-Caller-ID-Name", caller),
            (f"{prefix}-Caller-ID-Number", caller),
            (f"{prefix}-Destination-Number", destination),
            (f"{prefix}-Unique-ID", call),
            (f"{prefix}-Source", "mod_sofia"),
            (f"{prefix}-Context", context),
        ]
        if prefix == "Caller":
            form += [("variable_user_context", context), ("variable_user_name", caller), ("variable_domain_name", domain)]
    return form


def configuration(node: str, document: str, profile: str, core_uuid: str = "") -> Form:
    """Ask for a configuration document; empty `profile` = all of sofia.conf, empty `core_uuid` = a FreeSWITCH process that nobody knows."""
    function = "launch_sofia_worker_thread" if profile else "config_sofia" if document == "sofia.conf" else "switch_xml_open_cfg"
    form = _leading(node, "configuration", ("configuration", "name", document))
    if document != "sofia.conf" and not profile:
        # Most modules ask with the five fields alone.
        return form
    return form + _event(node, "sofia.c", function, core_uuid) + ([("profile", profile)] if profile else [])


def network_list(node: str, domain: str) -> Form:
    """Ask for the addresses of a domain's users, as an access list with the domain in it does."""
    form = _leading(node, "directory", ("domain", "name", domain)) + _event(node, "switch_core.c", "switch_load_network_lists")
    return [*form, ("domain", domain), ("purpose", "network-list")]


def _leading(node: str, section: str, tag: tuple[str, str, str]) -> Form:
    return [("hostname", node), ("section", section), ("tag_name", tag[0]), ("key_name", tag[1]), ("key_value", tag[2])]


def _event(node: str, file: str, function: str, core_uuid: str = "") -> Form:
    now = time.time()
    return [
        ("Event-Name", "REQUEST_PARAMS"),
        ("Core-UUID", core_uuid or str(uuid.uuid4())),
        ("FreeSWITCH-Hostname", node),
        ("FreeSWITCH-Switchname", node),
        ("Event-Date-Local", time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(now))),
        ("Event-Date-Timestamp", str(int(now * 1_000_000))),
        ("Event-Calling-File", file),
        ("Event-Calling-Function", function),
        ("Event-Calling-Line-Number", "1"),
        ("Event-Sequence", "1"),
    ]


def _sip_auth(name: str, domain: str) -> Form:
    return [
        ("action", "sip_auth"),
        ("sip_profile", "internal"),
        ("sip_user_agent", "r2a"),
        ("sip_auth_username", name),
        ("sip_auth_realm", domain),
        ("sip_to_user", name),
        ("sip_to_host", domain),
        ("sip_from_user", name),
        ("sip_from_host", domain),
        ("sip_request_host", domain),
        ("sip_auth_method", "REGISTER"),
    ]
