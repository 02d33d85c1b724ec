"""What fails is tried again, and given up in the end: also what costs the connection each time."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

import pytest

from r2a_esl.changes.commands import FLUSH_ALL, RELOAD_ACL, Command, rescan
from r2a_esl.changes.queue import MAX_TRIES, MAX_WAITING, CommandQueue
from r2a_esl.changes.sender import CommandFailedError, NotRunningError
from r2a_esl.link import DeadlineMissedError, LinkError
from r2a_esl.metrics import WorkerMetrics


class FakeSender:
    """Raises what `fails` says for a command."""

    def __init__(self) -> None:
        self.sent: list[Command] = []
        self.fails: dict[Command, Exception] = {}

    def send(self, command: Command) -> None:
        self.sent.append(command)
        if command in self.fails:
            raise self.fails[command]


@pytest.fixture
def sender() -> FakeSender:
    return FakeSender()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return a function that lets so many seconds pass."""
    now = [1000.0]
    monkeypatch.setattr("r2a_esl.changes.queue.time", SimpleNamespace(monotonic=lambda: now[0]))

    def wait(seconds: float) -> None:
        now[0] += seconds

    return wait


@pytest.fixture
def queue(sender: FakeSender) -> CommandQueue:
    return CommandQueue(cast(Any, sender), WorkerMetrics())


def test_a_missing_switch_costs_no_try_and_keeps_everything(queue: CommandQueue, sender: FakeSender) -> None:
    queue.add([FLUSH_ALL, RELOAD_ACL])
    sender.fails[FLUSH_ALL] = LinkError("away")
    for _ in range(MAX_TRIES + 2):
        with pytest.raises(LinkError):
            queue.work()
    assert not queue.settled
    sender.fails.clear()
    sender.sent.clear()
    queue.work()
    assert sender.sent == [FLUSH_ALL, RELOAD_ACL]
    assert queue.settled


def test_a_command_that_costs_the_connection_is_given_up_too(queue: CommandQueue, sender: FakeSender, later: Callable[[float], None]) -> None:
    queue.add([rescan("internal"), FLUSH_ALL])
    sender.fails[rescan("internal")] = DeadlineMissedError("no answer")
    with pytest.raises(LinkError):
        queue.work()
    for _ in range(MAX_TRIES - 1):
        later(10)
        assert not queue.settled
        with pytest.raises(LinkError):
            queue.work()
    assert queue.settled
    assert sender.sent.count(FLUSH_ALL) == 1, "what is behind it was sent, once"
    assert "no answer (5 times)" in queue.trouble[0]
    sender.fails.clear()
    later(31)
    queue.work()
    assert queue.trouble == []


def test_what_does_not_run_is_forgotten_after_its_tries(queue: CommandQueue, sender: FakeSender, later: Callable[[float], None]) -> None:
    queue.add([rescan("internal")])
    sender.fails[rescan("internal")] = NotRunningError("Invalid Profile")
    for _ in range(MAX_TRIES):
        queue.work()
        later(10)
    assert queue.settled
    assert queue.trouble == []
    later(100)
    queue.work()
    assert len(sender.sent) == MAX_TRIES


def test_too_much_that_fails_asks_for_a_full_refresh(queue: CommandQueue, sender: FakeSender) -> None:
    wanted = [rescan(f"p{number}") for number in range(MAX_WAITING + 1)]
    sender.fails = dict.fromkeys(wanted, CommandFailedError("no"))
    queue.add(wanted)
    queue.work()
    assert queue.overflowed
