"""Services whose database is a port where nobody listens: what is refused here is refused before anything is asked."""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from ..outage.processes import free_port
from ..outage.service import Service, leaks

#: launch(NAME="value") starts a service with these variables and does not wait for it.
Launch = Callable[..., Service]

#: USER:PASSWORD of the services that want them; a password may hold a colon.
CREDENTIALS = "freeswitch:of:the-test"


@contextlib.contextmanager
def launching(folder: Path) -> Iterator[Launch]:
    """Yield a function that starts services; when the block is over, their logs must hold no secret."""
    password = f"db-{secrets.token_hex(12)}"
    started: list[Service] = []

    def start(**variables: str) -> Service:
        dsn = f"host=127.0.0.1 port={free_port()} dbname=ss_telephony user=ss_db_user"
        service = Service({"R2A_WRITE_DSN": dsn, "R2A_DB_PASSWORD": password, "R2A_DB_DEADLINE_MS": "300", **variables}, folder)
        started.append(service)
        return service

    try:
        yield start
    finally:
        for service in started:
            service.stop()
    for service in started:
        assert leaks(service.log(), password) == []


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launch]:
    """Return a function that starts a service for one test."""
    with launching(tmp_path) as start:
        yield start


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service without credentials, on loopback."""
    with launching(tmp_path_factory.mktemp("service")) as start:
        one = start()
        one.wait_until_alive()
        yield one


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """Yield a service with credentials."""
    with launching(tmp_path_factory.mktemp("guarded")) as start:
        one = start(R2A_XML_CREDENTIALS=CREDENTIALS)
        one.wait_until_alive()
        yield one
