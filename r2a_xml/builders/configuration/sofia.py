"""Profiles and gateways of one node -> sofia.conf (contract 5.3, 5.4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import boolean, element, param, variable
from r2a_xml.store.rows import Gateway, Profile

#: Together with inbound-reg-in-new-thread below: without both, one slow answer holds every REGISTER of the node (contract 1.4).
MAX_REG_THREADS = 8

#: What a profile needs and a profile written from scratch forgets; a row of the same name wins.
PROFILE_DEFAULTS = {"rtp-timer-name": "soft", "inbound-reg-in-new-thread": "true", "dialplan": "XML", "log-auth-failures": "true"}


def sofia(profiles: Iterable[Profile], gateways: Mapping[str, Sequence[tuple[Gateway, str | None]]]) -> Element:
    """Return sofia.conf with `profiles`, each with its (gateway, clear password) pairs from `gateways`. Profiles need both addresses."""
    root, conf = configuration("sofia.conf")
    settings = element(conf, "global_settings")
    param(settings, "log-level", "0")
    param(settings, "max-reg-threads", str(MAX_REG_THREADS))
    listed = element(conf, "profiles")
    for row in profiles:
        _profile(listed, row, gateways.get(row.name or "", ()))
    return root


def _profile(parent: Element, row: Profile, gateways: Sequence[tuple[Gateway, str | None]]) -> None:
    profile = element(parent, "profile", name=row.name or "")
    tag = element(profile, "gateways")
    for gateway, password in gateways:
        _gateway(tag, gateway, password)
    domains = element(profile, "domains")
    for name, alias, parse in row.domains or ():
        element(domains, "domain", name=name, alias=boolean(alias), parse=boolean(parse))
    settings = element(profile, "settings")
    for name, value in _settings(row).items():
        param(settings, name, value)


def _settings(row: Profile) -> dict[str, str]:
    settings = PROFILE_DEFAULTS | (row.params or {})
    settings |= {
        "context": row.context,
        "sip-ip": row.sip_listen or "",
        "sip-port": str(row.port),
        "rtp-ip": row.rtp_listen or "",
        "auth-calls": boolean(row.authenticate_calls),
        "accept-blind-auth": "false",
        "accept-blind-reg": "false",
    }
    if row.sip_advertise:
        settings["ext-sip-ip"] = row.sip_advertise
    if row.rtp_advertise:
        settings["ext-rtp-ip"] = row.rtp_advertise
    return dict(sorted(settings.items()))


def _gateway(parent: Element, row: Gateway, password: str | None) -> None:
    gateway = element(parent, "gateway", name=row.name)
    params = element(gateway, "params")
    values = {
        "proxy": row.proxy,
        "realm": row.realm,
        "outbound-proxy": row.outbound_proxy,
        "username": row.username,
        "password": password,
        "from-user": row.from_user,
        "from-domain": row.from_domain,
        "register": boolean(row.register),
        "register-transport": row.transport,
        "expire-seconds": str(row.expire_s),
        "retry-seconds": str(row.retry_s),
        "ping": str(row.ping_s) if row.ping_s else None,
        "caller-id-in-from": boolean(row.caller_id_in_from),
        "context": row.context,
    }
    for name, value in {**values, **(row.params or {})}.items():
        if value is not None:
            param(params, name, value)
    if row.codecs:
        # Without a direction: for calls to the carrier and from it.
        variable(element(gateway, "variables"), "absolute_codec_string", row.codecs)
