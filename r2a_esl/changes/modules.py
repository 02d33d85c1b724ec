"""Loads mod_sofia into a FreeSWITCH that came up without it: it did when nobody answered for its configuration."""

from __future__ import annotations

import logging
import threading

from r2a_core.logs import fields
from r2a_esl.changes import xmlservice
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.settings import WorkerSettings
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.changes")

_LOOK_S = 1.0
#: Pause after an attempt, in seconds: its profiles start meanwhile.
PAUSE_S = 15.0
LOAD = "load mod_sofia"


class SofiaLoader:
    """Looks once for each command connection, and goes on only while the module is missing."""

    def __init__(self, settings: WorkerSettings, switch: Switch, metrics: WorkerMetrics, *, pause_s: float = PAUSE_S) -> None:
        self._settings = settings
        self._switch = switch
        self._metrics = metrics
        self._pause_s = pause_s
        self._stopping = threading.Event()
        self._done = 0
        self._told = ""

    def run(self) -> None:
        """Look until stop(). Raises nothing that FreeSWITCH could cause."""
        while not self._stopping.wait(_LOOK_S):
            self.look()

    def stop(self) -> None:
        """Make run() return soon."""
        self._stopping.set()

    def look(self) -> None:
        """Load the module if FreeSWITCH is up without it and the XML service answers."""
        status, links = self._switch.sighting.status, self._switch.links
        if status is None or links == self._done:
            return
        try:
            # While it starts it loads its modules one after another, this one by itself.
            if "is ready" not in self._switch.api("status"):
                return
            if self._switch.api("module_exists mod_sofia").strip() == "true":
                self._done = links
            elif xmlservice.is_ready(self._settings.xml_host, self._settings.xml_port):
                self._load(status.core_uuid)
        except LinkError as error:
            log.debug("mod_sofia could not be looked for: %s", error)

    def _load(self, core_uuid: str) -> None:
        if core_uuid != self._told:
            log.warning("FreeSWITCH came up without mod_sofia; loading it, the XML service answers now", extra=fields(core_uuid=core_uuid))
        self._told = core_uuid
        loaded = "+OK" in (self._switch.api(LOAD).strip().splitlines() or [""])[-1]
        self._metrics.change_commands.labels("load_module", "ok" if loaded else "failed").inc()
        if not loaded:
            self._stopping.wait(self._pause_s)
