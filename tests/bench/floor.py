"""The floor: a bare WSGI function that reads the body and returns one of a few constant bodies, /SIZE being the one of SIZE bytes.

No service in Python under the same gunicorn can be faster; what r2a adds to it is r2a's own cost.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from typing import Any

SIZES = "BENCH_FLOOR_BYTES"

_BODIES = {f"/{size}": b"x" * int(size) for size in os.environ.get(SIZES, "").split(",") if size}


def app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """Answer any question with the constant body of its path."""
    environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
    body = _BODIES.get(environ["PATH_INFO"], b"")
    start_response("200 OK", [("Content-Type", "text/xml"), ("Content-Length", str(len(body)))])
    return [body]
