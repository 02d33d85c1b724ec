"""A client that keeps its connection after the answer must not hold up anybody else's question."""

from __future__ import annotations

import socket
import time

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
    kept = []
    began = time.monotonic()
    try:
        for _ in range(5):
            kept.append(ask(service, b"no=form"))
        # gunicorn's own worker waits up to 2 s for each of them, in the thread that accepts.
        assert time.monotonic() - began < 1.5
    finally:
        for connection in kept:
            connection.close()


def test_refusal_of_an_unread_body_still_arrives(service: Service) -> None:
    with socket.create_connection(("127.0.0.1", service.port), timeout=5) as connection:
        connection.sendall(b"PUT /xml HTTP/1.1\r\nHost: r2a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
        assert connection.recv(65536).startswith(b"HTTP/1.1 405 ")
