"""The migration runner on databases that are empty, ahead, edited, or shared with another runner."""

from __future__ import annotations

import dataclasses
import secrets
import threading
from collections.abc import Iterator

import psycopg
import pytest
from psycopg import sql

from r2a_admin import migrations
from r2a_admin.migrations import Migration, MigrationFailedError, MigrationRefusedError
from tests.conftest import database_dsn
from tests.integration.admin.conftest import R2a


@pytest.fixture
def bare(postgres: str) -> Iterator[str]:
    """Yield the superuser DSN of an empty database without any migration."""
    name = f"r2a_bare_{secrets.token_hex(4)}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        yield database_dsn(postgres, name)
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def migration(number: int, text: str) -> Migration:
    return Migration(number=number, name=f"m{number}", sql=text, sha256=secrets.token_hex(32))


def test_command_brings_an_empty_database_up_and_checks_it(bare: str) -> None:
    r2a = R2a(bare)
    assert "missing: 0001_" in r2a.refused("migrate", "--check")
    assert r2a.well("migrate", "--dry-run").out.startswith("dry run")
    assert "missing: 0001_" in r2a.refused("migrate", "--check")
    assert "run `r2a migrate`" in r2a.refused("tenant", "list")
    r2a.well("migrate")
    r2a.well("migrate", "--check")
    assert "nothing to do" in r2a.well("migrate").out


def test_unknown_edited_and_gap_are_refused(database: str) -> None:
    known = migrations.read()
    edited = [dataclasses.replace(known[0], sha256="0" * 64), *known[1:]]
    with psycopg.connect(database) as connection:
        for folder, sentence in ((edited, "was edited"), (known[:-1], "unknown to this version")):
            with pytest.raises(MigrationRefusedError, match=sentence):
                migrations.apply(connection, folder)
        with connection.transaction():
            connection.execute("DELETE FROM public.r2a_migration WHERE number = 2")
        with pytest.raises(MigrationRefusedError, match="missing although a later"):
            migrations.apply(connection, known)
    assert "missing although" in R2a(database).refused("migrate", "--check")


def test_failing_migration_is_rolled_back_and_the_ones_before_stay(bare: str) -> None:
    folder = [migration(1, "CREATE TABLE public.a (x int)"), migration(2, "CREATE TABLE public.b (x int); SELECT 1/0")]
    with psycopg.connect(bare) as connection:
        with pytest.raises(MigrationFailedError, match="0002_m2 was refused and rolled back: division by zero"):
            migrations.apply(connection, folder)
        assert [m.number for m in migrations.standing(connection, folder).applied] == [1]
        assert connection.execute("SELECT to_regclass('public.b')").fetchone() == (None,)


def test_two_runners_do_not_race(bare: str) -> None:
    folder = [migration(1, "SELECT pg_sleep(0.3); CREATE TABLE public.a (x int)")]
    applied: list[int] = []

    def run() -> None:
        with psycopg.connect(bare) as connection:
            applied.append(len(migrations.apply(connection, folder)))

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(applied) == [0, 0, 1]


@pytest.fixture
def owner(bare: str) -> Iterator[str]:
    """Yield the DSN of a login that owns the empty database and may do nothing else."""
    name = f"owner_{secrets.token_hex(4)}"
    with psycopg.connect(bare, autocommit=True) as server:
        database = sql.Identifier(server.info.dbname)
        server.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(name)))
        yield psycopg.conninfo.make_conninfo(bare, user=name)
        server.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, sql.Identifier(server.info.user)))
        server.execute(sql.SQL("DROP OWNED BY {} CASCADE; DROP ROLE {}").format(sql.Identifier(name), sql.Identifier(name)))


def test_owner_without_createrole_is_told_what_a_dba_must_grant(owner: str, template: str) -> None:
    said = R2a(owner)("migrate")
    assert said.code == 0, said
    assert "a DBA must GRANT r2a_operator, r2a_service, r2a_worker TO owner_" in said.err
    assert "run `r2a migrate`" in R2a(owner).refused("tenant", "list")


def test_missing_roles_that_the_login_may_not_make(owner: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(migrations, "ROLES", ("r2a_nobody",))
    monkeypatch.setattr(migrations, "read_roles", lambda: "CREATE ROLE r2a_nobody NOLOGIN")
    assert "a DBA must run sql/roles.sql, then GRANT r2a_nobody TO owner_" in R2a(owner).refused("migrate")


def test_login_with_createrole_takes_the_roles_on(bare: str, owner: str) -> None:
    name = psycopg.conninfo.conninfo_to_dict(owner)["user"]
    with psycopg.connect(bare, autocommit=True) as server:
        server.execute(sql.SQL("ALTER ROLE {} CREATEROLE").format(sql.Identifier(str(name))))
        # Before 16, CREATEROLE was enough to grant any role; since then it takes the admin option, which whoever made the role has.
        for role in migrations.ROLES if server.info.server_version >= 160000 else ():
            server.execute(sql.SQL("GRANT {} TO {} WITH ADMIN OPTION, SET FALSE").format(sql.Identifier(role), sql.Identifier(str(name))))
    said = R2a(owner).well("migrate")
    assert "DBA" not in said.err
    assert R2a(owner).well("tenant", "list", "--json").json == []
