"""The programs that `r2a run` started: none outlives it, and they stop in the reverse of the order in which they were started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from r2a_admin.stack import tied
from r2a_admin.stack.errors import StackError
from r2a_admin.stack.interrupts import Interrupts
from r2a_admin.stack.settings import ROOT

#: How often somebody who waits for a child looks, in seconds.
LOOK_S = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run and how it is asked to stop. user = None keeps the user; log = None writes to our own output."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    stop_signal: signal.Signals
    stop_s: float
    user: str | None = None
    log: Path | None = None


class Children:
    """Starts programs, each in a session of its own: a Ctrl-C of the terminal reaches only us, and we decide the order."""

    def __init__(self, interrupts: Interrupts) -> None:
        self._interrupts = interrupts
        self._running: list[tuple[Program, subprocess.Popen[bytes]]] = []

    def start(self, program: Program) -> subprocess.Popen[bytes]:
        """Start `program`; call from the main thread, with whose end the kernel stops it. Raises StackError when it cannot be started."""
        launcher = [sys.executable, "-I", "-S", tied.__file__, str(os.getpid()), str(int(program.stop_signal)), program.user or "", *program.command]
        with contextlib.ExitStack() as files:
            # A server's log may repeat what somebody asked it: only its owner reads it.
            log = files.enter_context(open(program.log, "ab", opener=_private)) if program.log else None
            try:
                process = subprocess.Popen(  # noqa: S603  # our own programs
                    launcher, env=dict(program.environment), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
                )
            except OSError as error:
                raise StackError(f"{program.name} cannot be started: {error.strerror}") from error
        self._running.append((program, process))
        return process

    def run(self, program: Program) -> int:
        """Run `program` to its end and return its exit code; raise StopRequested when a signal comes first."""
        process = self.start(program)
        while process.poll() is None:
            self._interrupts.check()
            time.sleep(LOOK_S)
        self._running.pop()
        return process.returncode

    def check(self) -> None:
        """Raise StopRequested after a signal, and StackError when a program has ended by itself."""
        self._interrupts.check()
        for program, process in self._running:
            code = process.poll()
            if code is not None:
                how = f"was ended by {signal.Signals(-code).name}" if code < 0 else f"ended with exit code {code}"
                where = f"; see {program.log}" if program.log else ""
                raise StackError(f"{program.name} (process {process.pid}) {how}{where}; everything else was stopped")

    def stop(self) -> None:
        """Stop every program, the last one first; one that takes too long is killed with its whole session."""
        while self._running:
            program, process = self._running[-1]
            if process.poll() is None:
                process.send_signal(program.stop_signal)
                try:
                    process.wait(program.stop_s)
                except subprocess.TimeoutExpired:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            self._running.pop()


def _private(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
