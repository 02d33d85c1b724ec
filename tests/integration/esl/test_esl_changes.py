"""What an operator commits reaches a FreeSWITCH (a double) as the right commands, exactly once, whatever was away meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

import psycopg

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.readyz import ReadyService
from tests.doubles.site import FULL, Site, flushed
from tests.doubles.worker import Worker, free_port, soon

Start = Callable[..., Worker]


def test_a_node_seen_for_the_first_time_is_refreshed_as_a_whole(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    worker = started(freeswitch.port, site.dsn)
    assert site.sent() == FULL
    soon(lambda: worker.metric("r2a_esl_applied_revision") == site.newest() and worker.metric("r2a_esl_revisions_behind") == 0)
    assert worker.metric('r2a_esl_change_commands_total{kind="rescan",outcome="ok"}') == 2.0


def test_a_change_is_the_right_commands_once_and_at_once(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    site.db.execute(
        "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'anna' FROM cfg.extension WHERE number = '1001'"
    )
    assert site.sent() == flushed("1001", "anna")
    began = time.monotonic()
    site.set_extension("1001", "Anna")
    assert site.sent() == flushed("1001", "anna")
    assert time.monotonic() - began < 1.0
    site.db.execute("UPDATE cfg.device_credential SET a1_md5 = md5('x') WHERE device_id = (SELECT id FROM cfg.device WHERE auth_user = '1002')")
    assert site.sent() == flushed("1002")
    site.db.execute("INSERT INTO cfg.acl (name) VALUES ('office')")
    assert site.sent() == ["reloadacl"]
    site.db.execute("UPDATE cfg.tenant SET user_cache_ms = 60000")
    assert site.sent() == ["xml_flush_cache"]
    time.sleep(1)
    assert site.told() == []


def test_gateways_are_added_replaced_and_removed(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    kill, rescan = "sofia profile external killgw carrier", "sofia profile external rescan"
    with site.db.transaction():
        site.db.execute(
            "INSERT INTO cfg.gateway (name, sip_profile_id, proxy) SELECT 'carrier', id, '127.0.0.1' FROM cfg.sip_profile WHERE name = 'external'"
        )
        site.db.execute("INSERT INTO cfg.gateway_param (gateway_id, name, value) SELECT id, 'extension', '1001' FROM cfg.gateway")
    assert site.sent() == [rescan]
    site.db.execute("UPDATE cfg.gateway SET proxy = '127.0.0.2'")
    assert site.sent() == [kill, rescan]
    site.db.execute("UPDATE cfg.gateway_param SET value = '1002'")
    assert site.sent() == [kill, rescan]
    site.db.execute("UPDATE cfg.gateway SET node_id = (SELECT id FROM cfg.node WHERE name = 'tele-node-02')")
    assert site.sent() == [kill]
    site.db.execute("UPDATE cfg.gateway SET proxy = '127.0.0.3'")
    assert site.sent() == [], "it is another node's"
    site.db.execute("UPDATE cfg.gateway SET node_id = NULL")
    assert site.sent() == [rescan]
    site.db.execute("DELETE FROM cfg.gateway")
    assert site.sent() == [kill]


def test_what_needs_a_restart_is_said_and_not_done(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    worker = started(freeswitch.port, site.dsn)
    site.sent()
    site.db.execute("UPDATE cfg.sip_profile SET port = 5090 WHERE name = 'internal'")
    assert site.sent() == []
    soon(lambda: site.last_error() == "restart needed: profile internal: port changed")
    assert "restart needed: profile internal: port changed" in worker.log


def test_interleaved_transactions_are_both_applied(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    with psycopg.connect(site.dsn) as slow:
        slow.execute("UPDATE cfg.extension SET name = 'slow' WHERE number = '1001'")
        site.set_extension("1002", "fast")
        assert site.sent() == flushed("1002")
        slow.commit()
    assert site.sent() == flushed("1001")
    with site.db.transaction(force_rollback=True):
        site.db.execute("SET CONSTRAINTS ALL IMMEDIATE")
        site.set_extension("1003", "dry run")
    site.set_extension("1004", "after a gap")
    assert site.sent() == flushed("1004")


def test_a_slow_commit_that_has_its_revision_already_is_not_skipped(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()

    def fast() -> None:
        with psycopg.connect(site.dsn) as other:
            other.execute("UPDATE cfg.extension SET name = 'fast' WHERE number = '1002'")

    with psycopg.connect(site.dsn) as slow:
        slow.execute("UPDATE cfg.extension SET name = 'slow' WHERE number = '1001'")
        # What COMMIT does first: it takes the revision.
        slow.execute("SET CONSTRAINTS ALL IMMEDIATE")
        second = threading.Thread(target=fast)
        second.start()
        time.sleep(1.5)
        assert second.is_alive(), "a later revision is not seen before an earlier one"
        assert site.told() == []
        slow.commit()
    second.join(10)
    assert sorted(site.sent()) == sorted(flushed("1001", "1002"))


def test_a_worker_that_was_away_catches_up(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    first = started(freeswitch.port, site.dsn)
    assert site.sent() == FULL
    first.stop()
    site.set_extension("1001", "a")
    site.set_extension("1002", "b")
    started(freeswitch.port, site.dsn)
    assert site.sent() == flushed("1001", "1002")


def test_a_worker_behind_the_oldest_row_refreshes_as_a_whole(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    first = started(freeswitch.port, site.dsn)
    assert site.sent() == FULL
    first.stop()
    site.set_extension("1001", "a")
    site.set_extension("1002", "b")
    site.db.execute("DELETE FROM cfg.change_log WHERE revision < %s", (site.newest(),))
    started(freeswitch.port, site.dsn)
    assert site.sent() == FULL


def test_a_lost_notification_is_made_up_for_by_the_timer(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    worker = started(freeswitch.port, site.dsn)
    site.sent()
    soon(lambda: "listening for changes" in worker.log)
    # What the trigger does, without its NOTIFY.
    site.db.execute(
        "INSERT INTO cfg.change_log (revision, actor, table_name, operation, before, after) SELECT nextval('cfg.change_revision'), 'x',"
        " 'extension', 'UPDATE', to_jsonb(e), to_jsonb(e) FROM cfg.extension e WHERE number = '1005'"
    )
    assert site.sent() == flushed("1005")


def test_a_killed_listener_comes_back_and_looks(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    worker = started(freeswitch.port, site.dsn)
    site.sent()
    with site.db.transaction():
        site.set_extension("1001", "while nobody listens")
        site.db.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name ~ '^r2a_esl' AND datname = current_database()")
    assert site.sent() == flushed("1001")
    soon(lambda: worker.log.count("listening for changes") == 2)
    began = time.monotonic()
    site.set_extension("1001", "heard again")
    assert site.sent() == flushed("1001")
    assert time.monotonic() - began < 1.0


def test_a_thousand_users_are_one_flush(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    site.db.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, n::text, 'x' FROM cfg.domain, generate_series(2000, 2999) AS n")
    assert site.sent() == ["xml_flush_cache"]
    site.db.execute("UPDATE cfg.extension SET name = 'y' WHERE number LIKE '2%'")
    assert site.sent() == ["xml_flush_cache"]


def test_a_failed_command_is_retried_shown_and_holds_nobody_up(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    worker = started(freeswitch.port, site.dsn)
    site.sent()
    good, freeswitch.replies["reloadacl"] = freeswitch.replies["reloadacl"], "-ERR not now\n"
    before = site.applied()
    site.db.execute("INSERT INTO cfg.acl (name) VALUES ('office')")
    soon(lambda: "`reloadacl` answered '-ERR not now'" in site.last_error())
    site.set_extension("1001", "meanwhile")
    soon(lambda: flushed("1001")[1] in [command.removeprefix("api ") for command in freeswitch.commands])
    assert site.applied() == before
    soon(lambda: worker.metric('r2a_esl_change_commands_total{kind="reload_acl",outcome="given_up"}') == 1.0, 15)
    soon(lambda: site.applied() == site.newest())
    assert [command for command in site.told() if command == "reloadacl"] == ["reloadacl"] * 5
    freeswitch.replies["reloadacl"] = good
    assert "a change is not in effect on this FreeSWITCH" in worker.log


def test_a_retry_that_succeeds_clears_the_error(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    answers = iter(["-ERR not now\n", "-ERR not now\n"])
    freeswitch.replies["reloadacl"] = lambda _: next(answers, "+OK acl reloaded\n")
    site.db.execute("INSERT INTO cfg.acl (name) VALUES ('office')")
    assert site.sent() == ["reloadacl"] * 3
    soon(lambda: site.last_error() == "None")


def test_lists_are_not_thrown_away_while_nobody_could_answer(
    site: Site, freeswitch: FakeFreeSwitch, started: Start, xml_service: ReadyService
) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    xml_service.ready = False
    site.db.execute("INSERT INTO cfg.acl (name) VALUES ('office')")
    soon(lambda: "`reloadacl` waits for the XML service" in site.last_error())
    assert site.told() == []
    xml_service.ready = True
    assert site.sent() == ["reloadacl"]


def test_freeswitch_away_lets_changes_wait_and_a_fresh_one_is_refreshed(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn)
    site.sent()
    with freeswitch.frozen():
        site.set_extension("1001", "while it hangs")
        time.sleep(2)
        assert site.applied() < site.newest()
    assert flushed("1001")[1] in site.sent()
    freeswitch.behave(reject_address=True)
    freeswitch.restart()
    site.set_extension("1002", "while it is away")
    time.sleep(0.5)
    site.told()
    freeswitch.behave(reject_address=False)
    assert site.sent() == FULL


def test_a_read_port_that_does_not_answer_delays_nothing_and_is_not_called_applied(site: Site, freeswitch: FakeFreeSwitch, started: Start) -> None:
    started(freeswitch.port, site.dsn, R2A_READ_DSN=f"host=127.0.0.1 port={free_port()} dbname=x user=x")
    soon(lambda: "api reloadacl" in freeswitch.commands)
    began = time.monotonic()
    site.set_extension("1001", "Anna")
    soon(lambda: f"api {flushed('1001')[1]}" in freeswitch.commands)
    assert time.monotonic() - began < 1.0
    soon(lambda: site.last_error() == "the read port does not show yet what FreeSWITCH was told")
    assert site.applied() == 0


def test_mod_sofia_is_loaded_into_a_switch_that_came_up_without(
    site: Site, freeswitch: FakeFreeSwitch, started: Start, xml_service: ReadyService
) -> None:
    xml_service.ready = False
    loaded: list[str] = []
    freeswitch.replies["module_exists"] = lambda _: "true" if loaded else "false"
    freeswitch.replies["load"] = lambda command: loaded.append(command) or "+OK Reloading XML\n+OK\n"  # type: ignore[func-returns-value]
    worker = started(freeswitch.port, site.dsn)
    soon(lambda: "api module_exists mod_sofia" in freeswitch.commands)
    time.sleep(1.5)
    assert loaded == []
    xml_service.ready = True
    soon(lambda: loaded == ["load mod_sofia"])
    time.sleep(2.5)
    assert loaded == ["load mod_sofia"]
    assert worker.log.count("FreeSWITCH came up without mod_sofia") == 1
