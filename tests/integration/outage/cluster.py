"""What r2a stands on in these tests: a primary and a streaming replica, and one HAProxy before them with a write and a read port."""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import conninfo, sql

from r2a_admin import migrations

from .postgres import Server
from .processes import BARE_ENVIRONMENT, Program, free_port, wait_for

ROOT = Path(__file__).resolve().parents[3]
HERE = Path(__file__).parent

#: The login of the service; its password is in the DSN, so it must be in no log.
LOGIN = "ss_db_user"
DATABASE = "ss_telephony"
NODE = "tele-node-01"

_HAPROXY = """\
global
    maxconn 400
defaults
    mode tcp
    timeout connect 5s
    timeout client 50s
    timeout server 50s
    default-server inter 500ms fall 2 rise 1 on-marked-down shutdown-sessions
listen write
    bind 127.0.0.1:{write_port}
    server primary 127.0.0.1:{primary_port} check maxconn 100
listen read
    bind 127.0.0.1:{read_port}
    server replica 127.0.0.1:{replica_port} check maxconn 100
"""


@dataclass(slots=True, kw_only=True)
class HaProxy:
    """A real HAProxy as the guide has it beside each node: one port that writes, one that reads."""

    folder: Path
    primary_port: int
    replica_port: int
    write_port: int = field(default_factory=free_port)
    read_port: int = field(default_factory=free_port)
    program: Program | None = None

    def start(self) -> None:
        """Start it and wait until it listens; nothing happens when it runs."""
        if self.program is not None and self.program.exit_code is None:
            return
        configuration = self.folder / "haproxy.cfg"
        ports = {"write_port": self.write_port, "read_port": self.read_port, "primary_port": self.primary_port, "replica_port": self.replica_port}
        configuration.write_text(_HAPROXY.format(**ports), encoding="ascii")
        binary = shutil.which("haproxy", path=BARE_ENVIRONMENT["PATH"])
        assert binary is not None
        self.program = Program("HAProxy", [binary, "-db", "-f", str(configuration)], output=self.folder / "haproxy.log")
        wait_for("HAProxy listens", self._listens, 10)

    def kill(self) -> None:
        if self.program is not None:
            self.program.kill()

    def _listens(self) -> bool:
        assert self.program is not None
        assert self.program.exit_code is None, self.program.log()
        try:
            psycopg.connect(host="127.0.0.1", port=self.read_port, user="nobody", dbname="none", connect_timeout=2).close()
        except psycopg.OperationalError as error:
            # Any answer but this one came through HAProxy.
            return "refused" not in str(error)
        return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """The servers, the proxy, and the password of the login of the service."""

    primary: Server
    replica: Server
    haproxy: HaProxy
    password: str = field(default_factory=lambda: f"db-{secrets.token_hex(12)}")

    def create(self) -> None:
        """Make both servers, with the demo tenant and one node in the database; both run afterwards."""
        self.primary.create()
        self.primary.start()
        with psycopg.connect(self.primary.superuser(), autocommit=True) as server:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(LOGIN), sql.Literal(self.password)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        self.migrate(DATABASE)
        with psycopg.connect(self.primary.superuser(DATABASE)) as database:
            database.execute((ROOT / "sql" / "demo.sql").read_bytes())
            database.execute((HERE / "node.sql").read_bytes())
        self.replica.create_replica_of(self.primary)
        self.replica.start()

    def migrate(self, name: str) -> None:
        """Bring the database `name` to the version of this checkout, and let the login of the service use it."""
        with psycopg.connect(self.primary.superuser(name)) as database:
            migrations.apply(database, migrations.read())
        with psycopg.connect(self.primary.superuser(name), autocommit=True) as database:
            database.execute(sql.SQL("GRANT r2a_service TO {}").format(sql.Identifier(LOGIN)))

    def heal(self) -> None:
        """Have everything running, whatever a test did to it."""
        self.primary.start()
        self.replica.start()
        self.haproxy.start()

    def stop(self) -> None:
        if self.haproxy.program is not None:
            self.haproxy.program.stop()
        self.replica.stop()
        self.primary.stop()

    def dsn(self, port: int, *, database: str = DATABASE, login: str = LOGIN) -> str:
        """Return a DSN on loopback, without the password."""
        return conninfo.make_conninfo(host="127.0.0.1", port=port, dbname=database, user=login)

    @property
    def write_dsn(self) -> str:
        return self.dsn(self.haproxy.write_port)

    @property
    def read_dsn(self) -> str:
        return self.dsn(self.haproxy.read_port)
