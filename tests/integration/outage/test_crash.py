"""PostgreSQL or HAProxy dies under load: every answer is whole or an honest 503 in time, and it is over when they are back."""

from __future__ import annotations

import time

import pytest

from . import load
from .cluster import Cluster
from .processes import wait_for
from .service import DEADLINE_S, GRACE_S, REGISTER, Service

CLIENTS = 6
#: The breaker's pause (1 s), the pool's (1 s), HAProxy's check (0.5 s).
RECOVERS_S = 3.0


def recovery_s(heard: load.Load, back_at: float) -> float:
    """Return how long after `back_at` (time.monotonic() seconds) the last refused question was asked."""
    refused = [reply.asked_at for reply in heard.since(back_at) if reply.status != 200]
    return max(refused, default=back_at) - back_at


def check(heard: load.Load) -> None:
    assert heard.errors == []
    assert heard.statuses() == {200, 503}
    assert [reply for reply in heard.replies if not reply.is_whole()] == []
    assert heard.slowest_s() < DEADLINE_S + GRACE_S


def test_postgresql_is_killed_and_comes_back(cluster: Cluster, write_only: Service) -> None:
    with load.running(write_only, CLIENTS) as heard:
        time.sleep(1)
        assert heard.statuses() == {200}
        cluster.primary.kill()
        time.sleep(3)
        cluster.primary.start()
        back_at = time.monotonic()
        time.sleep(RECOVERS_S + 1)
    check(heard)
    assert recovery_s(heard, back_at) < RECOVERS_S
    assert "Traceback" not in write_only.log()


def test_both_servers_are_killed_and_the_primary_comes_back(cluster: Cluster, service: Service) -> None:
    with load.running(service, CLIENTS) as heard:
        time.sleep(1)
        cluster.replica.kill()
        cluster.primary.kill()
        time.sleep(2)
        cluster.primary.start()
        back_at = time.monotonic()
        time.sleep(RECOVERS_S + 1)
    check(heard)
    assert recovery_s(heard, back_at) < RECOVERS_S
    assert "write port" in service.get("/readyz").text


def test_a_restarted_server_costs_no_answer_to_the_dead_connections_of_the_pool(cluster: Cluster, write_only: Service) -> None:
    assert {reply.status for reply in load.at_once(write_only, 8)} == {200}
    cluster.primary.kill()
    cluster.primary.start()
    wait_for("the first answer", lambda: write_only.ask().status == 200, RECOVERS_S)
    # All eight threads, whatever connections they still hold from before.
    for _ in range(3):
        assert {reply.status for reply in load.at_once(write_only, 8)} == {200}


def test_haproxy_is_killed_and_comes_back(cluster: Cluster, service: Service) -> None:
    with load.running(service, CLIENTS) as heard:
        time.sleep(1)
        cluster.haproxy.kill()
        time.sleep(2)
        cluster.haproxy.start()
        back_at = time.monotonic()
        time.sleep(RECOVERS_S + 1)
    check(heard)
    assert recovery_s(heard, back_at) < RECOVERS_S


@pytest.mark.parametrize("signal", ["kill", "freeze"])
def test_a_long_outage_is_answered_in_milliseconds(cluster: Cluster, write_only: Service, signal: str) -> None:
    getattr(cluster.primary, signal)()
    with load.running(write_only, 4) as heard:
        time.sleep(DEADLINE_S + 4)
    took = sorted(reply.took_s for reply in heard.replies if reply.status == 503)
    assert took[-1] < DEADLINE_S + GRACE_S
    # The breaker lets one question at a time try; everybody else is told at once.
    assert took[len(took) * 8 // 10] < 0.1
    assert write_only.ask(REGISTER).status == 503


def test_the_log_tells_of_an_outage_once_and_of_its_end(cluster: Cluster, write_only: Service) -> None:
    cluster.primary.kill()
    for _ in range(5):
        write_only.ask()
        time.sleep(0.3)
    cluster.primary.start()
    write_only.wait_until_ready(RECOVERS_S)
    assert write_only.log().count("database step fails") == 1
    assert write_only.log().count("database step works again") == 1
