"""Waits for nodes: until they have applied a revision, or done what they were asked; and tells how it goes."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import typer
from rich.console import Console

from r2a_admin import session
from r2a_admin.store import standings, tasks
from r2a_admin.store.standings import Standing
from r2a_admin.store.tasks import Task
from r2a_core.logs import one_line

LOOK_S = 0.3


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of it on a node."""

    node: str
    ok: bool
    text: str


@dataclass(slots=True)
class Teller:
    """Tells of outcomes as they come: a line each, and on a terminal what is waited for beneath them. With `quiet` it says nothing."""

    quiet: bool
    told: list[Outcome] = field(default_factory=list)
    _screen: Console = field(default_factory=Console)
    _status: Callable[[str], None] = field(default=lambda _: None)

    @contextlib.contextmanager
    def waiting(self) -> Iterator[None]:
        """Show what is waited for while the block runs."""
        if self.quiet or not self._screen.is_terminal:
            yield
            return
        with self._screen.status("") as status:
            self._status = status.update
            try:
                yield
            finally:
                self._status = lambda _: None

    def awaits(self, text: str) -> None:
        # rich would take a name in square brackets for markup.
        self._status(text.replace("[", "\\["))

    def outcome(self, outcome: Outcome) -> None:
        self.told.append(outcome)
        self.say(f"{outcome.node}: {outcome.text}")

    def say(self, text: str) -> None:
        """Print `text` as one line."""
        if not self.quiet:
            self._screen.print(text, markup=False, highlight=False, soft_wrap=True)
            self._screen.file.flush()


def until_applied(nodes: Mapping[str, bool], revision: int, timeout_s: float, teller: Teller) -> None:
    """Wait until each of `nodes` (name -> whether it had something to apply) has applied `revision`, is no longer live, or time is up."""
    waited = _Applied(revision)
    open_nodes = dict(nodes)
    ends_at = time.monotonic() + timeout_s
    with session.watching() as connection, teller.waiting():
        while open_nodes:
            late = time.monotonic() >= ends_at
            found = {one.name: one for one in standings.all_of_them(connection)}
            for name, had in list(open_nodes.items()):
                outcome = waited.judge(name, found.get(name), had=had, late=late, timeout_s=timeout_s)
                if outcome is not None:
                    teller.outcome(outcome)
                    del open_nodes[name]
            if open_nodes:
                behind = ", ".join(f"{name} ({found[name].behind} behind)" for name in open_nodes if name in found)
                teller.awaits(f"{len(nodes) - len(open_nodes)} of {len(nodes)} nodes have revision {revision}; waiting for {behind}")
                time.sleep(LOOK_S)


@dataclass(slots=True)
class _Applied:
    """Judges whether a node has applied `revision`."""

    revision: int
    #: The heartbeat that was the last one when a node was first seen to have it.
    seen: dict[str, datetime | None] = field(default_factory=dict)

    def judge(self, name: str, one: Standing | None, *, had: bool, late: bool, timeout_s: float) -> Outcome | None:
        """Return what came of it, or None while that is open."""
        if one is None or not one.live:
            return Outcome(node=name, ok=False, text=f"{one.state if one else 'was deleted'}; whether it has revision {self.revision} is not known")
        if (one.applied_revision or 0) >= self.revision:
            # A command that was given up counts as applied, and the next heartbeat says so.
            first = self.seen.setdefault(name, one.heartbeat_at)
            if not had or one.heartbeat_at != first or late:
                text = f"has applied revision {one.applied_revision}"
                return Outcome(node=name, ok=not one.errors, text=one_line("; but: ".join([text, *one.errors])))
            return None
        if not late:
            return None
        why = "; ".join(one.errors) or ("" if one.freeswitch_up else "FreeSWITCH is away")
        return Outcome(node=name, ok=False, text=one_line(f"{one.behind} behind after {timeout_s:g} s{f': {why}' if why else ''}"))


class Asked:
    """Tasks that nodes were asked for in this run, by node."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def ask(self, node: str, kind: str, argument: Mapping[str, object]) -> None:
        with session.changing(dry_run=False) as connection:
            # Known before the commit: an interrupt may come right after it.
            self._numbers[node] = tasks.add(connection, node, kind, argument, asked_by=session.actor())

    def forget(self, node: str) -> None:
        """Leave that task alone from now on: it came to an end."""
        self._numbers.pop(node, None)

    def withdraw(self) -> tuple[list[str], list[str]]:
        """Take back what nobody has begun; return the nodes of it, and those whose task is under way or over."""
        if not self._numbers:
            return [], []
        with session.changing(dry_run=False) as connection:
            gone = tasks.withdraw(connection, self._numbers.values())
        withdrawn = [node for node, number in self._numbers.items() if number in gone]
        begun = [node for node in self._numbers if node not in withdrawn]
        self._numbers.clear()
        return withdrawn, begun

    def until_done(self, timeout_s: float, teller: Teller, ended: Callable[[Task], None]) -> list[str]:
        """Call `ended` with each task as it ends; return the nodes whose task did not within `timeout_s`, and is not withdrawn."""
        ends_at = time.monotonic() + timeout_s
        with session.watching() as connection, teller.waiting():
            while self._numbers and time.monotonic() < ends_at:
                found = {task.id: task for task in tasks.look(connection, self._numbers.values())}
                for node, number in list(self._numbers.items()):
                    task = found.get(number)
                    if task is None or task.ended:
                        self.forget(node)
                        ended(task or Task(number, node, "failed", False, {"error": "somebody took the task back"}))
                if self._numbers:
                    teller.awaits(", ".join(f"{task.node}: {task.state}" for task in found.values() if not task.ended))
                    time.sleep(LOOK_S)
        return list(self._numbers)


def interrupted(text: str) -> typer.Exit:
    """Say in one line how far it came, and return the exit for it."""
    typer.echo(f"\nr2a: interrupted: {text}", err=True)
    return typer.Exit(130)
