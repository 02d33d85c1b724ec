"""`r2a phrase`: sentences made of sounds, of everybody or of a domain."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, phrase_steps, session
from r2a_admin.commands.in_order import InOrder, given
from r2a_admin.commands.options import DomainOption, DryRun, Json, Yes
from r2a_admin.store import keys, phrases

app = typer.Typer(help="Phrases: sentences made of sounds, played as phrase:NAME@DOMAIN.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME[@DOMAIN]", help="A domain's own phrase is NAME@DOMAIN; NAME alone is everybody's.")]
Language = Annotated[str | None, typer.Option(metavar="LANGUAGE", help="Which one, where it is there in several.")]


@app.command(cls=InOrder)
def add(
    context: typer.Context,
    phrase: Name,
    language: Annotated[str, typer.Option(metavar="LANGUAGE", help="In which language; `r2a voice list` shows them.")],
    play: Annotated[list[str] | None, typer.Option(metavar="FILE", help="Then play this, like ivr/closed.wav.")] = None,
    sleep: Annotated[list[str] | None, typer.Option(metavar="MS", help="Then wait so many milliseconds.")] = None,
    say: Annotated[list[str] | None, typer.Option(metavar="TYPE:METHOD:DATA", help="Then say it, like number:pronounced:$1.")] = None,
    when: Annotated[list[str] | None, typer.Option(metavar="REGEX", help="What follows only when the phrase's data fit; $1 is its group.")] = None,
    unless: Annotated[list[str] | None, typer.Option(metavar="REGEX", help="What follows only when they do not fit.")] = None,
    pause_ms: Annotated[int | None, typer.Option("--pause-ms", help="Between two sounds, 0 to 5000 ms.")] = None,
    replace: Annotated[bool, typer.Option("--replace", help="In place of the steps that it has.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Add a phrase: --play, --sleep and --say are its steps, in the order in which they are given."""
    _ = play, sleep, say, when, unless
    steps = phrase_steps.read(given(context, ("play", "sleep", "say", "when", "unless")))
    if not steps:
        raise typer.BadParameter("a phrase has at least one --play or --say")
    with session.changing(dry_run=dry_run) as connection:
        name, domain = keys.shared(connection, phrase, "@")
        voice = keys.voice(connection, language)
        present = phrases.find(connection, domain, name, voice) if replace else None
        key = present or phrases.add(connection, domain, name, voice.name)
        phrases.set_pause(connection, key, pause_ms)
        phrases.put_steps(connection, key, steps)
    console.done(f"{'replaced' if present else 'added'} phrase {phrase} in {language}, {len(steps)} steps", dry_run=dry_run)


@app.command("list")
def list_phrases(domain: DomainOption = None, as_json: Json = False) -> None:
    """List phrases and what they say."""
    with session.reading() as connection:
        found = phrases.listed(connection, keys.domain(connection, domain) if domain else None)
    console.listing(found, ("name", "domain", "language", "pause_ms", "spoken"), as_json=as_json, what="phrases")


@app.command()
def show(phrase: Name, language: Language = None, as_json: Json = False) -> None:
    """Show one phrase with its steps."""
    with session.reading() as connection:
        (found,) = phrases.listed(connection, only=keys.phrase(connection, phrase, language))
    console.record(found, as_json=as_json)


@app.command()
def delete(phrase: Name, language: Language = None, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Delete a phrase in one language."""
    console.confirm(f"Delete phrase {phrase}?", yes=yes, dry_run=dry_run)
    with session.changing(dry_run=dry_run) as connection:
        key = keys.phrase(connection, phrase, language)
        phrases.delete(connection, key)
    console.done(f"deleted phrase {phrase} in {key.language}", dry_run=dry_run)
