"""What has to be reached, and whether it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .measure import OURS, OURS_SMALL, Cell

FLOOR_SHARE = 0.45
GROWTH_SHARE = 0.9
WORKER_MB = 80.0
STATEMENTS = 1.0


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
    found.append(Verdict(demand="memory of the worker after the run, MB", measured=worker_mb, wanted=WORKER_MB, at_most=True))
    found.append(Verdict(demand="SQL statements for a sip_auth", measured=statements["sip_auth"], wanted=STATEMENTS, at_most=True))
    return found


def _share(cell: Cell) -> Verdict:
    demand = f"{cell.question} at {cell.size:,} extensions, share of the floor"
    return Verdict(demand=demand, measured=cell.ratio(OURS), wanted=FLOOR_SHARE, by_cpu=cell.cpu_ratio(OURS))


def _growth(cell: Cell) -> Verdict:
    ours, small = cell.of(OURS), cell.of(OURS_SMALL)
    # More rows cost the database, if anybody: its CPU time belongs into this comparison.
    by_cpu = (small.worker_us + small.database_us) / (ours.worker_us + ours.database_us)
    demand = f"{cell.question} at {cell.size:,} extensions, share of the rate at the smallest size"
    return Verdict(demand=demand, measured=cell.ratio(OURS, OURS_SMALL), wanted=GROWTH_SHARE, by_cpu=by_cpu)
