"""What a run of the change pipeline found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True, slots=True, kw_only=True)
class Latencies:
    """Seconds from COMMIT to the command's arrival, one for each commit and node."""

    seconds: Sequence[float]

    def percentile(self, share: float) -> float:
        """Return the smallest of the latencies that `share` (0 to 1) of them do not exceed."""
        ordered = sorted(self.seconds)
        # The rank counts from 1; what is not a whole rank belongs to the next one.
        return ordered[max(0, -int(-share * len(ordered) // 1) - 1)]

    @property
    def most(self) -> float:
        return max(self.seconds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """Many users in one transaction: rows it wrote to the log, rows all nodes were given of it, flush commands of each node, seconds."""

    users: int
    revisions: int
    rows_read: int
    nodes: int
    flushes: Sequence[int]
    #: What COMMIT itself took; from before it, and from after it, until all nodes had recorded the newest revision.
    commit_s: float
    applied_s: float
    after_commit_s: float

    @property
    def passes(self) -> float:
        """How often each row was read by a node, in the mean of the nodes."""
        return self.rows_read / self.revisions / self.nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class CatchUp:
    """A worker that was away: seconds from the start of its process, its peak of memory (10^6 bytes), and flush commands."""

    revisions: int
    connected_s: float
    applied_s: float
    peak_mb: float
    flushes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Flood:
    """Register events of one size: how many a CPU second takes, round by round, for the tap and for a process that only receives them."""

    headers: int
    event_bytes: float
    tap_rates: Sequence[float]
    floor_rates: Sequence[float]

    @property
    def rate(self) -> float:
        return median(self.tap_rates)

    @property
    def floor_rate(self) -> float:
        return median(self.floor_rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """All that one run of the change pipeline found; resident_mb is of each worker of the fleet after commits and import."""

    machine: Mapping[str, str]
    nodes: int
    latencies: Latencies
    imported: Import
    away: CatchUp
    floods: Sequence[Flood]
    resident_mb: Sequence[float]
