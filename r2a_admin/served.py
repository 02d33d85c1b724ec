"""What r2a would serve a node: its SIP profiles with their gateways, and its access lists, read as FreeSWITCH reads them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from lxml import etree

from r2a_admin import questions
from r2a_admin.network_lists import NetworkList, is_true, parsed
from r2a_admin.questions import Form
from r2a_core.errors import R2aError


class NotServedError(R2aError):
    """The service would not have answered; the text says what."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """A SIP profile: its settings, and the params of its gateways, by name."""

    settings: Mapping[str, str]
    gateways: Mapping[str, Mapping[str, str]]


def profiles(node: str, core_uuid: str) -> dict[str, Profile]:
    """Return the profiles that FreeSWITCH `core_uuid` of `node` would get; raise NotServedError."""
    root = _document(questions.configuration(node, "sofia.conf", "", core_uuid))
    found = {}
    for profile in root.iter("profile"):
        gateways = {gateway.get("name"): dict(_params(gateway)) for gateway in profile.iter("gateway")}
        settings = profile.find("settings")
        found[profile.get("name")] = Profile(settings={} if settings is None else dict(_params(settings)), gateways=gateways)
    return found


def network_lists(node: str) -> dict[str, NetworkList]:
    """Return the access lists that `node` would get, with the users that a domain in them stands for; raise NotServedError."""
    root = _document(questions.configuration(node, "acl.conf", ""))
    found = {}
    for one in root.iter("list"):
        default = is_true(one.get("default", "true"))
        entries = [entry for element in one.iter("node") for entry in parsed(_ranges(node, element, default))]
        found[one.get("name")] = NetworkList(name=one.get("name"), allows_by_default=default, entries=entries)
    return found


def _ranges(node: str, element: Any, default: bool) -> Iterator[tuple[bool, str]]:
    allow = is_true(element.get("type")) if element.get("type") is not None else default
    if element.get("domain"):
        for user in _document(questions.network_list(node, element.get("domain")), missing="<none/>").iter("user"):
            if user.get("id") and user.get("cidr"):
                yield allow, user.get("cidr")
    elif element.get("cidr"):
        yield allow, element.get("cidr")


def _params(parent: Any) -> Iterator[tuple[str, str]]:
    for param in parent.iter("param"):
        yield param.get("name", ""), param.get("value", "")


def _document(form: Form, missing: str | None = None) -> Any:
    """Return the answer as an element; `missing` stands for one that is not found."""
    # Imported here: the service's modules take longer to load than most commands to run.
    from r2a_xml import preview

    status, body = preview.answer(os.environ, form)
    asked = f"{form[4][1]} for {form[0][1]}"
    if status != 200:
        raise NotServedError(f"the service would answer {status} for {asked}: {body.decode().strip()[:200]}")
    if b'status="not found"' in body:
        if missing is not None:
            return etree.fromstring(missing)
        raise NotServedError(f"the service has no {asked}; `r2a xml configuration {form[4][1]} --node {form[0][1]}` shows why")
    return etree.fromstring(body)
