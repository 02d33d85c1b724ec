"""Whether the worker can do its work, in one line."""

from __future__ import annotations

import time
from dataclasses import dataclass

from r2a_esl.presence import Presence
from r2a_esl.settings import WorkerSettings
from r2a_esl.switch import Switch

#: An answer is recent for so many heartbeats: one may be late without the worker being called sick.
RECENT_HEARTBEATS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """What /readyz says: ready or not, and what is waited for."""

    ready: bool
    text: str


def readiness(settings: WorkerSettings, switch: Switch, presence: Presence, now: float | None = None) -> Readiness:
    """Return whether FreeSWITCH and the database both answered lately; `now` is in time.monotonic() seconds."""
    recent_from = (time.monotonic() if now is None else now) - RECENT_HEARTBEATS * settings.heartbeat_s
    waits = []
    if switch.sighting.status is None:
        waits.append(f"FreeSWITCH at {settings.esl_place}: {switch.sighting.error}")
    elif switch.sighting.at < recent_from:
        waits.append(f"FreeSWITCH at {settings.esl_place}: no answer lately")
    if presence.error is not None:
        waits.append(f"the database: {presence.error}")
    elif presence.written_at is None or presence.written_at < recent_from:
        waits.append("the database: no answer lately")
    return Readiness(ready=not waits, text="waiting for " + "; ".join(waits) if waits else "ready")
