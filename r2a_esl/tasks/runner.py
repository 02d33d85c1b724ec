"""Does what operators ask of this node, one task at a time, in the order in which they were asked."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.backoff import Backoff
from r2a_esl.eviction import EvictionError
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.replies import ReplyError
from r2a_esl.store import tasks as store
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.tasks import DONE, FAILED, Task
from r2a_esl.switch import Switch
from r2a_esl.tasks.kinds import ENDING, Kind, Patience, Result, TaskFailedError

log = logging.getLogger("r2a_esl.tasks")

#: Between two looks without being woken, in seconds.
POLL_S = 5.0
KEPT_DAYS = 30
FORGET_EVERY_S = 3600.0
#: A FreeSWITCH that is away may only be about to be connected to.
CONNECTED_WITHIN_S = 3.0
DIED = "the worker ended while it was doing this; look at the node before asking again"
EXPIRED = "expired before the node took it"
_IDLE_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    """What came of a task, until the database has it."""

    task: Task
    state: str
    result: Result


class Runner:
    """Looks for tasks when `woken`, after each `poll_s`, and until stopped."""

    def __init__(
        self,
        node: str,
        switch: Switch,
        connection: WorkerConnection,
        kinds: Mapping[str, Kind],
        woken: threading.Event,
        stopping: threading.Event,
        metrics: WorkerMetrics,
        *,
        poll_s: float = POLL_S,
    ) -> None:
        self._node = node
        self._switch = switch
        self._connection = connection
        self._kinds = kinds
        self._woken = woken
        self._stopping = stopping
        self._patience = Patience(stopping)
        self._metrics = metrics
        self._poll_s = poll_s
        self._look_at = self._forget_at = 0.0
        self._backoff = Backoff()
        self._store_error = ""
        #: Whether a task may be called running in the database that nobody does.
        self._doubtful = True
        self._unwritten: _Outcome | None = None
        #: Tasks that came to an end.
        self.ended = 0

    def run(self) -> None:
        """Do tasks until stop(). Raises nothing that FreeSWITCH, the database or whoever asks could cause."""
        self._doubtful = True
        while not self._stopping.is_set():
            self.step()
            self._woken.wait(_IDLE_S)

    def stop(self) -> None:
        """Make run() return; what is under way fails, and says so."""
        self._stopping.set()
        self._woken.set()

    def step(self) -> None:
        """Look for tasks if it is time to, and do them."""
        if time.monotonic() < self._look_at and (self._store_error or not self._woken.is_set()):
            # Woken while the database is away: the pause holds.
            if self._store_error:
                self._stopping.wait(_IDLE_S)
            return
        self._woken.clear()
        self._look_at = time.monotonic() + self._poll_s
        try:
            self._tidy()
            while not self._stopping.is_set() and (task := store.take(self._connection, self._node)) is not None:
                self._unwritten = self._do(task)
                self._write()
        except StoreUnavailable as error:
            self._store_lost(error)

    def _tidy(self) -> None:
        self._write()
        if self._doubtful:
            self._say(store.fail_running(self._connection, self._node, DIED), DIED)
        self._doubtful = False
        self._say(store.fail_expired(self._connection, self._node, EXPIRED), EXPIRED)
        if time.monotonic() >= self._forget_at:
            store.forget_old(self._connection, KEPT_DAYS)
            self._forget_at = time.monotonic() + FORGET_EVERY_S
        self._store_error = ""
        self._backoff.reset()

    def _say(self, numbers: list[int], why: str) -> None:
        for number in numbers:
            log.warning("a task failed", extra=fields(task=number, reason=why))

    def _do(self, task: Task) -> _Outcome:
        log.info("doing a task", extra=fields(task=task.id, kind=task.kind, asked_by=task.asked_by))
        try:
            result = self._kind(task)(task.argument)
        except (TaskFailedError, LinkError, ReplyError, EvictionError, StoreUnavailable) as error:
            # While the worker ends FreeSWITCH seems to be away, and that is not why.
            reason = ENDING if self._stopping.is_set() else str(error)
            log.warning("a task failed", extra=fields(task=task.id, kind=task.kind, reason=reason))
            return _Outcome(task=task, state=FAILED, result={"error": reason})
        log.info("a task is done", extra=fields(task=task.id, kind=task.kind))
        return _Outcome(task=task, state=DONE, result=result)

    def _kind(self, task: Task) -> Kind:
        kind = self._kinds.get(task.kind)
        if kind is None:
            raise TaskFailedError(f"this worker does not know {task.kind}; update r2a on this node")
        if not isinstance(task.argument, dict):
            raise TaskFailedError("the argument should be an object")
        if not self._patience.until(lambda: self._switch.sighting.status is not None and self._switch.connected, CONNECTED_WITHIN_S):
            raise TaskFailedError(f"FreeSWITCH is away: {self._switch.sighting.error or 'no connection'}")
        return kind

    def _write(self) -> None:
        """Write what came of the last task, if the database has it not yet."""
        if self._unwritten is None:
            return
        one = self._unwritten
        store.finish(self._connection, one.task.id, one.state, one.result)
        self._unwritten = None
        self._metrics.tasks.labels(one.task.kind, one.state).inc()
        self.ended += 1

    def _store_lost(self, error: StoreUnavailable) -> None:
        # What was sent last may have been done without its answer having come.
        self._doubtful = True
        self._look_at = time.monotonic() + self._backoff.next_s()
        if str(error) != self._store_error and not self._stopping.is_set():
            log.warning("tasks wait for the database: %s", error)
        self._store_error = str(error)
