"""Framing: whatever the pieces, the same frames; whatever the garbage, an error and no frame made of it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from r2a_esl import frames
from r2a_esl.frames import Frame, Framer, FramingError
from tests.doubles.esl_frames import header, json_event

EVENT = {"Event-Name": "CUSTOM", "Event-Subclass": "sofia::register", "call-id": "a\n\nContent-Length: 9\n\n"}
STREAM = (
    header("auth/request")
    + header("command/reply", "Reply-Text: +OK accepted")
    + header("command/reply", "Reply-Text: +OK event listener enabled json")
    + json_event(EVENT, None)
    + json_event({"Event-Name": "HEARTBEAT"}, None)
    + header("text/disconnect-notice", body=b"Disconnected, goodbye.\n")
)


def cut(stream: bytes, sizes: list[int]) -> list[Frame]:
    framer, position = Framer(), 0
    found: list[Frame] = []
    for size in [*sizes, len(stream)]:
        found += framer.feed(stream[position : position + size])
        position += size
    return found


@given(st.lists(st.integers(0, 400), max_size=40))
def test_frames_do_not_depend_on_how_the_stream_is_cut(sizes: list[int]) -> None:
    found = cut(STREAM, sizes)
    assert [frame.kind for frame in found] == [frames.HELLO, frames.REPLY, frames.REPLY, frames.EVENT, frames.EVENT, frames.GOODBYE]
    assert found[1].text == "+OK accepted"
    assert frames.event(found[3]) == EVENT


def test_a_frame_that_is_cut_is_not_there_yet() -> None:
    stream = json_event(EVENT, None)
    for size in range(len(stream)):
        assert list(Framer().feed(stream[:size])) == []


@pytest.mark.parametrize(
    ("stream", "reason"),
    [
        (b"Content-Type: text/event-json\nContent-Length: 67108865\n\n", "a body of '67108865'"),
        (b"Content-Type: text/event-json\nContent-Length: -1\n\n", "a body of '-1'"),
        (b"Content-Type: text/event-json\nContent-Length: 1e3\n\n", "a body of '1e3'"),
        (b"Content-Type: text/event-json\nContent-Length: 99999999999\n\n", "a body of '99999999999'"),
        (b"Content-Type: text/event-json\n\n", "without Content-Length"),
        (b"Content-Type: text/event-json\nContent-Length: 2\nContent-Length: 3\n\n{}", "two headers content-length"),
        (b"Content-Type: text/event-plain\nContent-Length: 2\n\n{}", "a frame of kind 'text/event-plain'"),
        (b"Content-Type: log/data\nContent-Length: 2\n\n{}", "a frame of kind 'log/data'"),
        (b"Content-Length: 2\n\n{}", "a frame of kind ''"),
        (b'{"Event-Name":"CUSTOM"}\n\n', "not a header"),
        (b"\n\nContent-Type: auth/request\n\n", "not a header"),
        (b"Content-Type: auth/request\r\n\r\n\n\n", "not a header"),
        (b"x" * 8193, "no end of headers"),
        (b"A: " + b"x" * 9000 + b"\n\n", "no end of headers"),
    ],
)
def test_any_doubt_is_an_error(stream: bytes, reason: str) -> None:
    with pytest.raises(FramingError, match=re.escape(reason)):
        list(Framer().feed(stream))


@given(st.binary(max_size=300), st.integers(0, 400))
@settings(max_examples=300)
def test_garbage_is_an_error_or_waited_for_and_nothing_else_is_raised(garbage: bytes, position: int) -> None:
    try:
        for frame in Framer().feed(STREAM[:position] + garbage + STREAM[position:]):
            if frame.kind == frames.EVENT:
                frames.event(frame)
    except FramingError:
        return


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"1", b"null", b"{}", b'{"Event-Name":["a"]}', b'{"a":1}', b"[" * 100_000, b'{"Event-Name":"x"}y']
)
def test_a_body_that_is_no_event_is_an_error(body: bytes) -> None:
    with pytest.raises(FramingError):
        frames.event(Frame(kind=frames.EVENT, text="", body=body))


def test_the_first_of_two_headers_counts_and_any_bytes_are_read() -> None:
    body = b'{"Event-Name":"CUSTOM","realm":"pbx.example.com","realm":"other.example.org","user-agent":"J\xf6rg"}'
    found = frames.event(Frame(kind=frames.EVENT, text="", body=body))
    assert found["realm"] == "pbx.example.com"
    assert found["user-agent"] == "J�rg"


def test_an_event_that_is_too_long_is_left_out_and_takes_no_memory() -> None:
    framer, size = Framer(), 5_000_000
    stream = b"Content-Type: text/event-json\nContent-Length: %d\n\n" % size + b"x" * size + json_event({"Event-Name": "HEARTBEAT"}, None)
    found = []
    for start in range(0, len(stream), 65536):
        found += list(framer.feed(stream[start : start + 65536]))
        assert len(framer._buffer) <= 65536
    assert [frame.kind for frame in found] == [frames.LEFT_OUT, frames.EVENT]


@given(st.dictionaries(st.text(), st.text(), max_size=8))
def test_values_come_as_they_were_sent(values: dict[str, str]) -> None:
    sent = {"Event-Name": "CUSTOM", **values} | {"Event-Name": "CUSTOM"}
    body = json.dumps(sent).encode()
    assert frames.event(Frame(kind=frames.EVENT, text="", body=body)) == sent
