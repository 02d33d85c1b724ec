"""What FreeSWITCH was told while the read port was behind: it may have fetched the old, and is told again when that cannot happen any more."""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass

from r2a_core.logs import fields
from r2a_esl.changes.commands import FLUSH_ALL, Command
from r2a_esl.changes.freshness import Freshness
from r2a_esl.store.wal import Target

log = logging.getLogger("r2a_esl.changes")

#: Beyond so many commands that must be sent again, one flush of everything stands for those of users.
MANY = 200
MAX_WAITING = 20
BEHIND_PAUSE_S = 0.2
AWAY_PAUSE_S = 10.0
_FIRST_S = 1.0


@dataclass(slots=True, kw_only=True)
class _Batch:
    """Commands, and what the read port has to show before they are sent again."""

    target: Target
    commands: list[Command]
    look_at: float


class Again:
    """Keeps what is to be sent again, in the order of the changes."""

    def __init__(self, freshness: Freshness) -> None:
        self._freshness = freshness
        self._waiting: deque[_Batch] = deque()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add(self, target: Target, commands: Iterable[Command]) -> None:
        """Send `commands` again once the read port shows `target`, which comes after all that waits already."""
        # What FreeSWITCH reads nothing for was right at once; to take an agent away again and add him would log him out.
        commands = [command for command in commands if not command.says_all]
        if len(self._waiting) < MAX_WAITING:
            self._waiting.append(_Batch(target=target, commands=list(commands), look_at=time.monotonic() + _FIRST_S))
            return
        last = self._waiting[-1]
        last.target = target
        last.commands = list(dict.fromkeys([*last.commands, *commands]))
        if len(last.commands) > MANY:
            last.commands = [FLUSH_ALL, *(command for command in last.commands if not command.kind.startswith("flush_"))]

    def clear(self) -> list[Command]:
        """Forget all of it, and return it."""
        waiting = [command for batch in self._waiting for command in batch.commands]
        self._waiting.clear()
        return waiting

    def due(self) -> list[Command]:
        """Return what is to be sent again now; raise StoreUnavailable."""
        if not self._waiting or time.monotonic() < self._waiting[0].look_at:
            return []
        first = self._waiting[0]
        reached = self._freshness.reached(first.target)
        # To find out that a server does not answer takes seconds, in which nothing else is done.
        first.look_at = time.monotonic() + (AWAY_PAUSE_S if reached is None else BEHIND_PAUSE_S)
        if not reached:
            return []
        log.info("the read port has caught up; telling FreeSWITCH again", extra=fields(commands=len(first.commands)))
        return self._waiting.popleft().commands
