"""`r2a xml`: exactly what FreeSWITCH would get, from the real service, in this process."""

from __future__ import annotations

import os
import socket
from typing import Annotated

import typer

from r2a_admin import console, questions, session
from r2a_admin.commands.options import Json
from r2a_admin.questions import Form
from r2a_admin.store import domains, keys
from r2a_core.errors import R2aError

app = typer.Typer(help="Print exactly what FreeSWITCH would get.", no_args_is_help=True)
Node = Annotated[str | None, typer.Option("--node", metavar="NODE", help="Which node asks; default: R2A_NODE_NAME, else the host name.")]


class NotAnsweredError(R2aError):
    """The service would not have answered with a document."""


@app.command()
def directory(
    user: Annotated[str, typer.Argument(metavar="USER@DOMAIN", help="Number, alias or login; with --group a call group.")],
    action: Annotated[str, typer.Option(metavar="ACTION", help=f"Why: {', '.join(questions.USER_ACTIONS)}, or '' for none.")] = "sip_auth",
    group: Annotated[bool, typer.Option("--group", help="Ask for a call group.")] = False,
    node: Node = None,
    as_json: Json = False,
) -> None:
    """Ask for a user (or a group)."""
    if action and action not in questions.USER_ACTIONS:
        raise typer.BadParameter(f"--action should be one of {', '.join(questions.USER_ACTIONS)}, or ''; is {action!r}")
    name, domain = _user(user)
    where = _node(node)
    _print(questions.group(where, name, domain) if group else questions.user(where, name, domain, action), as_json=as_json)


@app.command()
def dialplan(
    caller: Annotated[str, typer.Option("--from", metavar="NUMBER@DOMAIN", help="Who calls; the call starts in the domain's context.")],
    destination: Annotated[str, typer.Option("--to", metavar="NUMBER", help="What was dialled.")],
    context: Annotated[str | None, typer.Option(help="Another context, like public.")] = None,
    node: Node = None,
    as_json: Json = False,
) -> None:
    """Ask where a call goes."""
    with session.reading() as connection:
        number, key = keys.subject(connection, caller)
        (domain,) = domains.listed(connection, key)
    form = questions.dialplan(_node(node), context or domain.context, number, domain.name, destination.partition("@")[0])
    _print(form, as_json=as_json)


@app.command()
def configuration(
    document: Annotated[str, typer.Argument(metavar="NAME.conf")],
    node: Node = None,
    profile: Annotated[str, typer.Option(metavar="PROFILE", help="Only this profile of sofia.conf.")] = "",
    as_json: Json = False,
) -> None:
    """Ask for a configuration document."""
    _print(questions.configuration(_node(node), document, profile), as_json=as_json)


def _user(text: str) -> tuple[str, str]:
    """Return user and domain as they were typed: an alias domain is asked for under its own name."""
    name, at, domain = text.rpartition("@")
    if at and name and domain:
        return name, domain
    with session.reading() as connection:
        name, key = keys.subject(connection, text)
    return name, key.name


def _node(name: str | None) -> str:
    return name or os.environ.get("R2A_NODE_NAME", "").strip() or socket.gethostname().lower()


def _print(form: Form, *, as_json: bool) -> None:
    # Imported here: the service's modules take longer to load than most commands to run.
    from r2a_xml import preview

    status, body = preview.answer(os.environ, form)
    text = body.decode()
    if as_json:
        console.json({"status": status, "body": text})
    elif status == 200:
        typer.echo(text.rstrip("\n"))
    if status != 200:
        raise NotAnsweredError(f"FreeSWITCH would get HTTP {status}: {text.strip()}")
    if 'status="not found"' in text:
        raise NotAnsweredError("that is `not found`: there is no such thing, or it is disabled")
