"""Frames of the event socket, as mod_event_socket writes them."""

from __future__ import annotations

import json
import urllib.parse
from collections.abc import Mapping


def header(kind: str, *lines: str, body: bytes | None = None) -> bytes:
    """Return one frame of the event socket."""
    length = [] if body is None else [f"Content-Length: {len(body)}"]
    return "\n".join([f"Content-Type: {kind}", *lines, *length, "", ""]).encode() + (body or b"")


def plain_event(headers: Mapping[str, str], body: bytes | None) -> bytes:
    lines = [f"{name}: {urllib.parse.quote(value, safe='/:@ ,')}" for name, value in headers.items()]
    lines += [] if body is None else [f"Content-Length: {len(body)}"]
    return header("text/event-plain", body="\n".join([*lines, "", ""]).encode() + (body or b""))


def json_event(headers: Mapping[str, str], body: bytes | None) -> bytes:
    values = dict(headers)
    if body is not None:
        values |= {"Content-Length": str(len(body)), "_body": body.decode()}
    return header("text/event-json", body=json.dumps(values, separators=(",", ":")).encode())
