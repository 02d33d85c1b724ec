"""What the plan works on: rows of the change log, and what the database says of what they name. Nothing here does anything."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One row of cfg.change_log. before is None for an INSERT, after for a DELETE; secrets in them are ***."""

    revision: int
    table: str
    operation: str
    before: Row | None
    after: Row | None

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
class Concerned:
    """The keys of everything that a batch of changes speaks of."""

    extensions: frozenset[int]
    devices: frozenset[int]
    domains: frozenset[int]
    tenants: frozenset[int]
    gateways: frozenset[int]


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


#: Table -> the column that says which domain, extension, device or gateway a row is of; `id` for the thing itself.
_KEYS = {
    "extensions": {"extension": "id", "*": "extension_id"},
    "devices": {"device": "id", "*": "device_id"},
    "domains": {"domain": "id", "*": "domain_id"},
    "tenants": {"tenant": "id"},
    "gateways": {"gateway": "id", "*": "gateway_id"},
}


def concerned(changes: list[Change]) -> Concerned:
    """Return the keys of everything that `changes` speak of, old and new."""
    found: dict[str, set[int]] = {kind: set() for kind in _KEYS}
    for change in changes:
        for kind, columns in _KEYS.items():
            column = columns.get(change.table, columns.get("*", ""))
            found[kind] |= {row[column] for row in change.versions if row.get(column) is not None}
    return Concerned(**{kind: frozenset(keys) for kind, keys in found.items()})
