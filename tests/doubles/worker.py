"""The worker as a process of its own, with its log and its HTTP."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
PASSWORD = "of-the-event-socket"


def free_port(host: str = "127.0.0.1") -> int:
    with socket.create_server((host, 0)) as probe:
        return int(probe.getsockname()[1])


def soon(check: Callable[[], Any], timeout_s: float = 8.0) -> Any:
    """Return what `check` returns once it is true; fail when it is not within `timeout_s`."""
    ends_at = time.monotonic() + timeout_s
    while not (found := check()):
        assert time.monotonic() < ends_at, "it did not happen in time"
        time.sleep(0.05)
    return found


class Worker:
    """A worker process with its log and its HTTP."""

    def __init__(self, folder: Path, esl_port: int, dsn: str, **more: str) -> None:
        # An address of its own: nobody's connection from 127.0.0.1 takes the port before the worker does.
        self.http = f"127.0.0.77:{free_port('127.0.0.77')}"
        self.log_path = folder / "worker.log"
        given = {"R2A_ESL_PASSWORD": PASSWORD, "R2A_ESL_PORT": str(esl_port), "R2A_WRITE_DSN": dsn, "R2A_NODE_NAME": "tele-node-01"}
        speed = {"R2A_ESL_HEARTBEAT_S": "1", "R2A_ESL_DEADLINE_MS": "700", "R2A_DB_DEADLINE_MS": "700", "R2A_ESL_HTTP_BIND": self.http}
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "r2a_esl"], cwd=ROOT, env={**os.environ, **given, **speed, **more}, stdout=log, stderr=subprocess.STDOUT
            )

    @property
    def log(self) -> str:
        return self.log_path.read_text()

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(f"http://{self.http}{path}", timeout=2) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()
        except OSError as error:
            return 0, str(error)

    def metric(self, name: str) -> float:
        found = re.search(rf"^{re.escape(name)} (\S+)$", self.get("/metrics")[1], re.MULTILINE)
        return float(found[1]) if found else -1.0

    def stop(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(5)
