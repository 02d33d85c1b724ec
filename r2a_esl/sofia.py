"""Reads what mod_sofia says of its profiles and gateways. It looks like XML and is none: most values stand in it as they are.

No value holds a newline, so the line says what is what.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape

from r2a_esl.replies import ReplyError

PROFILE_START = "sofia::profile_start"
_PROFILE = re.compile(r"^<profile>\n<name>(.*)</name>\n<type>profile</type>\n<data>(.*)</data>\n<state>(\S*)(?: \((\d+)\))?.*</state>$", re.MULTILINE)
_ELEMENT = re.compile(r" {4}<([a-z-]+)>(.*)</\1>")
_PORT = re.compile(r":(\d{1,5})(?:;|$)")
_MICROSECONDS = re.compile(r"[0-9]{13,17}")
_TRANSPORT = re.compile(r";transport=([a-z]+)", re.IGNORECASE)
#: What a profile is asked for. Its database is not among it: an odbc-dsn holds a password.
_SETTINGS = frozenset((
    "domain-name", "pres-hosts", "dialplan", "context", "challenge-realm", "rtp-ip", "ext-rtp-ip", "sip-ip", "ext-sip-ip", "url",
    "bind-url", "tls-url", "tls-bind-url", "ws-bind-url", "wss-bind-url", "hold-music", "outbound-proxy", "inbound-codecs",
    "outbound-codecs", "tel-event", "dtmf-mode", "cng", "session-to", "max-dialog", "max-recv-rps", "nomedia", "late-neg", "proxy-media",
    "aggressive-nat", "auto-nat", "user-agent-filter", "max-registrations-per-extension",
))
#: What a gateway is asked for. FreeSWITCH itself says of the password only whether there is one.
_OF_GATEWAY = ("scheme", "realm", "username", "from", "contact", "exten", "to", "proxy", "context", "expires", "freq", "pingfreq")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A profile that runs. calls are the sessions that it holds; url is where it is reached."""

    name: str
    state: str
    calls: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewayStatus:
    """A gateway of a running profile. state is of its registration (REGED, NOREG, FAIL_WAIT ...), ping is UP or DOWN; told is the rest, as it is."""

    profile: str
    name: str
    state: str
    ping: str
    told: Mapping[str, str]

    @property
    def transport(self) -> str | None:
        found = _TRANSPORT.search(self.told.get("contact", ""))
        return found[1].lower() if found else None


def profiles(reply: str) -> list[Profile]:
    """Return the running profiles in the reply to `sofia xmlstatus`; raise ReplyError."""
    _check_end("sofia xmlstatus", reply, "</profiles>")
    # A profile is there once for each of its transports.
    found: dict[str, Profile] = {}
    for name, url, state, calls in _PROFILE.findall(reply):
        found.setdefault(name, Profile(name=_clean(name), state=state, calls=int(calls or 0), url=_clean(url)))
    return list(found.values())


def gateways(reply: str) -> list[GatewayStatus]:
    """Return the gateways in the reply to `sofia xmlstatus gateway`; raise ReplyError."""
    _check_end("sofia xmlstatus gateway", reply, "</gateways>")
    return [_gateway(dict(block)) for block in _blocks(reply)]


def settings(reply: str) -> dict[str, str]:
    """Return what a profile runs with, from the reply to `sofia xmlstatus profile X`, with its sip-port; raise ReplyError."""
    _check_end("sofia xmlstatus profile", reply, "</profile>")
    found: dict[str, str] = {}
    for line in reply.split("\n"):
        element = _ELEMENT.fullmatch(line)
        if element is not None and element[1] in _SETTINGS:
            before = f"{found[element[1]]}, " if element[1] in found else ""
            found[element[1]] = before + _clean(element[2])
    if (port := _PORT.search(found.get("bind-url", ""))) is not None:
        found["sip-port"] = port[1]
    return found


def started(headers: Mapping[str, object]) -> tuple[str, datetime] | None:
    """Return which profile a sofia::profile_start event tells of, and when that was; None when it does not say."""
    name, at_us = headers.get("profile_name"), headers.get("Event-Date-Timestamp")
    if not isinstance(name, str) or not isinstance(at_us, str) or not _MICROSECONDS.fullmatch(at_us):
        return None
    return _clean(name), datetime.fromtimestamp(int(at_us) / 1_000_000, UTC)


def _blocks(reply: str) -> Iterator[list[tuple[str, str]]]:
    block: list[tuple[str, str]] | None = None
    for line in reply.split("\n"):
        if line == "  <gateway>":
            block = []
        elif line == "  </gateway>" and block is not None:
            yield block
            block = None
        elif block is not None and (element := _ELEMENT.fullmatch(line)):
            block.append((element[1], _clean(unescape(element[2]))))


def _gateway(found: Mapping[str, str]) -> GatewayStatus:
    try:
        told = {name: found[name] for name in _OF_GATEWAY if name in found}
        return GatewayStatus(profile=found["profile"], name=found["name"], state=found["state"], ping=found["status"], told=told)
    except KeyError as error:
        raise ReplyError(f"a gateway in `sofia xmlstatus gateway` has no {error}") from error


def _check_end(command: str, reply: str, end: str) -> None:
    if not reply.rstrip().endswith(end):
        raise ReplyError(f"`{command}` answered {reply.strip()[:80]!r}")


def _clean(text: str) -> str:
    # PostgreSQL takes neither, and no name has one.
    return text.encode("utf-8", "replace").decode().replace("\0", "?")
