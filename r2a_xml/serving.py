"""gunicorn's threaded worker, with two changes: a client can neither keep a thread by being slow nor the accepting one by not hanging up."""

from __future__ import annotations

import os
import socket
import threading
import time
from typing import Any

from gunicorn.workers.gthread import ThreadWorker

from r2a_core.deadline import Watchdog
from r2a_xml.arrival import ARRIVED
from r2a_xml.settings import XmlSettings

#: How long a question may take to arrive as a whole, in seconds: FreeSWITCH is next door and sends it in one piece. It gives up on
#: whoever waits behind a stalled client after 3 s.
ARRIVAL_S = 1.0
#: What the answer may take beyond the database's deadline, in seconds.
ANSWER_S = 3.0


class PromptWorker(ThreadWorker):  # type: ignore[misc]
    """Ends a connection whose question does not arrive, and closes an answered one at once."""

    wsgi: Any

    def init_process(self) -> None:
        """Start in the new process (runs after fork)."""
        self._watchdog = Watchdog()
        self._watchdog.start()
        self._answer_s = ANSWER_S + XmlSettings.from_environment(os.environ).database.deadline_s
        self._local = threading.local()
        super().init_process()

    def load_wsgi(self) -> None:
        """Load the application and give each request ARRIVED, to be called when its body has been read."""
        super().load_wsgi()
        application = self.wsgi

        def arriving(environ: dict[str, Any], start_response: Any) -> Any:
            environ[ARRIVED] = self._arrived
            return application(environ, start_response)

        self.wsgi = arriving

    def handle(self, conn: Any) -> Any:
        """Answer on `conn` (runs in a thread of the pool); its socket is shut when the question or the answer takes too long."""
        with self._watchdog.limit(conn.sock.fileno(), time.monotonic() + ARRIVAL_S) as self._local.token:
            return super().handle(conn)

    def _arrived(self) -> None:
        self._watchdog.move(self._local.token, time.monotonic() + self._answer_s)

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


def _has_unread_input(connection: socket.socket) -> bool:
    try:
        return bool(connection.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT))
    except OSError:
        return False
