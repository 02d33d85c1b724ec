"""From a name that a person typed to the row it means; an unknown name is answered with the names it resembles."""

from __future__ import annotations

import difflib
from dataclasses import dataclass

from r2a_admin.store import asking
from r2a_core.database import Connection
from r2a_core.errors import R2aError


class UnknownNameError(R2aError):
    """Nothing is called that; the text says what is called nearly so."""


@dataclass(frozen=True, slots=True)
class Key:
    """A row that has a name of its own: tenant, domain, node, profile, gateway, access list, document, group."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class ExtensionKey:
    """An extension and where it belongs."""

    id: int
    number: str
    domain_id: int
    domain: str

    @property
    def title(self) -> str:
        return f"{self.number}@{self.domain}"


@dataclass(frozen=True, slots=True)
class DeviceKey:
    """A device, and the extension it belongs to."""

    id: int
    auth_user: str
    domain_id: int
    domain: str
    extension_id: int
    number: str

    @property
    def title(self) -> str:
        return f"{self.auth_user}@{self.domain}"


def named(connection: Connection, noun: str, name: str) -> Key:
    """Return the `noun` (tenant, node, profile, gateway or acl) called `name`; raise UnknownNameError."""
    key = asking.row(connection, f"{noun}_key", Key, {"name": name})
    if key is None:
        raise _unknown(noun, name, asking.rows(connection, f"{noun}_names", str))
    return key


def domain(connection: Connection, name: str) -> Key:
    """Return the domain asked for under `name` (its own or an alias, any case); raise UnknownNameError."""
    return named(connection, "domain", name.lower())


def subject(connection: Connection, text: str) -> tuple[str, Key]:
    """Split `user@domain` and find the domain; without @, the only domain is meant. Raise UnknownNameError when there is no telling."""
    user, at, domain_name = text.rpartition("@")
    if at and user and domain_name:
        return user, domain(connection, domain_name)
    if at or not text:
        raise UnknownNameError(f"{text!r} should be like 1001@pbx.example.com")
    domains = asking.rows(connection, "domain_only", Key)
    if len(domains) == 1:
        return text, domains[0]
    if not domains:
        raise UnknownNameError("there is no domain yet; `r2a domain add NAME --tenant TENANT --create-tenant` makes one")
    raise UnknownNameError(f"there is more than one domain: say which, like {text}@{domains[0].name}")


def extension(connection: Connection, text: str) -> ExtensionKey:
    """Return the extension that `number@domain` (or alias, or a device's login) names; raise UnknownNameError."""
    user, of = subject(connection, text)
    return extension_of(connection, of, user)


def extension_of(connection: Connection, of: Key, user: str) -> ExtensionKey:
    """Return the extension known as `user` in the domain; raise UnknownNameError."""
    key = asking.row(connection, "extension_key", ExtensionKey, {"domain_id": of.id, "name": user})
    if key is None:
        raise _unknown("extension", user, asking.rows(connection, "user_names", str, {"domain_id": of.id}), f" in {of.name}")
    return key


def device(connection: Connection, text: str) -> DeviceKey:
    """Return the device that logs in as `auth_user@domain`; raise UnknownNameError."""
    user, of = subject(connection, text)
    key = asking.row(connection, "device_key", DeviceKey, {"domain_id": of.id, "auth_user": user})
    if key is None:
        raise _unknown("device", user, asking.rows(connection, "device_names", str, {"domain_id": of.id}), f" in {of.name}")
    return key


def group(connection: Connection, text: str) -> tuple[Key, Key]:
    """Return (group, its domain) for `name@domain`; raise UnknownNameError."""
    name, of = subject(connection, text)
    key = asking.row(connection, "group_key", Key, {"domain_id": of.id, "name": name})
    if key is None:
        raise _unknown("group", name, asking.rows(connection, "group_names", str, {"domain_id": of.id}), f" in {of.name}")
    return key, of


def document(connection: Connection, name: str, node: Key | None) -> Key:
    """Return the document for `node`, or for every node (None); raise UnknownNameError."""
    key = asking.row(connection, "document_key", Key, {"name": name, "node_id": node.id if node else None})
    if key is None:
        raise _unknown("document", name, asking.rows(connection, "document_names", str), f" for {node.name}" if node else " for every node")
    return key


def _unknown(noun: str, name: str, names: list[str], where: str = "") -> UnknownNameError:
    near = difflib.get_close_matches(name, names, n=3, cutoff=0.6)
    hint = f"; did you mean {' or '.join(near)}?" if near else f"; `r2a {noun} list` shows what there is"
    return UnknownNameError(f"there is no {noun} {name!r}{where}{hint}")
