"""What a kind of task is: something that takes an argument, is done or fails, and says what came of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from typing import Any

from r2a_core.errors import R2aError

ENDING = "the worker was told to end while it was doing this; look at the node before asking again"

Result = dict[str, object]
Kind = Callable[[Mapping[str, Any]], Result]


class TaskFailedError(R2aError):
    """What was asked is not done; the text says why, and what of it was."""


class Patience:
    """Waits that end when the worker does."""

    def __init__(self, stopping: threading.Event, *, look_s: float = 0.25) -> None:
        self._stopping = stopping
        self._look_s = look_s

    def until(self, check: Callable[[], bool], within_s: float) -> bool:
        """Return True as soon as `check` does, False after `within_s` seconds; raise TaskFailedError when the worker ends."""
        ends_at = time.monotonic() + within_s
        while not check():
            if time.monotonic() >= ends_at:
                return False
            self._stopping.wait(self._look_s)
            self.check()
        return True

    def check(self) -> None:
        """Raise TaskFailedError when the worker ends."""
        if self._stopping.is_set():
            raise TaskFailedError(ENDING)


def text(argument: Mapping[str, Any], name: str) -> str:
    """Return the text `name` of `argument`; raise TaskFailedError when there is none."""
    value = argument.get(name)
    if not isinstance(value, str) or not value:
        raise TaskFailedError(f"the argument has no {name}")
    return value


def seconds(argument: Mapping[str, Any], name: str, most: int) -> float | None:
    """Return the seconds `name` of `argument`, None when it has none; raise TaskFailedError for what is no number from 0 to `most`."""
    value = argument.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= most:
        raise TaskFailedError(f"{name} should be a number from 0 to {most}")
    return float(value)
