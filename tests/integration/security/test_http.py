"""What is not a question of mod_xml_curl over HTTP is refused before the database is asked, and without harm to the next."""

from __future__ import annotations

import base64
import http.client
import socket
from pathlib import Path

import pytest

from ..outage.service import REGISTER, Service
from .conftest import CREDENTIALS, Launch

MIB = 1 << 20

def raw(service: Service, *pieces: bytes) -> int:
    """Send `pieces` as they are and return the status of the answer."""
    with socket.create_connection(("127.0.0.1", service.port), timeout=10) as connection:
        for piece in pieces:
            connection.sendall(piece)
        answer = b""
        while b"\r\n" not in answer:
            received = connection.recv(4096)
            assert received, f"closed without an answer to {pieces[0][:200]!r}"
            answer += received
    return int(answer.split(b" ", 2)[1])


def post(*headers: bytes) -> bytes:
    return b"\r\n".join((b"POST /xml HTTP/1.1", b"Host: r2a", *headers, b"", b""))


def resident_bytes(service: Service) -> int:
    """Return the memory of the worker processes of `service`."""
    pid = service.program.pid
    workers = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
    assert workers
    return max(int(Path(f"/proc/{worker}/statm").read_text(encoding="ascii").split()[1]) * 4096 for worker in workers)


def test_a_body_of_40_mb_is_413_and_is_not_kept(service: Service) -> None:
    before = resident_bytes(service)
    reply = service.send("POST", "/xml", b"x" * (40 * MIB))
    assert reply.status == 413
    assert "R2A_XML_MAX_BODY_BYTES" in reply.text
    assert reply.took_s < 5
    assert resident_bytes(service) - before < 10 * MIB
    assert service.ask().status == 503


def test_a_claim_of_40_mb_is_413_also_when_the_body_waits_to_be_asked_for(service: Service) -> None:
    assert raw(service, post(b"Content-Length: 41943040", b"Expect: 100-continue", b"Connection: close"), b"x" * (40 * MIB)) in (100, 413)
    assert service.ask().status == 503


def test_the_largest_body_is_read_and_one_byte_more_is_not(launch: Launch) -> None:
    service = launch(R2A_XML_MAX_BODY_BYTES=str(1 << 14))
    service.wait_until_alive()
    assert service.send("POST", "/xml", b"x" * (1 << 14)).status == 400
    assert service.send("POST", "/xml", b"x" * ((1 << 14) + 1)).status == 413


@pytest.mark.parametrize(
    "request_bytes",
    [
        post(b"Connection: close") + REGISTER,
        post(b"Transfer-Encoding: chunked", b"Connection: close") + b"%x\r\n%s\r\n0\r\n\r\n" % (len(REGISTER), REGISTER),
        post(b"Transfer-Encoding: chunked", b"Content-Length: %d" % len(REGISTER), b"Connection: close") + REGISTER,
        post(b"Content-Length: -1") + REGISTER,
        post(b"Content-Length: +%d" % len(REGISTER)) + REGISTER,
        post(b"Content-Length: 1e3") + REGISTER,
        post(b"Content-Length: \xb2") + REGISTER,
        post(b"Content-Length: 0x10") + REGISTER,
        post(b"Content-Length: %d" % len(REGISTER), b"Content-Length: 5") + REGISTER,
        post(b"Content-Length: 0", b"Connection: close"),
    ],
    ids=["none", "chunked", "chunked and a length", "negative", "plus", "exponent", "superscript", "hex", "two", "zero"],
)
def test_a_body_without_one_honest_length_is_refused(service: Service, request_bytes: bytes) -> None:
    assert raw(service, request_bytes) in (400, 411)
    assert "Traceback" not in service.log()
    assert service.ask().status == 503


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_post_asks_questions(service: Service, method: str) -> None:
    assert service.send(method, "/xml").status == 405


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_pages_for_people_are_only_read(service: Service, path: str) -> None:
    assert service.send("POST", path, b"x").status == 405


