"""The service starts whatever the database is, says why it cannot answer, and answers by itself as soon as it can."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from .cluster import LOGIN, Cluster
from .conftest import StartService
from .postgres import Server
from .processes import free_port
from .service import DEADLINE_S, GRACE_S, INVITE, REGISTER, SOFIA, Reply, Service

#: The pool's pause between attempts (1 s), the breaker's (1 s), HAProxy's check (0.5 s), and the server's own start.
APPEARS_S = 3.0


def refusal(service: Service) -> Reply:
    """Return the answer to a question, after checking that it is a refusal in time and that /readyz says the same."""
    assert service.get("/healthz").status == 200
    ready = service.get("/readyz")
    assert ready.status == 503
    assert len(ready.text.splitlines()) == 1
    assert ready.took_s < DEADLINE_S + GRACE_S
    for form in (INVITE, SOFIA, REGISTER):
        reply = service.ask(form)
        assert reply.status == 503
        assert reply.is_whole()
        assert reply.took_s < DEADLINE_S + GRACE_S
    return reply


def wait_for_reason(service: Service, *words: str) -> str:
    """Return what /readyz says once all `words` are in it; the reason may take a few attempts to be known."""
    ends_at = time.monotonic() + 5
    while True:
        text = service.get("/readyz").text
        if all(word in text for word in words) or time.monotonic() > ends_at:
            return text
        time.sleep(0.2)


def test_it_starts_without_a_database_and_is_ready_when_one_appears(cluster: Cluster, start: StartService) -> None:
    cluster.primary.kill()
    service = start(R2A_WRITE_DSN=cluster.write_dsn)
    refusal(service)
    assert f"127.0.0.1:{cluster.haproxy.write_port}" in service.get("/readyz").text
    cluster.primary.start()
    appeared_at = time.monotonic()
    service.wait_until_ready(APPEARS_S)
    assert service.ask().status == 200
    assert time.monotonic() - appeared_at < APPEARS_S
    assert "Traceback" not in service.log()


def test_it_starts_without_haproxy(cluster: Cluster, start: StartService) -> None:
    cluster.haproxy.kill()
    service = start()
    refusal(service)
    cluster.haproxy.start()
    service.wait_until_ready(APPEARS_S)
    assert service.ask().is_whole()


@pytest.fixture
def empty_database(cluster: Cluster) -> Iterator[str]:
    """Yield the name of a database without a schema."""
    name = "not_migrated"
    with psycopg.connect(cluster.primary.superuser(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield name
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_an_empty_database_is_a_refusal_that_says_r2a_migrate(cluster: Cluster, start: StartService, empty_database: str) -> None:
    service = start(R2A_WRITE_DSN=cluster.dsn(cluster.haproxy.write_port, database=empty_database))
    assert "r2a migrate" in refusal(service).text
    assert "r2a migrate" in service.get("/readyz").text
    cluster.migrate(empty_database)
    service.wait_until_ready(APPEARS_S)
    # A database without the tenant is a fact, not a failure.
    assert b"not found" in service.ask().body


@pytest.fixture
def fresh_server(cluster: Cluster) -> Iterator[Server]:
    """Yield a server that has never seen r2a: neither its roles nor its database."""
    server = Server(binaries=cluster.primary.binaries, folder=cluster.primary.folder.with_name("fresh"))
    server.create()
    server.start()
    try:
        with psycopg.connect(server.superuser(), autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(LOGIN), sql.Literal(cluster.password)))
        yield server
    finally:
        server.stop()


def test_a_server_without_the_roles_of_r2a_is_a_refusal_that_says_r2a_migrate(
    cluster: Cluster, start: StartService, fresh_server: Server
) -> None:
    service = start(R2A_WRITE_DSN=cluster.dsn(fresh_server.port, database="postgres"))
    refusal(service)
    assert "r2a migrate" in wait_for_reason(service, "r2a migrate")


def test_a_wrong_password_is_named_and_not_shown(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_WRITE_DSN=cluster.write_dsn, R2A_DB_PASSWORD="quite-another-password")
    refusal(service)
    assert "password authentication failed" in wait_for_reason(service, "password authentication failed")
    assert "quite-another-password" not in service.log()


def test_a_password_in_the_dsn_is_not_shown(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_WRITE_DSN=f"{cluster.write_dsn} password=one-in-the-dsn")
    text = refusal(service).text + wait_for_reason(service, "password authentication failed")
    assert "one-in-the-dsn" not in text + service.log()


def test_an_unknown_login_is_named(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_WRITE_DSN=cluster.dsn(cluster.haproxy.write_port, login="nobody_of_that_name"))
    refusal(service)
    # The server tells a stranger no more than this.
    assert "nobody_of_that_name" in wait_for_reason(service, "nobody_of_that_name")


def test_an_unknown_database_is_named(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_WRITE_DSN=cluster.dsn(cluster.haproxy.write_port, database="no_such_database"))
    refusal(service)
    assert "does not exist" in wait_for_reason(service, "does not exist")


def test_a_login_that_may_not_take_on_the_role_is_told_so(cluster: Cluster, start: StartService) -> None:
    with psycopg.connect(cluster.primary.superuser(), autocommit=True) as server:
        server.execute(sql.SQL("CREATE ROLE stranger LOGIN PASSWORD {}").format(sql.Literal(cluster.password)))
        try:
            service = start(R2A_WRITE_DSN=cluster.dsn(cluster.haproxy.write_port, login="stranger"))
            refusal(service)
            assert "r2a_service" in wait_for_reason(service, "r2a_service")
        finally:
            server.execute("DROP ROLE stranger")


@contextlib.contextmanager
def silent_peer(*, full: bool) -> Iterator[int]:
    """Yield a port where a connection is opened by the kernel and never answered; `full`: where it is not even opened."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0 if full else 200)
        port = int(listener.getsockname()[1])
        for _ in range(4 if full else 0):
            filler = stack.enter_context(socket.socket())
            filler.setblocking(False)
            with contextlib.suppress(BlockingIOError):
                filler.connect(("127.0.0.1", port))
        yield port


@pytest.mark.parametrize("full", [False, True], ids=["connects and says nothing", "never connects"])
def test_a_server_that_hangs_in_connect_is_bounded_too(cluster: Cluster, start: StartService, full: bool) -> None:
    with silent_peer(full=full) as port:
        service = start(R2A_WRITE_DSN=cluster.dsn(port))
        refusal(service)
        # The way out of it needs no restart: the next step of the ladder is asked.
        ladder = start(R2A_READ_DSN=cluster.dsn(port), R2A_WRITE_DSN=cluster.write_dsn)
        ladder.wait_until_ready(APPEARS_S)
        reply = ladder.ask()
        assert reply.status == 200
        assert reply.took_s < DEADLINE_S + GRACE_S


def test_a_port_where_nobody_listens_is_refused_at_once_and_named(cluster: Cluster, start: StartService) -> None:
    port = free_port()
    service = start(R2A_WRITE_DSN=cluster.dsn(port))
    assert f"127.0.0.1:{port}" in refusal(service).text
