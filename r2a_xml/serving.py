"""gunicorn's threaded worker, with one change: it does not wait for the client to hang up."""

from __future__ import annotations

import socket
from typing import Any

from gunicorn.workers.gthread import ThreadWorker


class PromptWorker(ThreadWorker):  # type: ignore[misc]
    """Closes an answered connection at once. gunicorn waits up to 2 s for the peer's FIN, in the thread that accepts everybody else.

    That wait keeps a reset from overtaking an answer while input is unread. Where none is, there is nothing to wait for.
    """

    def finish_request(self, conn: Any, fs: Any) -> None:
        """Take over from the thread that has answered on `conn` (runs in the accepting thread)."""
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
