"""Every change of configuration is logged, with who made it, before and after, and without its secrets; and nothing slips by."""

from __future__ import annotations

import os

import psycopg
import pytest
from psycopg import sql

from r2a_core.database import Connection

from .conftest import one, tables

#: A change of one row of each table. A new table needs its line here, and its trigger.
CHANGES = {
    "acl": "allow_by_default = true",
    "acl_entry": "position = position + 1",
    "call_group": "name = 'support'",
    "call_group_member": "position = position + 1",
    "config_document": "enabled = false",
    "conference_control": "action = 'lock'",
    "conference_profile": "control_group = NULL",
    "conference_profile_param": "value = '16000'",
    "conference_room": "members_max = 30",
    "config_element": "position = position + 1",
    "device": "enabled = false",
    "device_credential": "a1_md5 = md5('changed')",
    "directory_entry": "value = 'international'",
    "domain": "enabled = false",
    "domain_alias": "name = 'changed.' || name",
    "extension": "enabled = false",
    "extension_alias": "name = 'changed'",
    "feature_code": "enabled = false",
    "gateway": "password_sealed = decode(md5('changed'), 'hex')",
    "gateway_param": "value = '4'",
    "ivr_menu": "timeouts_max = 5",
    "ivr_option": "digits = '9'",
    "moh_class": "shuffle = false",
    "node": "enabled = false",
    "node_address": "advertise = 'changed.example.com'",
    "phrase": "pause_ms = 300",
    "phrase_step": "position = position + 100",
    "queue": "strategy = 'ring-all'",
    "queue_agent": "wrap_up_s = 30",
    "queue_tier": "level = 2",
    "sip_profile": "port = port + 1000",
    "sip_profile_domain": "parse = NOT parse",
    "sip_profile_node": "sip_profile_id = (SELECT id FROM cfg.sip_profile WHERE name = 'external')",
    "sip_profile_param": "value = 'changed'",
    "tenant": "enabled = false",
    "voice_guide": "sound_prefix = '/srv/voices/changed'",
    "voicemail_credential": "a1_md5 = md5('changed')",
}


#: Rows that a migration wrote into its new tables before it let them be logged.
UNLOGGED = {"conference_control": 2, "conference_profile": 1, "conference_profile_param": 3, "voice_guide": 2}


def logged(db: Connection, table: str, operation: str, above: int = 0) -> list[tuple[str, object, object]]:
    """Return (actor, before, after) of each such change, with a revision greater than `above`."""
    query = "SELECT actor, before, after FROM cfg.change_log WHERE table_name = %s AND operation = %s AND revision > %s ORDER BY revision"
    return [(str(actor), before, after) for actor, before, after in db.execute(query, (table, operation, above))]


def names_of_tables(database: str) -> list[str]:
    with psycopg.connect(database) as connection:
        return tables(connection)


def test_every_table_has_a_change_here(database: str) -> None:
    assert names_of_tables(database) == sorted(CHANGES)


def count(db: Connection, table: str) -> int:
    return len(db.execute(sql.SQL("SELECT FROM cfg.{}").format(sql.Identifier(table))).fetchall())


def test_every_insert_is_logged_with_its_actor(committing: Connection) -> None:
    login = one(committing, str, "SELECT session_user::text")
    for table in tables(committing):
        inserted = logged(committing, table, "INSERT")
        # The rows of the migrations and of the seed, each once; a migration made way for what is served from tables now.
        there = UNLOGGED.get(table, 0) + len(inserted) - len(logged(committing, table, "DELETE"))
        assert there == count(committing, table) > 0, table
        assert {actor for actor, _, _ in inserted} <= {"seed", login}
        assert all(before is None and after is not None for _, before, after in inserted)


