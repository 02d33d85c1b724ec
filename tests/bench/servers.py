"""The three services side by side, each under gunicorn with the settings of production and one worker: floor, r2a, plain."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from . import processes
from .errors import BenchError

ROOT = Path(__file__).resolve().parent.parent.parent
FORM = "application/x-www-form-urlencoded"
START_S = 20.0
STOP_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One answer: its status line, its body, and its length with the head."""

    status: str
    body: bytes
    total_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """A running gunicorn: where it listens, its one worker, and where it writes its log."""

    name: str
    port: int
    worker_pid: int
    log: Path

    def ask(self, path: str, body: bytes) -> Answer:
        """Return the answer to one question on a connection of its own; raise BenchError when there is none."""
        head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
                connection.sendall(head.encode() + body)
                received = b"".join(iter(lambda: connection.recv(1 << 16), b""))
        except OSError as error:
            raise BenchError(f"{self.name} does not answer: {error}; its log says: {self.last_words()}") from error
        said, _, answered = received.partition(b"\r\n\r\n")
        return Answer(status=said.partition(b"\r\n")[0].decode("ascii", "replace"), body=answered, total_bytes=len(received))

    def last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace").strip()[-600:] or "nothing"


@contextlib.contextmanager
def running(name: str, application: str, variables: Mapping[str, str], folder: Path) -> Iterator[Service]:
    """Start `application` and stop it at the end of the block; raise BenchError when it does not start."""
    port = _free_port()
    inherited = {key: value for key, value in os.environ.items() if not key.startswith(("R2A_", "BENCH_", "PG", "PROMETHEUS_", "GUNICORN_"))}
    environment = {**inherited, **variables, "R2A_XML_BIND": f"127.0.0.1:{port}", "R2A_LOG_LEVEL": "warning", "WEB_CONCURRENCY": "1"}
    command = [sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py"), application]
    log = folder / f"{name}.log"
    with log.open("wb") as output:
        # A session of its own: Ctrl-C reaches the bench alone, which then stops what it started, in order.
        master = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, start_new_session=True
        )
    try:
        yield Service(name=name, port=port, worker_pid=_wait_for_worker(name, master, port, log), log=log)
    finally:
        _stop(master)


def _wait_for_worker(name: str, master: subprocess.Popen[bytes], port: int, log: Path) -> int:
    ends_at = time.monotonic() + START_S
    while time.monotonic() < ends_at and master.poll() is None:
        workers = processes.children(master.pid)
        # The port takes connections before the worker does: only an answer says that it has loaded the application.
        if len(workers) == 1 and _answers(port):
            return workers[0]
        time.sleep(0.05)
    said = log.read_text(encoding="utf-8", errors="replace").strip()[-600:]
    raise BenchError(f"gunicorn with {name} did not start within {START_S:g} s; its log says: {said or 'nothing'}")


def _answers(port: int) -> bool:
    # A GET is no question: whatever the application says to it, it has said it.
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=2) as connection:
        connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
        return connection.recv(5) == b"HTTP/"
    return False


def _stop(master: subprocess.Popen[bytes]) -> None:
    if master.poll() is None:
        master.terminate()
    try:
        master.wait(STOP_S)
    except subprocess.TimeoutExpired:
        # Its session holds nothing but gunicorn and its worker.
        os.killpg(master.pid, signal.SIGKILL)
        master.wait()


def _free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
