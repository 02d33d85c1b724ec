"""The XML service and the worker as children, and how one knows that the service answers."""

from __future__ import annotations

import signal
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from pathlib import Path

from r2a_admin.stack.children import LOOK_S, Children, Program
from r2a_admin.stack.errors import StackError
from r2a_admin.stack.settings import ROOT, Address

READY_S = 60.0


def xml_service(environment: Mapping[str, str], metrics: Path) -> Program:
    """Return gunicorn serving wsgi:app, whose workers count in the folder `metrics`."""
    environment = {**environment, "PROMETHEUS_MULTIPROC_DIR": str(metrics)}
    command = (sys.executable, "-m", "gunicorn", "--config", str(ROOT / "deploy" / "gunicorn.conf.py"), "wsgi:app")
    return Program(name="the XML service", command=command, environment=environment, stop_signal=signal.SIGTERM, stop_s=8.0)


def worker(environment: Mapping[str, str]) -> Program:
    """Return the worker; it waits for a FreeSWITCH by itself."""
    return Program(name="the worker", command=(sys.executable, "-m", "r2a_esl"), environment=environment, stop_signal=signal.SIGTERM, stop_s=4.0)


def wait_ready(address: Address, children: Children) -> None:
    """Wait until /readyz of the XML service is 200; raise StackError with what it says instead when that takes too long."""
    ends_at = time.monotonic() + READY_S
    said = "no answer"
    while time.monotonic() < ends_at:
        children.check()
        try:
            with urllib.request.urlopen(f"{address.url}/readyz", timeout=2):  # noqa: S310  # http, our own service
                return
        except urllib.error.HTTPError as error:
            said = error.read(200).decode("utf-8", "replace").strip()
        except OSError as error:
            said = str(error)
        time.sleep(LOOK_S)
    raise StackError(f"the XML service is not ready after {READY_S:g} s: {said}")
