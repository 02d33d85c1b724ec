"""`r2a freeswitch-conf`: writes the static tree of one node, and says how to start FreeSWITCH with it."""

from __future__ import annotations

import os
import shlex
import socket
from pathlib import Path
from typing import Annotated

import typer

from r2a_admin import session
from r2a_admin.freeswitch_conf import documents, output, settings, timezones
from r2a_core.environ import Environment
from r2a_core.errors import R2aError, StoreUnavailable
from r2a_core.queryfiles import load


class NodeRefusedError(R2aError):
    """The database has no such node, or has it switched off; the text holds the command that helps."""


def freeswitch_conf(
    directory: Annotated[Path, typer.Option("--output", metavar="DIR", help="Folder to write; new, empty, or written by this command before.")],
    node: Annotated[str, typer.Option("--node", metavar="NAME", help="FreeSWITCH's switchname. Default: R2A_NODE_NAME, else the host name.")] = "",
    state: Annotated[Path, typer.Option("--state", metavar="DIR", help="A tmpfs for databases and temporary files.")] = Path("/run/freeswitch"),
    log_file: Annotated[Path, typer.Option(metavar="FILE", help="FreeSWITCH's log.")] = Path("/var/log/freeswitch/freeswitch.log"),
    log_level: Annotated[str, typer.Option(help=f"One of {', '.join(settings.LOG_LEVELS)}.")] = "notice",
    max_sessions: Annotated[int, typer.Option(min=1, max=100000, help="Legs at the same time, two a call.")] = 5000,
    sessions_per_second: Annotated[int, typer.Option(min=1, max=10000, help="New legs a second.")] = 500,
    rtp_start_port: Annotated[int, typer.Option(min=1024, max=65534, help="First UDP port of media.")] = 16384,
    rtp_end_port: Annotated[int, typer.Option(min=1025, max=65535, help="Last UDP port of media.")] = 32768,
    phrases: Annotated[bool, typer.Option("--phrases", help="Ask r2a for phrases, too; a call to voicemail then asks dozens of times.")] = False,
    no_check: Annotated[bool, typer.Option("--no-check", help="Do not ask the database whether the node exists.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say which files would be written.")] = False,
) -> None:
    """Write the static tree with which the FreeSWITCH of one node starts; everything else comes over mod_xml_curl."""
    chosen = settings.Choices(
        node_name=node or os.environ.get("R2A_NODE_NAME", "").strip() or socket.gethostname().lower(),
        log_file=log_file,
        log_level=log_level,
        max_sessions=max_sessions,
        sessions_per_second=sessions_per_second,
        rtp_start_port=rtp_start_port,
        rtp_end_port=rtp_end_port,
        phrases=phrases,
    )
    _run(chosen, directory.absolute(), state.absolute(), no_check=no_check, dry_run=dry_run)


def _run(chosen: settings.Choices, directory: Path, state: Path, *, no_check: bool, dry_run: bool) -> None:
    env = Environment(os.environ)
    wanted = settings.read(env, chosen)
    env.check()
    if not no_check:
        _check_node(chosen.node_name)
    zones = timezones.read()
    files = documents.tree(wanted, zones)
    output.check(directory)
    if dry_run:
        for file in files:
            typer.echo(f"would write {directory / file.name}{' (0600)' if file.secret else ''}")
        return
    output.write(directory, files)
    typer.echo(f"wrote {len(files)} files to {directory}")
    if len(zones) == 1:
        typer.echo("This machine has no time zone data, so FreeSWITCH will know UTC only: install tzdata and write the tree again.", err=True)
    typer.echo(advice(directory, state, wanted))


def _check_node(name: str) -> None:
    try:
        with session.reading() as connection:
            row = connection.execute(load("r2a_admin.freeswitch_conf.store", "node_enabled"), {"name": name}).fetchone()
    except StoreUnavailable as error:
        raise StoreUnavailable(f"{error}; --no-check writes the tree without asking whether the node exists") from error
    if row is None:
        raise NodeRefusedError(f"there is no node {name} in the database; add it first: r2a node add {name} --address ADDRESS (or --no-check)")
    if not row[0]:
        raise NodeRefusedError(f"node {name} is disabled: r2a would answer it nothing; enable it first: r2a node enable {name} (or --no-check)")


def advice(directory: Path, state: Path, wanted: settings.TreeSettings) -> str:
    """Return how to start FreeSWITCH with the tree in `directory`, its working files in `state`, ready to be copied into a shell."""
    db, log, run, temp = (str(state / name) for name in ("db", "log", "run", "tmp"))
    command = shlex.join(
        ["freeswitch", "-nonat", "-nf", "-nc", "-conf", str(directory), "-db", db, "-log", log, "-run", run, "-temp", temp],
    )
    lines = (
        "Start FreeSWITCH with it once the XML service is ready (it asks for its SIP profiles only when it starts):",
        f"  install -d -m 0700 {shlex.join([db, log, run, temp])}",
        f"  mkdir -p {shlex.join([str(wanted.log_file.parent), str(wanted.cdr_journal)])}",
        f"  {command}",
        f"Keep {state} on a tmpfs, as /run is: each registration writes to -db, each answer of r2a passes through -temp and -log.",
        f"Nobody but FreeSWITCH's user may read -log: it receives a copy of this tree. The log itself is {wanted.log_file}.",
        f"For a FreeSWITCH with a user of its own: chown -R freeswitch: {shlex.quote(str(directory))} and start it with -u freeswitch.",
    )
    return "\n".join(lines)
