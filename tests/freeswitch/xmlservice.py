"""The XML service under gunicorn, and a recorder between it and FreeSWITCH that keeps each question with its answer."""

from __future__ import annotations

import http.client
import os
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import URLError
from urllib.parse import parse_qsl

from .processes import Program, free_port, wait_for

ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True)
class Exchange:
    """One question of FreeSWITCH and its answer."""

    form: str
    status: int
    answer: str

    def field(self, name: str) -> str:
        """Return the last value of a field; the genuine ones come after anything that was injected."""
        return dict(parse_qsl(self.form, keep_blank_values=True)).get(name, "")

    @property
    def found(self) -> bool:
        return self.status == 200 and "not found" not in self.answer

    def __str__(self) -> str:
        telling = ("section", "key_value", "user", "action", "purpose", "profile", "Hunt-Context", "Hunt-Destination-Number")
        named = {name: self.field(name) for name in telling if self.field(name)}
        return f"{named} -> {self.status} {self.answer[:2000]}"


class Recorder:
    """Passes every request on and keeps what was said. FreeSWITCH is told its address instead of the service's."""

    def __init__(self, service_port: int, *, port: int = 0) -> None:
        self.exchanges: list[Exchange] = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                connection = http.client.HTTPConnection("127.0.0.1", service_port, timeout=10)
                kept = {name: value for name, value in self.headers.items() if name.lower() in ("authorization", "content-type")}
                connection.request("POST", self.path, body, kept)
                response = connection.getresponse()
                answer = response.read()
                connection.close()
                recorder.exchanges.append(Exchange(body.decode("utf-8", "replace"), response.status, answer.decode("utf-8", "replace")))
                self.send_response(response.status)
                self.send_header("Content-Type", response.headers.get("Content-Type", "text/xml"))
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the name http.server gives it
                """Say nothing: the exchanges are kept."""

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_port
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def settled(self) -> int:
        """Return how many exchanges there were, once none has been added for a third of a second: some follow a REGISTER's answer."""
        before, since = -1, 0.0
        while before != len(self.exchanges) or time.monotonic() - since < 0.3:
            if before != len(self.exchanges):
                before, since = len(self.exchanges), time.monotonic()
            time.sleep(0.05)
        return before

    def since(self, position: int) -> list[Exchange]:
        return self.exchanges[position:]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class XmlService:
    """gunicorn with one worker serving wsgi:app on a free port."""

    def __init__(self, variables: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
        environment = {**inherited, **variables, "R2A_XML_BIND": f"127.0.0.1:{self.port}", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{self.port}", "--workers", "1", "--threads", "4"]
        self._program = Program("r2a_xml", command, folder=folder, environment=environment)

    def wait_until_ready(self) -> None:
        """Return once it can answer; fail with its log when it cannot."""
        try:
            wait_for("r2a_xml is ready", self._ready, 20)
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.log()[-3000:]}") from None

    def log(self) -> str:
        return self._program.text()

    def stop(self) -> None:
        self._program.stop()

    def _ready(self) -> bool:
        if self._program.exit_code is not None:
            raise AssertionError(f"gunicorn ended with {self._program.exit_code}:\n{self.log()[-3000:]}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=3) as response:
                return bool(response.status == 200)
        except (URLError, OSError):
            return False
