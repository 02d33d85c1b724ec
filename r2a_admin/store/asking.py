"""The one way to put a question or a change of sql/ to the connection: values in by name, rows out as dataclasses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeVar

from psycopg.rows import args_row

from r2a_core import queryfiles
from r2a_core.database import Connection

Row = TypeVar("Row")
_PACKAGE = "r2a_admin.store"


def rows(connection: Connection, name: str, row: Callable[..., Row], values: Mapping[str, object] | None = None) -> list[Row]:
    """Return what sql/`name`.sql answers; `row` takes the columns in their order."""
    with connection.cursor(row_factory=args_row(row)) as cursor:
        return cursor.execute(queryfiles.load(_PACKAGE, name), values).fetchall()


def row(connection: Connection, name: str, row: Callable[..., Row], values: Mapping[str, object] | None = None) -> Row | None:
    """Return the first row that sql/`name`.sql answers, or None."""
    found = rows(connection, name, row, values)
    return found[0] if found else None


def added(connection: Connection, name: str, row: Callable[..., Row], values: Mapping[str, object]) -> Row:
    """Execute an INSERT ... RETURNING of one row, and return that row."""
    return rows(connection, name, row, values)[0]


def execute(connection: Connection, name: str, values: Mapping[str, object] | None = None) -> int:
    """Execute a change and return how many rows it touched."""
    return connection.execute(queryfiles.load(_PACKAGE, name), values).rowcount


def execute_each(connection: Connection, name: str, values: Sequence[Mapping[str, object]]) -> None:
    """Execute a change once for each of `values`, in one round trip."""
    with connection.cursor() as cursor:
        cursor.executemany(queryfiles.load(_PACKAGE, name), values)