@pytest.mark.parametrize("path", ["/", "/xml/", "/XML", "/xml/../xml", "//xml", "/etc/passwd", "/../../etc/passwd", "/static/x"])
def test_there_is_no_other_page(service: Service, path: str) -> None:
    assert service.send("POST", path, REGISTER).status in (400, 404, 405)


@pytest.mark.parametrize("body", [b"\x00" * 100, b"\xff\xfe" * 50, b"&" * 10_000, b"=" * 10_000, b"%" * 10_000, REGISTER[:100], REGISTER * 2])
def test_what_is_no_form_is_400_with_one_line(service: Service, body: bytes) -> None:
    reply = service.ask(body)
    assert reply.status == 400
    assert len(reply.text.splitlines()) == 1
    assert "Traceback" not in service.log()


def test_no_line_of_the_log_is_a_callers(service: Service) -> None:
    forged = b"2026-01-01T00:00:00.000 INFO r2a_xml.app all-is-well"
    for form in (
        REGISTER.replace(b"action=sip_auth", b"action=x%0a" + forged),
        REGISTER.replace(b"action=sip_auth", b"action=x%1b[2K%0d" + forged),
        REGISTER.replace(b"key_value=pbx.example.com", b"key_value=x\n" + forged),
        REGISTER.replace(b"hostname=tele-node-01", b"hostname=x\n" + forged),
        REGISTER.replace(b"section=directory", b"section=x\n" + forged),
    ):
        service.ask(form)
    log = service.log()
    assert not any(line.startswith(forged.decode()) for line in log.splitlines())
    assert "\x1b" not in log


def authorization(credentials: str, scheme: str = "Basic") -> dict[str, str]:
    return {"Authorization": f"{scheme} {base64.b64encode(credentials.encode()).decode()}"}


def test_the_right_credentials_are_let_in(guarded: Service) -> None:
    assert guarded.send("POST", "/xml", REGISTER, authorization(CREDENTIALS)).status == 503


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Authorization": ""},
        {"Authorization": "Basic"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Basic \xe9"},
        authorization("freeswitch:"),
        authorization("freeswitch:of"),
        authorization("freeswitch:of:the-test "),
        authorization("freeswitch:OF:THE-TEST"),
        authorization(":of:the-test"),
        authorization(CREDENTIALS, scheme="Digest"),
    ],
)
def test_other_credentials_are_401(guarded: Service, headers: dict[str, str]) -> None:
    reply = guarded.send("POST", "/xml", REGISTER, headers)
    assert reply.status == 401
    assert CREDENTIALS.partition(":")[2] not in reply.text


def test_401_asks_for_credentials(guarded: Service) -> None:
    request = post(b"Content-Length: 0", b"Connection: close")
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while received := connection.recv(4096):
            answer += received
    assert b"401" in answer.split(b"\r\n")[0]
    assert b"\r\nWWW-Authenticate: Basic" in answer


def test_a_large_body_of_a_stranger_is_401_and_not_read_for_long(guarded: Service) -> None:
    with socket.create_connection(("127.0.0.1", guarded.port), timeout=10) as connection:
        connection.sendall(post(b"Content-Length: 41943040"))
        assert connection.recv(4096).split(b" ", 2)[1] == b"401"


def test_health_needs_no_credentials_and_tells_no_secret(guarded: Service) -> None:
    assert guarded.get("/healthz").status == 200
    ready = guarded.get("/readyz")
    assert ready.status == 503
    assert "password" not in ready.text
    assert guarded.get("/metrics").status == 200


def test_the_log_shows_no_credentials(guarded: Service) -> None:
    for given in (CREDENTIALS, "freeswitch:almost-right"):
        guarded.send("POST", "/xml", REGISTER, authorization(given))
        assert given.partition(":")[2] not in guarded.log()
        assert base64.b64encode(given.encode()).decode() not in guarded.log()


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
def test_a_browser_is_not_answered(service: Service, header: str) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=5)
    connection.request("POST", "/xml", b"x", {header: "http://evil.example"})
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (400, b"browsers are not answered\n")
    connection.close()
