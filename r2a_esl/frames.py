"""Cuts the event socket's byte stream into frames. Any doubt about where a frame ends is an error: what follows could be anything."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from r2a_core.errors import R2aError

MAX_HEADER_BYTES = 8192
#: An event with all variables of a call has about 12 kB.
MAX_BODY_BYTES = 1024 * 1024
#: Up to here an event that is too long is left out without losing those behind it; beyond, the length itself is doubted.
MAX_LEFT_OUT_BYTES = 64 * 1024 * 1024
EVENT, REPLY, HELLO = "text/event-json", "command/reply", "auth/request"
#: In place of an event that was too long; no such thing is ever sent.
LEFT_OUT = "left out"
GOODBYE, REJECTION = "text/disconnect-notice", "text/rude-rejection"
_KINDS = frozenset({EVENT, REPLY, HELLO, GOODBYE, REJECTION})
_HEADER = re.compile(rb"([A-Za-z][A-Za-z0-9-]*): ?([^\r\n]*)")
_LENGTH = re.compile(r"[0-9]{1,10}")


class FramingError(R2aError):
    """The stream is not what the event socket sends, or is out of step."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message of FreeSWITCH; text is a reply's Reply-Text."""

    kind: str
    text: str
    body: bytes


class Framer:
    """Takes bytes as they come, in pieces of any size. After a FramingError it must not be used again."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._headers: Mapping[str, str] | None = None
        self._left_out = 0

    def feed(self, data: bytes) -> Iterator[Frame]:
        """Yield the frames that `data` completes; raise FramingError."""
        self._buffer += data
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        if self._headers is None:
            self._headers = self._take_headers()
            if self._headers is None:
                return None
        headers, length = self._headers, _length(self._headers)
        if length > MAX_BODY_BYTES:
            return self._leave_out(length)
        if len(self._buffer) < length:
            return None
        body = bytes(self._buffer[:length])
        del self._buffer[:length]
        self._headers = None
        return Frame(kind=headers["content-type"], text=headers.get("reply-text", ""), body=body)

    def _leave_out(self, length: int) -> Frame | None:
        # Thrown away as it comes: nobody's event decides how much memory the worker takes.
        gone = min(len(self._buffer), length - self._left_out)
        del self._buffer[:gone]
        self._left_out += gone
        if self._left_out < length:
            return None
        self._left_out = 0
        self._headers = None
        return Frame(kind=LEFT_OUT, text="", body=b"")

    def _take_headers(self) -> Mapping[str, str] | None:
        end = self._buffer.find(b"\n\n", 0, MAX_HEADER_BYTES + 2)
        if end < 0:
            if len(self._buffer) > MAX_HEADER_BYTES:
                raise FramingError(f"no end of headers within {MAX_HEADER_BYTES} bytes")
            return None
        block = bytes(self._buffer[:end])
        del self._buffer[: end + 2]
        return _headers(block)


def _headers(block: bytes) -> Mapping[str, str]:
    found: dict[str, str] = {}
    for line in block.split(b"\n"):
        match = _HEADER.fullmatch(line)
        if match is None:
            raise FramingError(f"not a header: {line[:60]!r}")
        name = match[1].decode().lower()
        if name in found:
            raise FramingError(f"two headers {name}")
        found[name] = match[2].decode("utf-8", "replace")
    kind = found.get("content-type", "")
    if kind not in _KINDS:
        raise FramingError(f"a frame of kind {kind[:60]!r}")
    if kind == EVENT and "content-length" not in found:
        raise FramingError("an event without Content-Length")
    return found


def _length(headers: Mapping[str, str]) -> int:
    text = headers.get("content-length", "0")
    most = MAX_LEFT_OUT_BYTES if headers["content-type"] == EVENT else MAX_BODY_BYTES
    if not _LENGTH.fullmatch(text) or int(text) > most:
        raise FramingError(f"a body of {text[:40]!r} bytes")
    return int(text)


def event(frame: Frame) -> Mapping[str, object]:
    """Return the headers of an event; raise FramingError when the body is none. Where a name comes twice, the first counts."""
    try:
        # Bytes of any encoding come as the phones sent them.
        found = json.loads(frame.body.decode("utf-8", "replace"), object_pairs_hook=_first_of_each)
    except (ValueError, RecursionError) as error:
        raise FramingError(f"the body of an event is no JSON: {type(error).__name__}") from error
    if not isinstance(found, dict) or not isinstance(found.get("Event-Name"), str):
        raise FramingError("an event without Event-Name")
    return found


def _first_of_each(pairs: list[tuple[str, object]]) -> dict[str, object]:
    # mod_sofia writes its own headers first and appends the user's variables, whose names somebody else chose.
    found: dict[str, object] = {}
    for name, value in pairs:
        found.setdefault(name, value)
    return found
