"""`r2a import`: extensions from a CSV file, all of them or none."""

from __future__ import annotations

import contextlib
import csv
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, TextIO

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from r2a_admin import console, credentials, extension_file, session
from r2a_admin.commands.options import AllowWeak, DryRun
from r2a_admin.extension_file import ExtensionRow, Problem
from r2a_admin.store import domains, imports, keys
from r2a_admin.store.imports import NewExtension
from r2a_admin.store.keys import Key
from r2a_core.database import Connection
from r2a_core.errors import R2aError

BATCH = 1000
MOST_PROBLEMS = 50


class ImportRefusedError(R2aError):
    """The file was not imported, not a line of it."""


def import_extensions(
    file: Annotated[Path, typer.Argument(metavar="FILE.csv", help=f"First line: columns, of {', '.join(extension_file.COLUMNS)}.")],
    domain: Annotated[str, typer.Option(metavar="DOMAIN", help="Where they belong.")],
    passwords_out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="New file for the passwords made for lines without one (mode 0600).")
    ] = None,
    allow_weak: AllowWeak = False,
    dry_run: DryRun = False,
) -> None:
    """Add extensions with one device each, in one transaction: all of the file, or none of it."""
    rows, problems = extension_file.read(file, allow_weak=allow_weak)
    _refuse(file, problems)
    if not rows:
        raise ImportRefusedError(f"{file} has no line after the header")
    made = {row.number: credentials.new_password() for row in rows if row.password is None}
    if made and passwords_out is None:
        raise ImportRefusedError(f"{len(made)} lines have no password; --passwords-out FILE says where to write the ones made for them")
    with _bar() as bar, _passwords_file(passwords_out if made else None, dry_run=dry_run) as out, session.changing(dry_run=dry_run) as connection:
        key = keys.domain(connection, domain)
        _refuse(file, _taken(connection, key, rows))
        _add(connection, key, rows, made, bar)
        _write_passwords(out, key, rows, made)
    where = f"; passwords of {len(made)} in {passwords_out}" if made and not dry_run else ""
    console.done(f"imported {len(rows)} extensions into {key.name}{where}", dry_run=dry_run)


def _refuse(file: Path, problems: Sequence[Problem]) -> None:
    """Print the problems and raise ImportRefusedError when there are any."""
    for problem in problems[:MOST_PROBLEMS]:
        console.note(f"{file} line {problem.line}: {problem.text}")
    if len(problems) > MOST_PROBLEMS:
        console.note(f"... and {len(problems) - MOST_PROBLEMS} more")
    if problems:
        lines = len({problem.line for problem in problems})
        raise ImportRefusedError(f"{file}: {lines} {'line is' if lines == 1 else 'lines are'} wrong; nothing was imported")


def _taken(connection: Connection, domain: Key, rows: Sequence[ExtensionRow]) -> list[Problem]:
    taken = imports.taken(connection, domain, [name for row in rows for name in row.names])
    held = [(row.line, name, taken[name]) for row in rows for name in row.names if name in taken]
    return [Problem(line, f"{name} belongs to extension {number} of {domain.name} already") for line, name, number in held]


def _add(connection: Connection, domain: Key, rows: Sequence[ExtensionRow], made: dict[str, str], bar: Progress) -> None:
    realms = domains.realms(connection, domain.id)
    task = bar.add_task("extensions", total=len(rows))
    for start in range(0, len(rows), BATCH):
        batch = [_new(row, row.password or made[row.number], realms) for row in rows[start : start + BATCH]]
        imports.add(connection, domain, batch)
        bar.advance(task, len(batch))
    settling = bar.add_task("change log", total=None)
    imports.settle(connection)
    bar.update(settling, total=1, completed=1)


def _new(row: ExtensionRow, password: str, realms: Sequence[str]) -> NewExtension:
    return NewExtension(
        number=row.number,
        name=row.name,
        enabled=row.enabled,
        ring_timeout_s=row.ring_timeout_s,
        voicemail=row.voicemail,
        voicemail_email=row.voicemail_email,
        aliases=row.aliases,
        auth_user=row.auth_user,
        device_a1_md5=credentials.a1_md5_by_realm(row.auth_user, realms, password),
        voicemail_a1_md5=credentials.a1_md5_by_realm(row.number, realms, row.voicemail_pin) if row.voicemail_pin else {},
    )


@contextlib.contextmanager
def _passwords_file(path: Path | None, *, dry_run: bool) -> Iterator[TextIO | None]:
    """Yield the new file, readable by its owner only; it is removed again when the import fails. None when there is nothing to write."""
    if path is None:
        yield None
        return
    if dry_run:
        if path.exists():
            raise ImportRefusedError(f"{path} exists already; passwords are only written to a new file")
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError as error:
        raise ImportRefusedError(f"{path} exists already; passwords are only written to a new file") from error
    except OSError as error:
        raise ImportRefusedError(f"{path} cannot be written: {error.strerror}") from error
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            yield file
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_passwords(file: TextIO | None, domain: Key, rows: Sequence[ExtensionRow], made: dict[str, str]) -> None:
    """Write the passwords to disk before the commit: once they are in force, nobody could tell them any more."""
    if file is None:
        return
    writer = csv.writer(file)
    writer.writerow(("number", "domain", "auth_user", "password"))
    writer.writerows((row.number, domain.name, row.auth_user, made[row.number]) for row in rows if row.number in made)
    file.flush()
    os.fsync(file.fileno())


def _bar() -> Progress:
    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty())
