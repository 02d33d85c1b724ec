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
from r2a_esl.changes.pruning import Pruner
from r2a_esl.guard import Guard
from r2a_esl.health import readiness
from r2a_esl.http import HealthServer, application
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.ownership.lease import Leases
from r2a_esl.ownership.tender import Tender
from r2a_esl.presence import Presence
from r2a_esl.settings import WorkerSettings
from r2a_esl.sofiawatch import SofiaWatch
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.switch import Switch
from r2a_esl.tap import Tap
from r2a_esl.tasks.kinds import Kind, Patience
from r2a_esl.tasks.refresh import Refresh
from r2a_esl.tasks.restart import Restart
from r2a_esl.tasks.runner import Runner
from r2a_esl.tasks.survey import Survey

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
        self._listener = Listener(settings.database, settings.node_name)
        self._changes = Changes(settings, self._switch, self._listener.woken, metrics)
        self._leases = Leases(settings, self._switch, metrics)
        self._tender = Tender(settings, self._switch, self._leases, metrics)
        self._presence.more = lambda: "; ".join(filter(None, (self._changes.trouble, self._leases.trouble))) or None
        self._tap.profile_started = self._changes.profile_started
        self._tasks = self._task_runner(settings, metrics)
        self._sofia = SofiaWatch(self._switch, lambda: (self._switch.links, self._changes.applied, self._tasks.ended))
        self._presence.sofia = lambda: self._sofia.seen
        self._loader = SofiaLoader(settings, self._switch, metrics)
        self._pruner = Pruner(settings)
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
        kept |= {"loader": self._loader, "listener": self._listener, "changes": self._changes, "tasks": self._tasks, "sofia": self._sofia}
        kept |= {"leases": self._leases, "tender": self._tender}
        kept["pruner"] = self._pruner
        parts = [self._started(name, part.run) for name, part in kept.items()]
        self._stopping.wait()
        log.info("worker stops")
        for part in reversed(kept.values()):
            part.stop()
        for thread in parts:
            thread.join(STOP_S)
        self._http.stop()

    def _task_runner(self, settings: WorkerSettings, metrics: WorkerMetrics) -> Runner:
        switch, changes, stopping = self._switch, self._changes, threading.Event()
        connection, patience = WorkerConnection(settings.database, application="r2a_esl_tasks"), Patience(stopping)
        kinds: dict[str, Kind] = {
            "restart_profile": Restart(settings=settings, switch=switch, connection=connection, patience=patience, started=changes.profile_started),
            "refresh": Refresh(node=settings.node_name, connection=connection, patience=patience, changes=changes),
            "survey": Survey(switch=switch, patience=patience),
        }
        return Runner(settings.node_name, switch, connection, kinds, self._listener.asked, stopping, metrics)

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
