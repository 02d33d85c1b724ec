"""A migrated database with two tenants that own the same numbers."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import LiteralString, TypeVar

import psycopg
import pytest
from psycopg import conninfo, sql

from r2a_core.database import Connection

SEED = Path(__file__).with_name("seed.sql")
#: Kept by triggers, not by operators; and the log itself.
DERIVED = frozenset(("change_log", "domain_name", "user_name"))

Value = TypeVar("Value")


def _seed(dsn: str) -> str:
    with psycopg.connect(dsn) as connection:
        connection.execute("SELECT set_config('r2a.actor', 'seed', true)")
        connection.execute(SEED.read_bytes())
    return dsn


@pytest.fixture(scope="session")
def shared(postgres: str, template: str) -> Iterator[str]:
    """Yield the superuser's DSN of one database with the seed, for all tests that keep nothing."""
    name = sql.Identifier(f"r2a_schema_{secrets.token_hex(4)}")
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(name, sql.Identifier(template)))
        yield _seed(conninfo.make_conninfo(postgres, dbname=name.as_string().strip('"')))
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


@pytest.fixture
def db(shared: str) -> Iterator[Connection]:
    """Yield a superuser's connection in a transaction that is rolled back afterwards."""
    with psycopg.connect(shared, autocommit=True) as connection, connection.transaction(force_rollback=True):
        yield connection


@pytest.fixture
def seeded(database: str) -> str:
    """Return the superuser's DSN of a database with the seed, for one test that commits."""
    return _seed(database)


@pytest.fixture
def committing(seeded: str) -> Iterator[Connection]:
    """Yield a superuser's connection that commits each statement."""
    with psycopg.connect(seeded, autocommit=True) as connection:
        yield connection


@contextmanager
def refused(connection: Connection, *errors: type[psycopg.Error], match: str | None = None) -> Iterator[None]:
    """Expect that the block ends with one of `errors`; the transaction around it goes on."""
    with pytest.raises(errors, match=match), connection.transaction():
        yield


def one(connection: Connection, kind: type[Value], query: LiteralString, *values: object) -> Value:
    """Return the only value of the only row of `query`."""
    rows = connection.execute(query, values).fetchall()
    assert len(rows) == 1, rows
    (value,) = rows[0]
    assert isinstance(value, kind), value
    return value


def tables(connection: Connection) -> list[str]:
    """Return the tables of cfg that operators write: also one that was added yesterday."""
    rows = connection.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'cfg' AND table_type = 'BASE TABLE'").fetchall()
    return sorted({str(name) for (name,) in rows} - DERIVED)


def extension(connection: Connection, tenant: str, number: str = "1001") -> int:
    """Return the id of an extension of a tenant."""
    query: LiteralString = """SELECT e.id FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id JOIN cfg.tenant t ON t.id = d.tenant_id
                              WHERE t.name = %s AND e.number = %s"""
    return one(connection, int, query, tenant, number)


def domain(connection: Connection, tenant: str) -> int:
    """Return the id of the domain of a tenant."""
    return one(connection, int, "SELECT d.id FROM cfg.domain d JOIN cfg.tenant t ON t.id = d.tenant_id WHERE t.name = %s", tenant)
