"""POST /xml: body -> guard -> request -> section -> document -> bytes and a status.

It is a WSGI application of its own, in front of Flask: FreeSWITCH holds a call while we think, and this is the only page it asks for.
Statuses: 200 an answer, also "not found"; 400 not from mod_xml_curl; 401; 405; 411; 413; 503 our own failure, never an empty document.
"""

from __future__ import annotations

import base64
import hmac
import logging
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from r2a_core.errors import R2aError, StoreRefused, StoreUnavailable
from r2a_core.logs import fields
from r2a_xml import metrics, request
from r2a_xml.arrival import ARRIVED
from r2a_xml.builders import document
from r2a_xml.form import FormRefused, read
from r2a_xml.sections import SECTIONS
from r2a_xml.sections.context import Context
from r2a_xml.store import questions

log = logging.getLogger("r2a_xml.endpoint")

StartResponse = Callable[..., Any]

#: A refused body up to this size is read and thrown away, so that the client hears why instead of a broken connection.
_DRAIN_BYTES = 1 << 26

_REASONS = {
    200: "200 OK",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    405: "405 Method Not Allowed",
    411: "411 Length Required",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back: a status, a body, and how it is counted."""

    status: int
    body: bytes
    kind: str
    outcome: str


def answer(body: bytes, context: Context) -> Reply:
    """Return the reply to one question; raise nothing."""
    kind = "form"
    try:
        asked = request.parse(read(body))
        kind = type(asked).__name__
        if isinstance(asked, request.Unknown):
            log.warning("question not owned", extra=fields(kind=asked.kind, reason=asked.reason))
            return Reply(200, document.NOT_FOUND, kind, "not_owned")
        section = SECTIONS.get(type(asked))
        found = section(asked, context) if section else None
        if found is None:
            return Reply(200, document.NOT_FOUND, kind, "not_found")
        return Reply(200, document.to_bytes(found), kind, "answered")
    except FormRefused as error:
        log.warning("request refused", extra=fields(reason=error))
        return Reply(400, f"{error}\n".encode(), kind, "refused")
    except (StoreUnavailable, StoreRefused) as error:
        log.error("no answer", extra=fields(kind=kind, reason=error))
        return Reply(503, f"{error}\n".encode(), kind, "unavailable")
    except Exception:
        # The top of the loop: a fault in one answer is a 503 for it, and the next one is answered.
        log.exception("fault while answering", extra=fields(kind=kind))
        return Reply(503, b"internal fault; the log has it\n", kind, "failed")


class Endpoint:
    """The WSGI application behind /xml."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._max_body_bytes = context.settings.max_body_bytes
        credentials = context.settings.credentials
        self._authorization = b"Basic " + base64.b64encode(credentials.reveal().encode()) if credentials else None
        self._counters: dict[tuple[str, str], tuple[Any, Any]] = {}

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        started_at = time.perf_counter()
        reply = self._refusal(environ) or self._answer(environ)
        count, seconds = self._counter(reply)
        count.inc()
        seconds.observe(time.perf_counter() - started_at)
        headers = [("Content-Type", "text/xml" if reply.status == 200 else "text/plain; charset=utf-8"), ("Content-Length", str(len(reply.body)))]
        if reply.status == 401:
            headers.append(("WWW-Authenticate", 'Basic realm="r2a"'))
        start_response(_REASONS[reply.status], headers)
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [reply.body]

    def _answer(self, environ: dict[str, Any]) -> Reply:
        length = int(environ["CONTENT_LENGTH"])
        body = environ["wsgi.input"].read(length)
        environ.get(ARRIVED, _nothing)()
        if len(body) != length:
            return Reply(400, b"the body ended before its Content-Length\n", "form", "refused")
        return answer(body, self._context)

    def _refusal(self, environ: dict[str, Any]) -> Reply | None:
        if environ["REQUEST_METHOD"] != "POST":
            return Reply(405, b"POST a form as mod_xml_curl does\n", "form", "refused")
        if "HTTP_ORIGIN" in environ or "HTTP_SEC_FETCH_SITE" in environ:
            # A page that was opened on this machine can post to loopback, and with a rebound name read the answer.
            return Reply(400, b"browsers are not answered\n", "form", "refused")
        if self._authorization is not None:
            given = environ.get("HTTP_AUTHORIZATION", "").encode("latin-1", "replace")
            if not hmac.compare_digest(given, self._authorization):
                log.warning("request without the right credentials", extra=fields(address=environ.get("REMOTE_ADDR", "")))
                return Reply(401, b"credentials needed: R2A_XML_CREDENTIALS here, gateway-credentials in xml_curl.conf\n", "form", "unauthorized")
        length = environ.get("CONTENT_LENGTH") or ""
        if not (length.isascii() and length.isdecimal()):
            return Reply(411, b"Content-Length is missing\n", "form", "refused")
        if int(length) > self._max_body_bytes:
            _drain(environ, int(length))
            return Reply(413, f"the body is above {self._max_body_bytes} bytes (R2A_XML_MAX_BODY_BYTES)\n".encode(), "form", "too_large")
        return None

    def _counter(self, reply: Reply) -> tuple[Any, Any]:
        key = (reply.kind, reply.outcome)
        pair = self._counters.get(key)
        if pair is None:
            pair = self._counters[key] = (metrics.ANSWERS.labels(*key), metrics.SECONDS.labels(reply.kind))
        return pair


def _nothing() -> None:
    """Stand in where another server than ours does not limit arrival."""


def _drain(environ: dict[str, Any], length: int) -> None:
    left = min(length, _DRAIN_BYTES)
    while left > 0:
        chunk = environ["wsgi.input"].read(min(left, 1 << 16))
        if not chunk:
            return
        left -= len(chunk)


def readiness(context: Context) -> tuple[bool, str]:
    """Return whether questions can be answered now, and one line that says from what."""
    try:
        step, state = questions.recovery(context.database)
    except R2aError as error:
        return False, f"no answers: {error}"
    empty = "" if state.has_tenants else "; there is no tenant yet: r2a tenant add, r2a domain add"
    return True, f"answering from {'a replica' if state.replica else 'the primary'} ({step} port){empty}"
