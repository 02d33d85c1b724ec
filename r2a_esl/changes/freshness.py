"""Whether the read port already shows what the write port does: FreeSWITCH must not fetch again what it has just been told to forget."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

from r2a_core import dsn
from r2a_core.errors import StoreUnavailable
from r2a_esl.changes.readers import Readers
from r2a_esl.store import wal
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.wal import Target

log = logging.getLogger("r2a_esl.changes")

#: How long a replica is waited for, in seconds; one open read transaction can hold it up for half a minute.
CAP_S = 10.0
#: Between two connections that look for a server nobody has seen yet, in seconds; and between two hunts for one that a primary knows of.
GLANCE_S = 5.0
HUNT_S = 10.0
HUNT_LOOKS = 12
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.05


class Freshness:
    """Knows the servers behind the read port, and what they show. With a single DSN there is nothing to wait for. For one thread.

    writer: a connection to the write port, to hear of servers that the read port has not led to yet; None = that is not asked.
    """

    def __init__(self, settings: dsn.DatabaseSettings, stopping: threading.Event, writer: WorkerConnection | None = None) -> None:
        self._stopping = stopping
        self._writer = writer
        self._place = dsn.place(settings.read_dsn)
        reading = replace(settings, write_dsn=settings.read_dsn)
        same = settings.read_dsn.reveal() == settings.write_dsn.reveal()
        self._readers = None if same else Readers(lambda: WorkerConnection(reading, application="r2a_esl_reader"))
        self._glance_at = 0.0
        self._hunt_at = 0.0

    def wait(self, target: Target, cap_s: float = CAP_S) -> bool:
        """Return True as soon as the read port shows `target`, False after `cap_s` seconds or when it does not answer; raise StoreUnavailable."""
        ends_at, pause_s = time.monotonic() + cap_s, _FIRST_PAUSE_S
        while not self._stopping.is_set():
            reached = self.reached(target)
            if reached is not False:
                return bool(reached)
            if time.monotonic() >= ends_at:
                log.warning("the read port %s is behind for %g s; FreeSWITCH is told now, and again when it has caught up", self._place, cap_s)
                return False
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        return False

    def reached(self, target: Target) -> bool | None:
        """Return whether every server behind the read port shows `target`, None when one does not answer; raise StoreUnavailable (write port)."""
        if self._readers is None:
            return True
        shown = self._readers.show(target)
        # A server that does not answer: the service reads from the write port meanwhile, and nothing says where FreeSWITCH's answer will come from.
        if shown and self._hunts(self._readers, target):
            return self._readers.show(target)
        return shown

    def tend(self) -> bool:
        """Look now and then whether all servers are still there, and whether there is another one.

        Return whether one came that may have shown less, meanwhile, than FreeSWITCH had been told of: it has to ask everything again.
        """
        readers = self._readers
        if readers is None or readers.agreed is None or time.monotonic() < self._glance_at:
            return False
        try:
            if readers.show(readers.agreed, anew=True) is not None:
                # Not once: whose turn it is at a proxy others decide as well.
                readers.look(readers.agreed)
        except StoreUnavailable as error:
            log.debug("the read port %s does not answer: %s", self._place, error)
        # After all of it: to find out that a server does not answer takes seconds.
        self._glance_at = time.monotonic() + GLANCE_S
        came, readers.newcomer = readers.newcomer, False
        return came

    def _hunts(self, readers: Readers, target: Target) -> bool:
        """Look for a server that only the primary knows of, that is behind, and that the port may lead to; return whether one was found."""
        if self._writer is None or time.monotonic() < self._hunt_at:
            return False
        standbys = wal.standbys_behind(self._writer, target.place)
        if standbys is None or standbys[0] <= readers.standbys or standbys[1] == 0:
            return False
        # Not found: nobody reads from it, and however far it is behind holds nobody up.
        self._hunt_at = time.monotonic() + HUNT_S
        try:
            return readers.look(target, HUNT_LOOKS)
        except StoreUnavailable as error:
            log.debug("the read port %s does not answer: %s", self._place, error)
            return False
