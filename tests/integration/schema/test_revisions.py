"""Revisions are in the order in which changes become visible: who has seen revision N has seen everything before it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import psycopg

from r2a_core.database import Connection

from .conftest import one


def last(connection: Connection) -> int:
    return one(connection, int, "SELECT max(revision) FROM cfg.change_log")


def rename(connection: Connection, number: str, name: str) -> None:
    connection.execute("UPDATE cfg.extension SET name = %s WHERE number = %s", (name, number))


def test_who_begins_first_and_commits_last_has_the_larger_revision(seeded: str, committing: Connection) -> None:
    before = last(committing)
    with psycopg.connect(seeded) as slow, psycopg.connect(seeded) as fast:
        rename(slow, "1001", "Slow")
        rename(fast, "1002", "Fast")
        fast.commit()
        seen = last(committing)
        slow.commit()
    query = "SELECT revision, after ->> 'name' FROM cfg.change_log WHERE revision > %s"
    later = [(int(revision), str(name)) for revision, name in committing.execute(query, (before,))]
    assert seen > before
    assert {name for revision, name in later if revision <= seen} == {"Fast"}
    assert {name for revision, name in later if revision > seen} == {"Slow"}


def test_who_takes_its_revision_early_holds_the_others_up(seeded: str, committing: Connection) -> None:
    before = last(committing)
    with psycopg.connect(seeded) as slow, psycopg.connect(seeded) as fast, ThreadPoolExecutor(1) as pool:
        rename(slow, "1001", "Slow")
        # As an import does that wants to know the revision it will have.
        slow.execute("SET CONSTRAINTS ALL IMMEDIATE")
        rename(fast, "1002", "Fast")
        waiting = pool.submit(fast.commit)
        time.sleep(0.3)
        assert not waiting.done()
        assert last(committing) == before
        slow.commit()
        waiting.result(10)
    query = "SELECT after ->> 'name' FROM cfg.change_log WHERE revision > %s ORDER BY revision"
    order = [str(name) for (name,) in committing.execute(query, (before,))]
    assert order == ["Slow", "Slow", "Fast", "Fast"]


def test_a_reader_never_finds_a_smaller_one_later(seeded: str, committing: Connection) -> None:
    committing.execute("INSERT INTO cfg.tenant (name) SELECT 'writer-' || n FROM generate_series(0, 5) AS n")
    over = threading.Event()

    def write(number: int) -> None:
        with psycopg.connect(seeded) as connection:
            for turn in range(40):
                connection.execute("UPDATE cfg.tenant SET user_cache_ms = %s WHERE name = %s", (1000 + turn, f"writer-{number}"))
                if (number + turn) % 3 == 0:
                    time.sleep(0.003)
                if (number + turn) % 7 == 0:
                    connection.rollback()
                else:
                    connection.commit()

    def read() -> tuple[int, list[int]]:
        late, seen = [], set(revisions(0))
        while True:
            ending = over.is_set()
            highest = max(seen)
            new = set(revisions(0)) - seen
            late += [revision for revision in new if revision < highest]
            seen |= new
            if ending:
                return len(seen), late

    def revisions(above: int) -> list[int]:
        return [int(revision) for (revision,) in committing.execute("SELECT revision FROM cfg.change_log WHERE revision > %s", (above,))]

    start = len(revisions(0))
    with ThreadPoolExecutor(7) as pool:
        reading = pool.submit(read)
        writers = [pool.submit(write, number) for number in range(6)]
        try:
            for writer in writers:
                writer.result(60)
        finally:
            over.set()
        count, late = reading.result(60)
    assert count > start + 150
    assert late == []
