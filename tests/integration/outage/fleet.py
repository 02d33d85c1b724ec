"""A primary and two streaming replicas behind one HAProxy whose servers are taken in and out by hand: for failovers, and replicas that differ."""

from __future__ import annotations

import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from r2a_admin import migrations
from r2a_core.database import Connection

from .cluster import DATABASE, HERE, LOGIN, ROOT
from .postgres import Binaries, Server
from .processes import BARE_ENVIRONMENT, Program, free_port, wait_for

PASSWORD = "of-the-login-of-the-service"
_HAPROXY = """\
global
    maxconn 400
    stats socket {folder}/admin level admin
defaults
    mode tcp
    timeout connect 2s
    timeout client 50s
    timeout server 50s
    default-server inter 300ms fall 2 rise 1 on-marked-down shutdown-sessions
listen write
    bind 127.0.0.1:{write}
    server a 127.0.0.1:{a} check
    server b 127.0.0.1:{b} check disabled
listen read
    balance {balance}
    bind 127.0.0.1:{read}
    server b 127.0.0.1:{b} check
    server c 127.0.0.1:{c} check
"""


@dataclass(slots=True, kw_only=True)
class Fleet:
    """The servers a (primary), b and c (replicas), and the ports that lead to them."""

    folder: Path
    a: Server
    b: Server
    c: Server
    balance: str = "roundrobin"
    write: int = field(default_factory=free_port)
    read: int = field(default_factory=free_port)
    program: Program | None = None

    @property
    def write_dsn(self) -> str:
        return f"host=127.0.0.1 port={self.write} dbname={DATABASE} user={LOGIN} password={PASSWORD}"

    @property
    def read_dsn(self) -> str:
        return f"host=127.0.0.1 port={self.read} dbname={DATABASE} user={LOGIN} password={PASSWORD}"

    def create(self) -> None:
        """Make the servers, with the demo tenant and one node, and start all of it."""
        self.a.create()
        self.a.start()
        with psycopg.connect(self.a.superuser(), autocommit=True) as server:
            server.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(LOGIN), sql.Literal(PASSWORD)))
            server.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(DATABASE)))
        with psycopg.connect(self.a.superuser(DATABASE)) as database:
            migrations.apply(database, migrations.read())
        with psycopg.connect(self.a.superuser(DATABASE)) as database:
            database.execute((ROOT / "sql" / "demo.sql").read_bytes())
            database.execute((HERE / "node.sql").read_bytes())
            database.execute(sql.SQL("GRANT r2a_service, r2a_worker TO {}").format(sql.Identifier(LOGIN)))
        for replica in (self.b, self.c):
            replica.create_replica_of(self.a)
            replica.start()
        self.start_proxy()

    def start_proxy(self) -> None:
        """Start HAProxy and wait until it leads somewhere."""
        configuration = self.folder / "haproxy.cfg"
        ports = {"write": self.write, "read": self.read, "a": self.a.port, "b": self.b.port, "c": self.c.port}
        configuration.write_text(_HAPROXY.format(folder=self.folder, balance=self.balance, **ports), encoding="ascii")
        binary = shutil.which("haproxy", path=BARE_ENVIRONMENT["PATH"])
        assert binary is not None
        self.program = Program("HAProxy", [binary, "-db", "-f", str(configuration)], output=self.folder / "haproxy.log")
        wait_for("HAProxy leads to both", lambda: self._answers(self.write_dsn) and self._answers(self.read_dsn), 20)

    def restart_proxy(self) -> None:
        """Cut every connection, and begin with all servers in."""
        if self.program is not None:
            self.program.kill()
        self.start_proxy()

    def tell_proxy(self, *commands: str) -> None:
        """Have HAProxy do `commands`, like `disable server read/c`."""
        for command in commands:
            with socket.socket(socket.AF_UNIX) as admin:
                admin.connect(str(self.folder / "admin"))
                admin.sendall(f"{command}\n".encode())
                assert admin.recv(4096).strip() == b"", command

    def promote_b(self) -> None:
        """Let b be the primary and c its replica, as whoever watches the servers does once a is gone."""
        with connected(self.b) as b, connected(self.c) as c:
            received = "SELECT pg_last_wal_receive_lsn()"
            ahead = b.execute("SELECT pg_last_wal_receive_lsn() < %s::pg_lsn", (str((c.execute(received).fetchone() or ("",))[0]),)).fetchone()
            b.execute("SELECT pg_promote(true, 30)")
        if ahead == (True,):
            # It has what b lost and cannot follow: out, until somebody makes it anew.
            self.tell_proxy("disable server read/c", "shutdown sessions server read/c")
        else:
            self.set(self.c, "primary_conninfo", psycopg.conninfo.make_conninfo(host=str(self.b.folder), port=self.b.port, user="postgres"))
        self.tell_proxy("disable server write/a", "enable server write/b")

    def set(self, server: Server, name: str, value: str) -> None:
        """Change a setting of a running server."""
        with connected(server) as connection:
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
            connection.execute("SELECT pg_reload_conf()")

    def caught_up(self) -> None:
        """Wait until both replicas have replayed what the primary has written."""
        with connected(self.a) as primary:
            # Where the last record ends: the place of the next one may lie behind the head of a page.
            (place,) = primary.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone() or ("",)
        for replica in (self.b, self.c):
            with connected(replica) as connection:
                wait_for("the replica has replayed it", lambda on=connection: _replayed(on, place), 20)  # type: ignore[misc]

    def stop(self) -> None:
        for part in (self.program, self.c, self.b, self.a):
            if part is not None:
                part.stop()

    def _answers(self, dsn: str) -> bool:
        try:
            psycopg.connect(dsn, connect_timeout=2).close()
        except psycopg.OperationalError:
            return False
        return True


def _replayed(connection: Connection, place: str) -> bool:
    return connection.execute("SELECT pg_last_wal_replay_lsn() >= %s::pg_lsn", (place,)).fetchone() == (True,)


def connected(server: Server) -> Connection:
    """Return a superuser's connection to the database on `server`, past the proxy."""
    return psycopg.connect(server.superuser(DATABASE), autocommit=True)


@contextmanager
def new_fleet() -> Iterator[Fleet | None]:
    """Yield a running fleet; None when HAProxy or PostgreSQL's programs are missing."""
    # Not pytest's folder: the path of a Unix socket must be short, and another user has to reach it.
    folder = Path(tempfile.mkdtemp(prefix="r2a-fleet-"))
    folder.chmod(0o755)
    try:
        binaries = Binaries.find(folder)
        if binaries is None or shutil.which("haproxy", path=BARE_ENVIRONMENT["PATH"]) is None:
            yield None
            return
        a, b, c = (Server(binaries=binaries, folder=folder / name) for name in "abc")
        fleet = Fleet(folder=folder, a=a, b=b, c=c)
        try:
            fleet.create()
            yield fleet
        finally:
            fleet.stop()
    finally:
        shutil.rmtree(folder)
