"""`r2a changes`: who changed what, in words, filtered, page by page, and as it happens."""

from __future__ import annotations

import signal
from datetime import UTC, datetime, timedelta

import orjson
import psycopg
import pytest

from r2a_admin import times
from r2a_admin.store import changes as store
from tests.doubles.worker import soon
from tests.integration.admin.conftest import R2a


def listed(r2a: R2a, *arguments: str) -> list[dict[str, object]]:
    return list(r2a.well("changes", "--json", *arguments).json)


def test_an_update_shows_only_what_differs(office: R2a) -> None:
    office.well("extension", "set", "1001", "--name", "Bob", "--voicemail")
    (change,) = listed(office, "--last", "1")
    assert (change["operation"], change["table"], change["name"]) == ("UPDATE", "extension", "1001@a.example.com")
    assert str(change["actor"]).startswith("tester@")
    differences = [{"column": "name", "before": "Alice", "after": "Bob"}, {"column": "voicemail_enabled", "before": False, "after": True}]
    assert sorted(map(str, change["differences"])) == sorted(map(str, differences))  # type: ignore[call-overload]
    header, line = office.well("changes", "--last", "1").out.splitlines()
    assert header.split("\t")[-1] == "differences"
    assert "name: Alice -> Bob" in line
    assert "voicemail_enabled: no -> yes" in line


def test_rows_have_the_names_of_what_they_belong_to(office: R2a) -> None:
    office.well("node", "add", "tele-node-01", "--listen", "10.0.0.1")
    office.well("gateway", "add", "carrier", "--proxy", "sip.example.net")
    office.well("gateway", "param", "set", "carrier", "ping-max", "3")
    office.well("group", "add", "sales")
    office.well("group", "member", "add", "sales", "1001")
    office.well("acl", "add", "trusted")
    office.well("acl", "entry", "add", "trusted", "--cidr", "192.0.2.0/24")
    names = {(change["table"], change["name"]) for change in listed(office, "--since", "1")}
    expected = {
        ("domain", "a.example.com"), ("domain_alias", "sip.a.example.com of a.example.com"), ("extension_alias", "alice@a.example.com"),
        ("device_credential", "a.example.com of 1001@a.example.com"), ("node_address", "sip of tele-node-01"),
        ("gateway_param", "ping-max of carrier"),
        ("call_group_member", "1001@a.example.com of sales@a.example.com"), ("acl_entry", "192.0.2.0/24 of trusted"), ("acl", "trusted"),
        ("sip_profile_param", "rtp-timer-name of internal"), ("feature_code", "*43"), ("config_element", "settings of fifo.conf"),
    }  # fmt: skip
    assert expected <= names


def test_what_is_gone_keeps_the_name_that_it_had(office: R2a) -> None:
    office.well("extension", "delete", "1001", "--yes")
    found = {(change["table"], change["name"]) for change in listed(office, "--last", "8") if change["operation"] == "DELETE"}
    assert ("device", "1001@a.example.com") in found
    assert ("device_credential", "sip.a.example.com of 1001@a.example.com") in found


def test_no_secret_is_shown(office: R2a) -> None:
    office.well("gateway", "add", "g", "--proxy", "h", "--username", "u", "--password-stdin", stdin="gw-secret-1\n")
    office.well("gateway", "set", "g", "--password-stdin", stdin="gw-secret-2\n")
    ((sealed,),) = office.ask("SELECT encode(password_sealed, 'hex') FROM cfg.gateway")
    said = office.well("changes", "--last", "5").out
    assert "password_sealed: *** -> ***" in said
    assert str(sealed) not in said


def test_filters(office: R2a) -> None:
    office.well("acl", "add", "trusted")
    with psycopg.connect(office.dsn) as db:
        db.execute("SELECT set_config('r2a.actor', 'eve@elsewhere', true)")
        db.execute("INSERT INTO cfg.acl (name) VALUES ('hers')")
    assert [change["name"] for change in listed(office, "--table", "acl")] == ["hers", "trusted"]
    assert [change["name"] for change in listed(office, "--table", "cfg.acl", "--oldest-first")] == ["trusted", "hers"]
    assert [change["name"] for change in listed(office, "--actor", "eve")] == ["hers"]
    assert [change["name"] for change in listed(office, "--actor", "eve@elsewhere")] == ["hers"]
    assert listed(office, "--actor", "ev") == []
    assert [change["name"] for change in listed(office, "--grep", "TRUST")] == ["trusted"]
    assert listed(office, "--grep", "%rust_d") == [], "a text, no pattern"
    newest = listed(office, "--last", "1")[0]["revision"]
    assert [change["name"] for change in listed(office, "--since", str(newest))] == ["hers"]
    assert listed(office, "--since", "2099-01-01") == []
    assert "no changes" in office.well("changes", "--since", "2099-01-01").err
    assert len(listed(office, "--since", "1h")) > 100
    assert len(listed(office)) == 50


