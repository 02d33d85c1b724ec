"""What the kernel knows of a process: its children, the CPU time it used, the memory it holds."""

from __future__ import annotations

import os
from pathlib import Path

_TICKS_A_S = os.sysconf("SC_CLK_TCK")
_PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")
_PROC = Path("/proc")


def children(pid: int) -> list[int]:
    """Return the process ids whose parent is `pid`."""
    pids = (int(folder.name) for folder in _PROC.iterdir() if folder.name.isdigit())
    return [child for child in pids if int((_stat(child) or ("", "0"))[1]) == pid]


def cpu_s(pid: int, *, with_reaped: bool = False) -> float:
    """Return the CPU seconds, user and system, of all threads of `pid`; with those of the children it has reaped if asked. 0 when it is gone."""
    stat = _stat(pid)
    if stat is None:
        return 0.0
    return sum(int(ticks) for ticks in (stat[11:15] if with_reaped else stat[11:13])) / _TICKS_A_S


def family_cpu_s(pid: int) -> float:
    """Return the CPU seconds of `pid`, its children, and the children it has had."""
    return cpu_s(pid, with_reaped=True) + sum(cpu_s(child) for child in children(pid))


def resident_mb(pid: int) -> float:
    """Return the resident memory of `pid` in megabytes (10^6 bytes), pages that it shares with others included."""
    return int((_PROC / str(pid) / "statm").read_text(encoding="ascii").split()[1]) * _PAGE_BYTES / 1e6


def peak_mb(pid: int) -> float:
    """Return the most resident memory that `pid` has had, in megabytes (10^6 bytes)."""
    lines = (_PROC / str(pid) / "status").read_text(encoding="utf-8", errors="replace").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) * 1024 / 1e6


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from `state` on, None when there is no such process."""
    try:
        # The name in brackets before them may hold anything, brackets too.
        return (_PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return None
