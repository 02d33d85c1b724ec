"""`r2a changes`: who changed what, as a list or as it happens."""

from __future__ import annotations

import difflib
import time
from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

import psycopg
import typer

from r2a_admin import console, session, times
from r2a_admin.change_printer import ChangePrinter
from r2a_admin.commands.options import Json
from r2a_admin.store import changes as store
from r2a_admin.store import refusals
from r2a_admin.store.changes import Change, Wanted
from r2a_admin.store.keys import UnknownNameError
from r2a_core.database import Connection
from r2a_core.errors import StoreUnavailable

USUALLY, FOLLOWED = 50, 10
#: How long --follow relies on being told, and how long it waits for a database that went away, in seconds.
_LOOK_S, _AGAIN_S = 5.0, 2.0


def changes(
    last: Annotated[int | None, typer.Option("--last", min=1, metavar="N", help=f"At most so many; default {USUALLY}, with --since all.")] = None,
    since: Annotated[str | None, typer.Option(metavar="REV|TIME", help="From that revision or time on: 1234, 2h, 03:00, 2026-08-29T03:00.")] = None,
    table: Annotated[str | None, typer.Option(metavar="TABLE", help="Only of this table, like extension.")] = None,
    actor: Annotated[str | None, typer.Option(metavar="ACTOR", help="Only by this person: alice, or alice@host.")] = None,
    grep: Annotated[str | None, typer.Option(metavar="TEXT", help="Only where this stands in a value, the actor or the table, in any case.")] = None,
    transaction: Annotated[int | None, typer.Option(min=1, metavar="REV", help="All of the transaction of this revision.")] = None,
    oldest_first: Annotated[bool, typer.Option("--oldest-first", help="The newest come last.")] = False,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on with new ones as they happen, until Ctrl-C.")] = False,
    as_json: Json = False,
) -> None:
    """Show who changed what: the columns that differ, before -> after. Secrets are never in the log."""
    if transaction is not None and (follow or last or since or table or actor or grep):
        raise typer.BadParameter("--transaction is a list of its own; give none of the other filters with it")
    wanted = _wanted(since, table, actor, grep)
    most = last or (FOLLOWED if follow else USUALLY if since is None else None)
    printer = ChangePrinter(as_json=as_json, endless=follow)
    with session.reading() as connection:
        _check_table(connection, wanted.table)
        newest = store.newest(connection)
        if transaction is not None:
            found = store.of_transaction(connection, transaction)
            printer.pages(connection, [found if oldest_first else found[::-1]])
        else:
            printer.pages(connection, _pages(connection, wanted, most, oldest_first=oldest_first or follow))
    if follow:
        _follow(printer, wanted, max(newest, printer.newest))
    else:
        printer.end()


def _wanted(since: str | None, table: str | None, actor: str | None, grep: str | None) -> Wanted:
    moment = times.since(since) if since is not None else None
    if since is not None and moment is None:
        raise typer.BadParameter(f"--since should be a revision or a time like 2h, 03:00 or 2026-08-29T03:00; is {since!r}")
    return Wanted(
        since_revision=moment if isinstance(moment, int) else None,
        since_at=moment if isinstance(moment, datetime) else None,
        table=table.removeprefix("cfg.") if table else None,
        actor=actor,
        text=grep,
    )


def _check_table(connection: Connection, table: str | None) -> None:
    known = store.tables(connection) if table else []
    if table and table not in known:
        near = difflib.get_close_matches(table, known, n=3, cutoff=0.6)
        hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(known)}"
        raise UnknownNameError(f"changes of a table {table!r} are not logged; {hint}")


def _pages(connection: Connection, wanted: Wanted, most: int | None, *, oldest_first: bool) -> Iterator[list[Change]]:
    if not oldest_first:
        return store.newest_first(connection, wanted, most)
    if most is None:
        return store.oldest_first(connection, wanted)
    # The last N of them: found from the other end.
    return iter([[change for page in store.newest_first(connection, wanted, most) for change in page][::-1]])


def _follow(printer: ChangePrinter, wanted: Wanted, newest: int) -> None:
    """Print what comes after revision `newest` until Ctrl-C; a database that goes away is told, and waited for."""
    try:
        while True:
            try:
                with session.watching() as connection:
                    store.listen(connection)
                    while True:
                        printer.pages(connection, store.oldest_first(connection, wanted, max(newest, printer.newest)))
                        # Only a wake-up: what was missed is read at the next look.
                        for _ in connection.notifies(timeout=_LOOK_S, stop_after=1):
                            pass
            except (StoreUnavailable, psycopg.OperationalError) as error:
                console.note(f"{refusals.translated(error) if isinstance(error, psycopg.Error) else error}; trying again")
                time.sleep(_AGAIN_S)
    except KeyboardInterrupt:
        # The way out.
        return