def test_every_update_is_logged_before_and_after(committing: Connection) -> None:
    committing.execute("SELECT set_config('r2a.actor', 'alice', false)")
    for table in tables(committing):
        where = sql.SQL("ctid = (SELECT min(ctid) FROM cfg.{})").format(sql.Identifier(table))
        change = sql.SQL(CHANGES[table])
        with committing.transaction():
            changed = committing.execute(sql.SQL("UPDATE cfg.{} SET {} WHERE {}").format(sql.Identifier(table), change, where)).rowcount
        assert changed == 1, table
        ((actor, before, after),) = logged(committing, table, "UPDATE") or [("nobody: not logged", None, None)]
        assert actor == "alice", table
        assert isinstance(before, dict)
        assert isinstance(after, dict)
        assert before.keys() == after.keys()


def test_every_delete_is_logged_row_by_row_with_what_was_there(committing: Connection) -> None:
    committing.execute("SELECT set_config('r2a.actor', 'bob', false)")
    rows = {table: count(committing, table) for table in tables(committing)}
    before = one(committing, int, "SELECT max(revision) FROM cfg.change_log")
    # What hangs on a row goes with it, and is logged too.
    heads = ("ivr_option", "gateway", "extension", "domain", "tenant", "sip_profile", "node", "acl", "config_document", "feature_code")
    for table in (*heads, "voice_guide", "moh_class", "conference_profile", "conference_control"):
        committing.execute(sql.SQL("DELETE FROM cfg.{}").format(sql.Identifier(table)))
    for table, there in rows.items():
        deleted = logged(committing, table, "DELETE", before)
        assert len(deleted) == there, table
        assert {actor for actor, _, _ in deleted} == {"bob"}
        assert all(before is not None and after is None for _, before, after in deleted)


