"""What has to be reached, and whether it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .changes import Changes, Flood
from .measure import OURS, OURS_SMALL, Cell

FLOOR_SHARE = 0.45
GROWTH_SHARE = 0.9
WORKER_MB = 80.0
STATEMENTS = 1.0
LATE_S = 1.0
#: One, and a little for the questions about the ends of the log, which are counted with it.
PASSES = 1.01
CATCH_UP_S = 10.0
EVENTS_A_CPU_SECOND = 20_000.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One demand: what was measured against what was wanted. at_most says which side is the good one; by_cpu is the same from CPU times."""

    demand: str
    measured: float
    wanted: float
    at_most: bool = False
    by_cpu: float | None = None

    @property
    def reached(self) -> bool:
        return self.measured <= self.wanted if self.at_most else self.measured >= self.wanted


def verdicts(cells: Sequence[Cell], *, worker_mb: float, statements: Mapping[str, float]) -> list[Verdict]:
    """Return every demand with what was measured for it."""
    found = [_share(cell) for cell in cells if cell.question == "sip_auth"]
    # Both sizes are asked in the same rounds: minutes apart, the machine's own moods would be larger than the difference.
    found += [_growth(cell) for cell in cells if any(one.service == OURS_SMALL for one in cell.series)]
    found.append(_at_most("memory of the worker after the run, MB", worker_mb, WORKER_MB))
    found.append(_at_most("SQL statements for a sip_auth", statements["sip_auth"], STATEMENTS))
    return found


def change_verdicts(found: Changes) -> list[Verdict]:
    """Return every demand on the change pipeline with what was measured for it."""
    imported, away = found.imported, found.away
    by_import = f"import of {imported.users:,} users"
    return [
        _at_most(f"99 % of commits are heard by {found.nodes} switches within, s", found.latencies.percentile(0.99), LATE_S),
        _at_most(f"{by_import}, reads of each row of the log by a node", imported.passes, PASSES),
        _at_most(f"{by_import}, flush commands to a switch (worst of {imported.nodes})", max(imported.flushes), imported.users),
        _at_most(f"a worker that missed {away.revisions:,} revisions has applied them, s", away.applied_s, CATCH_UP_S),
        _at_most("most memory of that worker, MB", away.peak_mb, WORKER_MB),
        *map(_events, found.floods),
        _at_most(f"memory of a worker (worst of {found.nodes}), MB", max(found.resident_mb), WORKER_MB),
    ]


def _at_most(demand: str, measured: float, wanted: float) -> Verdict:
    return Verdict(demand=demand, measured=measured, wanted=wanted, at_most=True)


def _events(flood: Flood) -> Verdict:
    demand = f"register events of {flood.event_bytes / 1000:.1f} kB for a CPU second of the tap"
    return Verdict(demand=demand, measured=flood.rate, wanted=EVENTS_A_CPU_SECOND)


def _share(cell: Cell) -> Verdict:
    demand = f"{cell.question} at {cell.size:,} extensions, share of the floor"
    return Verdict(demand=demand, measured=cell.ratio(OURS), wanted=FLOOR_SHARE, by_cpu=cell.cpu_ratio(OURS))


def _growth(cell: Cell) -> Verdict:
    ours, small = cell.of(OURS), cell.of(OURS_SMALL)
    # More rows cost the database, if anybody: its CPU time belongs into this comparison.
    by_cpu = (small.worker_us + small.database_us) / (ours.worker_us + ours.database_us)
    demand = f"{cell.question} at {cell.size:,} extensions, share of the rate at the smallest size"
    return Verdict(demand=demand, measured=cell.ratio(OURS, OURS_SMALL), wanted=GROWTH_SHARE, by_cpu=by_cpu)