def test_a_transaction_as_a_whole(office: R2a) -> None:
    first, *_ = listed(office, "--table", "extension")
    found = listed(office, "--transaction", str(first["revision"]))
    assert {change["table"] for change in found} == {"extension", "extension_alias", "device", "device_credential"}
    assert len({str(change["transaction_id"]) for change in found}) == 1
    assert [change["revision"] for change in found] == sorted((change["revision"] for change in found), reverse=True)  # type: ignore[type-var]
    # A database that was restored hands numbers of transactions out again.
    same = "UPDATE cfg.change_log SET transaction_id = %s WHERE revision = %s RETURNING 1"
    office.ask(same, first["transaction_id"], listed(office, "--table", "tenant")[0]["revision"])
    assert listed(office, "--transaction", str(first["revision"])) == found
    assert "there is no revision 99999; the log holds 1 to" in office.refused("changes", "--transaction", "99999")


@pytest.mark.parametrize(
    ("arguments", "code", "sentence"),
    [
        (("--since", "yesterday"), 2, "should be a revision or a time"),
        (("--table", "extensions"), 1, "did you mean extension"),
        (("--table", "zzz"), 1, "there are acl, "),
        (("--last", "0"), 2, "--last"),
        (("--transaction", "5", "--table", "acl"), 2, "--transaction is a list of its own"),
    ],
)
def test_mistakes(r2a: R2a, arguments: tuple[str, ...], code: int, sentence: str) -> None:
    assert sentence in " ".join(r2a.refused("changes", *arguments, code=code).replace("│", " ").split())


def test_more_than_a_page(office: R2a) -> None:
    office.ask("INSERT INTO cfg.acl (name) SELECT 'list' || n FROM generate_series(1, %s) AS n RETURNING id", store.PAGE * 2 + 7)
    found = listed(office, "--table", "acl", "--since", "1")
    assert [change["name"] for change in found] == [f"list{n}" for n in range(store.PAGE * 2 + 7, 0, -1)]
    found = listed(office, "--table", "acl", "--since", "1", "--oldest-first")
    assert [change["name"] for change in found] == [f"list{n}" for n in range(1, store.PAGE * 2 + 8)]
    assert len(listed(office, "--table", "acl", "--last", str(store.PAGE + 1))) == store.PAGE + 1


def test_follow_shows_what_comes_and_survives_a_lost_connection(office: R2a) -> None:
    process = office.start("changes", "--follow", "--json", "--table", "acl", "--last", "1")
    assert process.stdout is not None
    mine = "FROM pg_stat_activity WHERE application_name = 'r2a-admin' AND datname = current_database()"
    soon(lambda: office.ask(f"SELECT 1 {mine}"))
    office.well("acl", "add", "one")
    assert orjson.loads(process.stdout.readline())["name"] == "one"
    assert office.ask(f"SELECT count(pg_terminate_backend(pid)) {mine}") == [(1,)]
    office.well("acl", "add", "two")
    assert orjson.loads(process.stdout.readline())["name"] == "two"
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "trying again" in err


def test_a_log_row_of_another_hand_does_not_break_a_line(office: R2a) -> None:
    with psycopg.connect(office.dsn) as db:
        db.execute("SELECT set_config('r2a.actor', E'eve\nroot\t', true)")
        db.execute("UPDATE cfg.extension SET name = 'x'")
    assert len(office.well("changes", "--last", "1").out.splitlines()) == 2


def test_times_as_people_type_them() -> None:
    now = datetime(2026, 8, 29, 3, 30, tzinfo=UTC)
    assert times.since("2h", now) == now - timedelta(hours=2)
    assert times.since("90 min", now) == now - timedelta(minutes=90)
    assert times.since("1234") == 1234
    assert times.since("2026-08-29T03:00+00:00") == datetime(2026, 8, 29, 3, tzinfo=UTC)
    local = now.astimezone()
    assert times.since("3:05", local) == datetime.fromisoformat(f"{local.date()}T03:05").astimezone()
    assert times.since("25:00") is None
    assert times.since("") is None
    assert times.since("tomorrow") is None
