"""The change pipeline, from COMMIT to what each FreeSWITCH is told: single commits, an import, and a node that was away."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import psycopg
from rich.console import Console

from r2a_core.queryfiles import load
from tests.doubles.readyz import ReadyService

from . import flood, machine, nodes, processes
from .changes import CatchUp, Changes, Import, Latencies
from .cluster import DURABLE, Cluster
from .errors import BenchError
from .nodes import Node
from .questions import BASE, DOMAIN

NODES = 20
USERS_AT_FIRST = 1_000
COMMITS = 60
COMMIT_EVERY_S = 0.3
IMPORTED = 10_000
#: Each renames every user of the import.
ROUNDS_AWAY = 10
#: After the last commit, for what is still on its way.
GRACE_S = 10.0
START_S = 90.0
APPLIED_S = 120.0
#: Sessions tell PostgreSQL's statistics what they read with the first statement after a second; workers look each 5 s.
STATISTICS_S = 6.5
_PACKAGES = ("psycopg", "gevent", "greenswitch")


class Pipeline:
    """One run of the changes, with a database, a fleet and switches of its own."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started_at = time.monotonic()

    def run(self) -> Changes:
        """Measure everything; raise BenchError when something does not count. Nothing it started is left."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="r2a-bench-")))
            self._tell("starting PostgreSQL for the changes ...")
            cluster = stack.enter_context(Cluster(DURABLE))
            cluster.migrate()
            facts = {"machine": machine.here(), "programs": machine.programs(cluster.version, _PACKAGES)}
            database = stack.enter_context(psycopg.connect(cluster.dsn(), autocommit=True))
            site = Site(database, [f"tele-node-{number:02}" for number in range(1, NODES + 1)])
            site.add_users(1, USERS_AT_FIRST)
            ready = stack.enter_context(ReadyService())
            variables = {"R2A_WRITE_DSN": cluster.dsn(), "R2A_XML_BIND": ready.bind}
            fleet = stack.enter_context(nodes.fleet(site.names, variables, folder))
            self._start(fleet, site)
            latencies = self._commits(fleet, site)
            imported = self._import(fleet, site)
            resident = [node.resident_mb() for node in fleet]
            nodes.stop(fleet)
            away = self._catch_up(fleet[0], site)
            self._tell("flooding the tap ...")
            floods = [flood.measure(variables, folder) for variables in flood.VARIABLES]
        return Changes(machine=facts, nodes=NODES, latencies=latencies, imported=imported, away=away, floods=floods, resident_mb=resident)

    def _start(self, fleet: Sequence[Node], site: Site) -> None:
        self._tell(f"starting {len(fleet)} workers ...")
        for node in fleet:
            node.start()
        took_s = site.wait_applied(fleet, site.newest(), START_S)
        self._tell(f"{len(fleet)} workers have brought their switch up to date after {took_s:.1f} s")

    def _commits(self, fleet: Sequence[Node], site: Site) -> Latencies:
        self._tell(f"{COMMITS} commits, one each {COMMIT_EVERY_S:g} s ...")
        committed: dict[str, float] = {}
        next_at = time.monotonic()
        for number in range(BASE + 1, BASE + 1 + COMMITS):
            time.sleep(max(0.0, next_at - time.monotonic()))
            next_at = time.monotonic() + COMMIT_EVERY_S
            committed[str(number)] = site.rename(number, number, "Committed")
        site.wait_applied(fleet, site.newest(), GRACE_S)
        return Latencies(seconds=[late for node in fleet for late in latencies(node, committed)])

    def _import(self, fleet: Sequence[Node], site: Site) -> Import:
        self._tell(f"importing {IMPORTED:,} users in one transaction ...")
        time.sleep(STATISTICS_S)
        before, read_before = site.newest(), site.log_reads()
        told_before = [len(node.flushes) for node in fleet]
        committed_at = site.add_users(USERS_AT_FIRST + 1, USERS_AT_FIRST + IMPORTED)
        returned_at = time.monotonic()
        newest = site.newest()
        site.wait_applied(fleet, newest, APPLIED_S)
        applied_at = time.monotonic()
        time.sleep(STATISTICS_S)
        told = [len(node.flushes) - count for node, count in zip(fleet, told_before, strict=True)]
        if not all(told):
            raise BenchError(f"the import was applied, but {told.count(0)} of {len(fleet)} switches were told nothing")
        return Import(
            users=IMPORTED, revisions=newest - before, rows_read=site.log_reads() - read_before, nodes=len(fleet), flushes=told,
            commit_s=returned_at - committed_at, applied_s=applied_at - committed_at, after_commit_s=applied_at - returned_at,
        )  # fmt: skip

    def _catch_up(self, node: Node, site: Site) -> CatchUp:
        self._tell(f"{ROUNDS_AWAY * IMPORTED:,} changes while the workers are away ...")
        before, told_before = site.newest(), len(node.flushes)
        for number in range(ROUNDS_AWAY):
            site.rename(BASE + USERS_AT_FIRST + 1, BASE + USERS_AT_FIRST + IMPORTED, f"Away {number}")
        newest = site.newest()
        if newest - before < ROUNDS_AWAY * IMPORTED:
            raise BenchError(f"the log grew by {newest - before:,} rows in place of {ROUNDS_AWAY * IMPORTED:,}")
        greeted, started_at = len(node.greeted_at), time.monotonic()
        node.start()
        site.wait_applied([node], newest, APPLIED_S)
        applied_at = time.monotonic()
        flushes = len(node.flushes) - told_before
        if not flushes:
            raise BenchError(f"{node.name} has applied everything, but its switch was told nothing; its log says: {node.last_words()}")
        return CatchUp(
            revisions=newest - before, connected_s=node.greeted_at[greeted] - started_at, applied_s=applied_at - started_at,
            peak_mb=processes.peak_mb(node.pid), flushes=flushes,
        )  # fmt: skip

    def _tell(self, text: str) -> None:
        self._console.print(f"{time.monotonic() - self._started_at:6.1f} s  {text}", highlight=False)


class Site:
    """What is written to the database, and how far the nodes are. The nodes' names are `names`."""

    def __init__(self, database: psycopg.Connection[tuple[Any, ...]], names: list[str]) -> None:
        self._database = database
        self.names = names
        database.execute(load("tests.bench", "add_nodes"), {"names": names})

    def newest(self) -> int:
        return self._number("newest")

    def log_reads(self) -> int:
        """Return how many rows of the log PostgreSQL has given to anybody."""
        return self._number("log_reads")

    def add_users(self, first: int, last: int) -> float:
        """Add users `first` to `last` in one transaction, by every trigger; return the time.monotonic() seconds just before COMMIT."""
        names = ("import_extension", "import_device", "import_device_credential")
        return self._commit(lambda: [self._database.execute(load("tests.bench", name), {"first": first, "last": last}) for name in names])

    def rename(self, first: int, last: int, name: str) -> float:
        """Rename the extensions with the numbers `first` to `last`; return the time.monotonic() seconds just before COMMIT."""
        told = {"first": str(first), "last": str(last), "name": name}
        return self._commit(lambda: self._database.execute(load("tests.bench", "rename"), told))

    def wait_applied(self, fleet: Sequence[Node], revision: int, timeout_s: float) -> float:
        """Return after how many seconds all of `fleet` have recorded `revision`; raise BenchError when a worker ends, or it takes too long."""
        started_at = time.monotonic()
        names = [node.name for node in fleet]
        while behind := self._database.execute(load("tests.bench", "behind"), {"names": names, "revision": revision}).fetchall():
            slow = next(node for node in fleet if node.name == behind[0][0])
            for node in fleet:
                node.require_running()
            if time.monotonic() - started_at > timeout_s:
                said = f"{slow.name}'s log says: {slow.last_words()}"
                raise BenchError(f"{len(behind)} of {len(fleet)} nodes have not applied revision {revision} within {timeout_s:g} s; {said}")
            time.sleep(0.02)
        return time.monotonic() - started_at

    def _commit(self, write: Callable[[], object]) -> float:
        with self._database.transaction():
            write()
            # Evaluated before the block's end sends COMMIT.
            return time.monotonic()

    def _number(self, name: str) -> int:
        row = self._database.execute(load("tests.bench", name)).fetchone()
        if row is None:
            raise BenchError(f"{name}.sql found nothing")
        return int(row[0])


def latencies(node: Node, committed: dict[str, float]) -> list[float]:
    """Return the seconds from each COMMIT until the last flush of its user came to the switch; raise BenchError when one never came."""
    came: dict[str, float] = {}
    for command, at in node.flushes:
        came.setdefault(command, at)
    found = []
    for number, committed_at in committed.items():
        wanted = [f"xml_flush_cache {key} {number} {DOMAIN}" for key in ("id", "number-alias")]
        missing = [command for command in wanted if command not in came]
        if missing:
            raise BenchError(f"{node.name} was never told {missing[0]!r}; its log says: {node.last_words()}")
        found.append(max(came[command] for command in wanted) - committed_at)
    return found
