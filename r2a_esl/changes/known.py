"""What the plan works on: rows of the change log, and what the database says of what they name. Nothing here does anything."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of cfg.change_log. before is None for an INSERT, after for a DELETE; secrets in them are ***. mark: which row of its revision it is."""

    revision: int
    table: str
    operation: str
    before: Row | None
    after: Row | None
    mark: str | None = None

    @property
    def versions(self) -> tuple[Row, ...]:
        """The old row and the new one, as far as there are such."""
        return tuple(row for row in (self.before, self.after) if row is not None)

    @property
    def row(self) -> Row:
        """The newest version of the row."""
        return self.versions[-1]

    def differs(self, *columns: str) -> bool:
        """Return whether one of `columns` is another than before; True for an INSERT and a DELETE."""
        if self.before is None or self.after is None:
            return True
        return any(self.before.get(column) != self.after.get(column) for column in columns)

    @property
    def switched_off(self) -> bool:
        """Whether the row was enabled, and no longer is or no longer exists."""
        return self.before is not None and bool(self.before.get("enabled")) and not (self.after is not None and self.after.get("enabled"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """Where a gateway belongs; node_id None = every node that runs the profile."""

    tenant_id: int | None
    sip_profile_id: int
    node_id: int | None
    name: str
    enabled: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Domain:
    """The canonical name of a domain; here: it and its tenant are enabled."""

    name: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """A queue as mod_callcenter names it; here: it, its domain and its tenant are enabled."""

    domain_id: int
    name: str
    here: bool
    moh_class_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """An agent as mod_callcenter names it; here: it, its extension, its domain and its tenant are enabled. settings: columns of cfg.queue_agent."""

    domain_id: int
    extension_id: int
    name: str
    here: bool
    settings: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """The seat of an agent in a queue; here: both are."""

    queue: str
    agent: str
    here: bool
    level: int
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stream:
    """A music on hold class as mod_local_stream names it; here: it is enabled, and the domain it may belong to."""

    domain_id: int | None
    name: str
    here: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A generic document that this node is served, or would be if it had none of its own; node_id None = every node's."""

    name: str
    node_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Applications:
    """What the database says of queues, music and documents. tiers: by (queue, agent).

    own_documents: names of those that this node has of its own. contents: name -> (tag, attributes) of what the node is served now, as far
    as a command can tell it.
    """

    domains: Mapping[int, Domain] = field(default_factory=dict)
    queues: Mapping[int, Queue] = field(default_factory=dict)
    agents: Mapping[int, Agent] = field(default_factory=dict)
    tiers: Mapping[tuple[int, int], Tier] = field(default_factory=dict)
    streams: Mapping[int, Stream] = field(default_factory=dict)
    documents: Mapping[int, Document] = field(default_factory=dict)
    own_documents: frozenset[str] = frozenset()
    contents: Mapping[str, tuple[tuple[str, Row], ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Concerned:
    """The keys of everything that a batch of changes speaks of; those that were renamed, or switched on or off, once more."""

    extensions: frozenset[int]
    devices: frozenset[int]
    domains: frozenset[int]
    tenants: frozenset[int]
    gateways: frozenset[int]
    queues: frozenset[int]
    agents: frozenset[int]
    streams: frozenset[int]
    documents: frozenset[int]
    moved_extensions: frozenset[int]
    moved_domains: frozenset[int]
    moved_tenants: frozenset[int]
    document_names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database says now. names: extension -> (domain, name); devices: device -> (extension, domain, login); profiles: those of this node."""

    node_id: int | None
    profiles: Mapping[int, str]
    names: Mapping[int, frozenset[tuple[int, str]]]
    devices: Mapping[int, tuple[int, int, str]]
    spellings: Mapping[int, frozenset[str]]
    tenants: Mapping[int, frozenset[int]]
    gateways: Mapping[int, Gateway]
    #: Whether some device is let in by its address.
    trusts_addresses: bool
    applications: Applications = field(default_factory=Applications)


#: Table -> the column that says which domain, extension, device or gateway a row is of; `id` for the thing itself.
_KEYS = {
    "extensions": {"extension": "id", "*": "extension_id"},
    "devices": {"device": "id", "*": "device_id"},
    "domains": {"domain": "id", "*": "domain_id"},
    "tenants": {"tenant": "id"},
    "gateways": {"gateway": "id", "*": "gateway_id"},
    "queues": {"queue": "id", "*": "queue_id"},
    "agents": {"queue_agent": "id", "*": "queue_agent_id"},
    "streams": {"moh_class": "id"},
    "documents": {"config_document": "id", "config_element": "document_id"},
}
#: Columns that others are named by, or go with: a change of them concerns everything in there.
_MOVING = {"extension": ("number", "enabled"), "domain": ("name", "enabled"), "tenant": ("enabled",)}
_MUSIC = ("post_load_modules.conf",)


@functools.cache
def _columns(table: str) -> tuple[tuple[str, str], ...]:
    found = ((kind, columns.get(table, columns.get("*"))) for kind, columns in _KEYS.items())
    return tuple((kind, column) for kind, column in found if column is not None)


def concerned(changes: list[Change]) -> Concerned:
    """Return the keys of everything that `changes` speak of, old and new."""
    found: dict[str, set[int]] = {kind: set() for kind in (*_KEYS, *(f"moved_{table}s" for table in _MOVING))}
    names: set[str] = set()
    for change in changes:
        versions = change.versions
        for kind, column in _columns(change.table):
            found[kind].update(row[column] for row in versions if row.get(column) is not None)
        if change.table in _MOVING and change.before is not None and change.differs(*_MOVING[change.table]):
            found[f"moved_{change.table}s"].add(change.row["id"])
        names.update([row["name"] for row in versions] if change.table == "config_document" else ())
        # Without any music the module refuses to load: whether it should be there is asked with the first one.
        names.update(_MUSIC if change.table == "moh_class" else ())
    return Concerned(**{kind: frozenset(keys) for kind, keys in found.items()}, document_names=frozenset(names))
