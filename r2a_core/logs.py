"""One log line an event: time, level, logger, then key=value; on standard error, where journald and people read it."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping

LEVELS = ("debug", "info", "warning", "error")


class KeyValueFormatter(logging.Formatter):
    """Formats `logger.info("event", extra=fields(a=1))` as `2026-01-01T00:00:00Z INFO r2a_xml event a=1`."""

    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03d"

    def format(self, record: logging.LogRecord) -> str:
        line = f"{self.formatTime(record)} {record.levelname} {record.name} {one_line(record.getMessage())}"
        extra: Mapping[str, object] = getattr(record, "fields", {})
        for key, value in extra.items():
            text = one_line(str(value))
            line += f" {key}={_quoted(text)}"
        if record.exc_info:
            # An exception repeats what somebody sent: indented, no line of it can pass for one of ours.
            line += "".join(f"\n  | {one_line(part)}" for part in self.formatException(record.exc_info).splitlines())
        return line


def _quoted(text: str) -> str:
    if " " not in text and '"' not in text:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def one_line(text: str, limit: int = 300) -> str:
    """Return `text` without control characters and at most `limit` characters long, so that nobody can forge a log line."""
    clean = "".join(character if character.isprintable() else "?" for character in text[: limit + 1])
    return clean if len(clean) <= limit else clean[:limit] + "..."


def fields(**values: object) -> dict[str, dict[str, object]]:
    """Return the `extra` argument that carries `values` to the formatter."""
    return {"fields": values}


def set_up(level: str) -> None:
    """Send all logs of this process to standard error; `level` is one of LEVELS."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(KeyValueFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # The pool warns at each attempt to connect; the ladder says the same once, in the operator's words.
    logging.getLogger("psycopg.pool").setLevel(logging.ERROR)
