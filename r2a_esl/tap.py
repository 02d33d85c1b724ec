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
from collections.abc import Callable, Iterator
from datetime import datetime

from r2a_core.errors import R2aError
from r2a_core.logs import fields
from r2a_esl import canary, frames, registrations, sofia
from r2a_esl.backoff import Backoff
from r2a_esl.canary import Canary
from r2a_esl.frames import Frame, Framer, FramingError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.registrations import REGISTER, Registration
from r2a_esl.settings import WorkerSettings

log = logging.getLogger("r2a_esl.tap")

#: After CUSTOM every word is a subclass, so it comes last.
SUBSCRIPTION = f"event json CUSTOM {REGISTER} {sofia.PROFILE_START} {canary.SUBCLASS}"
CANARY_S = 2.0
#: A canary is missing, and no other byte has come for so long: the peer is gone or frozen.
SILENCE_S = 6.0
#: Bytes come and the canary does not: it may stand behind a backlog, and another connection would lose that. So long it is only said,
ALARM_S = 30.0
#: and after so long the subscription is not what it should be.
BLIND_S = 65.0
_KEEPALIVE = {socket.TCP_KEEPIDLE: 5, socket.TCP_KEEPINTVL: 2, socket.TCP_KEEPCNT: 3, socket.TCP_USER_TIMEOUT: 10_000}
#: Events between the reader and the handler. More than a second of the fastest that a switch takes registrations.
QUEUE_LENGTH = 2000
STEADY_S = 30.0
_LOOK_S = 0.5


class TapError(R2aError):
    """The event connection ended, or could not be made; the text says why."""


class Tap:
    """Connects, subscribes and reads, and connects again, until stopped. What comes is in `events`; `gaps` grows when something may be missing."""

    def __init__(
        self,
        settings: WorkerSettings,
        metrics: WorkerMetrics,
        *,
        queue_length: int = QUEUE_LENGTH,
        canary_s: float = CANARY_S,
        silence_s: float = SILENCE_S,
        blind_s: float = BLIND_S,
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._canary_s = canary_s
        self._silence_s = silence_s
        self._blind_s = blind_s
        self._heard_at = 0.0
        self._backoff = Backoff()
        self._stopping = threading.Event()
        self._socket: socket.socket | None = None
        self._told = ""
        self.events: queue.Queue[Registration] = queue.Queue(queue_length)
        self.gaps = 0
        #: Told which profile was started, and when. It must not wait for anything.
        self.profile_started: Callable[[str, datetime], None] = lambda _profile, _at: None

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

    @property
    def connected(self) -> bool:
        """Whether there is a connection, subscribed or not yet."""
        return self._socket is not None

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
                _watch_over(self._socket)
                came = self._frames(self._socket)
                self._subscribe(self._socket, came)
                self._read(self._socket, came)
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

    def _read(self, connection: socket.socket, came: Iterator[Frame | None]) -> None:
        bird, alarmed = Canary(self._canary_s, time.monotonic()), False
        for frame in came:
            if self._stopping.is_set():
                return
            now = time.monotonic()
            if frame is not None:
                self._take(frame, bird, now)
                continue
            if command := bird.due(now):
                connection.sendall(command)
            self._judge(bird.missing_s(now), now - self._heard_at)
            if bird.missing_s(now) > ALARM_S and not alarmed:
                alarmed = True
                log.warning("events come, but our own is not among them", extra=fields(missing_s=round(bird.missing_s(now))))

    def _judge(self, missing_s: float, silent_s: float) -> None:
        if missing_s > self._silence_s and silent_s > self._silence_s:
            raise TapError(f"nothing came for {self._silence_s:g} s, not even an event of our own")
        if missing_s > self._blind_s:
            raise TapError(f"an event of our own did not come back for {self._blind_s:g} s")

    def _take(self, frame: Frame, bird: Canary, now: float) -> None:
        if frame.kind == frames.REPLY and bird.replies_due and frame.text.startswith("+OK"):
            bird.replies_due -= 1
            return
        if frame.kind == frames.LEFT_OUT:
            self._metrics.tap_dropped.inc()
            self.gaps += 1
            return
        if frame.kind != frames.EVENT:
            raise TapError("FreeSWITCH closed the connection" if frame.kind == frames.GOODBYE else f"{frame.kind} between events")
        headers = frames.event(frame)
        subclass = headers.get("Event-Subclass")
        if subclass == REGISTER:
            self._pass_on(registrations.from_event(headers))
        elif subclass == sofia.PROFILE_START and (told := sofia.started(headers)) is not None:
            self.profile_started(*told)
        elif subclass == canary.SUBCLASS and (took_s := bird.came_back(headers, now)) is not None:
            self._metrics.tap_canary_seconds.set(took_s)

    def _pass_on(self, registration: Registration | None) -> None:
        try:
            if registration is not None:
                self.events.put_nowait(registration)
                return
        except queue.Full:
            self._metrics.tap_dropped.inc()
        self.gaps += 1

    def _frames(self, connection: socket.socket) -> Iterator[Frame | None]:
        """Yield frames as they come, and None after each wait without one; raise TapError at the end of the stream."""
        framer = Framer()
        connection.settimeout(_LOOK_S)
        while True:
            try:
                data = connection.recv(65536)
                self._heard_at = time.monotonic()
            except TimeoutError:
                data = None
            if data == b"":
                raise TapError("the connection was closed")
            yield from framer.feed(data or b"")
            yield None
            # While data keep coming, recv does not wait, and under gevent nobody else would run.
            time.sleep(0)

    def _lost(self, error: Exception) -> None:
        if self._stopping.is_set():
            return
        reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else str(error)
        if reason != self._told:
            log.warning("no events from FreeSWITCH at %s: %s", self._settings.esl_place, reason)
        self._told = reason


def _watch_over(connection: socket.socket) -> None:
    """Have the kernel notice a peer that went without a word."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for option, value in _KEEPALIVE.items():
        connection.setsockopt(socket.IPPROTO_TCP, option, value)


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
