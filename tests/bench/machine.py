"""On what was measured, and with what: numbers without it cannot be compared."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from .load import CONNECTIONS, wrk_version

_PACKAGES = ("gunicorn", "flask", "psycopg", "psycopg-pool", "lxml")


def describe(postgres_version: str) -> dict[str, str]:
    """Return the facts about this machine and these programs, ready to print."""
    return {
        "machine": here(),
        "programs": f"{programs(postgres_version, _PACKAGES)}, {wrk_version()}",
        "server": "one gunicorn worker with deploy/gunicorn.conf.py for each service, all on this machine, as are wrk and PostgreSQL",
        "client": f"wrk, 1 thread, {CONNECTIONS} connections at a time, a new TCP connection for each request, a random extension in each",
    }


def here() -> str:
    """Return what machine this is, and how busy it is now."""
    return f"{os.cpu_count()} cores, {_processor()}, {platform.system()} {platform.release()}, load {os.getloadavg()[0]:.1f} at the start"


def programs(postgres_version: str, packages: Sequence[str]) -> str:
    """Return the versions of Python, PostgreSQL and `packages`."""
    named = ", ".join(f"{name} {version(name)}" for name in packages)
    return f"Python {platform.python_version()}, PostgreSQL {postgres_version}, {named}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())
