"""The breaker: closed while a step works; open after a failure; then one caller tries for all."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from r2a_core import breaker as module
from r2a_core.breaker import BREAK_S, Breaker


class Clock:
    """A time.monotonic() that stands still until it is moved."""

    def __init__(self) -> None:
        self.now_s = 1000.0

    def monotonic(self) -> float:
        return self.now_s


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    stopped = Clock()
    monkeypatch.setattr(module, "time", stopped)
    return stopped


def callers_let_through(breaker: Breaker, callers: int) -> int:
    barrier = threading.Barrier(callers)

    def one(_: int) -> bool:
        barrier.wait(10)
        return breaker.may_try()

    with ThreadPoolExecutor(callers) as pool:
        return sum(pool.map(one, range(callers)))


def test_closed_lets_everybody_through(clock: Clock) -> None:
    assert callers_let_through(Breaker(), 16) == 16


def test_open_lets_nobody_through(clock: Clock) -> None:
    breaker = Breaker()
    breaker.note(worked=False)
    assert callers_let_through(breaker, 16) == 0
    clock.now_s += BREAK_S - 0.01
    assert callers_let_through(breaker, 16) == 0


def test_half_open_lets_exactly_one_through(clock: Clock) -> None:
    breaker = Breaker()
    for _ in range(5):
        breaker.note(worked=False)
        clock.now_s += BREAK_S + 0.01
        assert callers_let_through(breaker, 16) == 1


def test_while_one_tries_nobody_else_does_however_long_it_takes(clock: Clock) -> None:
    breaker = Breaker()
    breaker.note(worked=False)
    clock.now_s += BREAK_S + 0.01
    assert breaker.may_try()
    # A server that hangs answers nobody before the deadline, which is longer than the pause: 2 s by default.
    clock.now_s += 1.9
    assert not breaker.may_try()


def test_a_try_that_works_closes_it_for_everybody(clock: Clock) -> None:
    breaker = Breaker()
    breaker.note(worked=False)
    clock.now_s += BREAK_S + 0.01
    assert breaker.may_try()
    breaker.note(worked=True)
    assert callers_let_through(breaker, 16) == 16
    assert not breaker.failed


def test_a_try_that_fails_opens_it_again_for_as_long(clock: Clock) -> None:
    breaker = Breaker()
    breaker.note(worked=False)
    clock.now_s += BREAK_S + 0.01
    assert breaker.may_try()
    clock.now_s += 0.5
    breaker.note(worked=False)
    clock.now_s += BREAK_S - 0.01
    assert not breaker.may_try()
    clock.now_s += 0.02
    assert breaker.may_try()


def test_only_a_change_is_news(clock: Clock) -> None:
    breaker = Breaker()
    noted = [breaker.note(worked=worked) for worked in (True, False, False, True, True, False)]
    assert noted == [False, True, False, True, False, True]
