"""Whether the read port already shows what the write port does: FreeSWITCH must not fetch again what it has just been told to forget."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import replace

from r2a_core import dsn
from r2a_core.errors import StoreUnavailable
from r2a_esl.store import wal
from r2a_esl.store.connection import WorkerConnection

log = logging.getLogger("r2a_esl.changes")

#: How long a replica is waited for, in seconds; one open read transaction can hold it up for half a minute.
CAP_S = 10.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 0.001, 0.05


class Freshness:
    """Compares the read port's server with positions of the write port's. With a single DSN there is nothing to wait for."""

    def __init__(self, settings: dsn.DatabaseSettings, stopping: threading.Event) -> None:
        self._stopping = stopping
        self._place = dsn.place(settings.read_dsn)
        same = settings.read_dsn.reveal() == settings.write_dsn.reveal()
        self._reader = None if same else WorkerConnection(replace(settings, write_dsn=settings.read_dsn), application="r2a_esl_reader")

    def wait(self, position: str, cap_s: float = CAP_S) -> bool:
        """Return True as soon as the read port shows everything up to `position`, False after `cap_s` seconds or when it does not answer."""
        ends_at, pause_s = time.monotonic() + cap_s, _FIRST_PAUSE_S
        while not self._stopping.is_set():
            reached = self.reached(position)
            if reached is not False:
                return bool(reached)
            if time.monotonic() >= ends_at:
                log.warning("the read port %s is behind for %g s; FreeSWITCH is told now, and again when it has caught up", self._place, cap_s)
                return False
            self._stopping.wait(pause_s)
            pause_s = min(pause_s * 2, _LONGEST_PAUSE_S)
        return False

    def reached(self, position: str) -> bool | None:
        """Return whether the read port shows everything up to `position`; None when it does not answer."""
        if self._reader is None:
            return True
        try:
            return wal.replayed(self._reader, position)
        except StoreUnavailable as error:
            # The service reads from the write port meanwhile, and nothing says which of the two FreeSWITCH's answer will come from.
            log.debug("the read port %s does not answer: %s", self._place, error)
            return None
