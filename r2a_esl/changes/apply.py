"""Follows the change log and has this node's FreeSWITCH behave like it."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from dataclasses import dataclass

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.backoff import Backoff
from r2a_esl.changes import xmlservice
from r2a_esl.changes.commands import FLUSH_ALL, Command
from r2a_esl.changes.freshness import Freshness
from r2a_esl.changes.known import Change, concerned
from r2a_esl.changes.plan import Note, Plan, full_refresh, plan
from r2a_esl.changes.queue import CommandQueue
from r2a_esl.changes.sender import Sender
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.settings import WorkerSettings
from r2a_esl.store import changes as store
from r2a_esl.store import wal
from r2a_esl.store.changes import FeedState
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.known import look_up
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.changes")

#: Between two looks without being woken, in seconds.
POLL_S = 5.0
BATCH = 5000
MAX_TROUBLE = 500
#: Beyond so many commands that must be sent again, one flush of everything stands for those of users.
MANY_AGAIN = 200
MAX_AGAIN = 20
BEHIND_PAUSE_S = 0.2
AWAY_PAUSE_S = 10.0
_IDLE_S = 0.1


@dataclass(slots=True, kw_only=True)
class _Again:
    """What was sent while the read port was behind, and the position at which it has to be sent again."""

    position: str
    commands: list[Command]
    look_at: float


class Changes:
    """Reads changes when woken, after each `poll_s` and when FreeSWITCH came back; records a revision once all of its commands are done."""

    def __init__(
        self, settings: WorkerSettings, switch: Switch, woken: threading.Event, metrics: WorkerMetrics, *, poll_s: float = POLL_S, batch: int = BATCH
    ) -> None:
        self._node = settings.node_name
        self._switch = switch
        self._woken = woken
        self._metrics = metrics
        self._poll_s = poll_s
        self._batch = batch
        self._stopping = threading.Event()
        self._connection = WorkerConnection(settings.database, application="r2a_esl_changes")
        self._freshness = Freshness(settings.database, self._stopping)
        sender = Sender(switch, lambda: xmlservice.is_ready(settings.xml_host, settings.xml_port))
        self._queue = CommandQueue(sender, metrics)
        self._core_uuid: str | None = None
        self._refresh_due = False
        #: Read up to here; recorded up to there. None = not known yet.
        self._read_to: int | None = None
        self._recorded: int | None = None
        self._newest = 0
        self._again: deque[_Again] = deque()
        self._links = 0
        self._notes: dict[Note, None] = {}
        self._look_at = 0.0
        self._backoff = Backoff()
        self._store_error = ""

    def run(self) -> None:
        """Apply changes until stop(). Raises nothing that FreeSWITCH or the database could cause."""
        while not self._stopping.is_set():
            self.step()
            if self._look_at > time.monotonic():
                self._woken.wait(_IDLE_S)

    def stop(self) -> None:
        """Make run() return after what is under way."""
        self._stopping.set()
        self._woken.set()

    @property
    def trouble(self) -> str | None:
        """What is not as configured and why, for a person; None = all is."""
        behind = ["the read port does not show yet what FreeSWITCH was told"] if self._again else []
        told = "; ".join([*self._queue.trouble, *behind, *map(str, self._notes)])
        return told[:MAX_TROUBLE] or None

    def step(self) -> None:
        """Read what is new, and send what is due."""
        try:
            present = self._attend_freeswitch()
            self._look(present=present)
            if present:
                self._queue.work()
                self._repeat()
                self._settle()
        except StoreUnavailable as error:
            self._store_lost(error)
        except LinkError as error:
            log.debug("changes wait for FreeSWITCH: %s", error)
            self._stopping.wait(_IDLE_S)

    def _attend_freeswitch(self) -> bool:
        """Return whether FreeSWITCH is there; one that was started afresh keeps nothing, and is brought up to date as a whole."""
        status = self._switch.sighting.status
        if status is None or not self._switch.connected:
            return False
        if status.core_uuid != self._core_uuid:
            if self._core_uuid is not None:
                self._queue.clear()
                self._again.clear()
                self._notes.clear()
                self._refresh_due = True
            self._core_uuid = status.core_uuid
        if self._switch.links != self._links:
            # Nothing was read while it was away.
            self._links = self._switch.links
            self._look_at = 0.0
        if self._queue.overflowed:
            self._queue.clear()
            self._refresh_due = True
        return True

    def _look(self, *, present: bool) -> None:
        if not self._woken.is_set() and time.monotonic() < self._look_at:
            return
        if self._store_error and time.monotonic() < self._look_at:
            # Woken while the database is away: the pause holds.
            self._stopping.wait(_IDLE_S)
            return
        self._woken.clear()
        self._look_at = time.monotonic() + self._poll_s
        state = store.state(self._connection, self._node)
        self._database_back()
        if self._read_to is None:
            self._read_to = self._recorded = state.applied
        self._newest = state.newest or 0
        self._measure()
        if present and state.newest is not None:
            self._read(state, self._read_to)

    def _read(self, state: FeedState, read_to: int) -> None:
        if self._refresh_due or _lost_track(state, read_to):
            log.info("bringing FreeSWITCH up to date as a whole", extra=fields(applied=read_to, newest=state.newest))
            self._take(full_refresh(look_up(self._connection, self._node, concerned([]))), self._newest)
            self._refresh_due = False
            return
        changes = store.read(self._connection, after=read_to, limit=self._batch)
        if not changes:
            return
        known = look_up(self._connection, self._node, concerned(changes))
        made = plan(changes, known)
        self._take(made, changes[-1].revision)
        self._tell(changes, made)
        if len(changes) == self._batch:
            self._look_at = 0.0

    def _take(self, made: Plan, revision: int) -> None:
        # Asked after the changes were read: whoever has replayed up to there has them.
        position = wal.position(self._connection)
        # While something waits for the read port already, nothing that a phone could still get in by is to wait as well.
        if self._again or not self._freshness.wait(position):
            self._metrics.stale_reads.inc()
            self._repeat_later(position, made)
        self._queue.add(made.commands)
        self._read_to = revision

    def _repeat_later(self, position: str, made: Plan) -> None:
        if len(self._again) < MAX_AGAIN:
            self._again.append(_Again(position=position, commands=list(made.commands), look_at=time.monotonic() + 1))
            return
        last = self._again[-1]
        last.position = position
        last.commands = list(dict.fromkeys([*last.commands, *made.commands]))
        if len(last.commands) > MANY_AGAIN:
            last.commands = [FLUSH_ALL, *(command for command in last.commands if not command.kind.startswith("flush_"))]

    def _repeat(self) -> None:
        if not self._again or time.monotonic() < self._again[0].look_at:
            return
        again = self._again[0]
        if wal.is_of_another_time(self._connection, again.position):
            again.position = wal.position(self._connection)
        reached = self._freshness.reached(again.position)
        # To find out that a server does not answer takes seconds, in which nothing else is done.
        again.look_at = time.monotonic() + (AWAY_PAUSE_S if reached is None else BEHIND_PAUSE_S)
        if reached:
            log.info("the read port has caught up; telling FreeSWITCH again", extra=fields(commands=len(again.commands)))
            self._again.popleft()
            self._queue.add(again.commands)
            self._queue.work()

    def _settle(self) -> None:
        """Record what is applied: all commands are done or given up, and no server shows anything older."""
        if self._read_to is None or self._read_to == self._recorded or not self._queue.settled or self._again:
            return
        store.record_applied(self._connection, self._node, self._read_to)
        self._recorded = self._read_to
        self._measure()

    def _measure(self) -> None:
        self._metrics.applied_revision.set(self._recorded or 0)
        self._metrics.revisions_behind.set(max(0, self._newest - (self._recorded or 0)))

    def _tell(self, changes: list[Change], made: Plan) -> None:
        log.info("applying changes", extra=fields(changes=len(changes), up_to=changes[-1].revision, commands=len(made.commands)))
        for remark in made.remarks:
            log.info("%s", remark)
        for note in made.notes:
            if note not in self._notes:
                log.warning("%s", note)
            self._notes[note] = None

    def _store_lost(self, error: StoreUnavailable) -> None:
        self._look_at = time.monotonic() + self._backoff.next_s()
        self._woken.clear()
        if str(error) != self._store_error and not self._stopping.is_set():
            log.warning("changes wait for the database: %s", error)
        self._store_error = str(error)

    def _database_back(self) -> None:
        self._store_error = ""
        self._backoff.reset()


def _lost_track(state: FeedState, read_to: int) -> bool:
    """Return whether the log does not say everything that happened after `read_to`: never seen, rows gone, or another database's."""
    oldest, newest = state.oldest or 0, state.newest or 0
    return read_to == 0 or read_to < oldest - 1 or newest < read_to
