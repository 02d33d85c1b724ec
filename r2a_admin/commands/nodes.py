"""`r2a nodes`: how every node is, at a glance and for monitoring."""

from __future__ import annotations

import sys
import time
from dataclasses import asdict
from typing import Annotated

import orjson
import psycopg
import typer
from rich.console import Console

from r2a_admin import console, fleet, session
from r2a_admin.commands.options import Json
from r2a_admin.fleet import NodeState
from r2a_admin.store import refusals, standings
from r2a_core.errors import StoreUnavailable

#: Between two looks of --watch, in seconds.
WATCH_S = 2.0


def nodes(
    as_json: Json = False,
    watch: Annotated[bool, typer.Option("--watch", help="Look again every 2 s, until Ctrl-C.")] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Exit 1 when a live node is behind or has an error, or a worker fell silent: for monitoring.")
    ] = False,
    behind_s: Annotated[int, typer.Option("--behind-s", min=0, metavar="N", help="With --check: this many seconds behind are fine.")] = 30,
) -> None:
    """Show every node: up or not, how far it is with the changes, profiles and gateways, restarts needed, errors."""
    if watch and check:
        raise typer.BadParameter("give --watch or --check, not both")
    if watch:
        _watch(as_json=as_json)
        return
    found = _look()
    _show(found, as_json=as_json)
    alarms = [f"{one.name}: {text}" for one in found for text in one.alarms(behind_s)] if check else []
    for text in alarms:
        console.note(f"r2a: {text}")
    if alarms:
        raise typer.Exit(1)


def _look() -> list[NodeState]:
    with session.reading() as connection:
        return fleet.states(standings.all_of_them(connection), standings.details(connection))


def _watch(*, as_json: bool) -> None:
    """Show the nodes again and again: a database that fails over is told and waited for."""
    screen = Console()
    try:
        while True:
            try:
                found, trouble = _look(), ""
            except (StoreUnavailable, psycopg.OperationalError) as error:
                told = refusals.translated(error) if isinstance(error, psycopg.Error) else error
                found, trouble = [], f"{time.strftime('%H:%M:%S')} {told}; trying again"
            if as_json:
                typer.echo(orjson.dumps([_plain(one) for one in found]).decode() if not trouble else orjson.dumps({"error": trouble}).decode())
            else:
                screen.clear()
                typer.echo(trouble or time.strftime("%H:%M:%S"))
                if not trouble:
                    _show(found, as_json=False)
            time.sleep(WATCH_S)
    except KeyboardInterrupt:
        # The way out of a watch.
        typer.echo()


def _show(found: list[NodeState], *, as_json: bool) -> None:
    if as_json:
        console.json([_plain(one) for one in found])
        return
    if not found:
        console.note("no nodes; `r2a node add` makes one")
        return
    piped = not sys.stdout.isatty()
    console.sheet([_cells(one) | ({"notes": "; ".join(one.notes) or "-"} if piped else {}) for one in found])
    for one in found if not piped else ():
        for text in one.notes:
            typer.echo(f"{one.name}: {text}")


def _plain(one: NodeState) -> dict[str, object]:
    return {**asdict(one), "notes": one.notes}


def _cells(one: NodeState) -> dict[str, str]:
    running = None if one.profiles_running is None else sum(name in one.profiles_running for name in one.profiles)
    return {
        "node": one.name,
        "state": one.state,
        "applied": console.cell(one.applied_revision),
        "behind": one.behind if one.applied_revision is not None else "-",
        "freeswitch": (one.freeswitch_version or "-").partition("+")[0],
        "sessions": console.cell(one.sessions),
        "profiles": f"{'?' if running is None else running}/{len(one.profiles)}",
        "gateways": f"{'?' if one.gateways_up is None else len(one.gateways_up)}/{len(one.gateways)}",
    }
