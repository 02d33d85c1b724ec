"""Renews the node's lease on the gateways that it registers, and has FreeSWITCH drop them by itself should that end."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.link import Link, LinkError
from r2a_esl.metrics import WorkerMetrics
from r2a_esl.ownership.deadman import DeadMan, NotArmedError
from r2a_esl.ownership.held import Answer, Gateway, Word
from r2a_esl.settings import WorkerSettings
from r2a_esl.store import gateways as store
from r2a_esl.store import wal
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.switch import Switch

log = logging.getLogger("r2a_esl.ownership")

RENEW_S = 4.0
#: After something was away; also when FreeSWITCH is.
RETRY_S = 1.0
#: For how long a gateway that could not be brought up here is left to others.
REFUSE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What this node has, as of `began` in time.monotonic() seconds. positions: how far the database had written when a key was first seen."""

    gateways: tuple[Gateway, ...]
    began: float
    positions: dict[tuple[int, int | None, str], tuple[str, float]]


class Leases:
    """Renews each 4 s until stopped. What it does is bounded: no step waits longer than a deadline of the database plus one of FreeSWITCH."""

    def __init__(self, settings: WorkerSettings, switch: Switch, metrics: WorkerMetrics) -> None:
        self._settings = settings
        self._switch = switch
        self._metrics = metrics
        self._stopping = threading.Event()
        #: Set when there is something to tell before the next renewal is due.
        self.hurry = threading.Event()
        self.news = threading.Event()
        self._connection = WorkerConnection(settings.database, application="r2a_esl_lease")
        self._lock = threading.Lock()
        self._let_go: set[int] = set()
        self._refused: dict[int, tuple[float, str]] = {}
        self._link: Link | None = None
        self._core_uuid = ""
        self._deadman = DeadMan()
        #: The renewal that FreeSWITCH was last armed for, and what for.
        self._armed: tuple[float, tuple[int, ...]] | None = None
        #: The database's clock, and time.monotonic() when it had been told.
        self._clock: tuple[datetime, float] | None = None
        self._error = ""
        self._hurried = False
        self.standing = Standing(gateways=(), began=0.0, positions={})

    def run(self) -> None:
        """Renew until stop(). Raises nothing that FreeSWITCH or the database could cause."""
        while not self._stopping.is_set():
            self.hurry.clear()
            self.hurry.wait(self.step())

    def stop(self) -> None:
        """Make run() return soon. The lease stands and FreeSWITCH keeps its gateways: whoever restarts a worker does so in seconds."""
        self._stopping.set()
        self.hurry.set()
        self._close()

    def let_go(self, term: int) -> None:
        """Tell the database that the gateway of `term` no longer registers here, for certain."""
        with self._lock:
            self._let_go.add(term)
        self.hurry.set()

    def refuse(self, gateway: Gateway, why: str) -> None:
        """Leave `gateway` to other nodes for a minute."""
        log.error("a gateway could not be brought up here; it is left to others for a while", extra=fields(gateway=gateway.name, reason=why))
        with self._lock:
            self._refused[gateway.id] = (time.monotonic() + REFUSE_S, f"gateway {gateway.name} could not be brought up: {why}")
        self.hurry.set()

    @property
    def trouble(self) -> str | None:
        """What keeps this node from registering gateways, for a person; None = nothing."""
        with self._lock:
            refused = [why for _, why in self._refused.values()]
        return "; ".join([*([self._error] if self._error else []), *refused]) or None

    def step(self) -> float:
        """Renew once and return the pause until the next time in seconds."""
        status = self._switch.sighting.status
        if status is None or not self._switch.connected:
            # Without FreeSWITCH there is nothing to hold a lease for.
            return RETRY_S
        if status.core_uuid != self._core_uuid:
            self._another_switch(status.core_uuid)
        try:
            return self._renew()
        except (StoreUnavailable, LinkError, NotArmedError) as error:
            self._failed(error)
            return RETRY_S

    def _renew(self) -> float:
        # Before the statement is sent: whatever the answer says, it was true no earlier than this.
        began = time.monotonic()
        word = self._word(began)
        answer = store.keep(self._connection, word)
        self._clock = (answer.at, time.monotonic())
        if not answer.accepted:
            return 0.0 if word.sent is None else RETRY_S
        with self._lock:
            self._let_go -= set(word.let_go)
        self._metrics.lease_renewals.inc()
        mine = [one for one in answer.gateways if one.term is not None]
        self._arm(mine, began)
        self._publish(answer, began)
        if self._error:
            log.info("the lease on gateways is renewed again")
        self._error = ""
        # What was armed just now is told at once, and not again and again while the database does not take it.
        self._hurried = not self._hurried and any(one.state == "held" for one in mine)
        return 0.0 if self._hurried else RENEW_S

    def _word(self, began: float) -> Word:
        armed = self._armed
        with self._lock:
            self._refused = {number: refusal for number, refusal in self._refused.items() if refusal[0] > began}
            return Word(
                node=self._settings.node_name,
                core=self._core_uuid,
                # Never later than it really is: the clock was read before its answer came.
                sent=self._clock[0] + timedelta(seconds=began - self._clock[1]) if self._clock else None,
                armed_s=began - armed[0] if armed else None,
                armed_terms=armed[1] if armed else (),
                let_go=tuple(self._let_go),
                refused=tuple(self._refused),
            )

    def _arm(self, mine: list[Gateway], began: float) -> None:
        self._deadman.arm(self._api, [(one.profile, one.name) for one in mine], began)
        self._armed = (began, tuple(one.term for one in mine if one.term is not None))
        self._metrics.gateways_owned.set(len(mine))

    def _api(self, command: str) -> str:
        # A connection of its own: a slow command of another part must not keep a renewal waiting.
        if self._link is None:
            settings = self._settings
            self._link = Link.open(settings.esl_host, settings.esl_port, settings.esl_password, settings.esl_deadline_s)
            if self._core_uuid not in self._link.api("global_getvar core_uuid"):
                raise LinkError("FreeSWITCH was started again")
        return self._link.api(command)

    def _publish(self, answer: Answer, began: float) -> None:
        positions = {one.key: known for one in answer.gateways if (known := self.standing.positions.get(one.key))}
        if fresh := [one for one in answer.gateways if one.key not in positions]:
            position = (wal.position(self._connection), time.monotonic())
            positions |= {one.key: position for one in fresh}
        self._tell(answer)
        self.standing = Standing(gateways=answer.gateways, began=began, positions=positions)
        self.news.set()

    def _tell(self, answer: Answer) -> None:
        had = {one.term: one for one in self.standing.gateways if one.term is not None}
        has = {one.term: one for one in answer.gateways if one.term is not None}
        for term, one in has.items():
            about = fields(gateway=one.name, profile=one.profile, why=one.why)
            if term not in had:
                log.info("gateway gained", extra=about)
                self._metrics.gateway_moves.labels("gained").inc()
            if one.state == "leaving" and (term not in had or had[term].state != "leaving"):
                log.info("gateway has to go", extra=about)
        for one in (one for term, one in had.items() if term not in has):
            told = ("let_go", "gateway let go") if one.state == "leaving" else ("lost", "gateway lost: another node has taken it")
            log.info(told[1], extra=fields(gateway=one.name, profile=one.profile))
            self._metrics.gateway_moves.labels(told[0]).inc()

    def _another_switch(self, core_uuid: str) -> None:
        self._close()
        self._core_uuid = core_uuid
        self.standing = Standing(gateways=(), began=0.0, positions={})
        self._deadman = DeadMan()
        self._armed = None

    def _failed(self, error: StoreUnavailable | LinkError | NotArmedError) -> None:
        # The clock of another server may be another one.
        self._clock = None
        if not isinstance(error, StoreUnavailable):
            self._close()
        text = f"the lease on gateways is not renewed: {error}"
        if text != self._error and not self._stopping.is_set():
            log.warning("%s", text)
        self._error = text

    def _close(self) -> None:
        if self._link is not None:
            self._link.close()
            self._link = None
