"""refresh: brings FreeSWITCH up to date as a whole, as after a gap in the change log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from r2a_esl.store import changes as store
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.tasks.kinds import Patience, Result, TaskFailedError

WITHIN_S = 60.0


class Refreshes(Protocol):
    """What is needed of the part that follows the change log."""

    @property
    def failing(self) -> list[str]: ...

    def ask_refresh(self) -> int: ...

    def refreshed(self, number: int) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Refresh:
    """The kind refresh: done once all was sent and this node has applied everything that was committed before the task was begun."""

    node: str
    connection: WorkerConnection
    patience: Patience
    changes: Refreshes
    within_s: float = WITHIN_S

    def __call__(self, _: Mapping[str, Any]) -> Result:
        """Do it; raise TaskFailedError or StoreUnavailable."""
        newest = store.state(self.connection, self.node).newest
        if newest is None:
            raise TaskFailedError("nothing is configured yet, and there is nothing to bring FreeSWITCH up to")
        number = self.changes.ask_refresh()
        if not self.patience.until(lambda: self.changes.refreshed(number) and self._applied() >= newest, self.within_s):
            why = "; ".join(self.changes.failing) or "the read port may be behind"
            raise TaskFailedError(f"not all of it was in effect after {self.within_s:g} s ({why}); it goes on")
        if failing := self.changes.failing:
            raise TaskFailedError("; ".join(failing)[:500])
        return {"applied_revision": self._applied()}

    def _applied(self) -> int:
        return store.state(self.connection, self.node).applied
