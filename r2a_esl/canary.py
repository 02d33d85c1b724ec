"""An event of our own, sent and awaited on the event connection: proof that commands, dispatch, subscription and socket all work."""

from __future__ import annotations

import secrets
from collections.abc import Mapping

SUBCLASS = "r2a::canary"
_TOKEN = "r2a-token"  # noqa: S105


class Canary:
    """Counts what was sent and what came back, on one connection. Times are time.monotonic() seconds."""

    def __init__(self, every_s: float, now: float) -> None:
        self._every_s = every_s
        self._next_at = now
        self._token = ""
        #: Since when one is missing; None = none is.
        self._missing_since: float | None = None
        #: Replies to what was sent that have not come yet.
        self.replies_due = 0

    def due(self, now: float) -> bytes:
        """Return the command that sends the next one, empty while it is too early."""
        if now < self._next_at:
            return b""
        self._next_at = now + self._every_s
        if self._missing_since is None:
            # While one is missing the same is sent again: whichever comes first is proof.
            self._token, self._missing_since = secrets.token_hex(8), now
        self.replies_due += 1
        return f"sendevent CUSTOM\nEvent-Subclass: {SUBCLASS}\n{_TOKEN}: {self._token}\n\n".encode()

    def came_back(self, headers: Mapping[str, object], now: float) -> float | None:
        """Return after how many seconds the one in `headers` came back; None when it is not the one that is missing."""
        if self._missing_since is None or headers.get(_TOKEN) != self._token:
            return None
        took_s = now - self._missing_since
        self._missing_since = None
        return took_s

    def missing_s(self, now: float) -> float:
        """Return for how long one has been missing, 0 when none is."""
        return 0.0 if self._missing_since is None else now - self._missing_since
