"""`r2a run`: PostgreSQL when none is given, schema, demo tenant, XML service and worker, in the foreground until Ctrl-C."""

from __future__ import annotations

import os
import shlex
import sys
import time
from collections.abc import Mapping
from pathlib import Path

import typer
from rich.console import Console

from r2a_admin.stack import postgres, preflight, schema, secret_files, services
from r2a_admin.stack.children import LOOK_S, Children
from r2a_admin.stack.errors import StopRequested
from r2a_admin.stack.interrupts import Interrupts
from r2a_admin.stack.progress import Progress
from r2a_admin.stack.settings import StackSettings, from_environment
from r2a_core.dsn import DatabaseSettings, place
from r2a_core.environ import Environment
from r2a_core.errors import R2aError

_QUESTION = (
    "hostname={node}&section=directory&tag_name=domain&key_name=name&key_value=pbx.example.com"
    "&Event-Name=REQUEST_PARAMS&key=id&user=1001&domain=pbx.example.com"
)


def command() -> None:
    """Run everything here: PostgreSQL (unless R2A_WRITE_DSN is set), demo tenant, XML service and worker, until Ctrl-C."""
    raise typer.Exit(run())


def run() -> int:
    """Run what os.environ describes until a signal; return 0 when asked to stop, 1 with one line on standard error when something failed."""
    interrupts = Interrupts()
    children = Children(interrupts)
    progress = Progress(Console())
    try:
        _run(from_environment(os.environ), interrupts, children, progress)
    except (StopRequested, R2aError) as error:
        # A signal that broke into a conversation with the database may come out as that conversation's error.
        if interrupts.requested:
            with progress.step("Stopping"):
                children.stop()
            return 0
        children.stop()
        sys.stderr.write(f"r2a run: {error}\n")
        return 1
    finally:
        children.stop()
    return 0


def _run(settings: StackSettings, interrupts: Interrupts, children: Children, progress: Progress) -> None:
    for address in (settings.xml, settings.worker):
        preflight.need_free(address)
    preflight.take(settings.var)
    made = secret_files.ensure(settings.var / "secrets", os.environ)
    database = settings.database
    if database is None:
        made["R2A_WRITE_DSN"] = _start_postgres(settings.var, children, progress)
        database = DatabaseSettings.from_environment(Environment(os.environ | made))
    # From here on this process, what it calls and what it starts mean the same database and the same secrets.
    os.environ.update(made)
    with progress.step(f"Schema of {place(database.write_dsn)}"), interrupts.immediately():
        schema.migrate(database, progress.say)
    with interrupts.immediately():
        schema.load_demo(progress.say)
    with progress.step("XML service and worker"):
        children.start(services.xml_service(os.environ, settings.var / "metrics"))
        children.start(services.worker(os.environ))
        services.wait_ready(settings.xml, children)
    env_file = settings.var / "r2a.env"
    _write_env(env_file, made | {"R2A_NODE_NAME": settings.node_name, "R2A_XML_BIND": f"{settings.xml.host}:{settings.xml.port}"})
    _tell(settings, env_file, progress)
    while True:
        children.check()
        time.sleep(LOOK_S)


def _start_postgres(var: Path, children: Children, progress: Progress) -> str:
    """Start the embedded PostgreSQL and return its DSN."""
    server = postgres.embedded(var)
    with progress.step(f"PostgreSQL in {server.data}"):
        server.create(children)
        server.start(children)
    return server.dsn


def _write_env(path: Path, values: Mapping[str, str]) -> None:
    lines = [f"{name}={shlex.quote(value)}" for name, value in sorted(values.items())]
    secret_files.write_private(path, "\n".join(["# Written by `r2a run`: what it made up, for the r2a command in another shell.", *lines]) + "\n")


def _tell(settings: StackSettings, env_file: Path, progress: Progress) -> None:
    credentials = '--user "$R2A_XML_CREDENTIALS" ' if settings.with_credentials else ""
    node = settings.node_name
    progress.say(f"\nr2a is ready: {settings.xml.url}/xml answers, the worker waits for a FreeSWITCH. Ctrl-C stops everything. Try:")
    progress.say(f"  curl -s {credentials}{settings.xml.url}/xml --data '{_QUESTION.format(node=node)}'")
    progress.say("In another shell:")
    progress.say(f"  . .venv/bin/activate; set -a; . {shlex.quote(_shown(env_file))}; set +a")
    progress.say("  r2a xml directory 1001@pbx.example.com")
    progress.say("  r2a xml dialplan --from 1001@pbx.example.com --to 1002")
    progress.say(f"  r2a freeswitch-conf --node {node} --output var/freeswitch      # says how to start FreeSWITCH with it\n")


def _shown(path: Path) -> str:
    """Return `path` as somebody in this folder types it."""
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)
