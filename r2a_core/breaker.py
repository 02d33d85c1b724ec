"""Keeps a step that fails from being tried by everybody: after a failure one caller at a time finds out whether it works again."""

from __future__ import annotations

import threading
import time

#: How long a step is left alone after it failed, in seconds. Then one question tries it.
BREAK_S = 1.0
#: Nobody else tries while one does; this only bounds the wait for a caller that was killed in the middle, in seconds.
TRY_BOUND_S = 60.0


class Breaker:
    """Closed while a step works. After a failure it is open for BREAK_S; then one caller may try, and note() how it went."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opens_at = 0.0
        self._failed = False

    @property
    def failed(self) -> bool:
        return self._failed

    def may_try(self) -> bool:
        """Return whether this caller may use the step. Whoever was told yes must note() the end of it."""
        if not self._failed:
            return True
        with self._lock:
            now = time.monotonic()
            if now < self._opens_at:
                return False
            # A try on a hung server lasts as long as the deadline, which may be longer than the pause.
            self._opens_at = now + TRY_BOUND_S
            return True

    def note(self, *, worked: bool) -> bool:
        """Note how a try ended; return True when that is news."""
        if worked and not self._failed:
            return False
        with self._lock:
            news = self._failed == worked
            self._failed = not worked
            if not worked:
                self._opens_at = time.monotonic() + BREAK_S
            return news
