"""The change log loses its oldest rows and nothing else, and each row can be told from another of its revision."""

from __future__ import annotations

import psycopg
import pytest
from psycopg import sql

from r2a_core.database import Connection

from .conftest import refused


def log(db: Connection, *ages: str) -> None:
    """Have the log hold one row of each age, by revision; a transaction that took long is older than what came before it."""
    db.execute("DELETE FROM cfg.change_log")
    for age in ages:
        db.execute(
            "INSERT INTO cfg.change_log (revision, at, actor, table_name, operation)"
            " VALUES (nextval('cfg.change_revision'), now() - %s::interval, 'x', 'acl', 'INSERT')",
            (age,),
        )


def left(db: Connection) -> list[int]:
    """Return how many days old what is left is, by revision."""
    return [int(days) for (days,) in db.execute("SELECT extract(day FROM now() - at) FROM cfg.change_log ORDER BY revision")]


def prune(db: Connection, keep: str = "30 days", batch: int = 1000) -> int:
    return int((db.execute("SELECT cfg.prune_change_log(%s::interval, %s)", (keep, batch)).fetchone() or (0,))[0])


def test_what_is_old_goes_and_the_rest_stays(db: Connection) -> None:
    log(db, "40 days", "31 days", "29 days", "1 day")
    assert prune(db) == 2
    assert left(db) == [29, 1]
    assert prune(db) == 0


def test_nothing_goes_from_between(db: Connection) -> None:
    log(db, "40 days", "2 days", "40 days", "1 day")
    assert prune(db) == 1
    assert left(db) == [2, 40, 1], "whoever is at the second row would miss the third"


def test_the_newest_row_stays_however_old_it_is(db: Connection) -> None:
    log(db, "40 days", "40 days", "40 days")
    assert prune(db) == 2
    assert left(db) == [40]
    assert prune(db) == 0
    log(db)
    assert prune(db) == 0


def test_a_batch_is_no_larger_than_asked(db: Connection) -> None:
    log(db, *["40 days"] * 6)
    assert [prune(db, batch=2) for _ in range(4)] == [2, 2, 1, 0]


@pytest.mark.parametrize(("keep", "batch"), [("23 hours", 10), ("-1 day", 10), (None, 10), ("30 days", 0), ("30 days", None)])
def test_it_is_no_way_to_empty_the_log(db: Connection, keep: str | None, batch: int | None) -> None:
    with refused(db, psycopg.errors.InvalidParameterValue):
        db.execute("SELECT cfg.prune_change_log(%s::interval, %s)", (keep, batch))


def test_while_one_prunes_another_does_not_wait(db: Connection, shared: str) -> None:
    log(db, "40 days", "1 day")
    with psycopg.connect(shared) as other:
        # Nothing goes, but its transaction is under way.
        other.execute("SELECT cfg.prune_change_log('3000 days', 10)")
        db.execute("SET LOCAL statement_timeout = '2s'")
        assert prune(db) == 0
    assert prune(db) == 1


def test_a_mark_is_of_one_row(db: Connection) -> None:
    log(db, "1 day")
    marks = "SELECT cfg.mark(c) FROM cfg.change_log c"
    (first,) = db.execute(marks).fetchone() or ("",)
    (xid,) = db.execute("SELECT pg_current_xact_id()::text").fetchone() or ("",)
    assert str(first).endswith(f".{xid}"), "it says which transaction"
    for other in ("at = at + interval '1 us'", "transaction_id = transaction_id + 1", "transaction_id = NULL"):
        with db.transaction(force_rollback=True):
            db.execute(sql.SQL("UPDATE cfg.change_log SET ") + sql.SQL(other))
            assert db.execute(marks).fetchone() != (first,)
    assert db.execute(marks).fetchone() == (first,)
