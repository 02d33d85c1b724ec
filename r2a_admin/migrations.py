"""Brings a database to the version of this checkout: numbered SQL files, each applied once, in order, in its own transaction."""

from __future__ import annotations

import contextlib
import hashlib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import sql

from r2a_core import queryfiles
from r2a_core.database import Connection
from r2a_core.errors import R2aError

SQL_FOLDER = Path(__file__).resolve().parent.parent / "sql"
ROLES = ("r2a_operator", "r2a_service", "r2a_worker")
_STORE = "r2a_admin.store"
_FILE_NAME = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
#: Told, in a few words, what happens: a migration that begins, a wait, something a DBA should know.
Progress = Callable[[str], None]


class MigrationRefusedError(R2aError):
    """The database or the folder is not in a state from which the next migration would be right; nothing was changed."""


class MigrationFailedError(R2aError):
    """The server refused a migration, which was rolled back; the ones before it stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file of sql/migrations."""

    number: int
    name: str
    sql: str
    sha256: str

    @property
    def title(self) -> str:
        return f"{self.number:04d}_{self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a database compares with the folder: what it has, what it lacks, and why nothing may be applied (empty = it may)."""

    applied: list[Migration]
    missing: list[Migration]
    problems: list[str]


def read(folder: Path = SQL_FOLDER) -> list[Migration]:
    """Return the migrations of `folder`/migrations in order; raise MigrationRefusedError when their numbers are not 1, 2, 3 ..."""
    migrations = [_read_file(path) for path in sorted((folder / "migrations").glob("*.sql"))]
    if not migrations:
        raise MigrationRefusedError(f"{folder / 'migrations'} has no migrations")
    for expected, migration in enumerate(migrations, start=1):
        if migration.number != expected:
            raise MigrationRefusedError(f"{folder / 'migrations'} should have number {expected:04d} where it has {migration.title}")
    return migrations


def read_roles(folder: Path = SQL_FOLDER) -> str:
    """Return the text of `folder`/roles.sql."""
    return (folder / "roles.sql").read_text(encoding="utf-8")


def standing(connection: Connection, migrations: Sequence[Migration]) -> Standing:
    """Compare the database with `migrations`, changing nothing."""
    applied = _applied(connection)
    by_number = {migration.number: migration for migration in migrations}
    problems = []
    for number, name, sha256 in applied:
        known = by_number.get(number)
        if known is None or known.name != name:
            problems.append(f"the database has {number:04d}_{name}, unknown to this version; use the one that migrated it, or a newer one")
        elif known.sha256 != sha256:
            problems.append(f"{known.title} was edited after it was applied; restore the file, and put the change into a new migration")
    have = {number for number, _, _ in applied}
    missing = [migration for migration in migrations if migration.number not in have]
    problems += [f"{m.title} is missing although a later migration was applied" for m in missing if have and m.number < max(have)]
    return Standing(applied=[by_number[number] for number in sorted(have & by_number.keys())], missing=missing, problems=problems)


def apply(
    connection: Connection,
    migrations: Sequence[Migration],
    *,
    dry_run: bool = False,
    progress: Progress = lambda _: None,
    roles_sql: str | None = None,
) -> list[Migration]:
    """Apply what is missing and return it. `connection` must not be in a transaction, and its login is the one that will own the tables.

    With dry_run everything is executed in one transaction and rolled back. Raises MigrationRefusedError and MigrationFailedError.
    """
    autocommit = connection.autocommit
    connection.autocommit = True
    try:
        with _alone(connection, progress), connection.transaction(force_rollback=True) if dry_run else contextlib.nullcontext():
            found = standing(connection, migrations)
            if found.problems:
                raise MigrationRefusedError("; ".join(found.problems))
            _ensure_roles(connection, roles_sql or read_roles(), progress)
            if found.missing:
                for name in ("migration_table", "migration_table_grant"):
                    _execute(connection, "the table of migrations", queryfiles.load(_STORE, name).encode())
            for migration in found.missing:
                progress(f"{migration.title} ...")
                _apply_one(connection, migration)
            return found.missing
    finally:
        if not connection.closed:
            connection.autocommit = autocommit


def _read_file(path: Path) -> Migration:
    match = _FILE_NAME.fullmatch(path.name)
    if not match:
        raise MigrationRefusedError(f"{path} should be named like 0001_foundation.sql")
    text = path.read_text(encoding="utf-8")
    return Migration(number=int(match[1]), name=match[2], sql=text, sha256=hashlib.sha256(text.encode()).hexdigest())


@contextlib.contextmanager
def _alone(connection: Connection, progress: Progress) -> Iterator[None]:
    """Hold the lock of migrations, waiting for another runner if there is one."""
    (alone,) = connection.execute(queryfiles.load(_STORE, "migration_try_lock")).fetchone() or (False,)
    if not alone:
        progress("another `r2a migrate` is at work on this database; waiting for it ...")
        connection.execute(queryfiles.load(_STORE, "migration_lock"))
    try:
        yield
    finally:
        # A lost connection has lost its locks; asking it again would hide the error that broke it.
        if not connection.closed:
            connection.execute(queryfiles.load(_STORE, "migration_unlock"))


def _applied(connection: Connection) -> list[tuple[int, str, str]]:
    (exists,) = connection.execute(queryfiles.load(_STORE, "migration_table_exists")).fetchone() or (False,)
    if not exists:
        return []
    return [(number, name, sha256) for number, name, sha256 in connection.execute(queryfiles.load(_STORE, "migration_applied"))]


def _ensure_roles(connection: Connection, roles_sql: str, progress: Progress) -> None:
    missing = [name for (name,) in connection.execute(queryfiles.load(_STORE, "role_missing"), {"roles": list(ROLES)})]
    if missing:
        progress(f"roles {', '.join(missing)} ...")
        try:
            with connection.transaction():
                connection.execute(roles_sql.encode())
        except psycopg.errors.InsufficientPrivilege as error:
            login = connection.info.user
            raise MigrationRefusedError(
                f"the roles {', '.join(missing)} are missing and {login} may not create roles: a DBA must run sql/roles.sql, then "
                f"GRANT {', '.join(ROLES)} TO {login};"
            ) from error
    refused = [role for role in ROLES if not _may_take_on(connection, role)]
    if refused:
        grant = f"GRANT {', '.join(refused)} TO {connection.info.user};"
        progress(f"this login may not take on every role of r2a; if r2a runs as this login, a DBA must {grant}")


def _may_take_on(connection: Connection, role: str) -> bool:
    """Return whether the login can SET ROLE `role`, after granting it to itself if that is what it takes."""
    name = sql.Identifier(role)
    try:
        with connection.transaction(force_rollback=True):
            connection.execute(sql.SQL("SET LOCAL ROLE {}").format(name))
        return True
    except psycopg.errors.InsufficientPrivilege:
        pass
    try:
        with connection.transaction():
            connection.execute(sql.SQL("GRANT {} TO {}").format(name, sql.Identifier(connection.info.user)))
        return True
    except psycopg.errors.InsufficientPrivilege:
        return False


def _apply_one(connection: Connection, migration: Migration) -> None:
    with connection.transaction():
        _execute(connection, migration.title, migration.sql.encode())
        values = {"number": migration.number, "name": migration.name, "sha256": migration.sha256}
        connection.execute(queryfiles.load(_STORE, "migration_add"), values)


def _execute(connection: Connection, title: str, statements: bytes) -> None:
    try:
        connection.execute(statements)
    except psycopg.Error as error:
        raise MigrationFailedError(f"{title} was refused and rolled back: {error.diag.message_primary or error}") from error
