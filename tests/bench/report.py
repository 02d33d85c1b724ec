"""The tables at the end, and the same in JSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .changes import Changes, Flood
from .measure import FLOOR, Cell, Series
from .verdict import Verdict

#: How far the floor's rate may change within a question before the report warns of it.
UNREST = 1.5

METHOD = (
    "Method: for each question the services take turns in short rounds, every other time backwards. Rates are medians of the rounds; the share "
    "of the floor is taken round by round, then its median. CPU is user and system time of the gunicorn worker (all threads) for one request, "
    "of PostgreSQL likewise: a busy neighbour changes it much less than a rate. Latency is from the first byte of the request to the last of "
    "the answer. One answer of each was read before the rounds; in them status, size and socket errors of all. "
    "r2a-small answers, in the same rounds, from a copy of the database that stayed at the smallest size."
)


CHANGES_METHOD = (
    "Method: each node is a worker process with the settings of production and a switch that only speaks the event socket, on this machine with "
    "PostgreSQL, which syncs each commit to disk. There is one server, so freshness has no replica to wait for: what one lags comes on top. A "
    "commit's latency runs from just before COMMIT is sent until the last flush command of its user has come, for each commit and each switch; one "
    "that does not come ends the run. Reads of the log are counted by PostgreSQL, those of its ends as well. The worker that was away starts when "
    "all changes, by every trigger, wait for it; its time runs from the start of the process. The tap's process does nothing but take events from "
    "the tap's queue; CPU time is user and system time. The floor is a process that receives the same bytes and looks at none of them."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All that one run found."""

    machine: Mapping[str, str]
    rounds: int
    seconds: int
    load_s: Mapping[int, float]
    answer_bytes: Mapping[str, int]
    cells: Sequence[Cell]
    statements: Mapping[str, float]
    worker_mb: Mapping[str, float]
    verdicts: Sequence[Verdict]


def show(report: Report, console: Console) -> None:
    """Print the report."""
    console.print()
    for name, fact in report.machine.items():
        console.print(f"{name}: {fact}", highlight=False)
    console.print(f"rounds: {report.rounds} of {report.seconds} s for each service. {METHOD}", highlight=False)
    loads = ", ".join(f"{size:,} in {seconds:.1f} s" for size, seconds in report.load_s.items())
    console.print(f"data: extensions loaded: {loads}", highlight=False)
    bodies = ", ".join(f"{name} {size:,}" for name, size in report.answer_bytes.items())
    console.print(f"answers: body bytes of r2a's answer, and of the floor's: {bodies}\n", highlight=False)
    console.print(_rates(report.cells))
    counted = ", ".join(f"{name} {count:.2f}" for name, count in report.statements.items())
    console.print(f"SQL statements for an answer, by PostgreSQL's log: {counted}", highlight=False)
    held = ", ".join(f"{name} {megabytes:.0f} MB" for name, megabytes in report.worker_mb.items())
    console.print(f"Memory of each worker after the run (resident): {held}\n", highlight=False)
    console.print(_verdicts(report.verdicts))
    unrest = max(max(cell.of(FLOOR).rates) / min(cell.of(FLOOR).rates) for cell in report.cells)
    if unrest > UNREST:
        console.print(
            f"The floor's own rate changed by a factor of {unrest:.1f} between rounds: the machine is busy, trust the CPU time more than the rates."
        )


def _rates(cells: Sequence[Cell]) -> Table:
    table = Table(title="Requests a second of one worker, a new TCP connection each")
    for heading in ("question", "extensions", "service"):
        table.add_column(heading, justify="right" if heading == "extensions" else "left", no_wrap=True)
    for heading in ("req/s", "min-max", "of floor", "min-max", "p50 ms", "p99 ms", "CPU us", "of floor", "DB CPU us"):
        table.add_column(heading, justify="right", no_wrap=True)
    for cell in cells:
        for position, series in enumerate(cell.series):
            about = (cell.question, f"{cell.size:,}") if position == 0 else ("", "")
            table.add_row(*about, *_row(cell, series), end_section=position == len(cell.series) - 1)
    return table


def _row(cell: Cell, series: Series) -> list[str]:
    ratios = cell.ratios(series.service)
    is_floor = series.service == FLOOR
    return [
        series.service,
        f"{series.rate:,.0f}",
        f"{min(series.rates):,.0f}-{max(series.rates):,.0f}",
        "" if is_floor else f"{cell.ratio(series.service):.2f}",
        "" if is_floor else f"{min(ratios):.2f}-{max(ratios):.2f}",
        f"{series.p50_ms:.2f}",
        f"{series.p99_ms:.2f}",
        f"{series.worker_us:.0f}",
        "" if is_floor else f"{cell.cpu_ratio(series.service):.2f}",
        "" if is_floor else f"{series.database_us:.0f}",
    ]


