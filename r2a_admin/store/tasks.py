"""What is asked of the workers of nodes, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

from r2a_admin.store import asking
from r2a_core.database import Connection

#: A task that nobody has begun after so many seconds is never done.
EXPIRES_S = 60


@dataclass(frozen=True, slots=True)
class Task:
    """A task of a node; state is waiting, running, done or failed. expired: nobody has begun it, and nobody will."""

    id: int
    node: str
    state: str
    expired: bool
    result: dict[str, Any] | None

    @property
    def ended(self) -> bool:
        return self.expired or self.state in ("done", "failed")

    @property
    def error(self) -> str | None:
        """Why it was not done; None = it was, or is not over."""
        if self.expired:
            return f"its worker did not begin within {EXPIRES_S} s"
        return str((self.result or {}).get("error", "it failed and does not say why")) if self.state == "failed" else None


def add(connection: Connection, node: str, kind: str, argument: Mapping[str, object], *, asked_by: str) -> int:
    """Ask `node` for a task, and return its number."""
    values = {"node": node, "kind": kind, "argument": orjson.dumps(argument).decode(), "asked_by": asked_by, "expires_s": EXPIRES_S}
    return asking.added(connection, "task_add", int, values)


def look(connection: Connection, numbers: Iterable[int]) -> list[Task]:
    return asking.rows(connection, "task_rows", Task, {"ids": list(numbers)})


def withdraw(connection: Connection, numbers: Iterable[int]) -> list[int]:
    """Take back the tasks that nobody has begun, and return their numbers."""
    return asking.rows(connection, "task_withdraw", int, {"ids": list(numbers)})
