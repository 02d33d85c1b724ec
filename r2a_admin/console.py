"""What a command says: tables and records for people, tab-separated lines for pipes, JSON for programs."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
import typer
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text
from rich.tree import Tree

from r2a_core.errors import R2aError

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


class NotConfirmedError(R2aError):
    """Somebody said no, or nobody could be asked."""


def json(value: object) -> None:
    """Print `value` (dataclasses, dicts, lists) as JSON; keys are the field names, in their order."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_INDENT_2).decode())


@dataclass(frozen=True, slots=True)
class Branch:
    """A line of a tree, and what is below it."""

    label: str
    branches: list[Branch]


def record(value: DataclassInstance, *, as_json: bool, without: Sequence[str] = ()) -> None:
    """Print one record, a field a line; `without` are fields that are shown in another way."""
    if as_json:
        json(value)
        return
    shown_fields = [field for field in fields(value) if field.name not in without]
    width = max(len(field.name) for field in shown_fields)
    for field in shown_fields:
        shown = getattr(value, field.name)
        lines = [cell(part) for part in shown] if isinstance(shown, list) else [cell(shown)]
        for position, line in enumerate(lines or ["-"]):
            typer.echo(f"{field.name if position == 0 else '':<{width}}  {line}")


def listing(values: Sequence[DataclassInstance], columns: Sequence[str], *, as_json: bool, what: str) -> None:
    """Print records: all fields as JSON, else `columns` as a table, or as tab-separated lines when not on a terminal."""
    if as_json:
        json(values)
        return
    if not values:
        note(f"no {what}")
        return
    cells = [[cell(getattr(value, column)) for column in columns] for value in values]
    if not sys.stdout.isatty():
        for row in [list(columns), *cells]:
            typer.echo("\t".join(row))
        return
    table = Table(box=None, header_style="bold", pad_edge=False)
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in cells:
        # As Text, so that a name like [red] is not taken for markup.
        table.add_row(*(Text(text) for text in row))
    Console().print(table)


def sheet(rows: Sequence[Mapping[str, str]]) -> None:
    """Print rows that have the same keys: a table, lines of key and value where the terminal is too narrow for it, tab-separated when it is none."""
    if not rows:
        return
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    if not sys.stdout.isatty():
        for line in lines:
            typer.echo("\t".join(line))
        return
    widths = [max(cell_len(line[column]) for line in lines) for column in range(len(lines[0]))]
    if sum(widths) + 2 * len(widths) <= Console().width:
        for line in lines:
            typer.echo("  ".join(text + " " * (width - cell_len(text)) for text, width in zip(line, widths, strict=True)).rstrip())
        return
    width = max(map(len, rows[0]))
    for row in rows:
        for key, value in row.items():
            typer.echo(f"{key:<{width}}  {value}")
        typer.echo()


def tree(root: Branch) -> None:
    """Print a tree."""
    drawn = Tree(Text(root.label))
    _grow(drawn, root.branches)
    Console(highlight=False).print(drawn, soft_wrap=True)


def _grow(drawn: Tree, branches: Sequence[Branch]) -> None:
    for branch in branches:
        _grow(drawn.add(Text(branch.label)), branch.branches)


def cell(value: Any) -> str:
    """Return how a value looks in a table."""
    if value is None:
        return "-"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return value.astimezone().isoformat(sep=" ", timespec="seconds")
    if isinstance(value, dict):
        return " ".join(f"{key}={cell(part)}" for key, part in value.items() if part is not None)
    if isinstance(value, list):
        return ", ".join(cell(part) for part in value) or "-"
    return str(value)


def done(text: str, *, dry_run: bool) -> None:
    """Say what was done, or would have been."""
    typer.echo(f"dry run, nothing was kept: {text}" if dry_run else text)


def note(text: str) -> None:
    """Say something beside the result, on standard error."""
    typer.echo(text, err=True)


def warn(text: str) -> None:
    typer.echo(f"warning: {text}", err=True)


def confirm(question: str, *, yes: bool, dry_run: bool) -> None:
    """Return when it may be done; raise NotConfirmedError when it may not."""
    if yes or dry_run:
        return
    if not sys.stdin.isatty():
        raise NotConfirmedError(f"{question} Nobody can be asked here: repeat with --yes, or look first with --dry-run")
    if not typer.confirm(question):
        raise NotConfirmedError("nothing was changed")
