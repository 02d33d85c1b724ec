"""Least privilege: what each role of r2a may not do is refused by the server, also in a table that was added yesterday."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import LiteralString

import psycopg
import pytest
from psycopg import sql

from r2a_core.database import Connection

from .conftest import DERIVED, refused, tables

ROLES = ("r2a_service", "r2a_worker", "r2a_operator")
WRITES = ("INSERT", "UPDATE", "DELETE", "TRUNCATE", "REFERENCES", "TRIGGER", "MAINTAIN")


@contextmanager
def role(db: Connection, name: str) -> Iterator[None]:
    """Take on the role for the block; an error in it gives the role back as well."""
    with db.transaction():
        db.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(name)))
        yield
        db.execute("RESET ROLE")


def may(db: Connection, name: str, *privileges: str) -> set[str]:
    """Return schema.table of all tables and views on which the role has one of `privileges`, be it on a single column."""
    query = """SELECT n.nspname || '.' || c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
               WHERE n.nspname IN ('cfg', 'rt', 'public') AND c.relkind IN ('r', 'v', 'm', 'p')
               AND (has_table_privilege(%(role)s, c.oid, %(privilege)s)
                    OR (%(privilege)s IN ('SELECT', 'INSERT', 'UPDATE', 'REFERENCES') AND has_any_column_privilege(%(role)s, c.oid, %(column)s)))"""
    found = set()
    for privilege in privileges:
        column = privilege if privilege in ("SELECT", "INSERT", "UPDATE", "REFERENCES") else "SELECT"
        found |= {str(table) for (table,) in db.execute(query, {"role": name, "privilege": privilege, "column": column})}
    return found


def test_the_service_writes_nothing(db: Connection) -> None:
    assert may(db, "r2a_service", *WRITES) == set()


def test_the_service_reads_all_configuration_and_not_who_changed_it(db: Connection) -> None:
    readable = may(db, "r2a_service", "SELECT")
    assert {f"cfg.{table}" for table in tables(db)} <= readable
    assert "cfg.change_log" not in readable
    with role(db, "r2a_service"), refused(db, psycopg.errors.InsufficientPrivilege):
        db.execute("SELECT FROM cfg.change_log")


def test_the_worker_writes_only_what_nodes_report(db: Connection) -> None:
    assert {table for table in may(db, "r2a_worker", *WRITES) if not table.startswith("rt.")} == set()


def test_the_worker_reads_no_secret(db: Connection) -> None:
    # Column by column: of a gateway it reads the name, and not the password.
    secrets = db.execute(
        "SELECT table_schema || '.' || table_name || '.' || column_name,"
        " has_column_privilege('r2a_worker', format('%I.%I', table_schema, table_name)::regclass, column_name, 'SELECT')"
        " FROM information_schema.columns WHERE table_schema IN ('cfg', 'rt') AND (data_type = 'bytea' OR domain_name = 'a1_md5')"
    ).fetchall()
    assert len(secrets) >= 4
    assert [column for column, readable in secrets if readable] == []


def test_the_worker_reads_the_log_and_writes_its_status(db: Connection) -> None:
    with role(db, "r2a_worker"):
        db.execute("SELECT revision FROM cfg.change_log LIMIT 1")
        db.execute("INSERT INTO rt.node_status (node_name) VALUES ('tele-node-01')")
        db.execute("UPDATE rt.node_status SET applied_revision = 1")
        with refused(db, psycopg.errors.InsufficientPrivilege):
            db.execute("SELECT a1_md5 FROM cfg.device_credential")
        with refused(db, psycopg.errors.InsufficientPrivilege):
            db.execute("SELECT password_sealed FROM cfg.gateway")


def test_the_operator_writes_configuration_and_neither_the_log_nor_the_derived_names(db: Connection) -> None:
    writable = may(db, "r2a_operator", "INSERT", "UPDATE", "DELETE")
    assert {f"cfg.{table}" for table in tables(db)} <= writable
    assert writable & {f"cfg.{table}" for table in DERIVED} == set()
    assert may(db, "r2a_operator", "TRUNCATE", "TRIGGER") == set()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM cfg.change_log",
        "UPDATE cfg.change_log SET actor = 'somebody else'",
        "INSERT INTO cfg.change_log (revision, actor, table_name, operation) VALUES (-1, 'x', 'x', 'INSERT')",
        "INSERT INTO cfg.domain_name (name, domain_id) SELECT 'mine.example.com', id FROM cfg.domain LIMIT 1",
        "DELETE FROM cfg.user_name",
        "UPDATE cfg.user_name SET extension_id = extension_id",
        "SELECT cfg.claim_user_name(1, 'x', 1, 1)",
        "SELECT cfg.release_user_name(1, '1001')",
        "ALTER TABLE cfg.extension DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
        "TRUNCATE cfg.extension CASCADE",
        "SELECT setval('cfg.change_revision', 1)",
        "CREATE TABLE cfg.mine (x int)",
        "CREATE TABLE public.mine (x int)",
        "DROP TABLE cfg.acl_entry",
    ],
)
@pytest.mark.parametrize("name", ROLES)
def test_nobody_gets_past_the_log(db: Connection, name: str, statement: LiteralString) -> None:
    with role(db, name), refused(db, psycopg.errors.InsufficientPrivilege):
        db.execute(statement)


def test_a_change_of_an_operator_is_logged_and_its_names_are_kept(db: Connection) -> None:
    with role(db, "r2a_operator"):
        db.execute("UPDATE cfg.extension SET number = '1009' WHERE number = '1001'")
        db.execute("DELETE FROM cfg.domain_alias")
    assert db.execute("SELECT FROM cfg.user_name WHERE name = '1001'").fetchall() == []
    db.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert len(db.execute("SELECT FROM cfg.change_log WHERE table_name = 'extension' AND operation = 'UPDATE'").fetchall()) == 2


def test_everybody_else_may_nothing(db: Connection) -> None:
    db.execute("CREATE ROLE r2a_test_stranger")
    try:
        assert may(db, "r2a_test_stranger", "SELECT", *WRITES) == set()
        with role(db, "r2a_test_stranger"), refused(db, psycopg.errors.InsufficientPrivilege):
            db.execute("SELECT FROM cfg.tenant")
    finally:
        db.execute("DROP ROLE r2a_test_stranger")


def test_what_runs_as_its_owner_is_only_run_by_triggers_and_finds_only_its_own_names(db: Connection) -> None:
    # What the worker may have done on its behalf, and nobody else.
    for_the_worker = {"prune_change_log", "standbys", "keep_gateways"}
    functions = db.execute(
        "SELECT p.proname, p.prorettype = 'trigger'::regtype, p.proconfig, has_function_privilege(r.rolname, p.oid, 'EXECUTE'), r.rolname"
        " FROM pg_proc p CROSS JOIN pg_roles r"
        " WHERE p.prosecdef AND p.pronamespace IN ('cfg'::regnamespace, 'rt'::regnamespace) AND r.rolname = ANY(%s)",
        (list(ROLES),),
    ).fetchall()
    assert for_the_worker <= {name for name, *_ in functions}
    for name, is_trigger, settings, callable_, role_name in functions:
        assert is_trigger or callable_ == (name in for_the_worker and role_name == "r2a_worker"), name
        assert any(str(setting).startswith("search_path=") for setting in settings or []), name
