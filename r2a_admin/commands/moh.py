"""`r2a moh`: music on hold, of everybody or of a domain."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DomainOption, DryRun, Json
from r2a_admin.store import keys, moh, usage
from r2a_admin.store.moh import MohChange
from r2a_core.database import Connection

app = typer.Typer(help="Music on hold: streams that every node plays.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="[DOMAIN/]NAME", help="A domain's own stream is DOMAIN/NAME; NAME alone is everybody's.")]
Rate = Annotated[int | None, typer.Option("--rate-hz", help="8000, 16000, 32000 or 48000.")]
Shuffle = Annotated[bool | None, typer.Option("--shuffle/--no-shuffle", help="Whether the files are played in any order.")]
Interval = Annotated[int | None, typer.Option("--interval-ms", help="Packet time: 10, 20, 30, 40 or 60 ms.")]


@app.command()
def add(
    stream: Name,
    path: Annotated[str, typer.Option(metavar="DIRECTORY", help="Where its files are on every node.")],
    rate_hz: Rate = None,
    shuffle: Shuffle = None,
    interval_ms: Interval = None,
    dry_run: DryRun = False,
) -> None:
    """Add a stream of music."""
    wanted = MohChange(rate_hz=rate_hz, shuffle=shuffle, interval_ms=interval_ms)
    with session.changing(dry_run=dry_run) as connection:
        name, domain = keys.shared(connection, stream, "/")
        key = moh.add(connection, domain, name, path)
        moh.change(connection, key, wanted)
    console.done(f"added moh {key.name}", dry_run=dry_run)


@app.command("list")
def list_streams(domain: DomainOption = None, as_json: Json = False) -> None:
    """List streams of music and the queues that play them."""
    with session.reading() as connection:
        found = moh.listed(connection, keys.domain(connection, domain) if domain else None)
    console.listing(found, ("stream", "enabled", "path", "rate_hz", "shuffle", "queues"), as_json=as_json, what="music on hold")


@app.command()
def show(stream: Name, as_json: Json = False) -> None:
    """Show one stream of music."""
    with session.reading() as connection:
        (found,) = moh.listed(connection, only=keys.moh(connection, stream))
    console.record(found, as_json=as_json)


@app.command("set")
def set_stream(
    stream: Name,
    path: Annotated[str | None, typer.Option(metavar="DIRECTORY", help="Where its files are on every node.")] = None,
    rate_hz: Rate = None,
    shuffle: Shuffle = None,
    interval_ms: Interval = None,
    dry_run: DryRun = False,
) -> None:
    """Change a stream of music."""
    wanted = MohChange(path=path, rate_hz=rate_hz, shuffle=shuffle, interval_ms=interval_ms)
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key = keys.moh(connection, stream)
        moh.change(connection, key, wanted)
    console.done(f"changed moh {key.name}", dry_run=dry_run)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.moh(connection, name)
    moh.change(connection, key, MohChange(enabled=enabled))
    return key.name


def _delete(connection: Connection, name: str) -> str:
    key = keys.moh(connection, name)
    usage.refuse(connection, "moh", key.id, f"moh {key.name} is what queues play", "give them another with `r2a queue set --moh`")
    moh.delete(connection, key)
    return key.name


lifecycle.add_switch(app, "moh", "[DOMAIN/]NAME", _switch)
lifecycle.add_delete(app, "moh", "[DOMAIN/]NAME", _delete)
