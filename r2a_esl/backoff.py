"""How long to wait before the next try: doubling, capped, and never the same on two nodes."""

from __future__ import annotations

import random
from collections.abc import Callable


class Backoff:
    """Pauses between tries in seconds. Each is drawn from the upper half of its step, so that nodes that failed together spread out."""

    def __init__(self, *, first_s: float = 0.1, cap_s: float = 5.0, draw: Callable[[float, float], float] = random.uniform) -> None:
        self._first_s = first_s
        self._cap_s = cap_s
        self._draw = draw
        self._step_s = first_s

    def next_s(self) -> float:
        """Return the pause before the next try, at most the cap, and make the one after it longer."""
        pause_s = self._draw(self._step_s / 2, self._step_s)
        self._step_s = min(self._step_s * 2, self._cap_s)
        return pause_s

    def reset(self) -> None:
        """Start again with the shortest pause: the last try held."""
        self._step_s = self._first_s
