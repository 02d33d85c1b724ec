"""A question, and the same question prepared on one connection: one call into libpq for each time it is asked.

psycopg's cursors wait in Python, which hands the interpreter's lock to other threads several times a query; with eight threads in a
process that costs more than the query. `psycopg.pq` is psycopg's own door to libpq: the lock is let go once, for the whole round trip.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, LiteralString, TypeVar

import psycopg
from psycopg import adapt, errors, pq

Row = TypeVar("Row")

_PLACEHOLDER = re.compile(r"%\((\w+)\)s")


@dataclass(frozen=True, slots=True)
class Question(Generic[Row]):
    """One SELECT with %(name)s placeholders, and the type of its rows: the columns are the constructor's arguments, in order."""

    name: str
    sql: LiteralString
    row: type[Row]
    names: tuple[str, ...] = field(init=False)
    positional: bytes = field(init=False)

    def __post_init__(self) -> None:
        names = tuple(dict.fromkeys(_PLACEHOLDER.findall(self.sql)))
        object.__setattr__(self, "names", names)
        object.__setattr__(self, "positional", _PLACEHOLDER.sub(lambda found: f"${names.index(found.group(1)) + 1}", self.sql).encode())


class Prepared(Generic[Row]):
    """`question` prepared on `connection`. ask() raises psycopg.Error like a cursor would."""

    def __init__(self, connection: psycopg.Connection[Any], question: Question[Row]) -> None:
        self._libpq = connection.pgconn
        self._name = question.name.encode()
        self._names = question.names
        self._make: Callable[..., Row] = question.row
        self._loaders = adapt.Transformer(connection)
        self._check(self._libpq.prepare(self._name, question.positional), pq.ExecStatus.COMMAND_OK)

    def ask(self, values: Mapping[str, str | int]) -> list[Row]:
        """Return the rows for `values`."""
        result = self._libpq.exec_prepared(self._name, [str(values[name]).encode() for name in self._names])
        self._check(result, pq.ExecStatus.TUPLES_OK)
        self._loaders.set_pgresult(result)
        return self._loaders.load_rows(0, result.ntuples, lambda columns: self._make(*columns))

    @staticmethod
    def _check(result: pq.abc.PGresult, wanted: pq.ExecStatus) -> None:
        if result.status != wanted:
            raise errors.error_from_result(result)
