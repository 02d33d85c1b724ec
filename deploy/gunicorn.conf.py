"""gunicorn serving wsgi:app. The loopback neighbour is FreeSWITCH, which opens a new connection for each question."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from r2a_core.errors import SettingsError
from r2a_xml.settings import XmlSettings

try:
    _settings = XmlSettings.from_environment(os.environ)
except SettingsError as _error:
    sys.stderr.write(f"r2a: {_error}\n")
    sys.exit(1)

_host, _port = _settings.bind
bind = f"[{_host}]:{_port}" if ":" in _host else f"{_host}:{_port}"
worker_class = "r2a_xml.serving.PromptWorker"
workers = _settings.processes
threads = _settings.threads

# A burst of registrations after a restart of FreeSWITCH waits here, not in a refused connection.
backlog = 2048
# A kept connection would hold a thread for a peer that never sends a second question.
keepalive = 0
timeout = 30
graceful_timeout = 5
# No preload: pools and threads belong to the process that uses them.
preload_app = False
# The heartbeat file of a worker must not wait for a busy disk.
worker_tmp_dir = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108  # gunicorn makes a private file there

limit_request_line = 4094
limit_request_fields = 50
limit_request_field_size = 8190

proc_name = "r2a-xml"
# It would be one socket in the home folder for every gunicorn of this user.
control_socket_disable = True

accesslog = None
errorlog = "-"
loglevel = _settings.log_level

_METRICS = "PROMETHEUS_MULTIPROC_DIR"
_made: list[str] = []


def on_starting(_server: Any) -> None:
    """Give the workers one fresh folder to count in: what an earlier run left there would be counted again."""
    given = os.environ.get(_METRICS)
    if not given:
        given = tempfile.mkdtemp(prefix="r2a-metrics-", dir=worker_tmp_dir)
        os.environ[_METRICS] = given
        _made.append(given)
    folder = Path(given)
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.db"):
        left.unlink()


def child_exit(_server: Any, worker: Any) -> None:
    """Take a worker that is gone out of the gauges."""
    from prometheus_client import multiprocess

    multiprocess.mark_process_dead(worker.pid)


def on_exit(_server: Any) -> None:
    for folder in _made:
        shutil.rmtree(folder, ignore_errors=True)
