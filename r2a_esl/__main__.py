"""`python -m r2a_esl`: the worker beside one FreeSWITCH."""

from __future__ import annotations

# Sockets, threads and locks of everything imported from here on must be gevent's, so this comes before any other import.
from gevent import monkey

monkey.patch_all()

import os  # noqa: E402
import signal  # noqa: E402
import sys  # noqa: E402

import gevent  # noqa: E402

from r2a_core import logs  # noqa: E402
from r2a_core.errors import SettingsError  # noqa: E402
from r2a_esl.settings import from_environment  # noqa: E402
from r2a_esl.worker import Worker  # noqa: E402


def main() -> int:
    """Run the worker until SIGTERM or SIGINT; return the exit code: 0 stopped, 1 the settings do not work."""
    try:
        settings = from_environment(os.environ)
        logs.set_up(settings.log_level)
        worker = Worker(settings)
        for number in (signal.SIGTERM, signal.SIGINT):
            gevent.signal_handler(number, worker.request_stop)
        worker.run()
    except SettingsError as error:
        sys.stderr.write(f"r2a_esl: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
