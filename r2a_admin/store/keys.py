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
    """A row that has a name of its own: tenant, domain, node, profile, gateway, access list, document, group, menu, queue, room."""

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


@dataclass(frozen=True, slots=True)
class AgentKey:
    """An extension that is an agent; title is NUMBER@DOMAIN."""

    id: int
    domain_id: int
    title: str


@dataclass(frozen=True, slots=True)
class PhraseKey:
    """A phrase in one language."""

    id: int
    language: str


def named(connection: Connection, noun: str, name: str) -> Key:
    """Return the `noun` (tenant, node, profile, gateway, acl or conference profile) called `name`; raise UnknownNameError."""
    question = noun.replace(" ", "_")
    key = asking.row(connection, f"{question}_key", Key, {"name": name})
    if key is None:
        raise _unknown(noun, name, asking.rows(connection, f"{question}_names", str))
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


def extension_within(connection: Connection, of: Key, text: str, whose: str) -> ExtensionKey:
    """Return the extension; without @ it is looked for in `of`. Raise UnknownNameError for one of another domain: `whose` share a domain."""
    key = extension(connection, text if "@" in text else f"{text}@{of.name}")
    if key.domain_id != of.id:
        raise UnknownNameError(f"{key.title} is not of {of.name}: {whose} share a domain")
    return key


def within(connection: Connection, noun: str, text: str) -> tuple[Key, Key]:
    """Return (the `noun` (group, ivr, queue or conference room), its domain) for `name@domain`; raise UnknownNameError."""
    name, of = subject(connection, text)
    question = noun.replace(" ", "_")
    key = asking.row(connection, f"{question}_key", Key, {"domain_id": of.id, "name": name})
    if key is None:
        raise _unknown(noun, name, asking.rows(connection, f"{question}_names", str, {"domain_id": of.id}), f" in {of.name}")
    return key, of


def agent(connection: Connection, of: ExtensionKey) -> AgentKey:
    """Return the agent that the extension is; raise UnknownNameError."""
    found = asking.row(connection, "agent_key", int, {"extension_id": of.id})
    if found is None:
        raise UnknownNameError(f"extension {of.title} is no agent; `r2a agent add {of.title}` makes it one")
    return AgentKey(found, of.domain_id, of.title)


def voice(connection: Connection, language: str) -> Key:
    """Return the voice guide for `language`; raise UnknownNameError."""
    key = asking.row(connection, "voice_key", Key, {"name": language})
    if key is None:
        there = ", ".join(asking.rows(connection, "voice_names", str))
        raise UnknownNameError(f"there is no voice guide for the language {language!r}; there are {there or 'none'}; `r2a voice add` adds one")
    return key


def shared(connection: Connection, text: str, separator: str) -> tuple[str, Key | None]:
    """Split what everybody or one domain can own: `NAME` is everybody's (None), `NAME@DOMAIN` or `DOMAIN/NAME` the domain's."""
    head, found, tail = text.partition(separator)
    if not found:
        return text, None
    name, of = (head, tail) if separator == "@" else (tail, head)
    if not name or not of:
        raise UnknownNameError(f"{text!r} should be like {'closed@pbx.example.com' if separator == '@' else 'pbx.example.com/hold'}")
    return name, domain(connection, of)


def moh(connection: Connection, text: str) -> Key:
    """Return the stream of music for `NAME` or `DOMAIN/NAME`, called so; raise UnknownNameError."""
    name, of = shared(connection, text, "/")
    key = asking.row(connection, "moh_key", Key, {"domain_id": of.id if of else None, "name": name})
    if key is None:
        raise _unknown("moh", text, asking.rows(connection, "moh_names", str))
    return key


def moh_for(connection: Connection, of: Key, text: str) -> Key:
    """Return the stream of music that `of` means by `NAME` (its own, else everybody's) or `DOMAIN/NAME`; raise UnknownNameError for another's."""
    name, owner = shared(connection, text, "/")
    if owner and owner.id != of.id:
        raise UnknownNameError(f"moh {owner.name}/{name} is not of {of.name}: a queue plays music of its own domain, or of everybody")
    own = asking.row(connection, "moh_key", Key, {"domain_id": of.id, "name": name})
    return own or moh(connection, text)


def phrase(connection: Connection, text: str, language: str | None) -> PhraseKey:
    """Return the phrase for `NAME` or `NAME@DOMAIN`; raise UnknownNameError, also when it is there in several languages and none was given."""
    name, of = shared(connection, text, "@")
    values = {"domain_id": of.id if of else None, "name": name}
    found = asking.rows(connection, "phrase_keys", PhraseKey, values)
    if not found:
        raise _unknown("phrase", name, asking.rows(connection, "phrase_names", str, values), f" in {of.name}" if of else " of everybody")
    fitting = [key for key in found if language in (None, key.language)]
    if len(fitting) != 1:
        there = f"phrase {text} is there in {', '.join(key.language for key in found)}"
        raise UnknownNameError(f"{there}; say which with --language" if fitting else f"{there}, and not in {language}")
    return fitting[0]


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
