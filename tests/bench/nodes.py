"""The fleet of the change pipeline: for each node a worker process, and a switch that only speaks the event socket and notes what comes when."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.doubles.freeswitch import PASSWORD, FakeFreeSwitch
from tests.doubles.worker import free_port

from . import processes
from .errors import BenchError
from .servers import ROOT

STOP_S = 10.0


class Node:
    """One node: its switch, which lives as long as the block that made the node, and its worker, which can be started and stopped."""

    def __init__(self, name: str, switch: FakeFreeSwitch, variables: dict[str, str], folder: Path, *, host: str = "127.0.1.1") -> None:
        self.name = name
        self._host = host
        self.log = folder / f"{name}.log"
        #: (command, time.monotonic() seconds when it arrived) of each flush, in order.
        self.flushes: list[tuple[str, float]] = []
        #: When a command connection asked who this is.
        self.greeted_at: list[float] = []
        self._variables = {**variables, "R2A_NODE_NAME": name, "R2A_ESL_PORT": str(switch.port), "R2A_ESL_PASSWORD": PASSWORD}
        self._process: subprocess.Popen[bytes] | None = None
        switch.replies["xml_flush_cache"] = self._flushed
        switch.replies["global_getvar core_uuid"] = lambda _: self._greeted(switch.core_uuid)

    @property
    def process(self) -> subprocess.Popen[bytes]:
        """The worker; raise BenchError when it has ended."""
        self.require_running()
        assert self._process is not None
        return self._process

    @property
    def pid(self) -> int:
        """The process id of the worker; raise BenchError when it has ended."""
        return self.process.pid

    def require_running(self) -> None:
        """Raise BenchError when the worker has ended, or was never started."""
        if self._process is None or self._process.poll() is not None:
            raise BenchError(f"the worker of {self.name} has ended; its log says: {self.last_words()}")

    def start(self) -> None:
        """Start the worker; what it says goes on in the same log."""
        inherited = {key: value for key, value in os.environ.items() if not key.startswith(("R2A_", "BENCH_", "PG"))}
        # An address of its own, like a node: on 127.0.0.1 the port could become that of somebody's connection before the worker takes it.
        environment = {**inherited, **self._variables, "R2A_ESL_HTTP_BIND": f"{self._host}:{free_port()}"}
        with self.log.open("ab") as output:
            # A session of its own: Ctrl-C reaches the bench alone, which then stops what it started.
            self._process = subprocess.Popen(
                [sys.executable, "-m", "r2a_esl"], cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT,
                start_new_session=True,
            )  # fmt: skip

    def terminate(self) -> None:
        """Tell the worker to end, without waiting."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self) -> None:
        """Wait until the worker has ended, and end it when it does not."""
        if self._process is None:
            return
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def resident_mb(self) -> float:
        return processes.resident_mb(self.pid)

    def last_words(self) -> str:
        return self.log.read_text(encoding="utf-8", errors="replace").strip()[-600:] or "nothing"

    def _flushed(self, command: str) -> str:
        self.flushes.append((command, time.monotonic()))
        return "+OK cleared 1 entry\n"

    def _greeted(self, core_uuid: str) -> str:
        self.greeted_at.append(time.monotonic())
        return core_uuid


@contextlib.contextmanager
def fleet(names: Sequence[str], variables: dict[str, str], folder: Path) -> Iterator[list[Node]]:
    """Make a node of each name, none of whose workers is started; at the end of the block every worker and every switch is stopped."""
    with contextlib.ExitStack() as stack:
        nodes: list[Node] = []
        # Entered before any worker can be started, so left after the last: whatever happens in between.
        switches = [stack.enter_context(FakeFreeSwitch(switchname=name)) for name in names]
        stack.callback(stop, nodes)
        for place, (name, switch) in enumerate(zip(names, switches, strict=True), start=1):
            nodes.append(Node(name, switch, variables, folder, host=f"127.0.1.{place}"))
        yield nodes


def stop(nodes: Sequence[Node]) -> None:
    """Stop the workers of `nodes`, all at once."""
    for node in nodes:
        node.terminate()
    for node in nodes:
        node.wait()
