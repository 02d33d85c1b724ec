"""The demo tenant of sql/demo.sql."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from r2a_admin.store import asking
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether the demo tenant is in the database, and some of the tenants beside it."""

    demo: bool
    others: list[str]


def presence(connection: Connection) -> Presence:
    return asking.rows(connection, "demo_present", Presence)[0]


def load(connection: Connection, file: Path) -> None:
    """Execute the statements of `file`."""
    connection.execute(file.read_bytes())
