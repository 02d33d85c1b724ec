"""Keeps a command connection to this node's FreeSWITCH, and knows at any time whether it answers."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass

from r2a_core.logs import fields
from r2a_esl import replies
from r2a_esl.backoff import Backoff
from r2a_esl.link import DeadlineMissedError, Link, LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.replies import FreeSwitchStatus, ReplyError
from r2a_esl.settings import WorkerSettings

log = logging.getLogger("r2a_esl.switch")

#: A connection that held for so long was a good one: the next loss starts with the shortest pause again.
STEADY_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """What was last seen of FreeSWITCH: its status, or why there is none. at is in time.monotonic() seconds."""

    status: FreeSwitchStatus | None
    error: str | None
    at: float


class Switch:
    """Connects, asks for the status at each heartbeat, and connects again, until stopped. `news` is set when a sighting differs from the last."""

    def __init__(self, settings: WorkerSettings, metrics: WorkerMetrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._backoff = Backoff()
        self._stopping = threading.Event()
        self._link: Link | None = None
        self._mismatch = ""
        #: Connections made so far.
        self.links = 0
        self.news = threading.Event()
        self.sighting = Sighting(status=None, error="not tried yet", at=time.monotonic())

    def run(self) -> None:
        """Keep the connection until stop(). Raises nothing that FreeSWITCH could cause."""
        while not self._stopping.is_set():
            began = time.monotonic()
            try:
                self._attend()
            except (LinkError, ReplyError) as error:
                self._lost(error)
            if time.monotonic() - began >= STEADY_S:
                self._backoff.reset()
            self._stopping.wait(self._backoff.next_s())

    def stop(self) -> None:
        """Make run() return soon."""
        self._stopping.set()
        if self._link is not None:
            self._link.close()

    @property
    def connected(self) -> bool:
        return self._link is not None

    def api(self, command: str) -> str:
        """Return what FreeSWITCH prints for `command`; raise LinkError, at once when there is no connection."""
        link = self._connected_link()
        try:
            return self._command(link, command)
        except DeadlineMissedError:
            self._metrics.missed_deadlines.labels("command").inc()
            raise

    def send_event(self, headers: Mapping[str, str]) -> None:
        """Have FreeSWITCH fire a CUSTOM event with `headers`; raise LinkError."""
        self._connected_link().send_event(headers)

    def _connected_link(self) -> Link:
        if self._link is None:
            raise LinkError("FreeSWITCH is not connected")
        return self._link

    def _attend(self) -> None:
        """Open a connection and stay with it until it ends; raise LinkError or ReplyError when it does."""
        settings = self._settings
        link = Link.open(settings.esl_host, settings.esl_port, settings.esl_password, settings.esl_deadline_s)
        self._metrics.connections.inc()
        self._link = link
        self.links += 1
        try:
            while not self._stopping.is_set():
                self._seen(self._ask(link))
                if link.wait_lost(settings.heartbeat_s):
                    raise LinkError("the connection was closed")
        finally:
            self._link = None
            link.close()

    def _ask(self, link: Link) -> FreeSwitchStatus:
        return FreeSwitchStatus(
            core_uuid=replies.core_uuid(self._command(link, "global_getvar core_uuid")),
            switchname=replies.switchname(self._command(link, "switchname")),
            version=replies.version(self._command(link, "version")),
            sessions=replies.sessions(self._command(link, "status")),
        )

    def _command(self, link: Link, command: str) -> str:
        with self._metrics.command_seconds.time():
            return link.api(command)

    def _seen(self, status: FreeSwitchStatus) -> None:
        before = self.sighting.status
        self.sighting = Sighting(status=status, error=None, at=time.monotonic())
        self._metrics.freeswitch_up.set(1)
        self._metrics.freeswitch_sessions.set(status.sessions)
        if before is None or before.core_uuid != status.core_uuid:
            told = fields(place=self._settings.esl_place, version=status.version, core_uuid=status.core_uuid, sessions=status.sessions)
            log.info("FreeSWITCH answers", extra=told)
            self.news.set()
        self._check_name(status.switchname)

    def _check_name(self, switchname: str) -> None:
        if switchname.lower() != self._settings.node_name and switchname != self._mismatch:
            told = fields(switchname=switchname, node_name=self._settings.node_name)
            log.warning("FreeSWITCH has another name than this worker; make its switchname equal R2A_NODE_NAME", extra=told)
        self._mismatch = switchname

    def _lost(self, error: LinkError | ReplyError) -> None:
        if self._stopping.is_set():
            return
        self._metrics.connection_failures.inc()
        if isinstance(error, DeadlineMissedError):
            self._metrics.missed_deadlines.labels("connect" if self.sighting.status is None else "command").inc()
        changed = self.sighting.error != str(error)
        self.sighting = Sighting(status=None, error=str(error), at=time.monotonic())
        self._metrics.freeswitch_up.set(0)
        self._metrics.freeswitch_sessions.set(0)
        if changed:
            log.warning("waiting for FreeSWITCH at %s: %s", self._settings.esl_place, error)
            self.news.set()
