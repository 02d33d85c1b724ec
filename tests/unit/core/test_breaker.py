"""The breaker: closed while a step works; open after a failure, until a thread of its own has found out that it works again."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from functools import partial

import pytest

from r2a_core import breaker as module
from r2a_core.breaker import Breaker


class Step:
    """A step whose probe says what it is told to, and counts."""

    def __init__(self) -> None:
        self.works = False
        self.probes = 0
        self.told = 0
        self.breaker = Breaker("test", self._probe, self._tell)

    def _probe(self) -> bool:
        self.probes += 1
        return self.works

    def _tell(self) -> None:
        self.told += 1


@pytest.fixture
def step(monkeypatch: pytest.MonkeyPatch) -> Iterator[Step]:
    monkeypatch.setattr(module, "PAUSE_S", 0.01)
    one = Step()
    yield one
    one.breaker.stop()


def wait_until(true: Callable[[], bool], what: str) -> None:
    ends_at = time.monotonic() + 5
    while not true():
        assert time.monotonic() < ends_at, f"{what} did not happen"
        time.sleep(0.005)


def test_closed_at_first_and_nobody_probes(step: Step) -> None:
    time.sleep(0.05)
    assert not step.breaker.is_open
    assert step.probes == 0


def test_open_until_the_probe_says_that_it_works(step: Step) -> None:
    step.breaker.open()
    wait_until(lambda: step.probes >= 3, "probing")
    assert step.breaker.is_open
    assert step.told == 0
    step.works = True
    wait_until(lambda: not step.breaker.is_open, "closing")
    wait_until(lambda: step.told == 1, "telling")
    probes = step.probes
    time.sleep(0.05)
    assert step.probes == probes


def test_only_the_first_of_many_failures_is_news_and_starts_one_probe(step: Step) -> None:
    before = threading.active_count()
    assert [step.breaker.open() for _ in range(50)] == [True] + [False] * 49
    assert threading.active_count() <= before + 1


def test_it_opens_again_after_it_was_closed(step: Step) -> None:
    step.works = True
    for times in range(1, 4):
        assert step.breaker.open()
        wait_until(partial(lambda wanted: step.told == wanted, times), "closing")
        assert not step.breaker.is_open


def test_stopping_ends_the_probe(step: Step) -> None:
    step.breaker.open()
    step.breaker.stop()
    time.sleep(0.1)
    probes = step.probes
    time.sleep(0.1)
    assert step.probes == probes
    assert not any(thread.name == "r2a-probe-test" for thread in threading.enumerate())
