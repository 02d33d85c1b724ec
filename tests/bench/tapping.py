"""`python -m tests.bench.tapping EVENTS`: the worker's tap alone, under gevent as in the worker; says how far it is after each EVENTS events."""

from __future__ import annotations

# As in r2a_esl.__main__, before any other import.
from gevent import monkey

monkey.patch_all()

import json  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402
import threading  # noqa: E402

from r2a_esl.metrics import WorkerMetrics  # noqa: E402
from r2a_esl.settings import from_environment  # noqa: E402
from r2a_esl.tap import Tap  # noqa: E402


def main(events: int) -> None:
    """Drain the tap's queue for ever; each line is what was taken so far, and the gaps of the tap."""
    tap = Tap(from_environment(os.environ), WorkerMetrics())
    threading.Thread(target=tap.run, daemon=True).start()
    taken = 0
    while True:
        tap.events.get()
        taken += 1
        if taken % events == 0:
            print(json.dumps({"taken": taken, "gaps": tap.gaps}), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
