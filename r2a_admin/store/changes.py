"""The change log: who changed what, page by page, and changes taken back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import psycopg

from r2a_admin.store import asking
from r2a_admin.store.refusals import translated
from r2a_core.database import Connection
from r2a_core.errors import R2aError, StoreRefused

PAGE = 500
_HIGHEST = 2**63 - 1
#: What is looked up by id in change_names.sql.
NAMED = (
    "tenant", "domain", "extension", "device", "call_group", "node", "sip_profile", "gateway", "acl", "config_document", "phrase", "moh_class",
    "ivr_menu", "queue", "queue_agent", "conference_profile",
)  # fmt: skip
#: A name belongs to (table, id).
Names = dict[tuple[str, int], str]


class UnknownRevisionError(R2aError):
    """The log does not hold that revision; the text says which it holds."""


@dataclass(frozen=True, slots=True)
class Change:
    """One row of cfg.change_log. before is None for an INSERT, after for a DELETE; secrets in them are ***."""

    revision: int
    at: datetime
    actor: str
    table: str
    operation: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    transaction_id: int | None

    @property
    def row(self) -> dict[str, Any]:
        """The newest version of the row."""
        return self.after or self.before or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which changes are asked for; None = any. text is looked for in the row, the actor and the table, in any case."""

    since_revision: int | None = None
    since_at: datetime | None = None
    table: str | None = None
    actor: str | None = None
    text: str | None = None


@dataclass(frozen=True, slots=True)
class Undone:
    """A revision that was to be taken back: whether it was, and what of it the log does not keep."""

    revision: int
    undone: bool
    lost: list[str]


def newest_first(connection: Connection, wanted: Wanted, most: int | None) -> Iterator[list[Change]]:
    """Yield pages of changes, at most `most` in all (None = no bound)."""
    return _pages(connection, "change_page_newest", "below", _HIGHEST, wanted, most)


def oldest_first(connection: Connection, wanted: Wanted, after: int = -1) -> Iterator[list[Change]]:
    """Yield pages of the changes after revision `after`."""
    return _pages(connection, "change_page_oldest", "above", after, wanted, None)


def _pages(connection: Connection, query: str, bound: str, start: int, wanted: Wanted, most: int | None) -> Iterator[list[Change]]:
    left = most
    while left is None or left > 0:
        limit = PAGE if left is None else min(PAGE, left)
        page = asking.rows(connection, query, Change, {**asdict(wanted), bound: start, "limit": limit})
        if page:
            yield page
            start = page[-1].revision
        if len(page) < limit:
            return
        left = None if left is None else left - len(page)


def one(connection: Connection, revision: int) -> Change:
    """Return that change; raise UnknownRevisionError."""
    change = asking.row(connection, "change_one", Change, {"revision": revision})
    if change is None:
        oldest, last = _range(connection)
        raise UnknownRevisionError(f"there is no revision {revision}; the log holds {oldest} to {last}, and `r2a changes` shows the newest")
    return change


def newest(connection: Connection) -> int:
    """Return the newest revision in the log; 0 = it is empty."""
    return _range(connection)[1]


def _range(connection: Connection) -> tuple[int, int]:
    ((oldest, last),) = asking.rows(connection, "change_range", lambda *both: both)
    return oldest, last


def of_transaction(connection: Connection, revision: int) -> list[Change]:
    """Return all changes of the transaction of `revision`, oldest first; raise UnknownRevisionError."""
    change = one(connection, revision)
    # Written before transactions were: nobody knows what came with it.
    return asking.rows(connection, "change_transaction", Change, {"revision": revision}) or [change]


def tables(connection: Connection) -> list[str]:
    return asking.rows(connection, "change_tables", str)


def names(connection: Connection, keys: Mapping[str, Sequence[int]]) -> Names:
    """Return what the rows in `keys` (table -> ids) are called today; what is gone is not among them."""
    values = {kind: list(keys.get(kind, ())) for kind in NAMED}
    return {(kind, number): name for kind, number, name in asking.rows(connection, "change_names", lambda *row: row, values)}


def removed_ranges(connection: Connection) -> list[str]:
    """Return address ranges that were taken out of access lists, devices or nodes in the last 30 days, the newest 50."""
    return asking.rows(connection, "change_removed_ranges", str)


def listen(connection: Connection) -> None:
    asking.execute(connection, "changes_listen")


def undo(connection: Connection, revisions: Sequence[int]) -> list[Undone]:
    """Take `revisions` back, all or none; raise StoreRefused with the reason."""
    try:
        found = asking.rows(connection, "change_undo", Undone, {"revisions": list(revisions)})
        asking.execute(connection, "changes_settle")
    except psycopg.DatabaseError as error:
        if isinstance(error, psycopg.IntegrityError) or error.sqlstate == "P2A01":
            raise StoreRefused(f"it cannot be taken back: {_why(error)}") from error
        raise
    return sorted(found, key=lambda one: one.revision)


def _why(error: psycopg.DatabaseError) -> str:
    """Return what is in the way of a change that is to be taken back."""
    if not error.diag.constraint_name:
        # The function's own words.
        return error.diag.message_primary or str(error)
    if isinstance(error, psycopg.errors.UniqueViolation):
        return f"something else has its name by now ({translated(error)})"
    if isinstance(error, psycopg.errors.ForeignKeyViolation) and "not present" in (error.diag.message_detail or ""):
        return f"what it belongs to is gone ({error.diag.message_detail}) Take that back first; --transaction does it, if both went together"
    if isinstance(error, psycopg.errors.CheckViolation):
        return f"its secret is missing, which the log does not keep ({translated(error)}); add it anew"
    return str(translated(error))


def of_mine(connection: Connection) -> list[int]:
    """Return the revisions that this transaction has made, after undo()."""
    return asking.rows(connection, "changes_of_mine", int)
