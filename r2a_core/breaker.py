"""Keeps a step that failed from being asked until it works again. Finding that out is the job of a thread, never of somebody's question."""

from __future__ import annotations

import threading
from collections.abc import Callable

#: How long to wait between two attempts to find out whether a failed step works again, in seconds.
PAUSE_S = 0.5


class Breaker:
    """Closed while a step works. After open() it stays open until probe() has returned True, which a thread of its own asks each PAUSE_S."""

    def __init__(self, name: str, probe: Callable[[], bool], on_closed: Callable[[], None]) -> None:
        self._name = name
        self._probe = probe
        self._on_closed = on_closed
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._is_open = False

    @property
    def is_open(self) -> bool:
        return self._is_open

    def open(self) -> bool:
        """Let nobody through from now on; return True when that is news."""
        with self._lock:
            if self._is_open or self._stopped.is_set():
                return False
            self._is_open = True
        threading.Thread(target=self._find_out, name=f"r2a-probe-{self._name}", daemon=True).start()
        return True

    def stop(self) -> None:
        """Stop finding out; for the end of the process."""
        self._stopped.set()

    def _find_out(self) -> None:
        while not self._stopped.wait(PAUSE_S):
            if self._probe():
                with self._lock:
                    self._is_open = False
                self._on_closed()
                return
