"""The event connection: tells of registrations as they happen. It never stops reading: a client that does can freeze all of FreeSWITCH.

Events are lost whenever this connection is (FreeSWITCH keeps none for later). So it counts its gaps, and whoever needs to know everything
looks at the switch itself after each one.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import socket
import threading
import time
from collections.abc import Iterator

from r2a_core.errors import R2aError
from r2a_core.logs import fields
from r2a_esl import frames, registrations
from r2a_esl.backoff import Backoff
from r2a_esl.frames import Frame, Framer, FramingError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.registrations import REGISTER, Registration
from r2a_esl.settings import WorkerSettings

log = logging.getLogger("r2a_esl.tap")

#: After CUSTOM every word is a subclass, so it comes last.
SUBSCRIPTION = f"event json HEARTBEAT CUSTOM {REGISTER}"
#: FreeSWITCH sends a HEARTBEAT each 20 s. The only proof that events still come.
SILENCE_S = 65.0
#: Events between the reader and the handler. More than a second of the fastest that a switch takes registrations.
QUEUE_LENGTH = 2000
STEADY_S = 30.0
_LOOK_S = 0.5


class TapError(R2aError):
    """The event connection ended, or could not be made; the text says why."""


class Tap:
    """Connects, subscribes and reads, and connects again, until stopped. What comes is in `events`; `gaps` grows when something may be missing."""

    def __init__(self, settings: WorkerSettings, metrics: WorkerMetrics, *, queue_length: int = QUEUE_LENGTH, silence_s: float = SILENCE_S) -> None:
        self._settings = settings
        self._metrics = metrics
        self._silence_s = silence_s
        self._backoff = Backoff()
        self._stopping = threading.Event()
        self._socket: socket.socket | None = None
        self._told = ""
        self.events: queue.Queue[Registration] = queue.Queue(queue_length)
        self.gaps = 0

    def run(self) -> None:
        """Keep the connection until stop(). Raises nothing that FreeSWITCH could cause."""
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._attend()
            except (TapError, FramingError, OSError) as error:
                self._lost(error)
            if time.monotonic() - began >= STEADY_S:
                self._backoff.reset()
            self._stopping.wait(self._backoff.next_s())

    def stop(self) -> None:
        """Make run() return soon."""
        self._stopping.set()
        if self._socket is not None:
            with contextlib.suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)

    def _attend(self) -> None:
        """Connect, subscribe and read until it ends; raise TapError, FramingError or OSError when it does."""
        settings = self._settings
        with socket.create_connection((settings.esl_host, settings.esl_port), settings.esl_deadline_s) as self._socket:
            try:
                came = _frames(self._socket)
                self._subscribe(self._socket, came)
                self._read(came)
            finally:
                self._metrics.tap_up.set(0)
                self._socket = None

    def _subscribe(self, connection: socket.socket, came: Iterator[Frame | None]) -> None:
        ends_at = time.monotonic() + self._settings.esl_deadline_s
        _wait(came, frames.HELLO, ends_at)
        connection.sendall(f"auth {self._settings.esl_password.reveal()}\n\n".encode())
        if _wait(came, frames.REPLY, ends_at).text != "+OK accepted":
            raise TapError("the password was refused; R2A_ESL_PASSWORD must be the one in its event_socket.conf")
        connection.sendall(f"{SUBSCRIPTION}\n\n".encode())
        reply = _wait(came, frames.REPLY, ends_at).text
        if reply != "+OK event listener enabled json":
            raise TapError(f"no events: {reply[:80]!r}")
        self._connected()

    def _connected(self) -> None:
        # After the subscription: what is registered from now on comes as an event, what was before is in the list.
        self.gaps += 1
        self._metrics.tap_connections.inc()
        self._metrics.tap_up.set(1)
        self._told = ""
        log.info("listening for registrations", extra=fields(place=self._settings.esl_place))

    def _read(self, came: Iterator[Frame | None]) -> None:
        heard_at = time.monotonic()
        for frame in came:
            if self._stopping.is_set():
                return
            if frame is not None and self._take(frame):
                heard_at = time.monotonic()
            if time.monotonic() - heard_at > self._silence_s:
                raise TapError(f"no heartbeat event for {self._silence_s:g} s")

    def _take(self, frame: Frame) -> bool:
        """Pass the event in `frame` on; return whether it is a heartbeat."""
        if frame.kind != frames.EVENT:
            raise TapError("FreeSWITCH closed the connection" if frame.kind == frames.GOODBYE else f"{frame.kind} between events")
        headers = frames.event(frame)
        if headers["Event-Name"] == "HEARTBEAT":
            return True
        if headers.get("Event-Subclass") == REGISTER:
            self._pass_on(registrations.from_event(headers))
        return False

    def _pass_on(self, registration: Registration | None) -> None:
        try:
            if registration is not None:
                self.events.put_nowait(registration)
                return
        except queue.Full:
            self._metrics.tap_dropped.inc()
        self.gaps += 1

    def _lost(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
        if reason != self._told:
            log.warning("no events from FreeSWITCH at %s: %s", self._settings.esl_place, reason)
        self._told = reason


def _frames(connection: socket.socket) -> Iterator[Frame | None]:
    """Yield frames as they come, and None after each wait without one; raise TapError at the end of the stream."""
    framer = Framer()
    connection.settimeout(_LOOK_S)
    while True:
        try:
            data = connection.recv(65536)
        except TimeoutError:
            data = None
        if data == b"":
            raise TapError("the connection was closed")
        yield from framer.feed(data or b"")
        yield None
        # While data keep coming, recv does not wait, and under gevent nobody else would run.
        time.sleep(0)


def _wait(came: Iterator[Frame | None], kind: str, ends_at: float) -> Frame:
    for frame in came:
        if frame is not None and frame.kind == frames.REJECTION:
            raise TapError("this address is refused by apply-inbound-acl in its event_socket.conf")
        if frame is not None and frame.kind == kind:
            return frame
        if frame is not None:
            raise TapError(f"{frame.kind} where {kind} was due")
        if time.monotonic() >= ends_at:
            break
    raise TapError(f"no {kind} in time")
