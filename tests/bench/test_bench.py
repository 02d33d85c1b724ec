"""What decides over a run: reading wrk's output, and the demands. The numbers themselves need the machine: `make bench`."""

from __future__ import annotations

import json

import pytest

from . import questions
from .errors import BenchError
from .load import Shot, parse
from .measure import Cell, Round, Series
from .verdict import verdicts

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
