"""The real service: gunicorn with deploy/gunicorn.conf.py as a process of its own, asked over HTTP and timed."""

from __future__ import annotations

import hashlib
import http.client
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs

from lxml import etree

from .processes import BARE_ENVIRONMENT, Program, free_port, wait_for

ROOT = Path(__file__).resolve().parents[3]
FORMS = Path(__file__).parent / "forms"

REGISTER = (FORMS / "sip_auth-register-1001.form").read_bytes()
INVITE = (FORMS / "sip_auth-invite-1002.form").read_bytes()
SOFIA = (FORMS / "sofia.conf.form").read_bytes()

DOMAIN = "pbx.example.com"
ESL_PASSWORD = "esl-password-that-no-log-may-show"

#: R2A_DB_DEADLINE_MS unless a test sets it, and what HTTP, Python and a busy machine may add, in seconds.
DEADLINE_S = 2.0
GRACE_S = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What came back, and when it was asked and how long it took, in seconds of time.monotonic()."""

    status: int
    body: bytes
    asked_at: float
    took_s: float

    @property
    def text(self) -> str:
        return self.body.decode()

    def is_whole(self) -> bool:
        """Return whether this is an answer with content, or an honest refusal: never an empty or half document."""
        if self.status == 503:
            return self.text.strip() != "" and "<" not in self.text
        return self.status == 200 and b'status="not found"' not in self.body and len(etree.fromstring(self.body)) > 0


class Service:
    """gunicorn with one worker of eight threads, serving wsgi:app on a free port."""

    def __init__(self, variables: Mapping[str, str], folder: Path) -> None:
        self.port = free_port()
        own = {
            "R2A_XML_BIND": f"127.0.0.1:{self.port}",
            "R2A_NODE_NAME": "tele-node-01",
            "R2A_ESL_PASSWORD": ESL_PASSWORD,
            # No file of this machine may have a say.
            "R2A_DB_CREDENTIALS": "/dev/null",
            "WEB_CONCURRENCY": "1",
            "PYTHONPATH": str(ROOT),
        }
        environment = {**BARE_ENVIRONMENT, **own, **variables}
        if "R2A_DB_PASSWORD" in variables:
            del environment["R2A_DB_CREDENTIALS"]
        output = folder / f"r2a_xml-{self.port}.log"
        command = [sys.executable, "-m", "gunicorn", *_gunicorn(self.port), "wsgi:app"]
        self.program = Program("r2a_xml", command, output=output, environment=environment)

    def wait_until_alive(self, timeout_s: float = 20) -> None:
        wait_for("r2a_xml is alive", lambda: self._status("/healthz") == 200, timeout_s)

    def wait_until_ready(self, timeout_s: float = 20) -> None:
        wait_for("r2a_xml is ready", lambda: self._status("/readyz") == 200, timeout_s)

    def get(self, path: str) -> Reply:
        return self.send("GET", path)

    def ask(self, form: bytes = REGISTER) -> Reply:
        """Ask one question as mod_xml_curl does: a new connection each."""
        return self.send("POST", "/xml", form, {"Content-Type": "application/x-www-form-urlencoded"})

    def send(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        asked_at = time.monotonic()
        try:
            connection.request(method, path, body, dict(headers or {}))
            response = connection.getresponse()
            content = response.read()
        finally:
            connection.close()
        return Reply(status=response.status, body=content, asked_at=asked_at, took_s=time.monotonic() - asked_at)

    def log(self) -> str:
        return self.program.log()

    def stop(self) -> None:
        self.program.stop()

    def _status(self, path: str) -> int:
        assert self.program.exit_code is None, f"r2a_xml ended with {self.program.exit_code}:\n{self.log()[-3000:]}"
        try:
            return self.get(path).status
        except OSError:
            return 0


def _gunicorn(port: int) -> list[str]:
    configuration = ROOT / "deploy" / "gunicorn.conf.py"
    if configuration.exists():
        return ["--config", str(configuration)]
    return ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--worker-class", "gthread", "--threads", "8"]


def demo_hashes() -> Iterator[str]:
    """Yield every a1 hash of the demo tenant: the phones' and the voicemail boxes'."""
    for number in range(1001, 1021):
        for password in (f"demo{number}", str(number)):
            yield hashlib.md5(f"{number}:{DOMAIN}:{password}".encode()).hexdigest()


def digest_responses() -> Iterator[str]:
    """Yield the digest responses and nonces in the forms that are asked."""
    for form in (REGISTER, INVITE):
        fields = parse_qs(form.decode())
        yield from fields["sip_auth_response"]
        yield from fields["sip_auth_nonce"]


def leaks(log: str, *secrets: str) -> list[str]:
    """Return which of `secrets`, the event socket's password, the demo hashes and the digests stand in `log`."""
    return [secret for secret in (*secrets, ESL_PASSWORD, *demo_hashes(), *digest_responses()) if secret in log]
