"""Commands that are due, and those that failed: each is tried again with growing pauses, and holds nobody up."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable

from r2a_core.logs import fields
from r2a_esl.backoff import Backoff
from r2a_esl.changes.commands import Command
from r2a_esl.changes.sender import CommandFailedError, NotRunningError, Sender
from r2a_esl.link import DeadlineMissedError
from r2a_esl.metrics import WorkerMetrics

log = logging.getLogger("r2a_esl.changes")

MAX_TRIES = 5
#: Pause between tries of a command that was given up, in seconds: it no longer counts, but what it is for may come back.
GIVEN_UP_PAUSE_S = 30.0
MAX_WAITING = 200


class _Retry:
    """How often a command failed, why, and when it is due again in time.monotonic() seconds."""

    def __init__(self) -> None:
        self.tries = 0
        self.due_at = 0.0
        self.reason = ""
        self.backoff = Backoff(first_s=0.2)


class CommandQueue:
    """Sends what it is given, in order."""

    def __init__(self, sender: Sender, metrics: WorkerMetrics) -> None:
        self._sender = sender
        self._metrics = metrics
        self._todo: deque[Command] = deque()
        self._retries: dict[Command, _Retry] = {}
        #: Set when so much failed that single commands are no longer kept: only a full refresh helps.
        self.overflowed = False

    @property
    def settled(self) -> bool:
        """Whether nothing is left to do, but for what was given up."""
        return not self._todo and all(retry.tries >= MAX_TRIES for retry in self._retries.values())

    @property
    def trouble(self) -> list[str]:
        """What fails, in the words of FreeSWITCH."""
        return [f"{retry.reason} ({retry.tries} times)" for retry in list(self._retries.values())]

    def add(self, commands: Iterable[Command]) -> None:
        self._todo.extend(commands)

    def clear(self) -> None:
        """Forget everything: FreeSWITCH is another."""
        self._todo.clear()
        self._retries.clear()
        self.overflowed = False

    def work(self) -> None:
        """Send what is due; raise LinkError when FreeSWITCH is away: everything not done is kept."""
        while self._todo:
            self._send(self._todo[0])
            self._todo.popleft()
        for command in [command for command, retry in self._retries.items() if retry.due_at <= time.monotonic()]:
            self._send(command)

    def _send(self, command: Command) -> None:
        try:
            self._sender.send(command)
        except DeadlineMissedError as error:
            # It closed the connection, and must not do so for ever.
            self._failed(command, f"{command}: {error}", drop=False)
            if self._todo and self._todo[0] is command:
                self._todo.popleft()
            raise
        except CommandFailedError as error:
            self._failed(command, str(error), drop=isinstance(error, NotRunningError))
            return
        self._retries.pop(command, None)
        self._metrics.change_commands.labels(command.kind, "ok").inc()

    def _failed(self, command: Command, reason: str, *, drop: bool) -> None:
        retry = self._retries.setdefault(command, _Retry())
        retry.tries += 1
        retry.reason = reason
        retry.due_at = time.monotonic() + (retry.backoff.next_s() if retry.tries < MAX_TRIES else GIVEN_UP_PAUSE_S)
        self._metrics.change_commands.labels(command.kind, "failed").inc()
        if retry.tries == 1:
            log.warning("a command failed and is tried again: %s", reason)
        if retry.tries == MAX_TRIES:
            self._metrics.change_commands.labels(command.kind, "given_up").inc()
            log.error("a change is not in effect on this FreeSWITCH; those behind it go on", extra=fields(tries=retry.tries, reason=reason))
        if drop and retry.tries >= MAX_TRIES:
            # What does not run reads the configuration when it starts.
            del self._retries[command]
        if len(self._retries) > MAX_WAITING:
            self._retries.clear()
            self.overflowed = True
