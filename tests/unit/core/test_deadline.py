"""The watchdog: a socket that hangs is shut in time, and only that one, whatever its number is used for afterwards."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from r2a_core.deadline import TICK_S, Watchdog

#: What a busy machine may add, in seconds.
LATE_S = 0.25


#: When a test that waits to be cut gives up, in seconds: it fails then, instead of hanging.
GIVES_UP_S = 5


def hung_pair() -> tuple[socket.socket, socket.socket]:
    """Return a socket whose peer says nothing, and the peer."""
    ours, peer = socket.socketpair()
    ours.settimeout(GIVES_UP_S)
    return ours, peer


@pytest.fixture
def watchdog() -> Watchdog:
    started = Watchdog()
    started.start()
    return started


def test_a_hung_socket_is_cut_at_its_deadline(watchdog: Watchdog) -> None:
    ours, peer = hung_pair()
    with ours, peer:
        began = time.monotonic()
        with watchdog.limit(ours.fileno(), began + 0.4):
            assert ours.recv(1) == b""
        took_s = time.monotonic() - began
    assert 0.4 - 2 * TICK_S <= took_s <= 0.4 + LATE_S


def test_the_descriptor_itself_stays_open(watchdog: Watchdog) -> None:
    ours, peer = hung_pair()
    with ours, peer:
        fileno = ours.fileno()
        with watchdog.limit(fileno, time.monotonic() + 0.1):
            ours.recv(1)
        # Whoever opened it closes it: a second close would hit a stranger.
        os.fstat(fileno)


def test_a_deadline_that_is_over_cuts_at_once(watchdog: Watchdog) -> None:
    ours, peer = hung_pair()
    with ours, peer:
        began = time.monotonic()
        with watchdog.limit(ours.fileno(), began - 1):
            assert ours.recv(1) == b""
        assert time.monotonic() - began < TICK_S + LATE_S


def test_what_ends_in_time_is_left_alone(watchdog: Watchdog) -> None:
    ours, peer = hung_pair()
    with ours, peer:
        with watchdog.limit(ours.fileno(), time.monotonic() + 0.2):
            peer.send(b"a")
            assert ours.recv(1) == b"a"
        time.sleep(0.2 + 3 * TICK_S)
        peer.send(b"b")
        assert ours.recv(1) == b"b"


def test_an_exception_in_the_block_ends_the_watch(watchdog: Watchdog) -> None:
    ours, peer = hung_pair()
    with ours, peer:
        with pytest.raises(KeyError), watchdog.limit(ours.fileno(), time.monotonic() + 0.1):
            raise KeyError
        time.sleep(0.1 + 3 * TICK_S)
        peer.send(b"b")
        assert ours.recv(1) == b"b"


def test_a_number_that_is_used_again_after_the_block_is_not_hit(watchdog: Watchdog) -> None:
    first, first_peer = socket.socketpair()
    number = first.fileno()
    with first_peer:
        with watchdog.limit(number, time.monotonic() + 0.2):
            first.close()
        # The kernel hands out the lowest free number: the stranger gets the one that was watched.
        stranger, peer = socket.socketpair()
        with stranger, peer:
            assert number in (stranger.fileno(), peer.fileno())
            time.sleep(0.2 + 3 * TICK_S)
            peer.send(b"b")
            assert stranger.recv(1) == b"b"
            stranger.send(b"c")
            assert peer.recv(1) == b"c"


def test_many_at_once_are_cut_each_at_its_own_deadline(watchdog: Watchdog) -> None:
    def hang(wait_s: float) -> float:
        ours, peer = hung_pair()
        with ours, peer:
            began = time.monotonic()
            with watchdog.limit(ours.fileno(), began + wait_s):
                ours.recv(1)
            return time.monotonic() - began

    waits = [0.2, 0.3, 0.4, 0.5, 0.6, 0.3, 0.4, 0.5]
    with ThreadPoolExecutor(len(waits)) as pool:
        took = list(pool.map(hang, waits))
    for wait_s, took_s in zip(waits, took, strict=True):
        assert wait_s - 2 * TICK_S <= took_s <= wait_s + LATE_S


def test_a_number_that_is_used_again_while_the_block_still_runs_is_not_hit(watchdog: Watchdog) -> None:
    # libpq closes a broken connection by itself, in the middle of a question.
    first, first_peer = socket.socketpair()
    number = first.fileno()
    with first_peer, watchdog.limit(number, time.monotonic() + 0.2):
        first.close()
        stranger, peer = socket.socketpair()
        with stranger, peer:
            assert number in (stranger.fileno(), peer.fileno())
            time.sleep(0.2 + 3 * TICK_S)
            peer.send(b"b")
            assert stranger.recv(1) == b"b"


def test_a_block_that_ends_leaves_the_next_user_of_the_number_watched(watchdog: Watchdog) -> None:
    first, first_peer = socket.socketpair()
    number = first.fileno()
    ending = watchdog.limit(number, time.monotonic() + 60)
    with first_peer, contextlib.ExitStack() as sockets:
        with ending:
            first.close()
            second, peer = (sockets.enter_context(one) for one in socket.socketpair())
            hung = second if second.fileno() == number else peer
            assert hung.fileno() == number
            # Not for ever, in case that nobody cuts it.
            hung.settimeout(3)
            sockets.enter_context(watchdog.limit(number, time.monotonic() + 0.4))
        assert hung.recv(1) == b""


def test_numbers_that_come_and_go_fast_never_hit_a_stranger(watchdog: Watchdog) -> None:
    # Four threads that use each other's numbers again, all past their deadline, beside connections that must live.
    over = threading.Event()

    def churn() -> None:
        while not over.is_set():
            ours, peer = socket.socketpair()
            with peer, watchdog.limit(ours.fileno(), time.monotonic() + TICK_S):
                over.wait(0.001)
                ours.close()

    with ThreadPoolExecutor(4) as pool:
        for _ in range(4):
            pool.submit(churn)
        try:
            ends_at = time.monotonic() + 1
            while time.monotonic() < ends_at:
                fresh, peer = socket.socketpair()
                with fresh, peer:
                    time.sleep(0.002)
                    fresh.send(b"x")
                    assert peer.recv(1) == b"x"
        finally:
            over.set()


def test_start_is_once(watchdog: Watchdog) -> None:
    before = threading.active_count()
    watchdog.start()
    assert threading.active_count() == before