def _verdicts(verdicts: Sequence[Verdict]) -> Table:
    table = Table(title="What has to be reached")
    table.add_column("demand")
    table.add_column("measured", justify="right")
    table.add_column("wanted", justify="right")
    table.add_column("")
    table.add_column("by CPU time", justify="right")
    for verdict in verdicts:
        wanted = f"{'<=' if verdict.at_most else '>='} {verdict.wanted:g}"
        outcome = "[green]pass[/]" if verdict.reached else "[red]FAIL[/]"
        by_cpu = "" if verdict.by_cpu is None else f"{verdict.by_cpu:.2f}"
        table.add_row(verdict.demand, f"{verdict.measured:.2f}", wanted, outcome, by_cpu)
    return table


def show_changes(found: Changes, verdicts: Sequence[Verdict], console: Console) -> None:
    """Print what was found about the change pipeline, and what was wanted."""
    console.print()
    for name, fact in found.machine.items():
        console.print(f"{name}: {fact}", highlight=False)
    console.print(f"{CHANGES_METHOD}\n", highlight=False)
    table = Table(title=f"From a change to what {found.nodes} switches are told")
    table.add_column("what")
    table.add_column("measured")
    for what, measured in _changes(found):
        table.add_row(what, measured)
    console.print(table)
    console.print()
    console.print(_verdicts(verdicts))


def _changes(found: Changes) -> list[tuple[str, str]]:
    late, imported, away = found.latencies, found.imported, found.away
    measured = {"p50": late.percentile(0.5), "p99": late.percentile(0.99), "most": late.most}
    in_ms = [f"{name} {seconds * 1000:,.0f} ms" for name, seconds in measured.items()]
    applied = f"COMMIT took {imported.commit_s:.1f} s; all have applied it {imported.after_commit_s:.1f} s after that"
    took = f"connected after {away.connected_s:.2f} s, has applied them after {away.applied_s:.2f} s"
    return [
        ("commit to command, each commit and switch", f"{', '.join(in_ms)}, of {len(late.seconds):,}"),
        (f"import of {imported.users:,} users in one transaction", f"{imported.revisions:,} revisions; {applied}"),
        ("rows of the log that were read for it", f"{imported.rows_read:,} by {imported.nodes} nodes, {imported.passes:.3f} times each by each"),
        ("flush commands for it", f"{min(imported.flushes):,} to {max(imported.flushes):,} a switch"),
        (f"a worker that missed {away.revisions:,} revisions", f"{took}; {away.flushes:,} flushes; {away.peak_mb:.0f} MB at most"),
        ("memory of a worker after the import (resident)", f"{min(found.resident_mb):.0f} to {max(found.resident_mb):.0f} MB"),
        *map(_flood, found.floods),
    ]


def _flood(flood: Flood) -> tuple[str, str]:
    rates = f"{flood.rate:,.0f} ({min(flood.tap_rates):,.0f}-{max(flood.tap_rates):,.0f})"
    floor = f"floor {flood.floor_rate:,.0f}, share {flood.rate / flood.floor_rate:.3f}"
    return f"register events of {flood.event_bytes:,.0f} bytes, {flood.headers} headers", f"{rates} a CPU second; {floor}"


def write(path: Path, report: Report | None, changes: Changes | None, verdicts: Sequence[Verdict]) -> None:
    """Write what was measured as JSON, None for what was not."""
    found = {
        "questions": None if report is None else _plain(report),
        "changes": None if changes is None else {"method": CHANGES_METHOD, **asdict(changes)},
        "verdicts": [_plain_verdict(one) for one in verdicts],
    }
    path.write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


def _plain_verdict(one: Verdict) -> dict[str, Any]:
    return {
        "demand": one.demand,
        "measured": round(one.measured, 3),
        "wanted": one.wanted,
        "at_most": one.at_most,
        "reached": one.reached,
        "by_cpu": None if one.by_cpu is None else round(one.by_cpu, 3),
    }


def _plain(report: Report) -> dict[str, Any]:
    return {
        "machine": dict(report.machine),
        "method": METHOD,
        "rounds": report.rounds,
        "seconds": report.seconds,
        "load_s": {str(size): round(seconds, 2) for size, seconds in report.load_s.items()},
        "answer_bytes": dict(report.answer_bytes),
        "cells": [_plain_cell(cell) for cell in report.cells],
        "statements": dict(report.statements),
        "worker_mb": {name: round(megabytes, 1) for name, megabytes in report.worker_mb.items()},
    }


def _plain_cell(cell: Cell) -> dict[str, Any]:
    services = {}
    for series in cell.series:
        services[series.service] = {
            "rates": [round(rate, 1) for rate in series.rates],
            "rate": round(series.rate, 1),
            "of_floor": round(cell.ratio(series.service), 3),
            "of_floor_each_round": [round(ratio, 3) for ratio in cell.ratios(series.service)],
            "p50_ms": round(series.p50_ms, 3),
            "p99_ms": round(series.p99_ms, 3),
            "worker_cpu_us": round(series.worker_us, 1),
            "of_floor_by_cpu": round(cell.cpu_ratio(series.service), 3),
            "database_cpu_us": round(series.database_us, 1),
        }
    return {"question": cell.question, "extensions": cell.size, "services": services}
