"""The change log after failovers, restores and pruning: a node goes on from where it was, or finds out that it cannot."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Secret
from r2a_esl.store import changes as store
from r2a_esl.store.connection import WorkerConnection
from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.site import FULL, Site, flushed
from tests.doubles.worker import Worker, soon

Start = Callable[..., Worker]

#: What a failover can have done to the log, with the newest row as %(newest)s: the same number for another change, or no such row any more.
LOST = {
    "another transaction has the number": "UPDATE cfg.change_log SET transaction_id = transaction_id + 1 WHERE revision = %(newest)s",
    "another moment has the number": "UPDATE cfg.change_log SET at = at + interval '1 us' WHERE revision = %(newest)s",
    "the log ends before it": "DELETE FROM cfg.change_log WHERE revision >= %(newest)s - 1",
    "others came, and it is gone": "UPDATE cfg.change_log SET revision = nextval('cfg.change_revision') WHERE revision = %(newest)s",
}


def refreshed(site: Site) -> list[str]:
    """Return what was told since, once everything was flushed and the newest revision is applied."""
    told: list[str] = []
    soon(lambda: "reloadacl" in told or told.extend(site.told()))  # type: ignore[func-returns-value]
    return told + site.sent()


def recorded(site: Site) -> tuple[object, ...]:
    return site.db.execute("SELECT applied_mark, applied_timeline, applied_core_uuid FROM rt.node_status").fetchone() or ()


@pytest.mark.parametrize("lose", LOST.values(), ids=LOST)
def test_what_this_worker_has_applied_is_not_in_the_log_any_more(site: Site, freeswitch: FakeFreeSwitch, started: Start, lose: str) -> None:
    worker = started(freeswitch.port, site.dsn)
    assert site.sent() == FULL
    site.set_extension("1001", "lost soon")
    assert site.sent() == flushed("1001")
    site.db.execute(lose, {"newest": site.newest()})
    assert refreshed(site) == FULL
    assert "a failover lost" in worker.log or "in the log no more" in worker.log
    site.set_extension("1002", "afterwards")
    assert site.sent() == flushed("1002"), "and it goes on from there"


@pytest.mark.parametrize("lose", LOST.values(), ids=LOST)
def test_what_this_node_has_recorded_is_not_in_the_log_any_more(site: Site, freeswitch: FakeFreeSwitch, started: Start, lose: str) -> None:
    first = started(freeswitch.port, site.dsn)
    site.sent()
    site.set_extension("1001", "lost soon")
    assert site.sent() == flushed("1001")
    first.stop()
    site.db.execute(lose, {"newest": site.newest()})
    site.set_extension("1002", "of the new primary")
    started(freeswitch.port, site.dsn)
    assert refreshed(site) == FULL


def test_a_position_of_an_older_worker_is_trusted_and_marked(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn).stop()
    first = started(freeswitch.port, site.dsn)
    site.sent()
    first.stop()
    known = recorded(site)
    assert None not in known
    site.db.execute("UPDATE rt.node_status SET applied_mark = NULL, applied_timeline = NULL, applied_core_uuid = NULL")
    second = started(freeswitch.port, site.dsn)
    soon(lambda: recorded(site) == known)
    site.set_extension("1001", "meanwhile")
    assert site.sent() == flushed("1001"), "and no refresh as a whole"
    second.stop()


def test_a_database_that_was_promoted_meanwhile_is_not_believed_to_be_the_same(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    # Whoever recorded this may have told FreeSWITCH more, which the promotion lost.
    first = started(freeswitch.port, site.dsn)
    site.sent()
    first.stop()
    site.db.execute("UPDATE rt.node_status SET applied_timeline = '0000ABCD'")
    second = started(freeswitch.port, site.dsn)
    assert refreshed(site) == FULL
    soon(lambda: recorded(site)[1] != "0000ABCD")
    second.stop()
    started(freeswitch.port, site.dsn)
    site.set_extension("1001", "afterwards")
    assert site.sent() == flushed("1001"), "once"


def test_a_freeswitch_that_started_while_the_worker_was_away_is_refreshed_once(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    first = started(freeswitch.port, site.dsn)
    site.sent()
    first.stop()
    freeswitch.restart()
    for number in ("1001", "1002"):
        site.set_extension(number, "while both were away")
    second = started(freeswitch.port, site.dsn)
    assert refreshed(site) == FULL, "and none of the single changes"
    second.stop()
    site.set_extension("1003", "while the worker was away")
    started(freeswitch.port, site.dsn)
    assert site.sent() == flushed("1003"), "the same FreeSWITCH"


@pytest.mark.parametrize("why", ["a promotion", "a start of FreeSWITCH"])
def test_a_refresh_also_says_what_changed_meanwhile_of_queues(site: Site, freeswitch: FakeFreeSwitch, started: Start, why: str) -> None:
    first = started(freeswitch.port, site.dsn)
    site.sent()
    first.stop()
    # Whatever FreeSWITCH read when it started, or was told of what a promotion then lost: the log says what is so now.
    if why == "a promotion":
        site.db.execute("UPDATE rt.node_status SET applied_timeline = '0000ABCD'")
    else:
        freeswitch.restart()
    site.db.execute("INSERT INTO cfg.queue (domain_id, name) SELECT id, 'sales' FROM cfg.domain")
    site.set_extension("1001", "meanwhile")
    before = len(freeswitch.commands)
    started(freeswitch.port, site.dsn)
    assert refreshed(site)[: len(FULL)] == FULL
    assert "api callcenter_config queue load sales@pbx.example.com" in freeswitch.commands[before:]


def age(site: Site, up_to: int, days: int = 40) -> None:
    site.db.execute("UPDATE cfg.change_log SET at = now() - make_interval(days => %s) WHERE revision <= %s", (days, up_to))


def test_a_node_that_is_behind_what_was_pruned_is_refreshed_once(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    first = started(freeswitch.port, site.dsn)
    site.sent()
    first.stop()
    for number in ("1001", "1002", "1003"):
        site.set_extension(number, "pruned")
    age(site, site.newest() - 1)
    site.db.execute("SELECT cfg.prune_change_log('30 days', 1000)")
    assert site.applied() < site.newest() - 1
    worker = started(freeswitch.port, site.dsn)
    assert refreshed(site) == FULL
    assert "WARNING" not in worker.log
    assert "ERROR" not in worker.log


def test_a_node_that_has_just_what_was_pruned_reads_on(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    first = started(freeswitch.port, site.dsn)
    site.sent()
    first.stop()
    applied = site.applied()
    site.set_extension("1001", "kept")
    site.set_extension("1002", "kept")
    age(site, applied)
    site.db.execute("SELECT cfg.prune_change_log('30 days', 1000)")
    assert site.db.execute("SELECT min(revision) FROM cfg.change_log").fetchone() == (applied + 1,)
    started(freeswitch.port, site.dsn)
    assert site.sent() == flushed("1001", "1002")


def test_the_worker_prunes_at_its_start_and_keeps_what_the_settings_say(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    site.set_extension("1001", "two days ago")
    old = site.newest()
    age(site, old, days=2)
    site.set_extension("1001", "now")
    kept = site.newest()
    worker = started(freeswitch.port, site.dsn, R2A_CHANGE_LOG_DAYS="3")
    assert site.sent() == FULL
    assert site.db.execute("SELECT count(*) FROM cfg.change_log WHERE revision <= %s", (old,)).fetchone() != (0,), "younger than three days"
    worker.stop()
    worker = started(freeswitch.port, site.dsn, R2A_CHANGE_LOG_DAYS="1")
    soon(lambda: site.db.execute("SELECT min(revision) FROM cfg.change_log").fetchone() == (kept,))
    soon(lambda: "removed changes from the log that are too old" in worker.log)
    site.set_extension("1002", "goes on")
    assert site.sent() == flushed("1002")


def test_pruned_between_two_questions_is_noticed_and_nothing_is_skipped(site: Site) -> None:
    connection = WorkerConnection(DatabaseSettings(write_dsn=Secret(site.dsn), read_dsn=Secret(site.dsn), deadline_ms=2000))
    after = site.newest()
    for number in ("1001", "1002", "1003"):
        site.set_extension(number, "x")
    assert store.state(connection, "tele-node-01", after).found_mark is not None
    assert [one.revision for one in store.read(connection, after=after, limit=9)] == [after + 1, after + 2, after + 3]
    site.db.execute("DELETE FROM cfg.change_log WHERE revision <= %s", (after + 1,))
    assert store.read(connection, after=after, limit=9) == [], "not the two that are left"
    assert len(store.read(connection, after=after + 1, limit=9)) == 2
    connection.close()
