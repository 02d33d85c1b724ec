"""One connection to each server behind the read port. A proxy shows one of them to each new connection, so new ones are made now and then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass

from r2a_core.errors import StoreUnavailable
from r2a_core.logs import fields
from r2a_esl.store import wal
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.wal import Target

log = logging.getLogger("r2a_esl.changes")

#: So many connections in a row that lead to nothing new: there is nothing new.
SURE = 4
_MOST = 24
_MAX_GONE = 50


@dataclass(slots=True, kw_only=True)
class _Reader:
    """A connection that is never opened again: the next one might lead elsewhere. shown: what it has shown last."""

    connection: WorkerConnection
    standby: bool
    shown: Target | None


class Readers:
    """The servers that the read port has led to. All of it is for one thread."""

    def __init__(self, opened: Callable[[], WorkerConnection]) -> None:
        self._opened = opened
        self._known: dict[str, _Reader] = {}
        #: Servers with what they had shown: lost, and the port may still lead there; gone, and it does not.
        self._lost: dict[str, Target | None] = {}
        self._gone: dict[str, Target | None] = {}
        self._looked = False
        #: What all servers have shown last; and whether one has come since that may have shown FreeSWITCH less.
        self.agreed: Target | None = None
        self.newcomer = False

    @property
    def standbys(self) -> int:
        """How many of the servers are no primary."""
        return sum(reader.standby for reader in self._known.values())

    def show(self, target: Target, *, anew: bool = False) -> bool | None:
        """Return whether every server shows `target` (with `anew`, still does); None when the port leads to one that does not answer, or may."""
        try:
            if not self._looked or self._lost or not self._known:
                self.look(target)
            shown = self._all_show(target, anew=anew)
            if self._lost:
                # Just now: perhaps only the connection broke.
                self.look(target)
                shown = self._all_show(target, anew=False)
        except StoreUnavailable as error:
            log.debug("the read port does not answer: %s", error)
            return None
        if self._lost or not self._known:
            return None
        if shown:
            self.agreed = target
        return shown

    def look(self, target: Target, sure: int = SURE) -> bool:
        """Connect until `sure` times in a row nothing new came up, and return whether something did; raise StoreUnavailable when one fails."""
        found = in_a_row = 0
        with ExitStack() as held:
            # Held until the end: a proxy that prefers whoever has the fewest connections would show the same server each time.
            while in_a_row < sure and found + in_a_row < _MOST:
                new = self._connect(target, held)
                found, in_a_row = found + new, 0 if new else in_a_row + 1
        for identity, shown in self._lost.items():
            log.info("the read port does not lead to a server any more", extra=fields(server=identity))
            self._gone[identity] = shown
        self._lost.clear()
        while len(self._gone) > _MAX_GONE:
            del self._gone[next(iter(self._gone))]
        self._looked = True
        return found > 0

    def _connect(self, target: Target, held: ExitStack) -> bool:
        connection = self._opened()
        with ExitStack() as own:
            own.callback(connection.close)
            seen = wal.glimpse(connection, target)
            own.pop_all()
        if seen.identity in self._known:
            held.callback(connection.close)
            return False
        log.info("the read port leads to a server", extra=fields(server=seen.identity, servers=len(self._known) + 1))
        self._known[seen.identity] = _Reader(connection=connection, standby=seen.standby, shown=target if seen.shows else None)
        before = self._lost.pop(seen.identity, None) or self._gone.pop(seen.identity, None)
        if self._looked and self.agreed is not None and before != self.agreed:
            self.newcomer = True
        return True

    def _all_show(self, target: Target, *, anew: bool) -> bool:
        # Every one is asked, so that each that is lost is noticed.
        shown = [self._shows(identity, reader, target, anew=anew) for identity, reader in list(self._known.items())]
        return all(shown)

    def _shows(self, identity: str, reader: _Reader, target: Target, *, anew: bool) -> bool:
        if reader.shown == target and not anew:
            return True
        try:
            seen = wal.glimpse(reader.connection, target)
        except StoreUnavailable as error:
            log.debug("a server behind the read port is lost: %s: %s", identity, error)
            reader.connection.close()
            del self._known[identity]
            self._lost[identity] = reader.shown
            return False
        reader.standby = seen.standby
        if seen.shows:
            reader.shown = target
        return seen.shows
