"""`r2a`, the operator's command: puts the commands together, and tells people in one line what went wrong."""

from __future__ import annotations

from typing import Any

import psycopg
import typer
from typer.core import TyperGroup

from r2a_admin.commands import (
    acl,
    agent,
    changes,
    conference,
    demo,
    device,
    diff,
    document,
    domain,
    extension,
    gateway,
    group,
    history,
    imports,
    ivr,
    migrate,
    moh,
    node,
    nodes,
    password,
    phrase,
    profile,
    queue,
    reload,
    secret_key,
    tenant,
    voice,
    xml,
)
from r2a_admin.freeswitch_conf import command as freeswitch_conf
from r2a_admin.stack import run as stack
from r2a_admin.store import refusals
from r2a_core.errors import R2aError

REFUSED = 1
INTERRUPTED = 130


class Boundary(TyperGroup):
    """Turns every error that can be told to a person into one line on standard error and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except R2aError as error:
            raise _refused(str(error)) from None
        except psycopg.Error as error:
            raise _refused(str(refusals.translated(error))) from None
        except UnicodeEncodeError:
            raise _refused("an argument is not valid UTF-8") from None
        except KeyboardInterrupt:
            typer.echo("\nr2a: interrupted; nothing was half done", err=True)
            raise typer.Exit(INTERRUPTED) from None


def _refused(text: str) -> typer.Exit:
    typer.echo(f"r2a: {text}", err=True)
    return typer.Exit(REFUSED)


app = typer.Typer(
    cls=Boundary,
    help="Operate r2a: tenants, domains, extensions, gateways, nodes. Every read has --json, every write --dry-run.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for noun, commands in {
    "tenant": tenant,
    "domain": domain,
    "extension": extension,
    "device": device,
    "group": group,
    "ivr": ivr,
    "queue": queue,
    "agent": agent,
    "conference": conference,
    "moh": moh,
    "phrase": phrase,
    "voice": voice,
    "gateway": gateway,
    "node": node,
    "profile": profile,
    "acl": acl,
    "document": document,
    "xml": xml,
    "history": history,
}.items():
    app.add_typer(commands.app, name=noun)
app.command("nodes")(nodes.nodes)
app.command("changes")(changes.changes)
app.command("diff")(diff.diff)
app.command("reload")(reload.reload)
app.command("password")(password.password)
app.command("voicemail-pin")(password.voicemail_pin)
app.command("secret-key")(secret_key.secret_key)
app.command("migrate")(migrate.migrate)
app.command("demo")(demo.demo)
app.command("import")(imports.import_extensions)
app.command("run")(stack.command)
app.command("freeswitch-conf")(freeswitch_conf.freeswitch_conf)


def main() -> None:
    """Run the command line, and exit: 0 done, 1 refused or failed, 2 usage, 130 interrupted."""
    app(prog_name="r2a")


if __name__ == "__main__":
    main()
