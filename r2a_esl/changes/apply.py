"""Follows the change log and has this node's FreeSWITCH behave like it."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace
from datetime import datetime

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.backoff import Backoff
from r2a_esl.changes import xmlservice
from r2a_esl.changes.again import Again
from r2a_esl.changes.catchup import Gathered, gather
from r2a_esl.changes.commands import FLUSH_ALL
from r2a_esl.changes.freshness import Freshness
from r2a_esl.changes.known import concerned
from r2a_esl.changes.merging import merged
from r2a_esl.changes.notes import RestartNotes
from r2a_esl.changes.plan import Plan
from r2a_esl.changes.position import STARTED, FeedState, Position, Reason, why_whole
from r2a_esl.changes.queue import CommandQueue
from r2a_esl.changes.refresh import full_refresh, running_gateways
from r2a_esl.changes.sender import Sender
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.settings import WorkerSettings
from r2a_esl.store import changes as store
from r2a_esl.store import trunks, wal
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.known import look_up
from r2a_esl.store.wal import Target
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.changes")

#: Between two looks without being woken, in seconds.
POLL_S = 5.0
MAX_TROUBLE = 500
_IDLE_S = 0.1
_OVERFLOWED = Reason(text="too many commands failed", missed=True)
_ASKED = Reason(text="an operator asked for it", missed=False, follows=True)


class Changes:
    """Reads changes when woken, after each `poll_s` and when FreeSWITCH came back; records a revision once all of its commands are done."""

    def __init__(self, settings: WorkerSettings, switch: Switch, woken: threading.Event, metrics: WorkerMetrics, *, poll_s: float = POLL_S) -> None:
        self._node = settings.node_name
        self._switch = switch
        self._woken = woken
        self._metrics = metrics
        self._poll_s = poll_s
        self._stopping = threading.Event()
        self._connection = WorkerConnection(settings.database, application="r2a_esl_changes")
        self._freshness = Freshness(settings.database, self._stopping, self._connection)
        self._again = Again(self._freshness)
        sender = Sender(switch, lambda: xmlservice.is_ready(settings.xml_host, settings.xml_port))
        self._queue = CommandQueue(sender, metrics)
        self._core_uuid: str | None = None
        self._refresh_due: Reason | None = None
        #: Full refreshes that were asked for, by number: the newest, the newest that was begun, the newest that is done.
        self._asked = self._begun = self._done = 0
        #: Read up to here; recorded up to there. None = not known yet. The first one that is read is the recorded one, and only then `_resumes`.
        self._read_to: Position | None = None
        self._recorded: Position | None = None
        self._resumes = True
        self._newest = 0
        self._links = 0
        self.notes = RestartNotes(settings.node_name, metrics)
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
        told = "; ".join([*self._queue.trouble, *behind, *self.notes.texts])
        return told[:MAX_TROUBLE] or None

    @property
    def failing(self) -> list[str]:
        """What FreeSWITCH was told and did not do, in its words."""
        return self._queue.trouble

    @property
    def applied(self) -> int:
        """The revision that was last recorded; 0 = none yet."""
        return self._recorded.revision if self._recorded else 0

    def ask_refresh(self) -> int:
        """Have the next look bring FreeSWITCH up to date as a whole; return the number that refreshed() takes."""
        self._asked += 1
        self._woken.set()
        return self._asked

    def refreshed(self, number: int) -> bool:
        """Return whether that refresh is done: all was sent or given up, and the read port showed what FreeSWITCH then asked for."""
        return self._done >= number

    def profile_started(self, profile: str, at: datetime) -> None:
        """Take notice, from any thread, that `profile` read its configuration at `at`."""
        self.notes.profile_started(profile, at)
        self._woken.set()

    def step(self) -> None:
        """Read what is new, and send what is due."""
        try:
            present = self._attend_freeswitch()
            self._look(present=present)
            if present:
                self._queue.work()
                self._repeat()
                self._settle()
                self._tend()
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
            self._core_uuid = status.core_uuid
            self.notes.follow(status.core_uuid)
        if self._switch.links != self._links:
            # Nothing was read while it was away.
            self._links = self._switch.links
            self._look_at = 0.0
        if self._queue.overflowed:
            self._queue.clear()
            self._refresh_due = _OVERFLOWED
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
        state = store.state(self._connection, self._node, self._read_to.revision if self._read_to else None)
        self._database_back()
        if present:
            self.notes.work(self._connection)
        if self._read_to is None:
            self._read_to = self._recorded = state.recorded
        self._newest = state.newest or 0
        self._measure()
        if present and state.newest is not None:
            self._read(state, self._read_to)

    def _read(self, state: FeedState, position: Position) -> None:
        asked = _ASKED if self._asked > self._begun else None
        reason = self._refresh_due or why_whole(position, state, self._core_uuid, resumed=self._resumes) or asked
        if reason is not None:
            self._refresh(reason, state, position)
            return
        position = replace(position, mark=state.found_mark or position.mark, timeline=state.timeline, core_uuid=self._core_uuid)
        self._read_to, self._resumes = position, False
        gathered = gather(self._connection, self._node, position.revision)
        if gathered is not None:
            self._take(gathered.plan, gathered.revision, gathered.mark, state)
            self._tell(gathered)

    def _refresh(self, reason: Reason, state: FeedState, position: Position) -> None:
        asked = self._asked
        revision, mark, gathered = state.newest or 0, state.newest_mark, None
        if reason.follows:
            revision, mark = position.revision, state.found_mark or position.mark
            gathered = self._gathered(revision, started_since=reason is STARTED)
        if gathered is not None:
            revision, mark = gathered.revision, gathered.mark
        told = fields(why=reason.text, applied=state.applied, newest=revision)
        log.info("bringing FreeSWITCH up to date as a whole", extra=told)
        known = look_up(self._connection, self._node, concerned([]))
        made = full_refresh(known, trunks.wanted(self._connection, self._node), running_gateways(self._switch), missed=reason.missed)
        made = merged([gathered.plan, made]) if gathered is not None else made
        # What waits for rows that were lost would wait for ever. All of it was sent once, and the refresh says again all but who has to go.
        drops = [command for command in self._again.clear() if command.kind == "drop"]
        self._take(replace(made, commands=(*made.commands, *drops)), revision, mark, state)
        self._refresh_due, self._begun, self._resumes = None, asked, False
        if gathered is not None:
            self._tell(gathered)

    def _gathered(self, after: int, *, started_since: bool) -> Gathered | None:
        found = gather(self._connection, self._node, after)
        # A FreeSWITCH that was started since has read what a restart would bring.
        return replace(found, plan=replace(found.plan, notes=())) if found is not None and started_since else found

    def _take(self, made: Plan, revision: int, mark: str | None, state: FeedState) -> None:
        target = self._target(revision, mark)
        # While something waits for the read port already, nothing that a phone could still get in by is to wait as well.
        if self._again or not self._freshness.wait(target):
            self._metrics.stale_reads.inc()
            self._again.add(target, made.commands)
        self._queue.add(made.commands)
        self._read_to = Position(revision=revision, mark=mark, timeline=state.timeline, core_uuid=self._core_uuid)

    def _target(self, revision: int, mark: str | None) -> Target:
        return Target(place=wal.position(self._connection), revision=revision, mark=mark)

    def _repeat(self) -> None:
        if commands := self._again.due():
            self._queue.add(commands)
            self._queue.work()

    def _tend(self) -> None:
        """Have FreeSWITCH ask everything again when a server has joined the read port that was behind what it had been told."""
        if self._read_to is not None and self._freshness.tend():
            log.warning("a server has joined the read port; FreeSWITCH is to ask again what it may have heard from it")
            self._again.add(self._target(self._read_to.revision, self._read_to.mark), [FLUSH_ALL])

    def _settle(self) -> None:
        """Record what is applied: all commands are done or given up, and no server shows anything older."""
        position = self._read_to
        if position is None or position.core_uuid != self._core_uuid or not self._queue.settled or self._again:
            return
        self._done = self._begun
        if position == self._recorded:
            return
        # Once the revision is recorded nothing reads again what led to them.
        self.notes.work(self._connection)
        store.record_applied(self._connection, self._node, position)
        self._recorded = position
        self._measure()

    def _measure(self) -> None:
        self._metrics.applied_revision.set(self.applied)
        self._metrics.revisions_behind.set(max(0, self._newest - self.applied))

    def _tell(self, gathered: Gathered) -> None:
        told = fields(changes=gathered.count, up_to=gathered.revision, commands=len(gathered.plan.commands))
        log.info("applying changes", extra=told)
        for remark in gathered.plan.remarks:
            log.info("%s", remark)
        self.notes.add(gathered.plan.notes, gathered.revision)
        if not gathered.whole:
            self._look_at = 0.0

    def _store_lost(self, error: StoreUnavailable) -> None:
        self._look_at = time.monotonic() + self._backoff.next_s()
        self._woken.clear()
        if str(error) != self._store_error and not self._stopping.is_set():
            log.warning("changes wait for the database: %s", error)
        self._store_error = str(error)

    def _database_back(self) -> None:
        self._store_error = ""
        self._backoff.reset()
