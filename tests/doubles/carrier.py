"""A carrier's registrar on UDP: challenges, checks the digest, and keeps who was bound when."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import threading
import time
from dataclasses import dataclass

REALM = "carrier.example"
_HEADER = re.compile(r"^([A-Za-z-]+)\s*:\s*(.*)$")
_PAIR = re.compile(r'(\w+)=(?:"([^"]*)"|([^\s,]+))')
_CONTACT = re.compile(r"<sip:[^@>]*@([0-9.]+)")
_SHORT = {"v": "via", "f": "from", "t": "to", "i": "call-id", "m": "contact"}


@dataclass(frozen=True, slots=True)
class Bound:
    """From `at` (time.monotonic() seconds) the contact on `host` is bound, or not any more."""

    at: float
    host: str
    bound: bool


class Carrier:
    """Takes REGISTER for one account on one address; use as a context manager. `history` are changes of bindings, `registers` counts by host."""

    def __init__(self, host: str, username: str, password: str) -> None:
        self.history: list[Bound] = []
        self.registers: dict[str, int] = {}
        self._a1 = _md5(f"{username}:{REALM}:{password}")
        self._nonce = secrets.token_hex(8)
        self._until: dict[str, float] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((host, 0))
        self._socket.settimeout(0.2)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.place = f"{host}:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Carrier:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join()
        self._socket.close()

    def bound(self) -> set[str]:
        """Return the hosts of the contacts that are bound now."""
        now = time.monotonic()
        return {host for host, until in list(self._until.items()) if until > now}

    def most_at_once(self) -> int:
        """Return how many hosts were bound at the same time at most."""
        hosts: set[str] = set()
        most = 0
        for change in self.history:
            hosts = hosts | {change.host} if change.bound else hosts - {change.host}
            most = max(most, len(hosts))
        return most

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                data, sender = self._socket.recvfrom(65535)
            except TimeoutError:
                continue
            if reply := self._answer(data.decode()):
                self._socket.sendto(reply.encode(), sender)

    def _answer(self, text: str) -> str | None:
        first, *lines = text.split("\r\n\r\n")[0].split("\r\n")
        headers: dict[str, list[str]] = {}
        for line in lines:
            if found := _HEADER.match(line):
                name = found[1].lower()
                headers.setdefault(_SHORT.get(name, name), []).append(found[2])
        method = first.split(" ")[0]
        if method != "REGISTER":
            return None if method == "ACK" or first.startswith("SIP/2.0") else _reply("200 OK", headers)
        if not self._is_right(headers.get("authorization", [""])[0]):
            return _reply("401 Unauthorized", headers, f'WWW-Authenticate: Digest realm="{REALM}", nonce="{self._nonce}", algorithm=MD5, qop="auth"')
        return self._bind(headers)

    def _bind(self, headers: dict[str, list[str]]) -> str:
        contact = headers.get("contact", [""])[0]
        found = _CONTACT.search(contact)
        host = found[1] if found else ""
        of_contact = re.search(r";expires=(\d+)", contact)
        expires_s = int(of_contact[1] if of_contact else headers.get("expires", ["3600"])[0])
        self.registers[host] = self.registers.get(host, 0) + 1
        now = time.monotonic()
        was = self._until.get(host, 0) > now
        self._until[host] = now + expires_s
        if was != (expires_s > 0):
            self.history.append(Bound(now, host, expires_s > 0))
        return _reply("200 OK", headers, *([f"Contact: {contact.split(';expires')[0]};expires={expires_s}"] if expires_s else []))

    def _is_right(self, authorization: str) -> bool:
        given = {name: quoted or bare for name, quoted, bare in _PAIR.findall(authorization)}
        if given.get("nonce") != self._nonce:
            return False
        a2 = _md5(f"REGISTER:{given.get('uri', '')}")
        wanted = _md5(f"{self._a1}:{self._nonce}:{given.get('nc', '')}:{given.get('cnonce', '')}:{given.get('qop', '')}:{a2}")
        return given.get("response") == wanted


def _reply(status: str, headers: dict[str, list[str]], *more: str) -> str:
    to = headers["to"][0] if "tag=" in headers["to"][0] else f"{headers['to'][0]};tag={secrets.token_hex(4)}"
    lines = [f"SIP/2.0 {status}", *(f"Via: {via}" for via in headers["via"]), f"From: {headers['from'][0]}", f"To: {to}"]
    lines += [f"Call-ID: {headers['call-id'][0]}", f"CSeq: {headers['cseq'][0]}", *more, "Content-Length: 0", "", ""]
    return "\r\n".join(lines)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
