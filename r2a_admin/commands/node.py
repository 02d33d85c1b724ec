"""`r2a node`: FreeSWITCH nodes, where they listen, and how they are."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DryRun, Json
from r2a_admin.store import keys, nodes
from r2a_core.database import Connection

app = typer.Typer(help="Nodes: machines with a FreeSWITCH.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NODE", help="FreeSWITCH's switchname, lower case.")]
Advertise = Annotated[str | None, typer.Option(metavar="HOST", help="What it tells the world, behind NAT; '' for the same.")]
#: What the profiles that come with r2a call their addresses.
ALIASES = ["sip", "rtp"]


@app.command()
def add(
    name: Name,
    listen: Annotated[str, typer.Option("--listen", "--address", metavar="ADDRESS", help="Its own address, for SIP and RTP.")],
    advertise: Advertise = None,
    dry_run: DryRun = False,
) -> None:
    """Add a node. `r2a node set --alias` gives SIP and RTP different addresses."""
    with session.changing(dry_run=dry_run) as connection:
        key = nodes.add(connection, name.lower())
        for alias in ALIASES:
            nodes.put_address(connection, key, alias, listen, advertise)
    console.done(f"added node {key.name} at {listen}", dry_run=dry_run)


@app.command("list")
def list_nodes(as_json: Json = False) -> None:
    """List all nodes with what their workers last reported."""
    with session.reading() as connection:
        found = nodes.listed(connection)
    columns = ("name", "enabled", "addresses", "heartbeat_age_s", "freeswitch_up", "sessions", "applied_revision", "newest_revision")
    console.listing(found, columns, as_json=as_json, what="nodes")


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one node."""
    with session.reading() as connection:
        (found,) = nodes.listed(connection, keys.named(connection, "node", name.lower()))
    console.record(found, as_json=as_json)


@app.command("set")
def set_node(
    name: Name,
    listen: Annotated[str | None, typer.Option("--listen", "--address", metavar="ADDRESS", help="Its own address.")] = None,
    advertise: Advertise = None,
    alias: Annotated[list[str] | None, typer.Option(metavar="ALIAS", help="Which address, as profiles call it; default: sip and rtp.")] = None,
    dry_run: DryRun = False,
) -> None:
    """Change where a node listens, and what it tells the world. A profile follows when it is restarted."""
    if listen is None and advertise is None:
        raise typer.BadParameter("nothing to set; give --listen, --advertise or both")
    with session.changing(dry_run=dry_run) as connection:
        key = keys.named(connection, "node", name.lower())
        known = {address["alias"] for address in nodes.listed(connection, key)[0].addresses}
        for wanted in alias or ALIASES:
            if listen is None and wanted not in known:
                raise keys.UnknownNameError(f"node {key.name} has no address {wanted!r} yet; give --listen as well")
            nodes.put_address(connection, key, wanted, listen, advertise)
    console.done(f"changed node {key.name}", dry_run=dry_run)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.named(connection, "node", name.lower())
    nodes.switch(connection, key, enabled=enabled)
    return key.name


def _delete(connection: Connection, name: str) -> str:
    key = keys.named(connection, "node", name.lower())
    nodes.delete(connection, key)
    return key.name


lifecycle.add_switch(app, "node", "NODE", _switch)
lifecycle.add_delete(app, "node", "NODE", _delete)
