"""The command connection to FreeSWITCH, and the only place that knows greenswitch. Every step of it has a deadline.

greenswitch's inbound client goes deaf, spins or leaks in a dozen ways when the other side misbehaves. What is replaced here is each
part that does: the reader (it must tell when it ends), reading a body (end of file is an error, not a reason to try again), sending
(all of it) and ending (by the socket, never by asking the peer). A connection that failed once is closed and never used again.
"""

from __future__ import annotations

import contextlib
import logging
import socket
from collections.abc import Iterator, Mapping
from typing import Any

import gevent
import gevent.event
import gevent.lock
from greenswitch.esl import InboundESL, NotConnectedError

from r2a_core.environ import Secret
from r2a_core.errors import R2aError
from r2a_core.logs import fields

log = logging.getLogger("r2a_esl.link")

MAX_COMMAND_BYTES = 8192
#: A reply longer than this is taken for a stream out of step. `show channels as json` has about 860 bytes a channel.
MAX_REPLY_BYTES = 32 * 1024 * 1024
_REPLY_KINDS = ("auth/request", "command/reply", "api/response", "text/rude-rejection", "text/disconnect-notice")
#: What greenswitch's reader raises on a stream that is not what it expects.
_OUT_OF_STEP = (OSError, EOFError, ValueError, KeyError, IndexError, AttributeError)


class LinkError(R2aError):
    """There is no connection to FreeSWITCH, or no longer; the text says why."""


class LinkRefusedError(LinkError):
    """FreeSWITCH answers, and does not let us in: password or access list."""


class DeadlineMissedError(LinkError):
    """FreeSWITCH did not answer in time; the connection was closed."""


class Link:
    """One authenticated connection. After any LinkError it is closed for good; open another."""

    def __init__(self, client: _Client, deadline_s: float) -> None:
        self._client = client
        self._deadline_s = deadline_s
        self._one_at_a_time = gevent.lock.BoundedSemaphore(1)

    @classmethod
    def open(cls, host: str, port: int, password: Secret, deadline_s: float) -> Link:
        """Connect and authenticate within `deadline_s` seconds; raise LinkError, LinkRefusedError or DeadlineMissedError."""
        # greenswitch's own timeout, which covers the TCP handshake only, must not come before ours.
        client = _Client(host, port, password.reveal(), timeout=deadline_s + 1)
        with _closed_unless_done(client, deadline_s, "connecting"):
            client.connect()
        return cls(client, deadline_s)

    @property
    def is_open(self) -> bool:
        return bool(self._client.connected)

    def api(self, command: str) -> str:
        """Return what `api command` prints; raise LinkError. The deadline includes waiting for commands before this one."""
        if not command or len(command.encode()) > MAX_COMMAND_BYTES or not command.isprintable():
            raise ValueError("a command is one line of 1 to 8192 printable bytes")
        word = command.split(" ", 1)[0]
        with _closed_unless_done(self._client, self._deadline_s, f"`{word}`"), self._one_at_a_time:
            return str(self._client.send(f"api {command}").data)

    def send_event(self, headers: Mapping[str, str]) -> None:
        """Have FreeSWITCH fire a CUSTOM event with `headers`; raise LinkError. That it was fired says nothing of what came of it."""
        lines = [f"{name}: {value}" for name, value in headers.items()]
        if not all(line.isprintable() for line in lines) or sum(map(len, lines)) > MAX_COMMAND_BYTES // 4:
            raise ValueError("the headers of an event are printable lines")
        with _closed_unless_done(self._client, self._deadline_s, "`sendevent`"), self._one_at_a_time:
            self._client.send("\n".join(["sendevent CUSTOM", *lines]))

    def wait_lost(self, timeout_s: float) -> bool:
        """Return True as soon as the connection is gone, False when it still stands after `timeout_s` seconds."""
        return bool(self._client.lost.wait(timeout_s))

    def close(self) -> None:
        self._client.close()


@contextlib.contextmanager
def _closed_unless_done(client: _Client, deadline_s: float, step: str) -> Iterator[None]:
    """Run the block within `deadline_s`; on any failure close `client` and raise what happened as a LinkError."""
    done = False
    try:
        with gevent.Timeout(deadline_s, DeadlineMissedError(f"no answer to {step} within {deadline_s:g} s")):
            yield
        done = True
    except NotConnectedError as error:
        if client.refusal:
            raise LinkRefusedError(client.refusal) from error
        raise LinkError("the connection was closed") from error
    except OSError as error:
        raise LinkError((error.strerror or str(error)).lower()) from error
    except ValueError as error:
        # The only one that greenswitch raises here, and its own text for a refused password.
        raise LinkRefusedError("the password was refused; R2A_ESL_PASSWORD must be the one in its event_socket.conf") from error
    finally:
        if not done:
            client.close()


class _Client(InboundESL):  # type: ignore[misc]  # greenswitch has no types
    """greenswitch's client without the parts that hang. It may be used for one connection."""

    def __init__(self, host: str, port: int, password: str, timeout: float) -> None:
        super().__init__(host, port, password, timeout)
        self.lost = gevent.event.Event()
        self.refusal = ""
        self.sock: Any = None
        self.sock_file: Any = None

    def start_event_handlers(self) -> None:
        # No greenlet for events: this connection subscribes to none, and greenswitch's would outlive it.
        self._receive_events_greenlet = gevent.spawn(self.receive_events)

    def receive_events(self) -> None:
        """Read replies until the connection ends; then fail every command that waits for one."""
        try:
            super().receive_events()
        except _OUT_OF_STEP as error:
            log.warning("reading from FreeSWITCH failed", extra=fields(reason=f"{type(error).__name__}: {error}"))
        finally:
            self._end()

    def handle_event(self, event: Any) -> None:
        kind = event.headers["Content-Type"]
        if kind not in _REPLY_KINDS:
            raise ValueError(f"{kind!r} on a connection without subscriptions")
        if kind == "text/rude-rejection":
            self.refusal = "this address is refused by apply-inbound-acl in its event_socket.conf"
        super().handle_event(event)
        if kind == "text/disconnect-notice":
            self._run = False

    @staticmethod
    def _read_socket(sock: Any, length: int) -> str:
        if not 0 <= length <= MAX_REPLY_BYTES:
            raise ValueError(f"a reply of {length} bytes")
        body = sock.read(length)
        if len(body) < length:
            raise EOFError(f"the reply ended after {len(body)} of {length} bytes")
        # Names come as the phones sent them, in any encoding; a reply must not fail for one of them.
        return str(body.decode("utf-8", "replace"))

    def send(self, data: str) -> Any:
        if not self.connected:
            raise NotConnectedError
        reply = gevent.event.AsyncResult()
        self._commands_sent.append(reply)
        self.sock.sendall(f"{data}\n\n".encode())
        return reply.get()

    def close(self) -> None:
        """Shut the socket down; the reader wakes, fails what waits and closes the descriptor."""
        self.connected = False
        if self.sock is not None:
            with contextlib.suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)
        if self._receive_events_greenlet is None:
            self._end()
        else:
            self._receive_events_greenlet.join(timeout=1)

    def _end(self) -> None:
        self._run = False
        self.connected = False
        for stream in (self.sock_file, self.sock):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
        while self._commands_sent:
            reply = self._commands_sent.pop(0)
            reply.set_exception(NotConnectedError())
        self._auth_request_event.set()
        self.lost.set()
