"""`r2a voice`: voice guides, the recordings that people hear in their language."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DryRun, Json
from r2a_admin.store import keys, usage, voices
from r2a_admin.store.voices import VoiceChange
from r2a_core.database import Connection

app = typer.Typer(help="Voice guides: the recordings of a language.", no_args_is_help=True)
Language = Annotated[str, typer.Argument(metavar="LANGUAGE", help="Like en, es or pt-br: what --language of tenants and extensions takes.")]


@app.command()
def add(
    language: Language,
    sound_prefix: Annotated[str, typer.Option(metavar="DIRECTORY", help="Where its recordings are on every node.")],
    say_module: Annotated[str | None, typer.Option(metavar="NAME", help="mod_say_NAME says its numbers and dates; default: the language.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Add a voice guide."""
    with session.changing(dry_run=dry_run) as connection:
        voices.add(connection, language, say_module or language, sound_prefix)
    console.done(f"added voice guide {language} with the recordings of {sound_prefix}", dry_run=dry_run)


@app.command("list")
def list_voices(as_json: Json = False) -> None:
    """List all voice guides, and how many tenants, extensions and phrases have them."""
    with session.reading() as connection:
        found = voices.listed(connection)
    columns = ("language", "say_module", "sound_prefix", "tenants", "extensions", "phrases")
    console.listing(found, columns, as_json=as_json, what="voice guides")


@app.command("set")
def set_voice(
    language: Language,
    sound_prefix: Annotated[str | None, typer.Option(metavar="DIRECTORY", help="Where its recordings are on every node.")] = None,
    say_module: Annotated[str | None, typer.Option(metavar="NAME", help="mod_say_NAME says its numbers and dates.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change a voice guide. Its language stays; add another one instead."""
    wanted = VoiceChange(say_module=say_module, sound_prefix=sound_prefix)
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        voices.change(connection, keys.voice(connection, language), wanted)
    console.done(f"changed voice guide {language}", dry_run=dry_run)


def _delete(connection: Connection, name: str) -> str:
    key = keys.voice(connection, name)
    usage.refuse(connection, "voice", key.id, f"voice guide {key.name} is still heard", "set another --language there first")
    voices.delete(connection, key)
    return key.name


lifecycle.add_delete(app, "voice", "LANGUAGE", _delete)
