"""What the questions return: one frozen class a result shape, its fields in the order of the SELECT's columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

#: (level, kind, name, value) of a directory entry: level 1 domain, 2 group, 3 extension, 4 device; kind param or variable.
Entry = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class User:
    """directory_user: an extension as one of its names shows it. a1_md5 is None when that name is no enabled device's login in this realm."""

    domain: str
    context: str
    spellings: list[str]
    number: str
    name: str
    voicemail_enabled: bool
    voicemail_email: str | None
    language: str
    sound_prefix: str
    codecs: str | None
    timezone: str
    a1_md5: str | None
    voicemail_a1_md5: str | None
    reverse_auth_user: str | None
    reverse_auth_sealed: bytes | None
    cache_ms: int
    owns_aor: bool
    entries: list[Entry] | None


@dataclass(frozen=True, slots=True)
class Member:
    """directory_members: number is None for a group without members."""

    group: str
    spellings: list[str]
    number: str | None
    voicemail_email: str | None


@dataclass(frozen=True, slots=True)
class Mailbox:
    """directory_mailboxes: number is None for a domain without mailboxes."""

    number: str | None
    voicemail_email: str | None


@dataclass(frozen=True, slots=True)
class Domain:
    """directory_domain."""

    name: str
    entries: list[Entry] | None


@dataclass(frozen=True, slots=True)
class DomainName:
    """directory_domains."""

    name: str


@dataclass(frozen=True, slots=True)
class Network:
    """directory_networks: both None for a domain without trusted addresses."""

    auth_user: str | None
    cidr: str | None


@dataclass(frozen=True, slots=True)
class Target:
    """dialplan_target: at most one of feature and number decides; both None = nothing has this number."""

    spellings: list[str]
    feature: str | None
    number: str | None
    ring_timeout_s: int | None
    codecs: str | None


@dataclass(frozen=True, slots=True)
class Profile:
    """sofia_profiles: name is None for a node without profiles; addresses are None where the node has none for the alias."""

    node: str
    name: str | None
    context: str
    port: int
    authenticate_calls: bool
    sip_alias: str
    rtp_alias: str
    sip_listen: str | None
    sip_advertise: str | None
    rtp_listen: str | None
    rtp_advertise: str | None
    params: dict[str, str] | None
    domains: list[tuple[str, bool, bool]] | None


@dataclass(frozen=True, slots=True)
class Gateway:
    """sofia_gateways. register: this FreeSWITCH, and no other, registers it now. codecs: None = what the profile prefers."""

    profile: str
    name: str
    proxy: str
    realm: str | None
    outbound_proxy: str | None
    username: str | None
    password_sealed: bytes | None
    from_user: str | None
    from_domain: str | None
    register: bool
    transport: str
    expire_s: int
    retry_s: int
    ping_s: int | None
    caller_id_in_from: bool
    context: str
    codecs: str | None
    params: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class AclEntry:
    """acl_entries: allow is None for a list without entries; one of cidr and domain is set otherwise."""

    acl: str
    allow_by_default: bool
    allow: bool | None
    cidr: str | None
    domain: str | None


@dataclass(frozen=True, slots=True)
class NodeAddress:
    """acl_nodes."""

    cidr: str


@dataclass(frozen=True, slots=True)
class MohClass:
    """moh_classes: domain is None for music of everybody."""

    domain: str | None
    name: str
    path: str
    rate_hz: int
    shuffle: bool
    interval_ms: int


@dataclass(frozen=True, slots=True)
class PhraseStep:
    """phrase_steps: domain is None for a phrase of everybody; pattern is None for a step that is always taken; say_* only where function is say."""

    language: str
    say_module: str
    sound_prefix: str
    name: str
    domain: str | None
    pause_ms: int
    pattern: str | None
    matches: bool
    function: str
    data: str
    say_type: str | None
    say_method: str | None


@dataclass(frozen=True, slots=True)
class Element:
    """document_elements: id is None for a document without elements."""

    id: int | None
    parent_id: int | None
    tag: str
    attributes: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Recovery:
    """recovery_state."""

    replica: bool
    has_tenants: bool
