"""The primary dies in the middle of an import. Whatever survived, each node ends up where the new primary is, and no FreeSWITCH keeps the old."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.readyz import ReadyService
from tests.doubles.worker import PASSWORD, Worker, soon

from .fleet import Fleet, connected, new_fleet

ALL = "api xml_flush_cache"
NODES = ("tele-node-01", "tele-node-02", "tele-node-03")
USERS = 400


@dataclass(slots=True, kw_only=True)
class Node:
    """One node: its switch, and its worker."""

    name: str
    switch: FakeFreeSwitch
    worker: Worker

    def has_forgotten(self, number: str, since: int) -> bool:
        """Return whether FreeSWITCH was told, after so many commands, to forget the user or everybody."""
        return any(command in (ALL, f"{ALL} id {number} pbx.example.com") for command in self.switch.commands[since:])


@pytest.fixture
def fleet() -> Iterator[Fleet]:
    with new_fleet() as found:
        if found is None:
            pytest.skip("no HAProxy or no PostgreSQL programs (tests/install-services.sh, requirements-dev.txt)")
        with connected(found.a) as database:
            database.execute("INSERT INTO cfg.node (name) SELECT unnest(%s::text[]) ON CONFLICT DO NOTHING", (list(NODES),))
        found.caught_up()
        yield found


@pytest.fixture
def nodes(fleet: Fleet, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[list[Node]]:
    """Yield three nodes that have applied everything; with a parameter they know no read port."""
    found: list[Node] = []
    with ReadyService() as xml:
        for name in NODES:
            switch = FakeFreeSwitch(password=PASSWORD, switchname=name)
            switch.__enter__()
            folder = tmp_path / name
            folder.mkdir()
            given = {"R2A_NODE_NAME": name, "R2A_XML_BIND": xml.bind, "R2A_DB_DEADLINE_MS": "2000"}
            read = {} if getattr(request, "param", "") else {"R2A_READ_DSN": fleet.read_dsn}
            found.append(Node(name=name, switch=switch, worker=Worker(folder, switch.port, fleet.write_dsn, **given, **read)))
        try:
            for node in found:
                soon(lambda worker=node.worker: worker.metric("r2a_esl_applied_revision") > 0, 30)  # type: ignore[misc]
            yield found
        finally:
            for node in found:
                node.worker.process.kill()
                node.worker.process.wait()
                node.switch.__exit__()


class Import(threading.Thread):
    """Renames users over the write port, ten at a time, until the connection breaks; `done` are those whose COMMIT was answered."""

    def __init__(self, fleet: Fleet, label: str) -> None:
        super().__init__()
        self.done: list[str] = []
        self._fleet = fleet
        self._label = label

    def run(self) -> None:
        numbers = [str(3000 + number) for number in range(USERS)]
        try:
            with psycopg.connect(self._fleet.write_dsn, autocommit=True) as connection:
                for first in range(0, USERS, 10):
                    batch = numbers[first : first + 10]
                    with connection.transaction():
                        connection.execute("SET LOCAL ROLE r2a_operator")
                        connection.execute("UPDATE cfg.extension SET name = %s WHERE number = ANY (%s)", (self._label, batch))
                    self.done += batch
                    time.sleep(0.02)
        except psycopg.OperationalError:
            return


@pytest.fixture
def users(fleet: Fleet) -> None:
    with connected(fleet.a) as database:
        database.execute("GRANT r2a_operator TO ss_db_user")
        database.execute(
            "INSERT INTO cfg.extension (domain_id, number, name) SELECT id, (3000 + n)::text, 'before' FROM cfg.domain, generate_series(0, %s) n",
            (USERS - 1,),
        )
    fleet.caught_up()


def newest(fleet: Fleet) -> tuple[int, str]:
    with connected(fleet.b) as primary:
        return primary.execute("SELECT revision, cfg.mark(c) FROM cfg.change_log c ORDER BY revision DESC LIMIT 1").fetchone() or (0, "")


def converged(fleet: Fleet) -> bool:
    """Return whether all nodes have recorded the newest row of the new primary: this one, not another of its number."""
    with connected(fleet.b) as primary:
        rows = primary.execute("SELECT node_name, applied_revision, applied_mark FROM rt.node_status ORDER BY node_name").fetchall()
    return rows == [(name, *newest(fleet)) for name in NODES]


def fail_over(fleet: Fleet) -> None:
    """Kill the primary and let b take its place, as fast as anybody could."""
    fleet.a.kill()
    fleet.promote_b()


@pytest.mark.usefixtures("users")
def test_an_import_that_survives_reaches_every_node(fleet: Fleet, nodes: list[Node]) -> None:
    importing = Import(fleet, "imported")
    before = [len(node.switch.commands) for node in nodes]
    importing.start()
    soon(lambda: len(importing.done) >= 100)
    survived = list(importing.done)
    fleet.caught_up()
    fail_over(fleet)
    importing.join()
    assert 100 <= len(importing.done) < USERS
    with connected(fleet.b) as primary:
        kept = {number for (number,) in primary.execute("SELECT number FROM cfg.extension WHERE name = 'imported'")}
    assert set(survived) <= kept
    again = Import(fleet, "once more")
    again.start()
    again.join()
    assert len(again.done) == USERS
    soon(lambda: converged(fleet), 40)
    for node, since in zip(nodes, before, strict=True):
        assert all(node.has_forgotten(number, since) for number in kept | set(again.done))
        assert node.worker.metric("r2a_esl_revisions_behind") == 0


@pytest.mark.usefixtures("users")
@pytest.mark.parametrize("nodes", ["no read port"], indirect=True)
def test_an_import_that_is_lost_is_forgotten_by_every_node(fleet: Fleet, nodes: list[Node]) -> None:
    # b hears nothing any more: what is committed now is told to every FreeSWITCH, and lost.
    for replica in (fleet.b, fleet.c):
        fleet.set(replica, "primary_conninfo", "")
    with connected(fleet.a) as primary:
        soon(lambda: primary.execute("SELECT count(*) FROM pg_stat_replication").fetchone() == (0,))
        lost = Import(fleet, "lost")
        lost.start()
        lost.join()
        told = primary.execute("SELECT max(revision) FROM cfg.change_log").fetchone()
        applied = "SELECT array_agg(DISTINCT applied_revision) FROM rt.node_status"
        soon(lambda: primary.execute(applied).fetchone() == ([*(told or ())],), 20)
    before = [len(node.switch.commands) for node in nodes]
    fail_over(fleet)
    with connected(fleet.b) as primary:
        assert primary.execute("SELECT count(*) FROM cfg.extension WHERE name = 'lost'").fetchone() == (0,)
        first = newest(fleet)[0]
        # Other changes, and more of them: the numbers are given out again, and run past those that the nodes have applied.
        for _ in range(2):
            primary.execute("UPDATE cfg.extension SET name = name || '!' WHERE number LIKE '3%'")
    assert first < (told or (0,))[0] < newest(fleet)[0]
    soon(lambda: converged(fleet), 40)
    for node, since in zip(nodes, before, strict=True):
        assert ALL in node.switch.commands[since:], "FreeSWITCH may keep any user as the lost import had it"
        assert "a failover lost" in node.worker.log or "is in the log no more" in node.worker.log
    with connected(fleet.b) as primary:
        primary.execute("UPDATE cfg.extension SET name = 'afterwards' WHERE number = '3001'")
    soon(lambda: converged(fleet), 20)
    for node in nodes:
        assert node.switch.commands.count(f"{ALL} id 3001 pbx.example.com") >= 1


@pytest.mark.usefixtures("users")
def test_a_worker_that_was_away_during_the_failover_refreshes_as_a_whole(fleet: Fleet, nodes: list[Node]) -> None:
    # It cannot know what the worker before it told FreeSWITCH, and the new primary has lost.
    away = nodes[0]
    soon(lambda: converged(fleet), 20)
    away.worker.process.kill()
    away.worker.process.wait()
    fleet.caught_up()
    before = len(away.switch.commands)
    fail_over(fleet)
    soon(lambda: converged(fleet), 40)
    away.worker = Worker(away.worker.log_path.parent, away.switch.port, fleet.write_dsn, R2A_NODE_NAME=away.name, R2A_READ_DSN=fleet.read_dsn)
    soon(lambda: ALL in away.switch.commands[before:], 20)
    assert "promoted or restored" in away.worker.log
    soon(lambda: converged(fleet), 20)
