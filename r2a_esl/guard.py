"""Sees to it that nobody keeps an AOR that is another's: judges each registration, and has the foreign ones evicted.

The XML service refuses such a registration when FreeSWITCH asks. While FreeSWITCH keeps a user it does not ask; this is what is left then.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Iterable, Sequence

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl import eviction
from r2a_esl.backoff import Backoff
from r2a_esl.belonging import Ownership, Verdict, verdict
from r2a_esl.eviction import EvictionError
from r2a_esl.link import LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.registrations import Registration, listed, profiles
from r2a_esl.replies import ReplyError
from r2a_esl.store import ownership as store
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.switch import Switch
from r2a_esl.tap import Tap

log = logging.getLogger("r2a_esl.guard")

BATCH = 500
#: Registrations kept for the database to come back. Beyond it the switch's own list is what remembers.
MAX_UNDECIDED = 1000
MAX_TRIES = 5
MAX_RETRIES_WAITING = 1000
#: Pause between two looks at all registrations, in seconds: what asks for one may come as fast as phones register.
RESYNC_PAUSE_S = 1.0
_IDLE_S = 0.1


class Guard:
    """Works off the tap's events until stopped, and looks at everything registered after each gap of the tap and each new command connection."""

    def __init__(self, tap: Tap, switch: Switch, connection: WorkerConnection, metrics: WorkerMetrics) -> None:
        self._tap = tap
        self._switch = switch
        self._connection = connection
        self._metrics = metrics
        self._stopping = threading.Event()
        self._undecided: dict[Registration, None] = {}
        self._ask_at = 0.0
        self._ask_backoff = Backoff()
        self._retries: dict[Registration, _Retry] = {}
        #: How often something was left to the next look at everything.
        self._missed = 0
        self._synced: tuple[int, ...] | None = None
        self._sync_at = 0.0
        self._sync_backoff = Backoff(first_s=1.0, cap_s=15.0)
        self._sync_error = ""

    def run(self) -> None:
        """Guard until stop(). Raises nothing that FreeSWITCH, a phone or the database could cause."""
        while not self._stopping.is_set():
            self._work_off(self._batch())
            self._retry_evictions()
            if self._stale() and self._switch.connected and time.monotonic() >= self._sync_at:
                self._sync()

    def stop(self) -> None:
        """Make run() return after what is under way."""
        self._stopping.set()

    def _batch(self) -> list[Registration]:
        found: list[Registration] = []
        try:
            found.append(self._tap.events.get(timeout=_IDLE_S))
            while len(found) < BATCH:
                found.append(self._tap.events.get_nowait())
        except queue.Empty:
            return found
        # A full batch may be the first of many, and under gevent the reader runs only while this waits.
        time.sleep(0)
        return found

    def _work_off(self, batch: Iterable[Registration]) -> None:
        unclear = []
        for registration in batch:
            self._metrics.registrations_checked.inc()
            if verdict(registration, None) is Verdict.UNDECIDED:
                unclear.append(registration)
        for registration in unclear:
            if registration not in self._undecided and len(self._undecided) >= MAX_UNDECIDED:
                self._missed += 1
                break
            self._undecided[registration] = None
        if self._undecided and time.monotonic() >= self._ask_at:
            self._decide()
        self._metrics.registrations_undecided.set(len(self._undecided))

    def _decide(self) -> None:
        asked = list(self._undecided)
        try:
            known = store.ask(self._connection, asked)
        except StoreUnavailable as error:
            self._ask_at = time.monotonic() + self._ask_backoff.next_s()
            log.debug("registrations wait for the database", extra=fields(count=len(asked), reason=error))
            return
        self._ask_backoff.reset()
        for registration in asked:
            del self._undecided[registration]
        self._evict_foreign(asked, known)

    def _evict_foreign(self, registrations: Sequence[Registration], known: Sequence[Ownership]) -> None:
        for registration, ownership in zip(registrations, known, strict=True):
            if verdict(registration, ownership) is Verdict.FOREIGN and registration not in self._retries:
                self._evict(registration, _Retry())

    def _evict(self, registration: Registration, retry: _Retry) -> None:
        self._retries.pop(registration, None)
        try:
            removed = eviction.evict(self._switch, registration)
        except (LinkError, EvictionError, ReplyError) as error:
            self._failed(registration, retry, error)
            return
        # Gone at a later try: an earlier one removed it, and did not see it go.
        if removed or retry.tries:
            self._metrics.evictions.inc()
            log.warning("evicted a phone from an AOR that is not its own", extra=_told(registration))

    def _failed(self, registration: Registration, retry: _Retry, error: Exception) -> None:
        retry.tries += 1
        self._metrics.eviction_failures.inc()
        if retry.tries >= MAX_TRIES or len(self._retries) >= MAX_RETRIES_WAITING:
            told = _told(registration, tries=retry.tries, reason=error)
            log.error("a phone keeps an AOR that is not its own: remove it with `sofia profile X flush_inbound_reg`", extra=told)
            return
        retry.due_at = time.monotonic() + retry.backoff.next_s()
        self._retries[registration] = retry

    def _retry_evictions(self) -> None:
        now = time.monotonic()
        for registration, retry in list(self._retries.items()):
            # While FreeSWITCH is away there is nothing to try, and a registration that it no longer has is found gone.
            if retry.due_at <= now and self._switch.connected:
                self._evict(registration, retry)

    def _marks(self) -> tuple[int, ...]:
        return (self._tap.gaps, self._switch.links, self._missed)

    def _stale(self) -> bool:
        return self._marks() != self._synced

    def _sync(self) -> None:
        """Judge everything that is registered now."""
        marks = self._marks()
        try:
            count = sum(self._sync_profile(profile) for profile in profiles(self._switch.api("sofia xmlstatus")))
        except (LinkError, ReplyError, EvictionError, StoreUnavailable) as error:
            self._sync_at = time.monotonic() + self._sync_backoff.next_s()
            if str(error) != self._sync_error:
                log.warning("registrations could not be checked: %s", error)
            self._sync_error = str(error)
            return
        self._sync_backoff.reset()
        self._sync_error = ""
        self._synced = marks
        self._sync_at = time.monotonic() + RESYNC_PAUSE_S
        self._metrics.resyncs.inc()
        log.info("checked everything registered", extra=fields(registrations=count))

    def _sync_profile(self, profile: str) -> int:
        found = list(listed(profile, self._switch.api(f"sofia xmlstatus profile {eviction.argument(profile)} reg")))
        unclear = [one for one in found if verdict(one, None) is Verdict.UNDECIDED]
        for begin in range(0, len(unclear), BATCH):
            part = unclear[begin : begin + BATCH]
            self._evict_foreign(part, store.ask(self._connection, part))
        return len(found)


class _Retry:
    """An eviction that failed: how often, and when it is due again in time.monotonic() seconds."""

    def __init__(self) -> None:
        self.tries = 0
        self.due_at = 0.0
        self.backoff = Backoff()


def _told(registration: Registration, **more: object) -> dict[str, dict[str, object]]:
    who = f"{registration.username}@{registration.realm}"
    return fields(who=who, aor=registration.aor, address=registration.address, profile=registration.profile, **more)
