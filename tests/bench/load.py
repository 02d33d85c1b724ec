"""The load: wrk on one thread with eight connections, a new TCP connection for each request as mod_xml_curl opens it."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from .errors import BenchError
from .questions import BASE, PLACEHOLDER, Question
from .servers import FORM

CONNECTIONS = 8
_MARK = "BENCH "

_SCRIPT = """
local pieces, first, last = {%(pieces)s}, %(first)d, %(last)d
function init(arguments)
  math.randomseed(tonumber(arguments[1]))
end
function request()
  return table.concat(pieces, string.format("%%d", math.random(first, last)))
end
function done(summary, latency, requests)
  local errors = summary.errors
  local line = '{"requests": %%d, "duration_us": %%d, "bytes": %%d, "p50_us": %%d, "p99_us": %%d, "bad_status": %%d, "socket_errors": %%d}'
  io.write("%(mark)s", string.format(line, summary.requests, summary.duration, summary.bytes, latency:percentile(50), latency:percentile(99),
    errors.status, errors.connect + errors.read + errors.write + errors.timeout), "\\n")
end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shot:
    """What wrk counted in one round. Latency runs from the first byte of the request to the last of the answer."""

    requests: int
    duration_us: int
    bytes: int
    p50_us: int
    p99_us: int
    bad_status: int
    socket_errors: int

    @property
    def rate(self) -> float:
        """Requests per second."""
        return self.requests / self.duration_us * 1e6


def require_wrk() -> None:
    """Raise BenchError when there is no wrk."""
    if shutil.which("wrk") is None:
        raise BenchError("wrk is missing; run tests/install-services.sh")


def wrk_version() -> str:
    # It prints its version with its usage, and calls that a failure.
    said = subprocess.run(["wrk", "-v"], capture_output=True, text=True, check=False).stdout
    return said.partition(" Copyright")[0].strip()


def write_script(path: Path, question: Question, *, url_path: str, size: int) -> None:
    """Write the wrk script that asks `question` about any of `size` extensions, each time another."""
    body = question.form(str(BASE + 1))
    head = (
        f"POST {url_path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: freeswitch-xml/1.0\r\nAccept: */*\r\nConnection: close\r\n"
        f"Content-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    # A string of JSON is one of Lua as well, as long as it is ASCII.
    pieces = ", ".join(json.dumps(piece) for piece in (head + question.template).split(PLACEHOLDER))
    path.write_text(_SCRIPT % {"pieces": pieces, "first": BASE + 1, "last": BASE + size, "mark": _MARK}, encoding="ascii")


def shoot(port: int, script: Path, *, seconds: int, seed: int) -> Shot:
    """Load the service on `port` for `seconds`; raise BenchError when wrk fails, or a single answer was none."""
    address = f"http://127.0.0.1:{port}/"
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "5s", "-s", str(script), address, "--", str(seed)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=seconds + 30, start_new_session=True)
    return parse(ended.stdout, ended.stderr)


def parse(output: str, error_output: str) -> Shot:
    """Return what wrk's script printed; raise BenchError when the round does not count."""
    line = next((line for line in output.splitlines() if line.startswith(_MARK)), None)
    if line is None:
        raise BenchError(f"wrk failed: {(error_output or output).strip()[-300:]}")
    shot = Shot(**json.loads(line.removeprefix(_MARK)))
    if shot.bad_status or shot.socket_errors or not shot.requests:
        counted = f"{shot.requests} answers, {shot.bad_status} with a bad status, {shot.socket_errors} socket errors"
        raise BenchError(f"the round does not count: {counted}")
    return shot
