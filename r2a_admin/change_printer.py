"""Changes on a screen, as tab-separated lines, or as JSON: page by page, however many there are."""

from __future__ import annotations

import sys
from collections.abc import Iterable

import orjson
import typer

from r2a_admin import console
from r2a_admin.change_words import Words, differences, look_up
from r2a_admin.store.changes import Change
from r2a_core.database import Connection
from r2a_core.logs import one_line


class ChangePrinter:
    """Prints pages of changes. JSON is one array, or with `endless` an object a line."""

    def __init__(self, *, as_json: bool, endless: bool) -> None:
        self._as_json = as_json
        self._endless = endless
        self._printed = 0
        #: The highest revision printed.
        self.newest = 0

    def pages(self, connection: Connection, pages: Iterable[list[Change]]) -> None:
        """Print all of `pages`; ask `connection` what the rows are called."""
        for page in pages:
            words = look_up(connection, page)
            for change in page:
                self._one(change, words)
                self._printed += 1
                self.newest = max(self.newest, change.revision)

    def end(self) -> None:
        """Say that there are no more."""
        if self._as_json:
            typer.echo("\n]" if self._printed else "[]")
        elif not self._printed:
            console.note("no changes")

    def _one(self, change: Change, words: Words) -> None:
        if self._as_json:
            text = orjson.dumps(plain(change, words)).decode()
            typer.echo(text if self._endless else f"{',' if self._printed else '['}\n{text}", nl=self._endless)
        elif sys.stdout.isatty():
            typer.echo(headline(change, words))
            for one in differences(change):
                typer.echo(f"    {one.column}: {words.value(one.column, one.before)} -> {words.value(one.column, one.after)}")
        else:
            if not self._printed:
                typer.echo("revision\tat\tactor\toperation\ttable\tname\tdifferences")
            cells = [str(change.revision), console.cell(change.at), one_line(change.actor), change.operation, change.table]
            typer.echo("\t".join([*cells, words.title(change), words.line(change)]))
        sys.stdout.flush()


def headline(change: Change, words: Words) -> str:
    """Return who did what to what, in one line."""
    return f"{change.revision}  {console.cell(change.at)}  {one_line(change.actor)}  {change.operation} {change.table} {words.title(change)}"


def plain(change: Change, words: Words) -> dict[str, object]:
    """Return a change for programs."""
    return {
        "revision": change.revision,
        "at": change.at,
        "actor": change.actor,
        "table": change.table,
        "operation": change.operation,
        "name": words.title(change),
        "differences": differences(change),
        "transaction_id": change.transaction_id,
    }
