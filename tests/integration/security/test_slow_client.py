"""A client that keeps its connection after the answer must not hold up anybody else's question."""

from __future__ import annotations

import contextlib
import socket
import threading
import time

import pytest

from ..outage.service import Service


def ask(service: Service, body: bytes) -> socket.socket:
    """Return a connection on which `body` was posted and answered as a whole, and that the client has not closed."""
    connection = socket.create_connection(("127.0.0.1", service.port), timeout=5)
    connection.sendall(b"POST /xml HTTP/1.1\r\nHost: r2a\r\nContent-Length: %d\r\n\r\n" % len(body) + body)
    answer = b""
    while chunk := connection.recv(65536):
        answer += chunk
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert answer.endswith(b"\n")
    return connection


def test_next_question_does_not_wait_for_the_last_client_to_hang_up(service: Service) -> None:
    began = time.monotonic()
    with contextlib.ExitStack() as kept:
        for _ in range(5):
            kept.enter_context(ask(service, b"no=form"))
        # gunicorn's own worker waits up to 2 s for each of them, in the thread that accepts.
        assert time.monotonic() - began < 1.5


def drip(connection: socket.socket, stop: threading.Event) -> None:
    """Send a byte each 0.2 s until `stop`, or until the service has had enough."""
    with contextlib.suppress(OSError):
        while not stop.wait(0.2):
            connection.sendall(b"x")


def test_dripping_clients_do_not_stop_the_service(service: Service) -> None:
    stop = threading.Event()
    with contextlib.ExitStack() as kept:
        kept.callback(stop.set)
        for _ in range(8):
            one = kept.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=5))
            one.sendall(b"POST /xml HTTP/1.1\r\nHost: r2a\r\nContent-Length: 5000\r\n\r\n")
            threading.Thread(target=drip, args=(one, stop), daemon=True).start()
        time.sleep(0.3)
        began = time.monotonic()
        kept.enter_context(ask(service, b"no=form"))
        assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "begun",
    [b"POST /xml HTTP/1.1\r\nHost: r2a\r\nContent-Length: 5000\r\n\r\nhostname=", b"POST /xml HTTP/1.1\r\nHost: r2a\r\nX-Slow: "],
    ids=["in the body", "in the headers"],
)
def test_as_many_stalled_clients_as_threads_do_not_stop_the_service(service: Service, begun: bytes) -> None:
    with contextlib.ExitStack() as stalled:
        for _ in range(8):
            stalled.enter_context(socket.create_connection(("127.0.0.1", service.port), timeout=5)).sendall(begun)
        time.sleep(0.3)
        began = time.monotonic()
        with socket.create_connection(("127.0.0.1", service.port), timeout=12) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: r2a\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200 ")
        # FreeSWITCH gives up after 3 s.
        assert time.monotonic() - began < 2


def test_refusal_of_an_unread_body_still_arrives(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(b"PUT /xml HTTP/1.1\r\nHost: r2a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
        assert connection.recv(65536).startswith(b"HTTP/1.1 405 ")
