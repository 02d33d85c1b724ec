"""Becomes another program that ends when its starter does, however that ends: `python tied.py STARTER_PID SIGNAL USER PROGRAM ARGUMENT...`.

Run as a file with nothing but the standard library, so that it costs milliseconds. An empty USER keeps the user.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import sys

PR_SET_PDEATHSIG = 1


def main(starter_pid: int, death_signal: int, user: str, command: list[str]) -> None:
    """Replace this process by `command`, which the kernel sends `death_signal` when the process `starter_pid` ends."""
    if user:
        entry = pwd.getpwnam(user)
        os.initgroups(user, entry.pw_gid)
        os.setgid(entry.pw_gid)
        os.setuid(entry.pw_uid)
    # After the change of user, which clears it.
    if ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0) != 0:
        sys.exit(f"{command[0]}: prctl failed: {os.strerror(ctypes.get_errno())}")
    # The starter may have ended before the kernel was asked to watch it.
    if os.getppid() != starter_pid:
        sys.exit(1)
    os.execv(command[0], command)  # noqa: S606  # what it is for


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], sys.argv[4:])
