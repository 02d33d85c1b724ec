"""Looks each few seconds, and after changes, at what mod_sofia runs, so that every node can be seen from anywhere."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from r2a_esl import sofia
from r2a_esl.changes.commands import not_there
from r2a_esl.link import LinkError
from r2a_esl.replies import ReplyError
from r2a_esl.sofia import GatewayStatus, Profile
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.presence")

#: Between two looks without a reason, in seconds.
EVERY_S = 15.0
#: What is written at each heartbeat stays small: so many are told, those that are not well before all others.
MAX_PROFILES, MAX_GATEWAYS = 100, 2000
_WELL = frozenset({"REGED", "NOREG"})
_LOOK_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What mod_sofia ran, as JSON, and when that was seen."""

    text: str
    at: datetime


class SofiaWatch:
    """Looks until stopped, also when `mark` returns something else than at the last look. What it saw is in `seen`, None while FreeSWITCH is away."""

    def __init__(self, switch: Switch, mark: Callable[[], object], *, every_s: float = EVERY_S) -> None:
        self._switch = switch
        self._mark = mark
        self._every_s = every_s
        self._stopping = threading.Event()
        self._looked_at_mark: object = None
        self._look_at = 0.0
        self._told = ""
        self.seen: Seen | None = None

    def run(self) -> None:
        """Look until stop(). Raises nothing that FreeSWITCH could cause."""
        while not self._stopping.wait(_LOOK_S):
            self.step()

    def stop(self) -> None:
        """Make run() return soon."""
        self._stopping.set()

    def step(self) -> None:
        """Look if it is time to."""
        if self._switch.sighting.status is None:
            self.seen, self._look_at = None, 0.0
            return
        mark = self._mark()
        if mark == self._looked_at_mark and time.monotonic() < self._look_at:
            return
        self._looked_at_mark, self._look_at = mark, time.monotonic() + self._every_s
        try:
            self._take(_told(*_look(self._switch)))
        except (LinkError, ReplyError) as error:
            if str(error) != self._told:
                log.warning("profiles and gateways could not be looked at: %s", error)
            self._told = str(error)

    def _take(self, text: str) -> None:
        is_news = self.seen is None or self.seen.text != text
        self.seen = Seen(text=text, at=datetime.now(UTC))
        self._told = ""
        if is_news:
            self._switch.news.set()


def _look(switch: Switch) -> tuple[list[Profile], list[GatewayStatus]]:
    running = switch.api("sofia xmlstatus")
    if not_there(running):
        return [], []
    return sofia.profiles(running), sofia.gateways(switch.api("sofia xmlstatus gateway"))


def _told(profiles: list[Profile], gateways: list[GatewayStatus]) -> str:
    ordered = sorted(gateways, key=lambda one: (one.ping == "UP" and one.state in _WELL, one.profile, one.name))
    told: dict[str, object] = {
        "profiles": [{"name": one.name, "state": one.state, "calls": one.calls} for one in sorted(profiles, key=lambda one: one.name)[:MAX_PROFILES]],
        "gateways": [{"profile": one.profile, "name": one.name, "state": one.state, "ping": one.ping} for one in ordered[:MAX_GATEWAYS]],
    }
    left_out = max(0, len(profiles) - MAX_PROFILES) + max(0, len(gateways) - MAX_GATEWAYS)
    return json.dumps(told | ({"left_out": left_out} if left_out else {}))
