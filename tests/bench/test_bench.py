"""What decides over a run: reading wrk's output, and the demands. The numbers themselves need the machine: `make bench`."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.doubles.freeswitch import FakeFreeSwitch

from . import flood, nodes, questions
from .changes import CatchUp, Changes, Flood, Import, Latencies
from .errors import BenchError
from .load import Shot, parse
from .measure import Cell, Round, Series
from .nodes import Node
from .pipeline import latencies
from .verdict import change_verdicts, verdicts

COUNTED = {"requests": 900, "duration_us": 1_000_000, "bytes": 900_000, "p50_us": 5000, "p99_us": 20000, "bad_status": 0, "socket_errors": 0}


def _series(service: str, *rates: int) -> Series:
    rounds = [Round(shot=Shot(**{**COUNTED, "requests": rate}), worker_cpu_s=0.8, database_cpu_s=0.1) for rate in rates]
    return Series(service=service, rounds=rounds)


def _cell(size: int, *, floor: tuple[int, ...], r2a: tuple[int, ...]) -> Cell:
    return Cell(question="sip_auth", size=size, series=[_series("floor", *floor), _series("r2a", *r2a)])


def _reached(cells: list[Cell], *, worker_mb: float = 60, statements: float = 1) -> dict[str, bool]:
    return {one.demand: one.reached for one in verdicts(cells, worker_mb=worker_mb, statements={"sip_auth": statements})}


def test_a_round_counts_only_without_bad_answers_and_broken_connections() -> None:
    assert parse(f"Running\nBENCH {json.dumps(COUNTED)}\n", "").rate == pytest.approx(900)
    for broken in ({"bad_status": 1}, {"socket_errors": 1}, {"requests": 0}):
        with pytest.raises(BenchError, match="does not count"):
            parse(f"BENCH {json.dumps({**COUNTED, **broken})}\n", "")
    with pytest.raises(BenchError, match="unable to connect"):
        parse("", "unable to connect to 127.0.0.1:1")


def test_the_share_of_the_floor_is_the_median_of_the_rounds_ratios() -> None:
    # One round was disturbed: its ratio says 1.0, the medians of the rates would say 0.5.
    cell = _cell(1000, floor=(1000, 200, 900), r2a=(440, 200, 400))
    assert cell.ratio("r2a") == pytest.approx(0.444, abs=0.001)
    assert _reached([cell])["sip_auth at 1,000 extensions, share of the floor"] is False
    assert _reached([_cell(1000, floor=(1000,), r2a=(450,))])["sip_auth at 1,000 extensions, share of the floor"] is True


def test_growth_is_measured_in_the_same_rounds() -> None:
    demand = "sip_auth at 1,000,000 extensions, share of the rate at the smallest size"
    grown = _cell(1_000_000, floor=(1000, 500, 1000), r2a=(500, 230, 480))
    assert demand not in _reached([grown])
    # The machine was half as fast in the second round, for both.
    grown.series.append(_series("r2a-small", 520, 250, 520))
    assert _reached([grown])[demand] is True
    grown.series[-1] = _series("r2a-small", 600, 300, 600)
    assert _reached([grown])[demand] is False


def test_memory_and_statements_have_their_limits() -> None:
    cells = [_cell(1000, floor=(1000,), r2a=(600,))]
    assert all(_reached(cells).values())
    assert _reached(cells, worker_mb=80.5)["memory of the worker after the run, MB"] is False
    assert _reached(cells, statements=1.01)["SQL statements for a sip_auth"] is False


def test_a_form_names_the_same_user_everywhere() -> None:
    form = questions.SIP_AUTH.form("1000007").decode()
    assert questions.PLACEHOLDER not in form
    assert form.count("=1000007&") == 5
    assert len(form) == len(questions.SIP_AUTH.form("2000000"))


IMPORT = Import(users=10, revisions=30, rows_read=60, nodes=2, flushes=[1, 10], commit_s=0.1, applied_s=1, after_commit_s=0.9)
AWAY = CatchUp(revisions=100_000, connected_s=0.5, applied_s=10.0, peak_mb=80.0, flushes=1)
FLOOD = Flood(headers=38, event_bytes=1400, tap_rates=[19_000, 20_000, 30_000], floor_rates=[1e6, 2e6, 3e6])
FOUND = Changes(
    machine={}, nodes=2, latencies=Latencies(seconds=[0.1] * 99 + [5.0]), imported=IMPORT, away=AWAY, floods=[FLOOD], resident_mb=[60, 80]
)


def _missed(found: Changes) -> list[str]:
    return [one.demand for one in change_verdicts(found) if not one.reached]


def test_each_demand_on_changes_is_missed_alone() -> None:
    assert _missed(FOUND) == []
    for broken, demand in (
        (replace(FOUND, latencies=Latencies(seconds=[0.1] * 98 + [1.2] * 2)), "99 % of commits"),
        (replace(FOUND, imported=replace(IMPORT, rows_read=90)), "reads of each row"),
        (replace(FOUND, imported=replace(IMPORT, flushes=[11, 1])), "flush commands"),
        (replace(FOUND, away=replace(AWAY, applied_s=10.1)), "100,000 revisions"),
        (replace(FOUND, away=replace(AWAY, peak_mb=80.1)), "most memory"),
        (replace(FOUND, floods=[FLOOD, replace(FLOOD, event_bytes=4200, tap_rates=[19_000, 19_999, 30_000])]), "events of 4.2 kB"),
        (replace(FOUND, resident_mb=[80.1, 60]), "memory of a worker"),
    ):
        (missed,) = _missed(broken)
        assert demand in missed


def test_a_percentile_is_a_latency_that_was_measured() -> None:
    late = Latencies(seconds=[number / 1000 for number in range(1200, 0, -1)])
    assert (late.percentile(0.5), late.percentile(0.99), late.percentile(1), late.most) == (0.6, 1.188, 1.2, 1.2)
    assert Latencies(seconds=[7.0]).percentile(0.01) == 7.0


@pytest.fixture
def node(tmp_path: Path) -> Iterator[Node]:
    (tmp_path / "tele-node-01.log").write_text("its last words")
    with FakeFreeSwitch() as switch:
        yield Node("tele-node-01", switch, {}, tmp_path)


def test_a_latency_ends_with_the_last_flush_of_its_user(node: Node) -> None:
    flushes = {"id 1000001": 11.0, "number-alias 1000001": 11.5, "id 1000002": 12.75, "number-alias 1000002": 12.5}
    node.flushes += [(f"xml_flush_cache {what} {questions.DOMAIN}", at) for what, at in flushes.items()]
    assert latencies(node, {"1000001": 10.0, "1000002": 12.0}) == [1.5, 0.75]
    with pytest.raises(BenchError, match=r"tele-node-01 was never told 'xml_flush_cache id 1000003 .*its last words"):
        latencies(node, {"1000003": 13.0})


def test_a_fleet_leaves_no_process_when_it_is_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nodes, "STOP_S", 0.3)
    names = ["tele-node-01", "tele-node-02"]
    # Nothing listens there: they wait for the database, as workers do.
    variables = {"R2A_WRITE_DSN": "host=127.0.0.1 port=1"}
    started: list[subprocess.Popen[bytes]] = []
    with pytest.raises(KeyboardInterrupt), nodes.fleet(names, variables, tmp_path) as fleet:
        for one in fleet:
            one.start()
            started.append(one.process)
        # This one does not hear that it is to end.
        started[0].send_signal(signal.SIGSTOP)
        raise KeyboardInterrupt
    assert [process.returncode is not None for process in started] == [True, True]
    with pytest.raises(BenchError, match="the worker of tele-node-02 has ended"):
        _ = fleet[1].pid


def test_a_round_with_a_gap_does_not_count(tmp_path: Path) -> None:
    program = "import sys; print('{\"taken\": 9, \"gaps\": 2}', flush=True); sys.stdin.read()"
    with (
        FakeFreeSwitch() as switch,
        subprocess.Popen([sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process,
        pytest.raises(BenchError, match="tap had 1 gaps"),
    ):
        flood.Reader(name="tap", process=process, switch=switch, repeats=1, log=tmp_path).rate(b"")


def test_a_flood_that_is_not_taken_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(flood, "TAP_REPEATS", 4)
    monkeypatch.setattr(flood, "FLOOR_REPEATS", 400)
    found = flood.measure(3, tmp_path)
    assert len(found.tap_rates) == len(found.floor_rates) == flood.ROUNDS
    assert found.floor_rate > found.rate > 0
    monkeypatch.setattr(flood, "ROUND_S", 1.0)
    monkeypatch.setattr(flood, "_frame", lambda *_: b"Content-Type: text/event-json\nContent-Length: 2\n\n[]")
    with pytest.raises(BenchError, match="tap did not take everything"):
        flood.measure(3, tmp_path)
