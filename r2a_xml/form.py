"""The guard: HTTP body -> **Form**. It lets through only what mod_xml_curl can have sent, and nothing that was smuggled into it.

mod_xml_curl writes five leading fields without encoding (mod_xml_curl.c, xml_url_fetch) and then the headers of an event, names
raw and values percent-encoded. A realm or a dialled host that holds `&` therefore becomes fields of its own: what stands where,
and what stands there twice, tells the real request from the forged one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from r2a_core.errors import R2aError

#: A REGISTER is 40 fields, a call 160; a phone that sends every header it can reaches some hundreds.
MAX_FIELDS = 4000

LEADING = (b"hostname", b"section", b"tag_name", b"key_name", b"key_value")
#: user_outgoing_channel puts these two before the event (mod_dptools.c), and nothing else ever stands there.
_USER_CALL = [b"as_channel=true", b"action=user_call"]
#: Fields that decide what is asked, or for whom.
_DECIDING = frozenset(
    (
        *(b"hostname tag_name key_name key_value Event-Name Event-Calling-Function action purpose key user domain ip profile reconfig".split()),
        *(b"Core-UUID gateway group group_name type VM-Action sip_auth_method sip_auth_username sip_auth_realm".split()),
        *(b"sip_to_user sip_to_host sip_from_user sip_from_host".split()),
        *(b"Hunt-Context Hunt-Destination-Number Hunt-Caller-ID-Number Hunt-Unique-ID CC-Queue Menu-Name macro_name lang".split()),
        *(b"conference_name profile_name Action Controls presence".split()),
    )
)
#: Events that keep a header twice when it is added twice (switch_event.c: unique names are for the other kinds).
_REPEATING_EVENTS = (b"GENERAL", b"COMMAND", b"CUSTOM")

_HOST = re.compile(r"[A-Za-z0-9_\[]([A-Za-z0-9._:\]-]{0,252})\Z")
_HOSTNAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}\Z")
#: The sections of a FreeSWITCH document (switch_xml.c).
SECTIONS = ("directory", "dialplan", "configuration", "languages", "phrases", "chatplan", "channels")


class FormRefused(R2aError):
    """The body is not one that mod_xml_curl sends; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Form:
    """A request as FreeSWITCH meant it. get() gives the deciding fields only: the rest is the caller's talk and stays unread."""

    hostname: str
    section: str
    tag_name: str
    key_name: str
    key_value: str
    fields: dict[bytes, bytes]

    def get(self, name: bytes) -> str:
        """Return the decoded value of a deciding field, empty when it was not sent."""
        value = self.fields.get(name)
        return "" if value is None else _text(name, value)


def read(body: bytes) -> Form:
    """Return the form in `body`; raise FormRefused when mod_xml_curl cannot have sent it, or something was injected into it."""
    if not body:
        raise FormRefused("the body is empty; expected hostname=...&section=...&tag_name=...&key_name=...&key_value=...")
    parts = body.split(b"&", MAX_FIELDS + 1)
    if len(parts) > MAX_FIELDS:
        raise FormRefused(f"more than {MAX_FIELDS} fields")
    leading = _leading(parts)
    rest = parts[5:]
    if rest[:2] == _USER_CALL:
        rest = rest[2:] + rest[:2]
    if rest and not rest[0].startswith(b"Event-Name="):
        raise FormRefused(f"field 6 should be Event-Name, is {_shown(rest[0].partition(b'=')[0])}: something was put into key_value")
    fields = _deciding(rest)
    hostname, section, tag_name, key_name, key_value = leading
    if not _HOSTNAME.match(hostname):
        raise FormRefused("hostname is not a host name")
    form = Form(hostname=hostname, section=section, tag_name=tag_name, key_name=key_name, key_value=key_value, fields=fields)
    if section == "directory":
        _check_domain(form)
    return form


def _leading(parts: list[bytes]) -> list[str]:
    if len(parts) < len(LEADING):
        raise FormRefused("fewer than five fields; expected hostname, section, tag_name, key_name, key_value first")
    values = []
    for name, part in zip(LEADING, parts, strict=False):
        given, equals, value = part.partition(b"=")
        if given != name or not equals:
            raise FormRefused(f"expected the field {name.decode()} in its place, found {_shown(given)}")
        # Raw on the wire, so it is not decoded here either.
        values.append(_utf8(name, value))
    return values


def _deciding(parts: list[bytes]) -> dict[bytes, bytes]:
    fields: dict[bytes, bytes] = {}
    section: bytes | None = None
    for part in parts:
        name, _, value = part.partition(b"=")
        if name in _DECIDING:
            if name in fields and not _may_repeat(name, fields, value):
                raise FormRefused(f"the field {_shown(name)} stands there twice")
            fields[name] = value
        elif name == b"section":
            # xml_locate (mod_commands.c) repeats the section among its own fields, once.
            if section is not None or value not in map(str.encode, SECTIONS):
                raise FormRefused("the field section stands there twice")
            section = value
    for name in LEADING:
        if name in fields:
            raise FormRefused(f"the field {_shown(name)} stands there twice")
    return fields


def _may_repeat(name: bytes, fields: dict[bytes, bytes], value: bytes) -> bool:
    # switch_xml_locate_user_merged asks again under a second key, on the same event (resolve_id in mod_voicemail.c).
    if fields.get(b"Event-Name") not in _REPEATING_EVENTS or name not in (b"key", b"user", b"domain"):
        return False
    return value == fields[name] or (name == b"key" and (fields[name], value) == (b"id", b"number-alias"))


def _check_domain(form: Form) -> None:
    domain = form.fields.get(b"domain")
    if domain is None and (b"user" in form.fields or b"group_name" in form.fields):
        raise FormRefused("a user or group is asked for without the field domain")
    if form.key_value and not _HOST.match(form.key_value):
        raise FormRefused("key_value is not a domain name")
    if domain is not None and _text(b"domain", domain) != form.key_value:
        raise FormRefused("domain differs from key_value")


def _text(name: bytes, value: bytes) -> str:
    return _utf8(name, unquote_to_bytes(value) if b"%" in value else value)


def _utf8(name: bytes, value: bytes) -> str:
    try:
        text = value.decode()
    except UnicodeDecodeError as error:
        raise FormRefused(f"the field {_shown(name)} is not UTF-8") from error
    if not text.isprintable():
        raise FormRefused(f"the field {_shown(name)} holds a control character")
    return text


def _shown(name: bytes) -> str:
    return name[:40].decode("ascii", "replace").encode("ascii", "backslashreplace").decode()
