"""Waits for notifications. It only wakes: what changed or was asked for is read from its table, and a timer reads that as well."""

from __future__ import annotations

import logging
import threading
import time

from r2a_core import dsn
from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.backoff import Backoff
from r2a_esl.store.listening import CONFIG, TASK, Ear

log = logging.getLogger("r2a_esl.changes")

STEADY_S = 30.0
_LOOK_S = 0.5


class Listener:
    """Sets `woken` when configuration changed and `asked` when `node` was asked for something, and both after each connection: what was
    notified before it is lost. Connects again until stopped."""

    def __init__(self, settings: dsn.DatabaseSettings, node: str) -> None:
        self._settings = settings
        self._node = node
        self._backoff = Backoff()
        self._stopping = threading.Event()
        self._told = ""
        self.woken = threading.Event()
        self.asked = threading.Event()

    def run(self) -> None:
        """Listen until stop(). Raises nothing that the database could cause."""
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._listen(Ear(self._settings))
            except StoreUnavailable as error:
                self._lost(error)
            if time.monotonic() - began >= STEADY_S:
                self._backoff.reset()
            self._stopping.wait(self._backoff.next_s())

    def stop(self) -> None:
        """Make run() return soon."""
        self._stopping.set()

    def _listen(self, ear: Ear) -> None:
        try:
            self._told = ""
            log.info("listening for changes", extra=fields(place=dsn.place(self._settings.write_dsn)))
            self.woken.set()
            self.asked.set()
            while not self._stopping.is_set():
                heard = ear.hears(_LOOK_S)
                if any(channel == CONFIG for channel, _ in heard):
                    self.woken.set()
                if (TASK, self._node) in heard:
                    self.asked.set()
        finally:
            ear.close()

    def _lost(self, error: StoreUnavailable) -> None:
        if str(error) != self._told and not self._stopping.is_set():
            log.warning("not notified of changes, looking for them each few seconds: %s", error)
        self._told = str(error)
