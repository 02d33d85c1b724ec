"""The smallest client of the event socket that can ask the switch something."""

from __future__ import annotations

import socket
from types import TracebackType


class EventSocket:
    """One authenticated connection; api() sends a command and returns what the switch says."""

    def __init__(self, port: int, password: str, timeout_s: float = 20) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=timeout_s)
        self._stream = self._socket.makefile("rb")
        self._read()
        reply, _ = self._ask(f"auth {password}")
        if reply.get("Reply-Text") != "+OK accepted":
            self.close()
            raise AssertionError(f"the event socket refused its password: {reply}")

    def api(self, command: str) -> str:
        """Return the answer to `command`, without surrounding white space; empty when it has none."""
        _, body = self._ask(f"api {command}")
        return "" if body == "-ERR no reply\n" else body.strip()

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def __enter__(self) -> EventSocket:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def _ask(self, command: str) -> tuple[dict[str, str], str]:
        self._socket.sendall(f"{command}\n\n".encode())
        return self._read()

    def _read(self) -> tuple[dict[str, str], str]:
        headers: dict[str, str] = {}
        while (line := self._stream.readline()) not in (b"\n", b""):
            name, _, value = line.decode().strip().partition(": ")
            headers[name] = value
        length = int(headers.get("Content-Length", "0"))
        return headers, self._stream.read(length).decode("utf-8", "replace")
