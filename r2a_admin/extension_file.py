"""Reads the CSV file of `r2a import`: bytes in, typed rows and problems by line out. Nothing here knows a database."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from r2a_admin import credentials, field_rules
from r2a_core.errors import R2aError

LARGEST_BYTES = 50_000_000
LARGEST_FIELD = 4096
REQUIRED = ("number", "name")
COLUMNS = (*REQUIRED, "password", "auth_user", "alias", "ring_timeout_s", "voicemail", "voicemail_email", "voicemail_pin", "enabled")
_TRUTH = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}


class FileRefusedError(R2aError):
    """The file as a whole cannot be read; the text says where and why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtensionRow:
    """One line: an extension and its device. password None = make one."""

    line: int
    number: str
    name: str
    auth_user: str
    password: str | None
    aliases: tuple[str, ...]
    ring_timeout_s: int
    voicemail: bool
    voicemail_email: str | None
    voicemail_pin: str | None
    enabled: bool

    @property
    def names(self) -> list[str]:
        return list(dict.fromkeys((self.number, self.auth_user, *self.aliases)))


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong with a line; never with a password in it."""

    line: int
    text: str


def read(path: Path, *, allow_weak: bool) -> tuple[list[ExtensionRow], list[Problem]]:
    """Return the rows that are right and what is wrong with the others. Raises FileRefusedError when no line can be read."""
    text = _text(path)
    first, _, _ = text.partition("\n")
    delimiter = max(",;\t", key=first.count)
    problems: list[Problem] = []
    lines = _lines(text, delimiter, problems)
    header = _header(path, next(lines, (1, []))[1])
    rows = []
    for line, cells in lines:
        if len(cells) != len(header):
            problems.append(Problem(line, f"has {len(cells)} fields where the header has {len(header)}"))
            continue
        # A password keeps its spaces: somebody may have meant them.
        named = {column: cell if column == "password" else cell.strip() for column, cell in zip(header, cells, strict=True)}
        row = _row(line, named, problems, allow_weak=allow_weak)
        if row:
            rows.append(row)
    problems += _doubles(rows)
    return rows, sorted(problems)


def _text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
    except OSError as error:
        raise FileRefusedError(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > LARGEST_BYTES:
        raise FileRefusedError(f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB; split it")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        raise FileRefusedError(f"{path} line {line} is not UTF-8 (byte 0x{raw[error.start]:02X}); save it as `CSV UTF-8`") from error


def _lines(text: str, delimiter: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Yield (line number, cells) for each line that is not blank; after one that is no CSV, none can be told from the next."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    csv.field_size_limit(LARGEST_FIELD)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            why = f"a field is longer than {LARGEST_FIELD} characters; is a quote missing?" if "limit" in str(error) else str(error)
            problems.append(Problem(line, f"{why} (the lines after it were not read)"))
            return
        if cells is None:
            return
        if any(cells):
            yield line, cells
        line = reader.line_num + 1


def _header(path: Path, cells: list[str]) -> list[str]:
    header = [cell.strip().lower() for cell in cells]
    missing = [column for column in REQUIRED if column not in header]
    if missing:
        raise FileRefusedError(f"{path} line 1 should name the columns, and has no {' and no '.join(missing)}; known are {', '.join(COLUMNS)}")
    for column in header:
        if column not in COLUMNS:
            near = difflib.get_close_matches(column, COLUMNS, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(COLUMNS)}"
            raise FileRefusedError(f"{path} line 1 names a column {column[:40]!r}; {hint}")
        if header.count(column) > 1:
            raise FileRefusedError(f"{path} line 1 names the column {column} twice")
    return header


def _row(line: int, cells: dict[str, str], problems: list[Problem], *, allow_weak: bool) -> ExtensionRow | None:
    found = [Problem(line, text) for text in _wrong(cells, allow_weak=allow_weak)]
    if found:
        problems += found
        return None
    return ExtensionRow(
        line=line,
        number=cells["number"],
        name=cells["name"],
        auth_user=cells.get("auth_user") or cells["number"],
        password=cells.get("password") or None,
        aliases=tuple(dict.fromkeys(cells.get("alias", "").split())),
        ring_timeout_s=int(cells.get("ring_timeout_s") or 30),
        voicemail=_TRUTH[(cells.get("voicemail") or "no").lower()],
        voicemail_email=cells.get("voicemail_email") or None,
        voicemail_pin=cells.get("voicemail_pin") or None,
        enabled=_TRUTH[(cells.get("enabled") or "yes").lower()],
    )


def _wrong(cells: dict[str, str], *, allow_weak: bool) -> Iterator[str]:
    """Yield what is wrong with a line."""
    if any("\0" in cell for cell in cells.values()):
        yield "holds a NUL; the file was not written as text"
        return
    number, auth_user = cells["number"], cells.get("auth_user") or cells["number"]
    checks = [
        (field_rules.number(number), number),
        (field_rules.label(cells["name"]), cells["name"]),
        *((field_rules.sip_user(name), name) for name in (cells.get("auth_user"), *cells.get("alias", "").split()) if name),
        (field_rules.email(cells["voicemail_email"]), cells["voicemail_email"]) if cells.get("voicemail_email") else (None, ""),
        (field_rules.ring_timeout_s(cells["ring_timeout_s"]), cells["ring_timeout_s"]) if cells.get("ring_timeout_s") else (None, ""),
    ]
    for problem, text in checks:
        if problem:
            yield f"{problem}; is {text[:40]!r}"
    for column in ("voicemail", "enabled"):
        if cells.get(column) and cells[column].lower() not in _TRUTH:
            yield f"{column} should be yes or no; is {cells[column][:40]!r}"
    password, pin = cells.get("password"), cells.get("voicemail_pin")
    if password:
        yield from _wrong_secret("password", password, credentials.weakness_of_password(password, number, auth_user), allow_weak=allow_weak)
    if pin:
        weakness = credentials.weakness_of_pin(pin, number) if pin.isascii() and pin.isdigit() else None
        yield from _wrong_secret("voicemail_pin", pin, weakness, allow_weak=allow_weak)
        if not (pin.isascii() and pin.isdigit()):
            yield "the voicemail_pin should be digits"


def _wrong_secret(what: str, secret: str, weakness: str | None, *, allow_weak: bool) -> Iterator[str]:
    problem = credentials.unusable(secret) or (None if allow_weak or not weakness else f"{weakness}; --allow-weak takes it all the same")
    if problem:
        yield f"the {what} {problem}"


def _doubles(rows: list[ExtensionRow]) -> Iterator[Problem]:
    """Yield the lines that claim a name an earlier line has claimed."""
    claimed: dict[str, int] = {}
    for row in rows:
        for name in row.names:
            if name in claimed:
                yield Problem(row.line, f"{name} is on line {claimed[name]} already")
            claimed.setdefault(name, row.line)
