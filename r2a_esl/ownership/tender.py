"""Has FreeSWITCH register the gateways that this node has, and no others. It goes by what is there, not by what was done before."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from dataclasses import dataclass, field

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl import sofia
from r2a_esl.backoff import Backoff
from r2a_esl.changes import commands
from r2a_esl.changes.freshness import Freshness
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.ownership.held import Gateway
from r2a_esl.ownership.lease import Leases, Standing
from r2a_esl.replies import ReplyError
from r2a_esl.settings import WorkerSettings
from r2a_esl.store.wal import Target
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.ownership")

#: What the database said is gone by for so long after the renewal began; FreeSWITCH drops the gateways from then on.
GOOD_FOR_S = 10.0
#: Rows older than this never let a gateway register: a replica so far behind is not waited for any longer.
BEHIND_S = 10.5
#: An answer to FreeSWITCH that was read before a gateway had to go is in effect by then: mod_xml_curl waits 3 s for one.
IN_FLIGHT_S = 4.0
#: A gateway that FreeSWITCH does not have in spite of a rescan in all this time cannot be brought up here.
IN_VAIN_S = 25.0
BUSY_S, IDLE_S = 0.5, 4.0
#: It does not register, and will not.
_PASSIVE = "NOREG"
#: It is on its way out: told to go, or gone but for its entry.
_GOING = frozenset({"UNREGISTER", "DOWN"})

Key = tuple[int, int | None, str]


@dataclass(slots=True)
class _Want:
    """Since when a gateway should be there or register and does not, in time.monotonic() seconds, and when its profile reads it again."""

    since: float
    due_at: float = 0.0
    # Each rescan costs FreeSWITCH memory that only a restart of the profile gives back.
    backoff: Backoff = field(default_factory=lambda: Backoff(first_s=4.0, cap_s=300.0))

    def is_due(self) -> bool:
        if time.monotonic() < self.due_at:
            return False
        self.due_at = time.monotonic() + self.backoff.next_s()
        return True


class Tender:
    """Looks at FreeSWITCH after each renewal, and twice a second while something is under way, until stopped."""

    def __init__(self, settings: WorkerSettings, switch: Switch, leases: Leases, metrics: WorkerMetrics) -> None:
        self._switch = switch
        self._leases = leases
        self._metrics = metrics
        self._stopping = threading.Event()
        self._freshness = Freshness(settings.database, self._stopping)
        #: Positions that the read port shows.
        self._shown: set[str] = set()
        self._wanting: dict[Key, _Want] = {}
        #: What the profiles said to their last rescan.
        self._replies: dict[str, str] = {}

    def run(self) -> None:
        """Look until stop(). Raises nothing that FreeSWITCH or the database could cause."""
        while not self._stopping.is_set():
            self._leases.news.clear()
            busy = self.step()
            self._leases.news.wait(BUSY_S if busy else IDLE_S)

    def stop(self) -> None:
        """Make run() return soon; nothing is taken away."""
        self._stopping.set()
        self._leases.news.set()

    def step(self) -> bool:
        """Look once and do what is due; return whether something is under way."""
        standing = self._leases.standing
        if not standing.gateways or time.monotonic() - standing.began > GOOD_FOR_S:
            return False
        try:
            running = self._running()
            rescans: set[str] = set()
            busy = [self._tend(one, running.get(one.name, []), standing, rescans) for one in standing.gateways]
            self._forget({one.key for one in standing.gateways})
            self._rescan(rescans)
            return any(busy)
        except (LinkError, ReplyError, StoreUnavailable) as error:
            log.debug("gateways wait: %s", error)
            return False

    def _running(self) -> dict[str, list[str]]:
        """Return the states of each gateway; one that was just replaced is there twice."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in sofia.gateways(self._switch.api("sofia xmlstatus gateway")):
            found[one.name].append(one.state)
        return found

    def _tend(self, gateway: Gateway, states: list[str], standing: Standing, rescans: set[str]) -> bool:
        """Do what `gateway` needs, and add its profile to `rescans` if that has to read it; return whether more is to come."""
        active = any(state != _PASSIVE and state not in _GOING for state in states)
        if gateway.state == "armed":
            return self._bring_up(gateway, states, standing, rescans, active=active)
        if gateway.state == "leaving":
            return self._let_go(gateway, states, standing, active=active)
        if gateway.state == "held":
            # The database does not know yet that it is armed.
            return False
        if active:
            log.warning("a gateway registers here that is not this node's; it is stopped", extra=fields(gateway=gateway.name, why=gateway.why))
            self._kill(gateway)
            return True
        return self._bring_back(gateway, states, standing, rescans)

    def _bring_up(self, gateway: Gateway, states: list[str], standing: Standing, rescans: set[str], *, active: bool) -> bool:
        if active:
            self._wanting.pop(gateway.key, None)
            return False
        want = self._want(gateway.key)
        if time.monotonic() - want.since > IN_VAIN_S:
            self._leases.refuse(gateway, self._replies.get(gateway.profile, "FreeSWITCH was not told, the read port is behind"))
            return False
        if self._is_shown(gateway.key, standing) and want.is_due():
            if _PASSIVE in states:
                # A rescan never changes a gateway that is there.
                self._kill(gateway)
            rescans.add(gateway.profile)
        return True

    def _let_go(self, gateway: Gateway, states: list[str], standing: Standing, *, active: bool) -> bool:
        waited_s = gateway.for_s + time.monotonic() - standing.began
        if waited_s < IN_FLIGHT_S or not self._is_shown(gateway.key, standing):
            return True
        if active:
            self._kill(gateway)
        elif not any(state in _GOING for state in states) and gateway.term is not None:
            self._leases.let_go(gateway.term)
        return True

    def _bring_back(self, gateway: Gateway, states: list[str], standing: Standing, rescans: set[str]) -> bool:
        if states:
            self._wanting.pop(gateway.key, None)
            return any(state in _GOING for state in states)
        want = self._want(gateway.key)
        waited_s = time.monotonic() - want.since
        # One that was just added is on its way without us.
        if waited_s >= BUSY_S and self._is_shown(gateway.key, standing) and want.is_due():
            rescans.add(gateway.profile)
        # It may be left out for good: its password may be sealed with another key.
        return waited_s < IN_VAIN_S

    def _want(self, key: Key) -> _Want:
        return self._wanting.setdefault(key, _Want(time.monotonic()))

    def _is_shown(self, key: Key, standing: Standing) -> bool:
        """Return whether what FreeSWITCH reads now is at least as new as `key`."""
        position, seen_at = standing.positions[key]
        if position in self._shown or time.monotonic() - seen_at > BEHIND_S:
            return True
        if self._freshness.reached(Target(place=position)):
            self._shown.add(position)
            return True
        return False

    def _kill(self, gateway: Gateway) -> None:
        self._switch.api(commands.replace_gateways(gateway.profile, [(gateway.profile, gateway.name)], rescans=False).texts[0])

    def _rescan(self, profiles: set[str]) -> None:
        for profile in sorted(profiles):
            text = commands.rescan(profile).texts[0]
            reply = self._switch.api(text)
            self._metrics.gateway_rescans.inc()
            self._replies[profile] = f"`{text}` answered {reply.strip()[-80:]!r}"

    def _forget(self, keys: set[Key]) -> None:
        self._wanting = {key: want for key, want in self._wanting.items() if key in keys}
        if len(self._shown) > 1000:
            self._shown.clear()
