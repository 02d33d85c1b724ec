"""A replica that lags: FreeSWITCH is not told to ask again before the read port's server has what it would be asked for."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from r2a_core.database import Connection
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.readyz import ReadyService
from tests.doubles.worker import PASSWORD, Worker, soon

from .cluster import DATABASE, LOGIN, Cluster
from .postgres import Server

LAG_S = 3.0
SEEN = "SELECT name FROM cfg.extension WHERE number = '1001'"


@pytest.fixture
def lagging(cluster: Cluster) -> Iterator[Cluster]:
    """Yield the cluster with a replica that replays a few seconds late, and a login that may be the worker."""
    with psycopg.connect(cluster.primary.superuser(DATABASE), autocommit=True) as database:
        database.execute(f"GRANT r2a_worker TO {LOGIN}")
    with psycopg.connect(cluster.replica.superuser(), autocommit=True) as replica:
        # What the primary has so far is replayed without the delay.
        soon(lambda: replica.execute("SELECT pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn()").fetchone() == (True,))
        replica.execute(f"ALTER SYSTEM SET recovery_min_apply_delay = '{LAG_S:g}s'")
        replica.execute("SELECT pg_reload_conf()")
        yield cluster
        replica.execute("ALTER SYSTEM RESET recovery_min_apply_delay")
        replica.execute("SELECT pg_reload_conf()")
        replica.execute("SELECT pg_wal_replay_resume()")


@pytest.fixture
def switch() -> Iterator[FakeFreeSwitch]:
    with FakeFreeSwitch(password=PASSWORD) as one:
        yield one


@pytest.fixture
def worker(lagging: Cluster, switch: FakeFreeSwitch, tmp_path: Path) -> Iterator[Worker]:
    with ReadyService() as xml:
        given = {"R2A_READ_DSN": lagging.read_dsn, "R2A_DB_PASSWORD": lagging.password, "R2A_XML_BIND": xml.bind}
        one = Worker(tmp_path, switch.port, lagging.write_dsn, **given)
        try:
            # It is another FreeSWITCH in each test, and refreshed as a whole first.
            soon(lambda: "api reloadacl" in switch.commands and one.metric("r2a_esl_applied_revision") > 0, 20)
            yield one
        finally:
            one.process.kill()
            one.process.wait()


def connected(server: Server) -> Connection:
    return psycopg.connect(server.superuser(DATABASE), autocommit=True)


def watched(switch: FakeFreeSwitch, look: Callable[[], Any]) -> list[Any]:
    """Return the list to which what `look` finds is added whenever a user is flushed."""
    found: list[Any] = []

    def flush(_: str) -> str:
        found.append(look())
        return "+OK cleared 1 entry\n"

    switch.replies["xml_flush_cache"] = flush
    return found


def test_nothing_is_flushed_before_the_replica_shows_the_change(lagging: Cluster, switch: FakeFreeSwitch, worker: Worker) -> None:
    with connected(lagging.primary) as database, connected(lagging.replica) as replica:
        shown = watched(switch, lambda: (replica.execute(SEEN).fetchone() or ("",))[0])
        name = f"at {time.time()}"
        began = time.monotonic()
        database.execute("UPDATE cfg.extension SET name = %s WHERE number = '1001'", (name,))
        newest = (database.execute("SELECT max(revision) FROM cfg.change_log").fetchone() or (0,))[0]
        soon(lambda: worker.metric("r2a_esl_applied_revision") == newest, 15)
        assert shown == [name, name]
        assert time.monotonic() - began > LAG_S - 0.5, "the replica did lag"


def test_behind_for_too_long_means_now_and_once_more_later(lagging: Cluster, switch: FakeFreeSwitch, worker: Worker) -> None:
    with connected(lagging.primary) as database, connected(lagging.replica) as replica:
        shown = watched(switch, lambda: (replica.execute(SEEN).fetchone() or ("",))[0])
        replica.execute("SELECT pg_wal_replay_pause()")
        name = f"paused {time.time()}"
        database.execute("UPDATE cfg.extension SET name = %s WHERE number = '1001'", (name,))
        newest = (database.execute("SELECT max(revision) FROM cfg.change_log").fetchone() or (0,))[0]
        soon(lambda: len(shown) == 2, 15)
        assert name not in shown
        assert "is behind for 10 s" in worker.log
        assert worker.metric("r2a_esl_applied_revision") < newest, "not applied while FreeSWITCH can still be told the old"
        replica.execute("SELECT pg_wal_replay_resume()")
        soon(lambda: worker.metric("r2a_esl_applied_revision") == newest, 15)
        assert shown[2:] == [name, name]


def test_a_replica_that_an_open_transaction_holds_up_is_not_waited_for_for_ever(
    lagging: Cluster, switch: FakeFreeSwitch, worker: Worker
) -> None:
    # What a report does to a replica: its rows may not be cleaned away, so nothing is replayed (max_standby_streaming_delay).
    with connected(lagging.primary) as database, connected(lagging.replica) as replica, connected(lagging.replica) as report:
        replica.execute("ALTER SYSTEM RESET recovery_min_apply_delay")
        replica.execute("SELECT pg_reload_conf()")
        database.execute("DROP TABLE IF EXISTS public.old; CREATE TABLE public.old AS SELECT generate_series(1, 1000) AS one")
        soon(lambda: replica.execute("SELECT to_regclass('public.old') IS NOT NULL").fetchone() == (True,))
        report.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        report.execute("SELECT count(*) FROM public.old")
        database.execute("DELETE FROM public.old")
        database.execute("VACUUM public.old")
        shown = watched(switch, lambda: (replica.execute(SEEN).fetchone() or ("",))[0])
        name = f"held up {time.time()}"
        began = time.monotonic()
        database.execute("UPDATE cfg.extension SET name = %s WHERE number = '1001'", (name,))
        newest = (database.execute("SELECT max(revision) FROM cfg.change_log").fetchone() or (0,))[0]
        soon(lambda: len(shown) == 2, 20)
        assert name not in shown, "the replica was held up"
        assert 9 < time.monotonic() - began < 15
        assert worker.metric("r2a_esl_applied_revision") < newest
        report.execute("ROLLBACK")
        soon(lambda: worker.metric("r2a_esl_applied_revision") == newest, 10)
        assert shown[2:] == [name, name]
