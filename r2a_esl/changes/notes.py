"""Remembers what only a restart of a profile brings into effect: until its FreeSWITCH, or the profile, was started again."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime

from r2a_core.logs import fields
from r2a_esl.changes.plan import Note
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.store import restarts as store
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.restarts import RestartNeeded

log = logging.getLogger("r2a_esl.changes")


class RestartNotes:
    """The notes of one FreeSWITCH, here and in rt.restart_needed. But for profile_started() and texts, all of it is for one thread."""

    def __init__(self, node: str, metrics: WorkerMetrics) -> None:
        self._node = node
        self._metrics = metrics
        self._kept: dict[Note, RestartNeeded] = {}
        self._unwritten: dict[Note, None] = {}
        self._core_uuid = ""
        self._read = False
        #: Profiles that were started, and when: not taken out of the database yet.
        self._started: deque[tuple[str, datetime]] = deque()

    @property
    def texts(self) -> list[str]:
        """What needs a restart, for a person, in the order of the changes."""
        return [str(note) for note in list(self._kept)]

    def follow(self, core_uuid: str) -> None:
        """Note for the FreeSWITCH `core_uuid` from now on: whatever another one needed, this one was started with."""
        self._core_uuid = core_uuid
        self._read = False
        self._kept.clear()
        self._unwritten.clear()
        self._started.clear()

    def add(self, notes: Iterable[Note], revision: int) -> None:
        """Keep `notes`, which the changes up to `revision` led to."""
        for note in notes:
            if note not in self._kept:
                log.warning("%s", note)
            needed = RestartNeeded(profile=note.profile, why=note.why, core_uuid=self._core_uuid, revision=revision, noted_at=datetime.now(UTC))
            self._kept[note] = needed
            self._unwritten[note] = None

    def profile_started(self, profile: str, at: datetime) -> None:
        """Forget what was noted for `profile` until `at`, at the next work(): it has read its configuration since. For any thread."""
        self._started.append((profile, at))

    def work(self, connection: WorkerConnection) -> None:
        """Make the database say the same; raise StoreUnavailable, after which it is to be called again."""
        if not self._read:
            self._take_over(connection)
        for note in list(self._unwritten):
            store.keep(connection, self._node, self._kept[note])
            del self._unwritten[note]
        while self._started:
            profile, at = self._started[0]
            self._forget(profile, at)
            store.brought(connection, self._node, profile, at)
            self._started.popleft()
        self._metrics.restarts_needed.set(len(self._kept))

    def _take_over(self, connection: WorkerConnection) -> None:
        for needed in store.kept(connection, self._node, self._core_uuid):
            self._kept.setdefault(Note(needed.profile, needed.why), needed)
        self._read = True

    def _forget(self, profile: str, at: datetime) -> None:
        gone = [note for note, needed in self._kept.items() if note.profile == profile and needed.noted_at <= at]
        for note in gone:
            del self._kept[note]
            self._unwritten.pop(note, None)
        if gone:
            log.info("a profile was started and needs no restart any more", extra=fields(profile=profile, notes=len(gone)))
