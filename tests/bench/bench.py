"""One run: start everything, look at one answer of each, then measure each question at each size."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from r2a_core.environ import Secret
from r2a_core.sealing import new_key

from . import floor, machine, measure, plain, processes, questions, servers, statements, verdict
from .cluster import SMALL, Cluster
from .errors import BenchError
from .measure import FLOOR, OURS, OURS_SMALL, PLAIN, Cell, Target
from .report import Report
from .servers import Service


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """What stays the same from size to size: the services by name, the bytes of each question's answer, the sizes, and how to measure."""

    services: Mapping[str, Service]
    lengths: Mapping[str, int]
    sizes: Sequence[int]
    plan: measure.Plan


class Bench:
    """One run of the bench: how long its rounds are, and where its progress is shown."""

    def __init__(self, console: Console, *, rounds: int, seconds: int) -> None:
        self._console = console
        self._rounds = rounds
        self._seconds = seconds
        self._started_at = time.monotonic()

    def run(self, sizes: list[int]) -> Report:
        """Measure at each of `sizes`, smallest first; raise BenchError when something does not count. Nothing it started is left."""
        with contextlib.ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="r2a-bench-")))
            key = Secret(new_key())
            self._tell("starting PostgreSQL ...")
            cluster = stack.enter_context(Cluster())
            cluster.prepare(key)
            facts = machine.describe(cluster.version)
            load_s = {sizes[0]: self._grow(cluster, sizes[0])}
            cluster.keep_small()
            counted = self._count_statements(cluster, key, folder)
            services = self._start(stack, cluster, key, folder)
            lengths = {question.name: len(_right_answer(services[OURS], question)[0]) for question in questions.ALL}
            services[FLOOR] = stack.enter_context(_floor(lengths, folder))
            plan = measure.Plan(rounds=self._rounds, seconds=self._seconds, postmaster_pid=cluster.pid, folder=folder, tell=self._tell)
            run = Run(services=services, lengths=lengths, sizes=sizes, plan=plan)
            cells: list[Cell] = []
            for size in sizes:
                if size != cluster.size:
                    load_s[size] = self._grow(cluster, size)
                cells += [self._measure(question, run, size) for question in questions.ALL]
            held = {name: processes.resident_mb(services[name].worker_pid) for name in (FLOOR, OURS, PLAIN)}
        return self._report(facts, load_s, lengths, cells, counted, held)

    def _report(
        self,
        facts: Mapping[str, str],
        load_s: Mapping[int, float],
        lengths: Mapping[str, int],
        cells: list[Cell],
        counted: Mapping[str, float],
        held: Mapping[str, float],
    ) -> Report:
        order = [question.name for question in questions.ALL]
        return Report(
            machine=facts,
            rounds=self._rounds,
            seconds=self._seconds,
            load_s=load_s,
            answer_bytes=lengths,
            cells=sorted(cells, key=lambda cell: order.index(cell.question)),
            statements=counted,
            worker_mb=held,
            verdicts=verdict.verdicts(cells, worker_mb=held[OURS], statements=counted),
        )

    def _grow(self, cluster: Cluster, size: int) -> float:
        self._tell(f"loading up to {size:,} extensions ...")
        took_s = cluster.grow(size)
        self._tell(f"{size:,} extensions loaded in {took_s:.1f} s")
        return took_s

    def _count_statements(self, cluster: Cluster, key: Secret, folder: Path) -> dict[str, float]:
        with _r2a("r2a-counted", cluster.dsn(statements.OPTIONS), key, folder) as service:
            return {question.name: statements.per_answer(service, question, cluster.log) for question in questions.ALL}

    def _start(self, stack: contextlib.ExitStack, cluster: Cluster, key: Secret, folder: Path) -> dict[str, Service]:
        self._tell("starting the services ...")
        return {
            OURS: stack.enter_context(_r2a(OURS, cluster.dsn(), key, folder)),
            OURS_SMALL: stack.enter_context(_r2a(OURS_SMALL, cluster.dsn(database=SMALL), key, folder)),
            PLAIN: stack.enter_context(servers.running(PLAIN, "tests.bench.plain:app", {plain.DSN: cluster.dsn()}, folder)),
        }

    def _measure(self, question: questions.Question, run: Run, size: int) -> Cell:
        services = run.services
        # The plain view answers one question only: the one that has a demand of its own.
        asked = [(services[OURS], size)] + ([(services[PLAIN], size)] if question is questions.SIP_AUTH else [])
        if run.sizes[0] != size == run.sizes[-1]:
            asked.append((services[OURS_SMALL], run.sizes[0]))
        targets = [_floor_target(services[FLOOR], question, run.lengths[question.name], size)]
        for service, asked_size in asked:
            total = _right_answer(service, question, asked_size)[1]
            targets.append(Target(service=service, url_path="/xml", size=asked_size, answer_bytes=total))
        return measure.run(question, size, targets, run.plan)

    def _tell(self, text: str) -> None:
        self._console.print(f"{time.monotonic() - self._started_at:6.1f} s  {text}", highlight=False)


def _r2a(name: str, dsn: str, key: Secret, folder: Path) -> contextlib.AbstractContextManager[Service]:
    variables = {"R2A_WRITE_DSN": dsn, "R2A_NODE_NAME": questions.NODE, "R2A_SECRET_KEY": key.reveal()}
    return servers.running(name, "wsgi:app", variables, folder)


def _floor(lengths: Mapping[str, int], folder: Path) -> contextlib.AbstractContextManager[Service]:
    return servers.running(FLOOR, "tests.bench.floor:app", {floor.SIZES: ",".join(str(length) for length in lengths.values())}, folder)


def _floor_target(service: Service, question: questions.Question, length: int, size: int) -> Target:
    answer = service.ask(f"/{length}", question.form(str(questions.BASE + 1)))
    if len(answer.body) != length:
        raise BenchError(f"the floor answered {len(answer.body)} bytes instead of {length}; its log says: {service.last_words()}")
    return Target(service=service, url_path=f"/{length}", size=size, answer_bytes=answer.total_bytes)


def _right_answer(service: Service, question: questions.Question, size: int = 1) -> tuple[bytes, int]:
    """Return (body, bytes with the head) of the answer about the last of `size` extensions; raise BenchError when it is wrong."""
    number = str(questions.BASE + size)
    answer = service.ask("/xml", question.form(number))
    if " 200 " not in answer.status or question.proof(number).encode() not in answer.body:
        said = f"{answer.status}, {answer.body[:200]!r}; its log says: {service.last_words()}"
        raise BenchError(f"{service.name} answers {question.name} about {number} wrongly: {said}")
    return answer.body, answer.total_bytes
