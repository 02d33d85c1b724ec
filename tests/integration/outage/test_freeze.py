"""A server that hangs with its connections open: no timeout of TCP, psycopg or HAProxy ends that, the deadline does."""

from __future__ import annotations

import time

from . import load
from .cluster import Cluster
from .conftest import StartService
from .processes import wait_for
from .service import DEADLINE_S, GRACE_S, Service

RECOVERS_S = 2.5


def test_a_frozen_server_is_a_503_at_the_deadline_and_then_in_milliseconds(cluster: Cluster, write_only: Service) -> None:
    cluster.primary.freeze()
    first = write_only.ask()
    assert first.status == 503
    assert DEADLINE_S - 0.3 < first.took_s < DEADLINE_S + 0.2
    following = [write_only.ask() for _ in range(10)]
    assert {reply.status for reply in following} == {503}
    assert max(reply.took_s for reply in following) < 0.1
    assert all(reply.is_whole() for reply in following)


def test_the_deadline_is_a_setting(cluster: Cluster, start: StartService) -> None:
    service = start(R2A_WRITE_DSN=cluster.write_dsn, R2A_DB_DEADLINE_MS="600")
    service.wait_until_ready()
    cluster.primary.freeze()
    reply = service.ask()
    assert reply.status == 503
    assert reply.took_s < 0.6 + 0.2


def test_eight_that_ask_at_once_are_all_told_in_time(cluster: Cluster, write_only: Service) -> None:
    load.at_once(write_only, 8)
    cluster.primary.freeze()
    replies = load.at_once(write_only, 8)
    assert {reply.status for reply in replies} == {503}
    assert max(reply.took_s for reply in replies) < DEADLINE_S + 0.3


def test_more_than_there_are_threads_are_told_in_time_too(cluster: Cluster, service: Service) -> None:
    cluster.primary.freeze()
    cluster.replica.freeze()
    replies = load.at_once(service, 16)
    assert {reply.status for reply in replies} == {503}
    # Those that find all threads busy wait for one, and are then told at once.
    assert max(reply.took_s for reply in replies) < DEADLINE_S + GRACE_S


def test_it_answers_again_soon_after_the_server_does(cluster: Cluster, write_only: Service) -> None:
    cluster.primary.freeze()
    with load.running(write_only, 6) as heard:
        time.sleep(4)
        cluster.primary.thaw()
        back_at = time.monotonic()
        time.sleep(RECOVERS_S + 1)
    assert heard.errors == []
    assert heard.slowest_s() < DEADLINE_S + GRACE_S
    refused = [reply.asked_at - back_at for reply in heard.since(back_at) if reply.status != 200]
    assert max(refused, default=0) < RECOVERS_S
    assert [reply for reply in heard.replies if not reply.is_whole()] == []


def test_a_short_hang_costs_at_most_the_answers_within_it(cluster: Cluster, write_only: Service) -> None:
    cluster.primary.freeze()
    with load.running(write_only, 2) as heard:
        time.sleep(0.7)
        cluster.primary.thaw()
        time.sleep(0.8)
    # Shorter than the deadline: everybody has just waited.
    assert heard.statuses() == {200}


def test_a_frozen_server_leaves_no_thread_behind(cluster: Cluster, write_only: Service) -> None:
    for _ in range(2):
        cluster.primary.freeze()
        load.at_once(write_only, 8)
        cluster.primary.thaw()
        wait_for("the first answer", lambda: write_only.ask().status == 200, RECOVERS_S)
    replies = load.at_once(write_only, 8)
    assert {reply.status for reply in replies} == {200}
    assert max(reply.took_s for reply in replies) < 1
    assert "Traceback" not in write_only.log()
