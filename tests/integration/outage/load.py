"""A bounded load: a few clients that ask, pause, and keep every reply."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

from .service import INVITE, REGISTER, SOFIA, Reply, Service

FORMS = (REGISTER, INVITE, SOFIA)
PAUSE_S = 0.05


class Load:
    """What the clients have heard so far. A connection that breaks without an answer is kept as an error."""

    def __init__(self) -> None:
        self.replies: list[Reply] = []
        self.errors: list[OSError] = []

    def statuses(self) -> set[int]:
        return {reply.status for reply in self.replies}

    def since(self, moment: float) -> list[Reply]:
        """Return the replies to what was asked after `moment` (time.monotonic() seconds), in the order of asking."""
        return sorted((reply for reply in self.replies if reply.asked_at >= moment), key=lambda reply: reply.asked_at)

    def slowest_s(self) -> float:
        return max(reply.took_s for reply in self.replies)


@contextmanager
def running(service: Service, clients: int) -> Iterator[Load]:
    """Have `clients` ask during the block."""
    load, over = Load(), threading.Event()

    def ask(number: int) -> None:
        turn = number
        while not over.is_set():
            try:
                load.replies.append(service.ask(FORMS[turn % len(FORMS)]))
            except OSError as error:
                load.errors.append(error)
            turn += 1
            time.sleep(PAUSE_S)

    with ThreadPoolExecutor(clients) as pool:
        for number in range(clients):
            pool.submit(ask, number)
        try:
            yield load
        finally:
            over.set()


def at_once(service: Service, clients: int, forms: Sequence[bytes] = FORMS) -> list[Reply]:
    """Ask `clients` questions at the same moment and return the replies."""
    barrier = threading.Barrier(clients)

    def ask(number: int) -> Reply:
        barrier.wait(10)
        return service.ask(forms[number % len(forms)])

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(ask, range(clients)))