def test_no_secret_is_in_the_log(committing: Connection) -> None:
    columns = committing.execute(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'cfg' AND (data_type = 'bytea' OR domain_name = 'a1_md5'"
        " OR column_name ~ '(password|secret|sealed|pin)$')"
    ).fetchall()
    assert len(columns) >= 6
    secrets = set()
    for table, column in columns:
        query = sql.SQL("SELECT to_jsonb(x) ->> {} FROM cfg.{} x WHERE {} IS NOT NULL").format(
            sql.Literal(column), sql.Identifier(table), sql.Identifier(column)
        )
        found = {str(value).removeprefix("\\x") for (value,) in committing.execute(query)}
        assert found, f"the seed has no {table}.{column}"
        secrets |= found
        change = sql.SQL("decode(md5('changed'), 'hex')") if column.endswith("_sealed") else sql.SQL("md5('changed')")
        committing.execute(sql.SQL("UPDATE cfg.{} SET {} = {}").format(sql.Identifier(table), sql.Identifier(column), change))
    for table in ("gateway", "ivr_option", "extension", "conference_room"):
        committing.execute(sql.SQL("DELETE FROM cfg.{}").format(sql.Identifier(table)))
    log = "\n".join(str(row) for row in committing.execute("SELECT before, after FROM cfg.change_log"))
    assert "***" in log
    assert [secret for secret in secrets if secret in log] == []
    assert one(committing, str, "SELECT md5('changed')") not in log


def test_a_changed_secret_is_a_change_although_nothing_of_it_shows(committing: Connection) -> None:
    committing.execute("UPDATE cfg.device_credential SET a1_md5 = md5('changed') WHERE device_id = (SELECT min(id) FROM cfg.device)")
    ((_, before, after),) = logged(committing, "device_credential", "UPDATE")
    assert isinstance(before, dict)
    assert isinstance(after, dict)
    assert before["a1_md5"] == after["a1_md5"] == "***"


def test_no_secret_stays_no_secret(committing: Connection) -> None:
    committing.execute("UPDATE cfg.gateway SET register = false, password_sealed = NULL")
    assert all(isinstance(after, dict) and after["password_sealed"] is None for _, _, after in logged(committing, "gateway", "UPDATE"))


def test_an_update_that_changes_nothing_is_not_logged(committing: Connection) -> None:
    committing.execute("UPDATE cfg.extension SET name = name")
    assert logged(committing, "extension", "UPDATE") == []


def test_what_is_rolled_back_is_not_logged(committing: Connection) -> None:
    last = one(committing, int, "SELECT max(revision) FROM cfg.change_log")
    with committing.transaction(force_rollback=True):
        committing.execute("UPDATE cfg.extension SET enabled = false")
        committing.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert one(committing, int, "SELECT max(revision) FROM cfg.change_log") == last


def test_without_an_actor_it_is_the_login(committing: Connection) -> None:
    committing.execute("UPDATE cfg.extension SET enabled = false WHERE number = '1001'")
    assert {actor for actor, _, _ in logged(committing, "extension", "UPDATE")} == {one(committing, str, "SELECT session_user::text")}


def test_taking_on_a_role_does_not_hide_the_login(committing: Connection) -> None:
    committing.execute("SET ROLE r2a_operator")
    committing.execute("UPDATE cfg.extension SET enabled = false WHERE number = '1001'")
    committing.execute("RESET ROLE")
    assert {actor for actor, _, _ in logged(committing, "extension", "UPDATE")} == {one(committing, str, "SELECT session_user::text")}


def test_a_change_wakes_who_listens_after_it_can_be_seen(seeded: str, committing: Connection) -> None:
    with psycopg.connect(seeded, autocommit=True) as listener:
        listener.execute("LISTEN r2a_config")
        last = one(committing, int, "SELECT max(revision) FROM cfg.change_log")
        with committing.transaction():
            committing.execute("UPDATE cfg.extension SET enabled = false")
            assert list(listener.notifies(timeout=0.2)) == []
        (notified,) = listener.notifies(timeout=5, stop_after=1)
        # A wake-up, not a message: what changed is read from the log.
        assert (notified.channel, notified.payload) == ("r2a_config", "")
        assert one(listener, int, "SELECT max(revision) FROM cfg.change_log") > last


def test_no_table_can_be_truncated_past_the_log(committing: Connection) -> None:
    for table in tables(committing):
        with pytest.raises(psycopg.errors.RaiseException, match="cannot be truncated"):
            committing.execute(sql.SQL("TRUNCATE cfg.{} CASCADE").format(sql.Identifier(table)))


def test_all_triggers_are_on(committing: Connection) -> None:
    off = committing.execute(
        "SELECT c.relname, g.tgname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid"
        " WHERE c.relnamespace = 'cfg'::regnamespace AND g.tgenabled <> 'O'"
    ).fetchall()
    assert off == []


def test_copy_is_logged_like_an_insert(committing: Connection) -> None:
    with committing.cursor() as cursor, cursor.copy("COPY cfg.tenant (name) FROM STDIN") as copy:
        copy.write_row((f"copied-{os.getpid()}",))
    assert [after["name"] for _, _, after in logged(committing, "tenant", "INSERT") if isinstance(after, dict)][-1] == f"copied-{os.getpid()}"


def test_password_in_a_document_is_masked(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("INSERT INTO cfg.config_document (name) VALUES ('verto.conf')")
        connection.execute(
            "INSERT INTO cfg.config_element (document_id, tag, attributes) "
            "SELECT id, 'param', '{\"name\": \"odbc-password\", \"value\": \"clear-text-secret\"}' FROM cfg.config_document WHERE name = 'verto.conf'"
        )
        connection.execute("UPDATE cfg.config_element SET position = 7 WHERE attributes ->> 'name' = 'odbc-password'")
        connection.execute("DELETE FROM cfg.config_element WHERE attributes ->> 'name' = 'odbc-password'")
        logged = connection.execute("SELECT before::text, after::text FROM cfg.change_log WHERE table_name = 'config_element'").fetchall()
    assert sum("odbc-password" in f"{row}" for row in logged) == 3
    assert "clear-text-secret" not in f"{logged}"
