"""`r2a profile`: SIP profiles, their parameters, and the nodes that run them."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import codecs as codec_options
from r2a_admin.commands import lifecycle
from r2a_admin.commands.codecs import Codecs, NoCodecs
from r2a_admin.commands.options import DryRun, EntryName, EntryValue, Json, NodeOption
from r2a_admin.store import keys, profiles
from r2a_admin.store.keys import Key
from r2a_admin.store.profiles import ProfileChange
from r2a_core.database import Connection

#: What FreeSWITCH offers and takes, in this order: towards us, from us.
CODEC_PARAMS = ("inbound-codec-prefs", "outbound-codec-prefs")

app = typer.Typer(help="SIP profiles: ports on which FreeSWITCH speaks SIP.", no_args_is_help=True)
param_app = typer.Typer(help="Parameters of a SIP profile, on every node or on one.", no_args_is_help=True)
app.add_typer(param_app, name="param")
Name = Annotated[str, typer.Argument(metavar="PROFILE")]
Context = Annotated[str | None, typer.Option(help="Where a call of nobody in particular starts: public, or public.NAME.")]
SipAlias = Annotated[str | None, typer.Option(metavar="ALIAS", help="Which address of a node it listens on; `sip` when not given.")]
RtpAlias = Annotated[str | None, typer.Option(metavar="ALIAS", help="Which address of a node media use; `rtp` when not given.")]
Authenticate = Annotated[bool | None, typer.Option("--authenticate-calls/--no-authenticate-calls", help="Whether callers must log in.")]
Nodes = Annotated[list[str] | None, typer.Option("--node", metavar="NODE", help="Only on this node; may be repeated.")]


@app.command()
def add(
    name: Name,
    port: Annotated[int, typer.Option(help="UDP and TCP port of SIP.")],
    context: Context = None,
    sip_alias: SipAlias = None,
    rtp_alias: RtpAlias = None,
    authenticate_calls: Authenticate = None,
    node: Nodes = None,
    dry_run: DryRun = False,
) -> None:
    """Add a SIP profile. It has no parameters yet; `r2a profile show internal` shows useful ones."""
    wanted = ProfileChange(context=context, sip_alias=sip_alias, rtp_alias=rtp_alias, authenticate_calls=authenticate_calls)
    with session.changing(dry_run=dry_run) as connection:
        key = profiles.add(connection, name, port)
        profiles.change(connection, key, wanted)
        profiles.run_on(connection, key, [keys.named(connection, "node", one) for one in node or []])
        if authenticate_calls is not False:
            profiles.add_domain(connection, key, "all")
    console.done(f"added profile {name} on port {port}", dry_run=dry_run)


@app.command("list")
def list_profiles(as_json: Json = False) -> None:
    """List all SIP profiles."""
    with session.reading() as connection:
        found = profiles.listed(connection)
    columns = ("name", "enabled", "port", "context", "sip_alias", "rtp_alias", "authenticate_calls", "nodes", "gateways")
    console.listing(found, columns, as_json=as_json, what="profiles")


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one SIP profile with its parameters."""
    with session.reading() as connection:
        (found,) = profiles.listed(connection, keys.named(connection, "profile", name))
    console.record(found, as_json=as_json)


@app.command("set")
def set_profile(
    name: Name,
    port: Annotated[int | None, typer.Option(help="UDP and TCP port of SIP.")] = None,
    context: Context = None,
    sip_alias: SipAlias = None,
    rtp_alias: RtpAlias = None,
    authenticate_calls: Authenticate = None,
    node: Nodes = None,
    all_nodes: Annotated[bool, typer.Option("--all-nodes", help="On every node.")] = False,
    codecs: Codecs = None,
    no_codecs: NoCodecs = False,
    dry_run: DryRun = False,
) -> None:
    """Change a SIP profile."""
    if node and all_nodes:
        raise typer.BadParameter("give --node or --all-nodes, not both")
    wanted = ProfileChange(port=port, context=context, sip_alias=sip_alias, rtp_alias=rtp_alias, authenticate_calls=authenticate_calls)
    preferred = codec_options.wanted(codecs, no_codecs=no_codecs)
    if not node and not all_nodes and preferred is None:
        lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key = keys.named(connection, "profile", name)
        profiles.change(connection, key, wanted)
        if node or all_nodes:
            profiles.run_on(connection, key, [keys.named(connection, "node", one) for one in node or []])
        _prefer(connection, key, preferred)
    console.done(f"changed profile {name}", dry_run=dry_run)


@param_app.command("set")
def param_set(profile: Name, name: EntryName, value: EntryValue, node: NodeOption = None, dry_run: DryRun = False) -> None:
    """Give a SIP profile a parameter; with --node it holds on that node instead of the one for all."""
    with session.changing(dry_run=dry_run) as connection:
        on = keys.named(connection, "node", node) if node else None
        profiles.put_param(connection, keys.named(connection, "profile", profile), on, name, value)
    console.done(f"param {name} of profile {profile} is {value}{f' on {node}' if node else ''}", dry_run=dry_run)


@param_app.command("remove")
def param_remove(profile: Name, name: EntryName, node: NodeOption = None, dry_run: DryRun = False) -> None:
    """Take a parameter of a SIP profile away."""
    where = f" on {node}" if node else ""
    with session.changing(dry_run=dry_run) as connection:
        on = keys.named(connection, "node", node) if node else None
        if not profiles.remove_param(connection, keys.named(connection, "profile", profile), on, name):
            raise keys.UnknownNameError(f"profile {profile} has no param {name!r}{where or ' for every node'}")
    console.done(f"profile {profile} has no param {name} any more{where}", dry_run=dry_run)


def _prefer(connection: Connection, key: Key, codecs: str | None) -> None:
    """Let the profile want these codecs in both directions, on every node; empty = FreeSWITCH's own, None leaves it."""
    for name in CODEC_PARAMS if codecs is not None else ():
        if codecs:
            profiles.put_param(connection, key, None, name, codecs)
        else:
            profiles.remove_param(connection, key, None, name)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.named(connection, "profile", name)
    profiles.change(connection, key, ProfileChange(enabled=enabled))
    return key.name


def _delete(connection: Connection, name: str) -> str:
    key = keys.named(connection, "profile", name)
    profiles.delete(connection, key)
    return key.name


lifecycle.add_switch(app, "profile", "PROFILE", _switch)
lifecycle.add_delete(app, "profile", "PROFILE", _delete)
