"""A command's conversation with the database: as r2a_operator, under the name of the person, in one transaction."""

from __future__ import annotations

import contextlib
import getpass
import os
import socket
from collections.abc import Iterator

from r2a_admin.store import asking
from r2a_core import database
from r2a_core.database import Connection
from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Environment
from r2a_core.errors import StoreUnavailable
from r2a_core.logs import one_line
from r2a_core.sealing import SealingKey

ROLE = "r2a_operator"
#: A statement of a command may take this long, in milliseconds: an import writes 10,000 rows with one, and its change log with another.
STATEMENT_TIMEOUT_MS = 300_000
#: How long a command waits for somebody else's change to the same row, in milliseconds.
LOCK_TIMEOUT_MS = 15_000


def settings() -> DatabaseSettings:
    """Return where the database is; raise SettingsError."""
    env = Environment(os.environ)
    found = DatabaseSettings.from_environment(env)
    env.check()
    return found


def sealing_key() -> SealingKey:
    """Return the key that seals gateway passwords; raise SettingsError when it is not one."""
    env = Environment(os.environ)
    key = SealingKey.from_environment(env)
    env.check()
    return key


def actor() -> str:
    """Return `user@host` of the person at work: who called sudo, else who is logged in."""
    user = os.environ.get("SUDO_USER")
    if not user:
        try:
            user = getpass.getuser()
        except (OSError, KeyError):
            # A container's user id need not have a name.
            user = f"uid{os.getuid()}"
    return one_line(f"{user}@{socket.gethostname()}", 120)


@contextlib.contextmanager
def reading() -> Iterator[Connection]:
    """Yield a connection that sees one state of the database and cannot change it. Raises StoreUnavailable."""
    options = (("default_transaction_read_only", "on"), ("statement_timeout", "30000"))
    with _connect(options) as connection:
        yield connection


@contextlib.contextmanager
def watching() -> Iterator[Connection]:
    """Yield a connection on which each statement sees the newest state, and which cannot change it. Raises StoreUnavailable."""
    with reading() as connection:
        connection.autocommit = True
        yield connection


@contextlib.contextmanager
def changing(*, dry_run: bool) -> Iterator[Connection]:
    """Yield a connection in a transaction that commits when the block ends well. With dry_run it does all of it, then rolls back."""
    options = (("statement_timeout", str(STATEMENT_TIMEOUT_MS)), ("lock_timeout", str(LOCK_TIMEOUT_MS)))
    with _connect(options) as connection, connection.transaction(force_rollback=dry_run):
        asking.execute(connection, "actor_set", {"actor": actor()})
        yield connection
        if dry_run:
            # What only the commit would have refused is refused here.
            asking.execute(connection, "changes_settle")


def _connect(options: tuple[tuple[str, str], ...]) -> Connection:
    try:
        return database.connect(settings(), application="r2a-admin", role=ROLE, options=options)
    except StoreUnavailable as error:
        # The server says which role it misses, and not what to do about it.
        hint = "; run `r2a migrate`, which makes the roles and grants them to its login" if ROLE in str(error) or '"role"' in str(error) else ""
        raise StoreUnavailable(f"{error}{hint}") from error
