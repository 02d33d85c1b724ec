"""Logs: one event, one line, whoever wrote the words in it."""

from __future__ import annotations

import io
import logging

import pytest

from r2a_core.logs import KeyValueFormatter, fields, one_line, set_up

FORGERIES = [
    "a\n2026-01-01T00:00:00 INFO r2a forged",
    "a\r2026-01-01T00:00:00 INFO r2a forged",
    "a\r\nforged",
    "a\x0bforged",
    "a\x0cforged",
    "a\x1cforged",
    "a\x85forged",
    "a\u2028forged",
    "a\u2029forged",
    "\x1b[2K\x1b[1Aforged",
    "\x9b2Kforged",
    "a\x00forged",
    "a\x7f\x08forged",
    "a\u202eforged",
    "a\u200bforged",
]


@pytest.mark.parametrize("text", FORGERIES)
def test_nobody_forges_a_line(text: str) -> None:
    clean = one_line(text)
    assert len(clean.splitlines()) == 1
    assert clean.isprintable()
    assert "forged" in clean


def test_text_is_bounded() -> None:
    assert one_line("x" * 300) == "x" * 300
    assert one_line("x" * 301) == "x" * 300 + "..."
    assert len(one_line("\n" * 10_000_000)) == 303


def test_letters_of_any_script_stay() -> None:
    assert one_line("Jos\u00e9 \u5f20") == "Jos\u00e9 \u5f20"


@pytest.mark.parametrize("text", FORGERIES)
def test_neither_in_the_message_nor_in_a_field(text: str) -> None:
    record = logging.LogRecord("r2a.test", logging.INFO, __file__, 1, "said %s", (text,), None)
    record.__dict__.update(fields(user=text, realm=text))
    line = KeyValueFormatter().format(record)
    assert len(line.splitlines()) == 1
    assert "\x1b" not in line


def test_a_field_with_a_space_or_a_quote_cannot_become_two_fields() -> None:
    record = logging.LogRecord("r2a.test", logging.INFO, __file__, 1, "asked", (), None)
    record.__dict__.update(fields(user='x" outcome="answered'))
    line = KeyValueFormatter().format(record)
    # One quoted value, its own quotes marked: who splits it at unmarked quotes finds one field.
    assert ' outcome="' not in line


def test_the_message_of_an_exception_forges_no_line() -> None:
    try:
        raise ValueError("a\n2026-01-01T00:00:00 INFO r2a forged")
    except ValueError as error:
        record = logging.LogRecord("r2a.test", logging.ERROR, __file__, 1, "fault", (), (ValueError, error, error.__traceback__))
    lines = KeyValueFormatter().format(record).splitlines()
    assert not any(line.startswith("2026-01-01T00:00:00 INFO r2a forged") for line in lines)


def test_set_up_sends_everything_to_one_place(monkeypatch: pytest.MonkeyPatch) -> None:
    root = logging.getLogger()
    handlers, level, pool_level = root.handlers[:], root.level, logging.getLogger("psycopg.pool").level
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    try:
        set_up("info")
        set_up("info")
        logging.getLogger("r2a.test").info("event", extra=fields(a=1, b="two words"))
        logging.getLogger("r2a.test").debug("too fine")
    finally:
        root.handlers[:] = handlers
        root.setLevel(level)
        logging.getLogger("psycopg.pool").setLevel(pool_level)
    (line,) = stream.getvalue().splitlines()
    assert line.endswith(' INFO r2a.test event a=1 b="two words"')
