"""The worker's own HTTP: /healthz, /readyz and /metrics, on a loopback address."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from gevent.pool import Pool
from gevent.pywsgi import WSGIServer

from r2a_core.errors import SettingsError
from r2a_esl.health import Readiness

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: A client that sends nothing holds one of these; more than a monitoring system needs.
MAX_CLIENTS = 64
_TEXT = "text/plain; charset=utf-8"


def application(readiness: Callable[[], Readiness], metrics: Callable[[], bytes]) -> WSGIApplication:
    """Return the WSGI application; `readiness` and `metrics` are asked at each request."""

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        status, kind, body = "404 Not Found", _TEXT, b"try /healthz, /readyz or /metrics\n"
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            status, body = "405 Method Not Allowed", b"only GET\n"
        elif environ["PATH_INFO"] == "/healthz":
            status, body = "200 OK", b"alive\n"
        elif environ["PATH_INFO"] == "/readyz":
            found = readiness()
            status, body = ("200 OK" if found.ready else "503 Service Unavailable"), f"{found.text}\n".encode()
        elif environ["PATH_INFO"] == "/metrics":
            status, kind, body = "200 OK", "text/plain; version=0.0.4; charset=utf-8", metrics()
        start_response(status, [("Content-Type", kind), ("Content-Length", str(len(body)))])
        return [b""] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer


class HealthServer:
    """Serves an application from greenlets of this process."""

    def __init__(self, host: str, port: int, app: WSGIApplication) -> None:
        self._place = f"{host}:{port}"
        self._server = WSGIServer((host, port), app, log=None, error_log=None, spawn=Pool(MAX_CLIENTS))

    def start(self) -> None:
        """Listen; raise SettingsError when the address is taken or not ours."""
        try:
            self._server.start()
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise SettingsError(f"R2A_ESL_HTTP_BIND: cannot listen on {self._place}: {reason}") from error

    def stop(self) -> None:
        self._server.stop(timeout=0.5)
