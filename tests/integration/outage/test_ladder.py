"""The read port fails and the write port lives: answers go on, inside the same deadline, and /readyz says from where."""

from __future__ import annotations

import pytest

from . import load
from .cluster import Cluster
from .conftest import StartService
from .processes import free_port, wait_for
from .service import DEADLINE_S, GRACE_S, Service

BACK_S = 3.0


def test_the_replica_answers_as_long_as_it_lives(cluster: Cluster, service: Service) -> None:
    cluster.primary.kill()
    replies = load.at_once(service, 8)
    assert {reply.status for reply in replies} == {200}
    assert service.get("/readyz").text == "answering from a replica (read port)\n"


@pytest.mark.parametrize("fault", ["kill", "freeze"])
def test_the_write_port_answers_when_the_read_port_does_not(cluster: Cluster, service: Service, fault: str) -> None:
    getattr(cluster.replica, fault)()
    first = service.ask()
    assert first.status == 200
    assert first.is_whole()
    assert first.took_s < DEADLINE_S
    following = [service.ask() for _ in range(5)]
    assert {reply.status for reply in following} == {200}
    assert max(reply.took_s for reply in following) < 0.2
    ready = service.get("/readyz")
    assert (ready.status, ready.text) == (200, "answering from the primary (write port)\n")


def test_eight_that_ask_at_once_are_all_answered_while_the_replica_hangs(cluster: Cluster, service: Service) -> None:
    load.at_once(service, 8)
    cluster.replica.freeze()
    replies = load.at_once(service, 8)
    assert {reply.status for reply in replies} == {200}
    assert max(reply.took_s for reply in replies) < DEADLINE_S + GRACE_S


def test_it_goes_back_to_the_replica_when_that_works_again(cluster: Cluster, service: Service) -> None:
    cluster.replica.freeze()
    service.ask()
    assert "write port" in service.get("/readyz").text
    cluster.replica.thaw()
    wait_for("answers from the replica", lambda: "read port" in service.get("/readyz").text, BACK_S)


def test_a_read_port_where_nobody_listens_does_not_delay_the_start(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_READ_DSN=cluster.dsn(free_port()), R2A_WRITE_DSN=cluster.write_dsn)
    service.wait_until_ready(BACK_S)
    assert service.ask().status == 200


def test_both_frozen_is_one_deadline_and_not_two(cluster: Cluster, service: Service) -> None:
    cluster.primary.freeze()
    cluster.replica.freeze()
    reply = service.ask()
    assert reply.status == 503
    assert reply.took_s < DEADLINE_S + 0.2
    assert reply.text.count("127.0.0.1:") == 2
