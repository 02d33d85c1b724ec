"""Takes what operators ask of this node, and says what came of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from r2a_esl.store.connection import WorkerConnection

DONE, FAILED = "done", "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What somebody asked this node to do; argument is as he gave it, unchecked."""

    id: int
    kind: str
    argument: Any
    asked_by: str


def take(connection: WorkerConnection, node: str) -> Task | None:
    """Return the oldest task that waits for `node`, from now on running; None = there is none. Raise StoreUnavailable."""
    for number, kind, argument, asked_by in connection.ask("task_take", {"node": node}):
        return Task(id=number, kind=kind, argument=argument, asked_by=asked_by)
    return None


def finish(connection: WorkerConnection, task_id: int, state: str, result: Mapping[str, object]) -> None:
    """Write what came of a running task; raise StoreUnavailable."""
    connection.execute("task_finish", {"id": task_id, "state": state, "result": json.dumps(result)})


def fail_running(connection: WorkerConnection, node: str, why: str) -> list[int]:
    """Call every task of `node` that is running failed, and return their numbers; raise StoreUnavailable."""
    return [row[0] for row in connection.ask("task_fail_running", {"node": node, "why": why})]


def fail_expired(connection: WorkerConnection, node: str, why: str) -> list[int]:
    """Call every task of `node` failed that nobody began in time, and return their numbers; raise StoreUnavailable."""
    return [row[0] for row in connection.ask("task_fail_expired", {"node": node, "why": why})]


def forget_old(connection: WorkerConnection, days: int) -> None:
    """Delete tasks, of whatever node, that were asked for more than `days` ago; raise StoreUnavailable."""
    connection.execute("task_forget", {"days": days})
