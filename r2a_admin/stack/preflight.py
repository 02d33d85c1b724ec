"""What must be right before anything is started: the ports are free, and no other `r2a run` uses the folder."""

from __future__ import annotations

import errno
import fcntl
import os
import socket
import time
from pathlib import Path

from r2a_admin.stack.errors import StackError
from r2a_admin.stack.settings import Address

#: The programs of a killed `r2a run` need a moment to end, in seconds.
PATIENCE_S = 2.0


def need_free(address: Address) -> None:
    """Raise StackError naming the port and its variable when nothing can listen on `address`."""
    ends_at = time.monotonic() + PATIENCE_S
    while (error := _bind_error(address)) is not None:
        if error.errno != errno.EADDRINUSE:
            reason = (error.strerror or str(error)).lower()
            raise StackError(f"cannot listen on {address.host} port {address.port}: {reason}; set {address.variable} to another HOST:PORT")
        if time.monotonic() > ends_at:
            taken = f"port {address.port} on {address.host} is taken by another program"
            raise StackError(f"{taken}; stop it, or set {address.variable} to another HOST:PORT")
        time.sleep(0.1)


def _bind_error(address: Address) -> OSError | None:
    try:
        family, kind, protocol, _, place = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            # As gunicorn does: an address in TIME_WAIT is free.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        return error
    return None


def take(var: Path) -> int:
    """Return the descriptor of the lock on `var`, held until this process ends; raise StackError when another holds it."""
    try:
        var.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(var / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise StackError(f"{var} cannot be used: {(error.strerror or str(error)).lower()}; set R2A_VAR to a folder of yours") from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace").strip()
        raise StackError(f"another `r2a run` (process {holder or 'unknown'}) uses {var}; stop it, or set R2A_VAR to another folder") from error
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor
