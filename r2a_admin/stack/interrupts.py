"""Ctrl-C, SIGTERM and a closed terminal: noted at once, and acted on where nothing is half done."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from types import FrameType

from r2a_admin.stack.errors import StopRequested

SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interrupts:
    """Notes the signals from construction on. check() raises StopRequested after one; within immediately() the signal itself does."""

    def __init__(self) -> None:
        self.requested = False
        self._immediately = False
        for number in SIGNALS:
            signal.signal(number, self._note)

    def check(self) -> None:
        """Raise StopRequested when a signal has come."""
        if self.requested:
            raise StopRequested

    @contextlib.contextmanager
    def immediately(self) -> Iterator[None]:
        """Let a signal end the block wherever it is: for a wait on somebody else, like a database."""
        self.check()
        self._immediately = True
        try:
            yield
        finally:
            self._immediately = False

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        self.requested = True
        if self._immediately:
            self._immediately = False
            raise StopRequested
