"""`r2a history`: one revision in full, and changes taken back as new changes."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.change_printer import headline, plain
from r2a_admin.change_words import Words, differences, look_up
from r2a_admin.commands.options import Json, Yes
from r2a_admin.store import changes as store
from r2a_admin.store.changes import Change, Undone

app = typer.Typer(help="One revision of the change log, and taking changes back.", no_args_is_help=True)
Revision = Annotated[int, typer.Argument(metavar="REV", min=1, help="Its number in `r2a changes`.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do it, roll it back, and say whether it can be done.")]
#: So many lines of a kind are shown; a transaction may be an import of 10,000.
SHOWN = 20
#: Table whose secret the log does not keep -> how to set a new one.
_NEW_SECRET = {
    "device": "r2a password {title}",
    "device_credential": "r2a password {owner}",
    "voicemail_credential": "r2a voicemail-pin {owner}",
    "gateway": "r2a gateway set {title} --password-stdin",
}


@app.command()
def show(revision: Revision, as_json: Json = False) -> None:
    """Show one revision: who, when, the whole row before and after, and what else its transaction changed."""
    with session.reading() as connection:
        found = store.of_transaction(connection, revision)
        words = look_up(connection, found)
    change = next(one for one in found if one.revision == revision)
    others = [one for one in found if one is not change]
    if as_json:
        more = {"before": change.before, "after": change.after, "transaction": [one.revision for one in found]}
        console.json({**plain(change, words), **more})
        return
    typer.echo(headline(change, words))
    changed = {one.column for one in differences(change)}
    for column in dict.fromkeys([*(change.before or {}), *(change.after or {})]):
        before, after = (words.value(column, (row or {}).get(column)) for row in (change.before, change.after))
        typer.echo(f"    {column}: {before} -> {after}" if column in changed else f"    {column}: {after if change.after else before}")
    for one in others:
        typer.echo(f"same transaction: {one.revision} {one.operation} {one.table} {words.title(one)}")


@app.command()
def undo(
    revision: Revision,
    transaction: Annotated[bool, typer.Option("--transaction", help="Take back all that its transaction changed, newest first.")] = False,
    yes: Yes = False,
    dry_run: DryRun = False,
) -> None:
    """Take a revision back, as a new change under your name. It refuses to overwrite what was changed since. Undo of an undo does it again."""
    with session.reading() as connection:
        found = store.of_transaction(connection, revision)
        if not transaction:
            found = [one for one in found if one.revision == revision]
        elif found[0].transaction_id is None:
            raise store.UnknownRevisionError(f"revision {revision} was written before transactions were kept; take back its revisions one by one")
        words = look_up(connection, found)
    for change in found[::-1][:SHOWN]:
        typer.echo(f"{headline(change, words)}: {words.line(change)}")
    if len(found) > SHOWN:
        typer.echo(f"and {len(found) - SHOWN} more: r2a changes --transaction {revision}")
    which = f"these {len(found)} revisions" if len(found) > 1 else f"revision {revision}"
    console.confirm(f"Take back {which}?", yes=yes, dry_run=dry_run)
    with session.changing(dry_run=dry_run) as connection:
        undone = store.undo(connection, [change.revision for change in found])
        made = store.of_mine(connection)
    _tell(found, words, undone, made, dry_run=dry_run)


def _tell(found: list[Change], words: Words, undone: list[Undone], made: list[int], *, dry_run: bool) -> None:
    back = [one.revision for one in undone if one.undone]
    as_what = f"revision {made[0]}" if len(made) == 1 else f"revisions {made[0]} to {made[-1]}" if made else "nothing: all of it was so already"
    if back:
        which = f"revision {back[0]}" if len(back) == 1 else f"{len(back)} revisions ({back[0]} to {back[-1]})"
        console.done(f"took back {which} as {as_what}", dry_run=dry_run)
    by_revision = {change.revision: change for change in found}
    told = [_lost(by_revision[one.revision], words, one) for one in undone if one.lost]
    texts = list(dict.fromkeys(told))
    for text in texts[:SHOWN]:
        console.warn(text)
    if len(texts) > SHOWN:
        console.warn(f"and {len(texts) - SHOWN} more secrets to set anew")


def _lost(change: Change, words: Words, one: Undone) -> str:
    title = words.title(change)
    how = _NEW_SECRET.get(change.table, "")
    command = how.format(title=title, owner=title.partition(" of ")[2])
    what = f"{change.table} {title}" if one.undone else f"{change.table} {title} is not back"
    return f"{what}: the log keeps no secrets; set a new one{f': {command}' if command else ''}"
