"""Bounds an operation on a socket that nothing else bounds: when its time is up, the socket is shut down under it.

No timeout of psycopg, TCP or HAProxy ends a query on a server that hangs with its connection open; a shut socket does, at once.
"""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from collections.abc import Iterator

#: How far before its deadline an operation may be cut, in seconds: the period at which the watchdog looks.
TICK_S = 0.05


class Watchdog:
    """One thread a process that shuts down the sockets of operations whose time is up. Safe to use from any thread; start() after fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[int, float] = {}
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Start the thread, once."""
        with self._lock:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="r2a-watchdog", daemon=True)
                self._thread.start()

    @contextlib.contextmanager
    def limit(self, fileno: int, ends_at: float) -> Iterator[int]:
        """Shut the socket `fileno` down if the block is still running at `ends_at` (time.monotonic() seconds); yield a token for move()."""
        # libpq closes the descriptor of a broken connection before the block ends, and its number may be somebody else's by then.
        # A duplicate shares the connection, and its number stays ours until we close it, under the lock that shutting it takes as well.
        duplicate = os.dup(fileno)
        with self._lock:
            self._ends[duplicate] = ends_at
        try:
            yield duplicate
        finally:
            with self._lock:
                self._ends.pop(duplicate, None)
                os.close(duplicate)

    def move(self, token: int, ends_at: float) -> None:
        """Let the block that limit() gave `token` to run until `ends_at` instead, unless it was cut already; call inside it."""
        with self._lock:
            if token in self._ends:
                self._ends[token] = ends_at

    def _run(self) -> None:
        while True:
            time.sleep(TICK_S)
            if not self._ends:
                continue
            limit = time.monotonic() + TICK_S
            with self._lock:
                for duplicate in [duplicate for duplicate, ends_at in self._ends.items() if ends_at <= limit]:
                    del self._ends[duplicate]
                    _shut(duplicate)


def _shut(descriptor: int) -> None:
    connection = socket.socket(fileno=descriptor)
    # An OSError means that the peer was faster: the operation ends all the same.
    with contextlib.suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
    connection.detach()
