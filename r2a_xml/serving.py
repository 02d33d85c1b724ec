"""gunicorn's threaded worker, with two changes: a client can neither keep a thread by being slow nor the accepting one by not hanging up."""

from __future__ import annotations

import os
import socket
import struct
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from r2a_core.deadline import Watchdog
from r2a_xml.settings import XmlSettings

#: How long nothing may come while a question is being sent, and how long sending it may take as a whole, in seconds: FreeSWITCH is next
#: door, sends it in one piece, and gives up on whoever waits behind a stalled client after 3 s.
SILENCE_S = 0.5
SENDING_S = 3.0


class PromptWorker(ThreadWorker):  # type: ignore[misc]
    """Ends a connection whose question does not arrive, and closes an answered one at once."""

    def init_process(self) -> None:
        """Start in the new process (runs after fork)."""
        self._watchdog = Watchdog()
        self._watchdog.start()
        self._limit_s = SENDING_S + XmlSettings.from_environment(os.environ).database.deadline_s
        super().init_process()

    def handle(self, conn: Any) -> Any:
        """Answer on `conn` (runs in a thread of the pool); its socket is shut when that takes longer than a question and its answer may."""
        # A timeout of Python's would be undone by gunicorn, which sets the socket blocking.
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(SILENCE_S))
        with self._watchdog.limit(conn.sock.fileno(), time.monotonic() + self._limit_s):
            return super().handle(conn)

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Take over from the thread that has answered on `conn` (runs in the accepting thread).

        gunicorn waits here up to 2 s for the peer's FIN, so that a reset does not overtake an answer while input is unread.
        Where none is, there is nothing to wait for.
        """
        if not fs.cancelled() and fs.exception() is None and fs.result() is False and not _has_unread_input(conn.sock):
            self.nr_conns -= 1
            conn.close()
            return
        super().finish_request(conn, fs)


def _timeval(seconds: float) -> bytes:
    return struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))


def _has_unread_input(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False
