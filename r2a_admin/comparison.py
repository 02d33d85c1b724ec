"""What a running FreeSWITCH has against what it would be served: a difference a line, with what brings it away."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from r2a_admin.network_lists import NetworkList, is_true
from r2a_admin.served import Profile
from r2a_core.logs import one_line

#: What the survey calls a setting -> the param it comes from, where that is another name.
_PARAMS = {
    "inbound-codecs": "inbound-codec-prefs", "outbound-codecs": "outbound-codec-prefs", "dtmf-mode": "dtmf-type", "session-to": "session-timeout",
    "max-dialog": "max-proceeding", "max-recv-rps": "max-recv-requests-per-second", "late-neg": "inbound-late-negotiation",
    "proxy-media": "inbound-proxy-media", "aggressive-nat": "aggressive-nat-detection", "nomedia": "inbound-bypass-media",
}  # fmt: skip
_SETTINGS = (
    *_PARAMS, "sip-ip", "sip-port", "rtp-ip", "ext-sip-ip", "ext-rtp-ip", "context", "dialplan", "challenge-realm", "user-agent-filter",
    "max-registrations-per-extension", "hold-music", "outbound-proxy",
)  # fmt: skip
#: What a rescan does not bring into effect.
_BOUND_AT_START = ("sip-ip", "sip-port", "ext-sip-ip", "ext-rtp-ip")
#: Found out by FreeSWITCH itself: what it then shows is not what was written.
_FOUND_OUT = re.compile(r"(auto|stun:|host:|\$)", re.IGNORECASE)
_FROM = re.compile(r"<sip:(.*)@(.*)>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What differs, as it runs and as it is configured, and what to do about it."""

    what: str
    running: str
    configured: str
    do: str

    def __str__(self) -> str:
        return one_line(f"{self.what}: running {self.running}, configured {self.configured}; {self.do}", 1000)


def sofia(node: str, survey: Mapping[str, Any], served: Mapping[str, Profile], *, unreadable: Iterable[str] = ()) -> Iterator[Difference]:
    """Yield how profiles and gateways differ; gateways in `unreadable` are left alone: their passwords cannot be opened here."""
    running = {one["name"]: one for one in survey.get("profiles", ())}
    gateways = {(one["profile"], one["name"]): one for one in survey.get("gateways", ())}
    for name, profile in served.items():
        if name not in running:
            yield Difference(what=f"profile {name}", running="no", configured="yes", do=_restart(node, name))
            continue
        yield from _settings(node, name, running[name].get("settings", {}), profile)
        for gateway, params in profile.gateways.items():
            one = gateways.get((name, gateway))
            if one is None:
                yield Difference(what=f"gateway {gateway} of {name}", running="no", configured="yes", do=_refresh(node))
            else:
                yield from _gateway(node, one, params)
    for name in running.keys() - served.keys():
        yield Difference(what=f"profile {name}", running="yes", configured="no", do=_restart(node, name))
    known = {(name, gateway) for name, profile in served.items() for gateway in profile.gateways}
    for profile_name, gateway in sorted(gateways.keys() - known):
        if profile_name in served and gateway not in unreadable:
            what = f"gateway {gateway} of {profile_name}"
            yield Difference(what=what, running="yes", configured="no", do=_refresh(node))


def lists(node: str, answers: Sequence[Mapping[str, Any]], served: Mapping[str, NetworkList]) -> Iterator[Difference]:
    """Yield the addresses whose verdict in the running list is not the configured one."""
    for answer in answers:
        one = served[answer["list"]]
        allowed = one.allows(ipaddress.ip_address(answer["address"]))
        if allowed != answer["allowed"]:
            what = f"access list {one.name}, address {answer['address']}"
            yield Difference(what=what, running=_verdict(answer["allowed"]), configured=_verdict(allowed), do=_refresh(node))


def _settings(node: str, name: str, running: Mapping[str, str], profile: Profile) -> Iterator[Difference]:
    for setting in _SETTINGS:
        param = _PARAMS.get(setting, setting)
        told, wanted = running.get(setting), profile.settings.get(param)
        if told is None or (wanted is None and setting not in ("ext-sip-ip", "ext-rtp-ip")) or (wanted and _FOUND_OUT.match(wanted)):
            continue
        if wanted is None or not _same(told, wanted):
            do = _restart(node, name) if setting in _BOUND_AT_START else _refresh(node)
            yield Difference(what=f"profile {name}, {param}", running=told, configured=wanted or "not set", do=do)


def _gateway(node: str, running: Mapping[str, Any], params: Mapping[str, str]) -> Iterator[Difference]:
    for name, wanted in _expected(running["name"], params).items():
        told = _told(name, running)
        if told is not None and not _same(told, wanted):
            what = f"gateway {running['name']} of {running['profile']}, {name}"
            yield Difference(what=what, running=told or "not set", configured=wanted or "not set", do=_refresh(node))


def _expected(name: str, params: Mapping[str, str]) -> dict[str, str]:
    """Return what FreeSWITCH makes of a gateway's params, with what it puts in where there are none."""
    register = is_true(params.get("register") or "true")
    proxy = params.get("proxy") or params.get("realm") or name
    username = params.get("username") or ("" if register else "FreeSWITCH")
    ping_s = params.get("ping", "")
    return {
        "register": "true" if register else "false",
        "proxy": proxy.removeprefix("sip:"),
        "realm": params.get("realm") or proxy,
        "username": username,
        "from-user": params.get("from-user") or username,
        "from-domain": params.get("from-domain") or proxy,
        "context": params.get("context", ""),
        "extension": params.get("extension") or username,
        "expire-seconds": params.get("expire-seconds") or "3600",
        "ping": ping_s if ping_s.isdigit() and int(ping_s) >= 5 else "0",
        "register-transport": params.get("register-transport") or "udp",
    }


def _told(name: str, running: Mapping[str, Any]) -> str | None:
    """Return what the survey says of it; None = nothing."""
    if name == "register":
        return None if running.get(name) is None else str(bool(running[name])).lower()
    if name in ("from-user", "from-domain"):
        found = _FROM.fullmatch(str(running.get("from", "")))
        return found[1 if name == "from-user" else 2] if found else None
    key = {"extension": "exten", "expire-seconds": "expires", "ping": "pingfreq", "register-transport": "transport"}.get(name, name)
    value = running.get(key)
    return None if value is None else str(value).removeprefix("sip:") if name == "proxy" else str(value)


def _same(told: str, wanted: str) -> bool:
    if told.strip().lower() == wanted.strip().lower():
        return True
    return told in ("true", "false") and is_true(wanted) == (told == "true")


def _verdict(allowed: bool) -> str:
    return "let in" if allowed else "refused"


def _refresh(node: str) -> str:
    return f"r2a reload --full --node {node}"


def _restart(node: str, profile: str) -> str:
    return f"r2a reload --restart {profile} --node {node}"
