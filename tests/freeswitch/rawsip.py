"""SIP requests that no phone would send: written by hand, over UDP, with a digest over whatever realm the test wants."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Response:
    """The final response to a request."""

    status: int
    text: str

    def challenge(self, name: str) -> str:
        """Return one parameter of the challenge, like the nonce."""
        found = re.search(rf'{name}="([^"]*)"', self.text)
        if not found:
            raise AssertionError(f"no {name} in\n{self.text}")
        return found[1]


class Attacker:
    """A UDP socket that speaks SIP to one port of the switch."""

    def __init__(self, switch_port: int) -> None:
        self._switch = ("127.0.0.1", switch_port)
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(10)
        self.port = int(self._socket.getsockname()[1])
        self._call_id = secrets.token_hex(8)
        self._sequence = 0

    def close(self) -> None:
        self._socket.close()

    def send(self, method: str, uri: str, headers: Mapping[str, str], body: str = "") -> Response:
        """Send one request and return its final response; an INVITE's is acknowledged."""
        self._sequence += 1
        branch = f"z9hG4bK{secrets.token_hex(6)}"
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch={branch}",
            "Max-Forwards: 20",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._sequence} {method}",
            *(f"{name}: {value}" for name, value in headers.items()),
            f"Content-Length: {len(body.encode())}",
        ]
        self._socket.sendto("\r\n".join([*lines, "", body]).encode(), self._switch)
        response = self._final()
        if method == "INVITE":
            self._acknowledge(uri, headers, branch, response)
        return response

    def receive(self, method: str) -> str:
        """Wait for a request of the switch, answer it with 200, and return it."""
        while True:
            text = self._socket.recv(65535).decode("utf-8", "replace")
            if text.startswith(f"{method} "):
                kept = [line for line in text.split("\r\n\r\n", 1)[0].split("\r\n") if re.match(r"(Via|From|To|Call-ID|CSeq):", line)]
                self._socket.sendto("\r\n".join(["SIP/2.0 200 OK", *kept, "Content-Length: 0", "", ""]).encode(), self._switch)
                return text

    def _final(self) -> Response:
        while True:
            text = self._socket.recv(65535).decode("utf-8", "replace")
            found = re.match(r"SIP/2\.0 (\d{3})", text)
            if found and f"CSeq: {self._sequence} " in text and int(found[1]) >= 200:
                return Response(int(found[1]), text)

    def _acknowledge(self, uri: str, headers: Mapping[str, str], branch: str, response: Response) -> None:
        to = re.search(r"^To: (.*?)\r?$", response.text, re.MULTILINE)
        lines = [
            f"ACK {uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch={branch}",
            "Max-Forwards: 20",
            f"Call-ID: {self._call_id}",
            f"CSeq: {self._sequence} ACK",
            f"From: {headers['From']}",
            f"To: {to[1] if to else headers['To']}",
            "Content-Length: 0",
        ]
        self._socket.sendto("\r\n".join([*lines, "", ""]).encode(), self._switch)


def authorization(method: str, uri: str, *, user: str, password: str, realm: str, nonce: str) -> str:
    """Return the value of an Authorization header with a digest that is right for `realm`, whatever that is."""
    ha1, ha2 = _md5(f"{user}:{realm}:{password}"), _md5(f"{method}:{uri}")
    response = _md5(f"{ha1}:{nonce}:00000001:c0ffee:auth:{ha2}")
    return (
        f'Digest username="{user}", realm="{realm}", nonce="{nonce}", uri="{uri}", response="{response}", '
        'algorithm=MD5, cnonce="c0ffee", qop=auth, nc=00000001'
    )


def sdp(port: int) -> str:
    """Return an offer of G.711 on `port`."""
    return "\r\n".join(
        ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 127.0.0.1", "t=0 0", f"m=audio {port} RTP/AVP 0", "a=rtpmap:0 PCMU/8000", ""]
    )


def _md5(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()
