"""Short rounds, one service after the other, so that a neighbour on the machine disturbs all of them alike."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from . import processes
from .errors import BenchError
from .load import CONNECTIONS, Shot, shoot, write_script
from .questions import BASE, Question
from .servers import Service

#: How far the mean size of the answers under load may be from that of the answer that was looked at.
SIZE_TOLERANCE = 0.02

#: The names of the services: the one that all are compared with, ours, ours on a database that stayed small, and somebody else's.
FLOOR, OURS, OURS_SMALL, PLAIN = "floor", "r2a", "r2a-small", "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """One service as it is asked one question: where, about how many extensions, and how long its answer is (bytes, with the head)."""

    service: Service
    url_path: str
    size: int
    answer_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """One service in one round: what wrk saw, and the CPU seconds of its worker and of PostgreSQL."""

    shot: Shot
    worker_cpu_s: float
    database_cpu_s: float


@dataclass(slots=True, kw_only=True)
class Series:
    """All rounds of one service with one question at one size."""

    service: str
    rounds: list[Round] = field(default_factory=list)

    @property
    def rates(self) -> list[float]:
        return [one.shot.rate for one in self.rounds]

    @property
    def rate(self) -> float:
        """Requests per second, the median of the rounds."""
        return median(self.rates)

    @property
    def p50_ms(self) -> float:
        return median(one.shot.p50_us for one in self.rounds) / 1000

    @property
    def p99_ms(self) -> float:
        return median(one.shot.p99_us for one in self.rounds) / 1000

    @property
    def worker_us(self) -> float:
        """CPU microseconds of the worker for one request."""
        return sum(one.worker_cpu_s for one in self.rounds) / self._requests * 1e6

    @property
    def database_us(self) -> float:
        """CPU microseconds of PostgreSQL for one request."""
        return sum(one.database_cpu_s for one in self.rounds) / self._requests * 1e6

    @property
    def _requests(self) -> int:
        return sum(one.shot.requests for one in self.rounds)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One question at one size, asked of several services in the same rounds."""

    question: str
    size: int
    series: list[Series]

    def of(self, service: str) -> Series:
        return next(one for one in self.series if one.service == service)

    def ratios(self, service: str, to: str = FLOOR) -> list[float]:
        """Return the rate of `service` divided by that of `to`, round by round."""
        return [ours / theirs for ours, theirs in zip(self.of(service).rates, self.of(to).rates, strict=True)]

    def ratio(self, service: str, to: str = FLOOR) -> float:
        return median(self.ratios(service, to))

    def cpu_ratio(self, service: str) -> float:
        """Return the floor's CPU time for one request divided by that of `service`: the same ratio as a quiet machine would show it."""
        return self.of(FLOOR).worker_us / self.of(service).worker_us


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How to measure: how many rounds of how many seconds, whose CPU time is PostgreSQL's, where scripts go, and who is told of progress."""

    rounds: int
    seconds: int
    postmaster_pid: int
    folder: Path
    tell: Callable[[str], None]


def run(question: Question, size: int, targets: Sequence[Target], plan: Plan) -> Cell:
    """Measure `question` at `size`; raise BenchError when an answer is wrong or missing."""
    scripts = []
    for target in targets:
        scripts.append(plan.folder / f"{target.service.name}-{question.name}.lua")
        write_script(scripts[-1], question, url_path=target.url_path, size=target.size)
        warm(target.service, target.url_path, question, target.size)
    series = [Series(service=target.service.name) for target in targets]
    for number in range(plan.rounds):
        # Every other round runs backwards, or the same one would always follow the same.
        order = range(len(targets)) if number % 2 == 0 else reversed(range(len(targets)))
        for index in order:
            series[index].rounds.append(_round(targets[index], scripts[index], plan, seed=number * 7919 + size))
        rates = ", ".join(f"{one.service} {one.rates[-1]:,.0f}/s" for one in series)
        plan.tell(f"{question.name}, {size:,} extensions, round {number + 1} of {plan.rounds}: {rates}")
    return Cell(question=question.name, size=size, series=series)


def warm(service: Service, url_path: str, question: Question, size: int) -> None:
    """Ask on all connections at once before anything is counted: every thread then has its session, and that its prepared statement."""
    forms = [question.form(str(BASE + 1 + number * 7919 % size)) for number in range(CONNECTIONS * 16)]
    with ThreadPoolExecutor(CONNECTIONS) as callers:
        list(callers.map(lambda form: service.ask(url_path, form), forms))


def _round(target: Target, script: Path, plan: Plan, *, seed: int) -> Round:
    worker = target.service.worker_pid
    before = processes.cpu_s(worker), processes.family_cpu_s(plan.postmaster_pid)
    try:
        shot = shoot(target.service.port, script, seconds=plan.seconds, seed=seed)
    except BenchError as error:
        raise BenchError(f"{target.service.name}: {error}; its log says: {target.service.last_words()}") from error
    after = processes.cpu_s(worker), processes.family_cpu_s(plan.postmaster_pid)
    mean = shot.bytes / shot.requests
    if abs(mean / target.answer_bytes - 1) > SIZE_TOLERANCE:
        raise BenchError(f"{target.service.name}: {mean:.0f} bytes an answer on average instead of {target.answer_bytes}; not all were right")
    if after[0] <= before[0]:
        raise BenchError(f"the worker of {target.service.name} ended; its log says: {target.service.last_words()}")
    return Round(shot=shot, worker_cpu_s=after[0] - before[0], database_cpu_s=max(0.0, after[1] - before[1]))
