"""Puts the worker together: what runs beside what, and in which order it stops."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Protocol

from r2a_core.logs import fields
from r2a_esl.changes.apply import Changes
from r2a_esl.changes.listener import Listener
from r2a_esl.changes.modules import SofiaLoader
from r2a_esl.guard import Guard
from r2a_esl.health import readiness
from r2a_esl.http import HealthServer, application
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.presence import Presence
from r2a_esl.settings import WorkerSettings
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.switch import Switch
from r2a_esl.tap import Tap

log = logging.getLogger("r2a_esl")

#: How long a part may take to end, in seconds; a part that waits for a hung server is left behind with the process.
STOP_S = 1.0
#: Pause before a part that failed in an unforeseen way is started again, in seconds.
RESTART_S = 5.0


class Part(Protocol):
    """What runs beside the others until stop()."""

    def run(self) -> None: ...

    def stop(self) -> None: ...


class Worker:
    """One worker process. run() returns after request_stop()."""

    def __init__(self, settings: WorkerSettings) -> None:
        self._settings = settings
        self._stopping = threading.Event()
        metrics = WorkerMetrics()
        self._switch = Switch(settings, metrics)
        self._connection = WorkerConnection(settings.database)
        self._presence = Presence(settings, self._switch, self._connection, metrics)
        self._tap = Tap(settings, metrics)
        self._guard = Guard(self._tap, self._switch, self._connection, metrics)
        self._listener = Listener(settings.database)
        self._changes = Changes(settings, self._switch, self._listener.woken, metrics)
        self._presence.more = lambda: self._changes.trouble
        self._loader = SofiaLoader(settings, self._switch, metrics)
        app = application(lambda: readiness(settings, self._switch, self._presence), metrics.text)
        self._http = HealthServer(settings.http_host, settings.http_port, app)

    def request_stop(self) -> None:
        self._stopping.set()

    def run(self) -> None:
        """Work until request_stop(); raise SettingsError when the HTTP address cannot be used."""
        self._http.start()
        settings = self._settings
        told = fields(node=settings.node_name, freeswitch=settings.esl_place, http=f"{settings.http_host}:{settings.http_port}")
        log.info("worker starts", extra=told)
        kept: dict[str, Part] = {"switch": self._switch, "presence": self._presence, "tap": self._tap, "guard": self._guard}
        kept |= {"loader": self._loader, "listener": self._listener, "changes": self._changes}
        parts = [self._started(name, part.run) for name, part in kept.items()]
        self._stopping.wait()
        log.info("worker stops")
        for part in reversed(kept.values()):
            part.stop()
        for thread in parts:
            thread.join(STOP_S)
        self._http.stop()

    def _started(self, name: str, run: Callable[[], None]) -> threading.Thread:
        part = threading.Thread(target=self._supervise, args=(name, run), name=f"r2a-{name}", daemon=True)
        part.start()
        return part

    def _supervise(self, name: str, run: Callable[[], None]) -> None:
        """The top of each part: it survives what nobody foresaw, loudly."""
        while not self._stopping.is_set():
            try:
                run()
            except Exception:
                log.exception("a part of the worker failed; it starts again", extra=fields(part=name, pause_s=RESTART_S))
                self._stopping.wait(RESTART_S)
