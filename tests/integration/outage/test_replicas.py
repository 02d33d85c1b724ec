"""Several replicas behind the read port: FreeSWITCH is told once all of them show the change, whichever of them a question may reach."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.readyz import ReadyService
from tests.doubles.worker import PASSWORD, Worker, soon

from .fleet import Fleet, connected, new_fleet

LAG_S = 5.0
SEEN = "SELECT name, inet_server_port() FROM cfg.extension WHERE number = '1001'"
FLUSH = "api xml_flush_cache id 1001 pbx.example.com"
ALL = "api xml_flush_cache"


BOTH_WAYS = pytest.mark.parametrize("fleet", ["roundrobin", "leastconn"], indirect=True)


@pytest.fixture(scope="module")
def shared() -> Iterator[Fleet]:
    with new_fleet() as found:
        if found is None:
            pytest.skip("no HAProxy or no PostgreSQL programs (tests/install-services.sh, requirements-dev.txt)")
        yield found


@pytest.fixture
def fleet(shared: Fleet, request: pytest.FixtureRequest) -> Iterator[Fleet]:
    """Yield the fleet with both replicas close behind and in the proxy; c lags as a test says, the proxy balances as its parameter says."""
    balance = getattr(request, "param", "roundrobin")
    if shared.balance != balance:
        shared.balance = balance
        shared.restart_proxy()
    shared.caught_up()
    yield shared
    shared.set(shared.c, "recovery_min_apply_delay", "0")
    shared.tell_proxy("enable server read/b", "enable server read/c")


@pytest.fixture
def switch() -> Iterator[FakeFreeSwitch]:
    with FakeFreeSwitch(password=PASSWORD) as one:
        yield one


@pytest.fixture
def started(fleet: Fleet, switch: FakeFreeSwitch, tmp_path: Path) -> Iterator[Callable[[], Worker]]:
    workers: list[Worker] = []
    with ReadyService() as xml:

        def start() -> Worker:
            given = {"R2A_READ_DSN": fleet.read_dsn, "R2A_XML_BIND": xml.bind, "R2A_DB_DEADLINE_MS": "2000"}
            workers.append(Worker(tmp_path, switch.port, fleet.write_dsn, **given))
            # It is another FreeSWITCH in each test, and refreshed as a whole first.
            soon(lambda: told_core(fleet) == switch.core_uuid and workers[-1].metric("r2a_esl_applied_revision") == newest(fleet), 20)
            return workers[-1]

        yield start
        for worker in workers:
            worker.process.kill()
            worker.process.wait()


def newest(fleet: Fleet) -> int:
    with connected(fleet.a) as primary:
        return int((primary.execute("SELECT max(revision) FROM cfg.change_log").fetchone() or (0,))[0])


def told_core(fleet: Fleet) -> str:
    with connected(fleet.a) as primary:
        return str((primary.execute("SELECT applied_core_uuid FROM rt.node_status").fetchone() or ("",))[0])


def rename(fleet: Fleet) -> str:
    name = f"at {time.time()}"
    with connected(fleet.a) as primary:
        primary.execute("UPDATE cfg.extension SET name = %s WHERE number = '1001'", (name,))
    return name


def read(fleet: Fleet) -> tuple[str, int]:
    """Return the name of 1001 as a new connection to the read port shows it, and the port of the server."""
    with psycopg.connect(fleet.read_dsn, connect_timeout=5) as connection:
        connection.execute("SET ROLE r2a_service")
        name, port = connection.execute(SEEN).fetchone() or ("", 0)
        return str(name), int(port)


class Hammer:
    """Reads through the port, each time over a new connection, until stopped; `reads` are (began, name, port of the server)."""

    def __init__(self, fleet: Fleet) -> None:
        self.reads: list[tuple[float, str, int]] = []
        self._fleet = fleet
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._run) for _ in range(3)]

    def __enter__(self) -> Hammer:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            began = time.monotonic()
            self.reads.append((began, *read(self._fleet)))


@BOTH_WAYS
def test_once_it_is_told_no_read_shows_the_old(fleet: Fleet, switch: FakeFreeSwitch, started: Callable[[], Worker]) -> None:
    fleet.set(fleet.c, "recovery_min_apply_delay", f"{LAG_S:g}s")
    told: list[float] = []

    def flush(command: str) -> str:
        if command.startswith("xml_flush_cache id 1001"):
            told.append(time.monotonic())
        return "+OK cleared 1 entry\n"

    switch.replies["xml_flush_cache"] = flush
    worker = started()
    for _ in range(2):
        told.clear()
        with Hammer(fleet) as hammer:
            began, name = time.monotonic(), rename(fleet)
            soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 15)
            time.sleep(1)
        assert len(told) == 1
        assert told[0] - began > LAG_S - 1, "it did lag"
        before = [shown for at, shown, _ in hammer.reads if began < at < told[0] - 1]
        after = [(shown, port) for at, shown, port in hammer.reads if at > told[0]]
        assert set(before) > {name}, "the port did show both"
        assert {shown for shown, _ in after} == {name}
        assert {port for _, port in after} == {fleet.b.port, fleet.c.port}, "reads still go to the replicas, both of them"


def test_a_standby_that_nobody_reads_from_holds_nothing_up(fleet: Fleet, switch: FakeFreeSwitch, started: Callable[[], Worker]) -> None:
    fleet.tell_proxy("disable server read/c", "shutdown sessions server read/c")
    fleet.set(fleet.c, "recovery_min_apply_delay", "1h")
    worker = started()
    for _ in range(3):
        began = time.monotonic()
        rename(fleet)
        soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 10)
        assert time.monotonic() - began < LAG_S - 1
    fleet.set(fleet.c, "recovery_min_apply_delay", "0")
    fleet.caught_up()


@BOTH_WAYS
def test_a_server_that_has_joined_just_now_is_waited_for(fleet: Fleet, switch: FakeFreeSwitch, started: Callable[[], Worker]) -> None:
    # The worker has not met it yet, but the primary knows that there is one more, and that it is behind.
    fleet.tell_proxy("disable server read/c", "shutdown sessions server read/c")
    worker = started()
    fleet.set(fleet.c, "recovery_min_apply_delay", f"{LAG_S:g}s")
    time.sleep(0.5)
    fleet.tell_proxy("enable server read/c")
    began, name = time.monotonic(), rename(fleet)
    soon(lambda: FLUSH in switch.commands, 15)
    assert {shown for shown, _ in [read(fleet) for _ in range(12)]} == {name}
    assert time.monotonic() - began > LAG_S - 1
    assert worker.metric("r2a_esl_stale_reads_total") == 0


def test_a_server_that_joins_late_is_found_and_all_is_asked_again(fleet: Fleet, switch: FakeFreeSwitch, started: Callable[[], Worker]) -> None:
    fleet.tell_proxy("disable server read/c", "shutdown sessions server read/c")
    fleet.set(fleet.c, "recovery_min_apply_delay", f"{LAG_S:g}s")
    worker = started()
    name = rename(fleet)
    soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 4)
    assert FLUSH in switch.commands
    # From now on FreeSWITCH can hear, for some seconds, what was so before.
    fleet.tell_proxy("enable server read/c")
    with Hammer(fleet) as hammer:
        shown: list[str] = []
        switch.replies["xml_flush_cache"] = lambda command: shown.append(read_at(fleet, fleet.c.port)) or "+OK\n"  # type: ignore[func-returns-value]
        soon(lambda: len(shown) > 0, 20)
    assert shown == [name]
    assert {one for _, one, port in hammer.reads if port == fleet.c.port} > {name}, "it did show the old"
    assert "a server has joined the read port" in worker.log
    time.sleep(1)
    assert switch.commands[-1] != FLUSH
    # Known from now on, it is waited for.
    began = time.monotonic()
    rename(fleet)
    soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 15)
    assert time.monotonic() - began > LAG_S - 1


def read_at(fleet: Fleet, port: int) -> str:
    """Return the name of 1001 as the server on `port` shows it through the proxy."""
    return str(soon(lambda: next((name for name, of in [read(fleet)] if of == port), None)))


def test_connections_that_break_are_no_reason_to_ask_all_again(fleet: Fleet, switch: FakeFreeSwitch, started: Callable[[], Worker]) -> None:
    worker = started()
    rename(fleet)
    soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 15)
    for _ in range(2):
        switch.commands.clear()
        fleet.restart_proxy()
        time.sleep(7)
        rename(fleet)
        soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 25)
        assert FLUSH in switch.commands
        assert ALL not in switch.commands


def test_a_replica_that_dies_holds_nothing_up_for_long_and_is_waited_for_again(
    fleet: Fleet, switch: FakeFreeSwitch, started: Callable[[], Worker]
) -> None:
    worker = started()
    fleet.c.kill()
    began = time.monotonic()
    rename(fleet)
    soon(lambda: FLUSH in switch.commands, 10)
    soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 30)
    told_s = time.monotonic() - began
    fleet.c.start()
    soon(lambda: switch.commands.count(ALL) >= 1, 20)
    assert told_s < 25
    soon(lambda: worker.metric("r2a_esl_applied_revision") == newest(fleet), 15)
