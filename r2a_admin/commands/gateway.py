"""`r2a gateway`: trunks to carriers."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from r2a_admin import console, credentials, session
from r2a_admin.commands import codecs as codec_options
from r2a_admin.commands import lifecycle
from r2a_admin.commands.codecs import Codecs, NoCodecs
from r2a_admin.commands.options import DryRun, EntryName, EntryValue, Json, PasswordStdin
from r2a_admin.store import gateways, keys
from r2a_admin.store.gateways import GatewayChange
from r2a_core.database import Connection

app = typer.Typer(help="Gateways: trunks to carriers and other systems.", no_args_is_help=True)
param_app = typer.Typer(help="Further parameters of a gateway.", no_args_is_help=True)
app.add_typer(param_app, name="param")
Name = Annotated[str, typer.Argument(metavar="GATEWAY")]
Tenant = Annotated[str | None, typer.Option(metavar="TENANT", help="Whose it is; '' for everybody's.")]
Node = Annotated[str | None, typer.Option(metavar="NODE", help="Only on this node; '' for all that run the profile.")]
Realm = Annotated[str | None, typer.Option(help="Realm of the carrier's challenge; '' for the proxy.")]
OutboundProxy = Annotated[str | None, typer.Option(metavar="HOST", help="Where packets are sent; '' for the proxy.")]
Username = Annotated[str | None, typer.Option(metavar="USER", help="Login at the carrier; '' for none.")]
FromUser = Annotated[str | None, typer.Option(help="User of From; '' for the login.")]
FromDomain = Annotated[str | None, typer.Option(help="Host of From; '' for the proxy.")]
Register = Annotated[bool | None, typer.Option("--register/--no-register", help="Whether it registers.")]
Transport = Annotated[str | None, typer.Option(metavar="udp|tcp|tls")]
Expire = Annotated[int | None, typer.Option("--expire-s", help="Length of a registration, 60 to 86400 seconds.")]
Retry = Annotated[int | None, typer.Option("--retry-s", help="Pause after a refused registration, 5 to 3600 seconds.")]
Ping = Annotated[int | None, typer.Option("--ping-s", help="Pause between OPTIONS, 5 to 3600 seconds; 0 for none.")]
CallerId = Annotated[bool | None, typer.Option("--caller-id-in-from/--no-caller-id-in-from")]
Context = Annotated[str | None, typer.Option(help="Where its calls start: public, or public.NAME.")]


@app.command()
def add(
    name: Name,
    proxy: Annotated[str, typer.Option(metavar="HOST", help="The carrier's host, with :PORT if need be.")],
    profile: Annotated[str, typer.Option(metavar="PROFILE", help="Through which SIP profile.")] = "external",
    tenant: Tenant = None,
    node: Node = None,
    realm: Realm = None,
    outbound_proxy: OutboundProxy = None,
    username: Username = None,
    password_stdin: PasswordStdin = False,
    from_user: FromUser = None,
    from_domain: FromDomain = None,
    register: Register = None,
    transport: Transport = None,
    expire_s: Expire = None,
    retry_s: Retry = None,
    ping_s: Ping = None,
    caller_id_in_from: CallerId = None,
    context: Context = None,
    codecs: Codecs = None,
    dry_run: DryRun = False,
) -> None:
    """Add a gateway. Its password is sealed with R2A_SECRET_KEY before it is stored."""
    wanted = GatewayChange(
        realm=realm, outbound_proxy=outbound_proxy, username=username, password_sealed=_sealed(password_stdin=password_stdin),
        from_user=from_user, from_domain=from_domain, register=register, transport=transport, expire_s=expire_s,
        retry_s=retry_s, ping_s=ping_s, caller_id_in_from=caller_id_in_from, context=context,
        codecs=codec_options.wanted(codecs))  # fmt: skip
    with session.changing(dry_run=dry_run) as connection:
        key = gateways.add(connection, keys.named(connection, "profile", profile), name, proxy)
        gateways.change(connection, key, _placed(connection, wanted, tenant=tenant, node=node, profile=None))
    console.done(f"added gateway {name} to profile {profile}", dry_run=dry_run)


@app.command("list")
def list_gateways(as_json: Json = False) -> None:
    """List all gateways."""
    with session.reading() as connection:
        found = gateways.listed(connection)
    columns = ("name", "enabled", "profile", "tenant", "node", "proxy", "username", "register", "owner", "transport", "context")
    console.listing(found, columns, as_json=as_json, what="gateways")


@app.command()
def show(name: Name, as_json: Json = False) -> None:
    """Show one gateway; its password is not shown to anybody."""
    with session.reading() as connection:
        (found,) = gateways.listed(connection, keys.named(connection, "gateway", name))
    console.record(found, as_json=as_json)


@app.command("set")
def set_gateway(
    name: Name,
    proxy: Annotated[str | None, typer.Option(metavar="HOST", help="The carrier's host, with :PORT if need be.")] = None,
    profile: Annotated[str | None, typer.Option(metavar="PROFILE", help="Through which SIP profile.")] = None,
    tenant: Tenant = None,
    node: Node = None,
    realm: Realm = None,
    outbound_proxy: OutboundProxy = None,
    username: Username = None,
    password_stdin: PasswordStdin = False,
    from_user: FromUser = None,
    from_domain: FromDomain = None,
    register: Register = None,
    transport: Transport = None,
    expire_s: Expire = None,
    retry_s: Retry = None,
    ping_s: Ping = None,
    caller_id_in_from: CallerId = None,
    context: Context = None,
    codecs: Codecs = None,
    no_codecs: NoCodecs = False,
    dry_run: DryRun = False,
) -> None:
    """Change a gateway."""
    wanted = GatewayChange(
        proxy=proxy, realm=realm, outbound_proxy=outbound_proxy, username=username, from_user=from_user, from_domain=from_domain, register=register,
        transport=transport, expire_s=expire_s, retry_s=retry_s, ping_s=ping_s, caller_id_in_from=caller_id_in_from, context=context,
        password_sealed=_sealed(password_stdin=password_stdin), codecs=codec_options.wanted(codecs, no_codecs=no_codecs),
    )  # fmt: skip
    _change(name, wanted, tenant=tenant, node=node, profile=profile, dry_run=dry_run)


@param_app.command("set")
def param_set(gateway: Name, name: EntryName, value: EntryValue, dry_run: DryRun = False) -> None:
    """Give a gateway a parameter, or another value."""
    with session.changing(dry_run=dry_run) as connection:
        gateways.put_param(connection, keys.named(connection, "gateway", gateway), name, value)
    console.done(f"param {name} of gateway {gateway} is {value}", dry_run=dry_run)


@param_app.command("remove")
def param_remove(gateway: Name, name: EntryName, dry_run: DryRun = False) -> None:
    """Take a parameter of a gateway away."""
    with session.changing(dry_run=dry_run) as connection:
        if not gateways.remove_param(connection, keys.named(connection, "gateway", gateway), name):
            raise keys.UnknownNameError(f"gateway {gateway} has no param {name!r}")
    console.done(f"gateway {gateway} has no param {name} any more", dry_run=dry_run)


def _change(name: str, wanted: GatewayChange, *, tenant: str | None, node: str | None, profile: str | None, dry_run: bool) -> None:
    if tenant is None and node is None and profile is None:
        lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key = keys.named(connection, "gateway", name)
        gateways.change(connection, key, _placed(connection, wanted, tenant=tenant, node=node, profile=profile))
    console.done(f"changed gateway {name}", dry_run=dry_run)


def _placed(connection: Connection, wanted: GatewayChange, *, tenant: str | None, node: str | None, profile: str | None) -> GatewayChange:
    """Return `wanted` with the tenant, node and profile found by name; an empty tenant or node means nobody's."""
    return dataclasses.replace(
        wanted,
        tenant_id=_id(connection, "tenant", tenant),
        node_id=_id(connection, "node", node),
        sip_profile_id=keys.named(connection, "profile", profile).id if profile else None,
    )


def _id(connection: Connection, noun: str, name: str | None) -> int | None:
    if not name:
        return None if name is None else gateways.NOBODY
    return keys.named(connection, noun, name).id


def _sealed(*, password_stdin: bool) -> bytes | None:
    return session.sealing_key().seal(credentials.from_stdin("password")) if password_stdin else None


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.named(connection, "gateway", name)
    gateways.change(connection, key, GatewayChange(enabled=enabled))
    return key.name


def _delete(connection: Connection, name: str) -> str:
    key = keys.named(connection, "gateway", name)
    gateways.delete(connection, key)
    return key.name


lifecycle.add_switch(app, "gateway", "GATEWAY", _switch)
lifecycle.add_delete(app, "gateway", "GATEWAY", _delete)
