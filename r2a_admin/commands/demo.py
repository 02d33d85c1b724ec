"""`r2a demo`: the tenant to try things with."""

from __future__ import annotations

import os
import socket

from r2a_admin import console, migrations, session
from r2a_admin.commands.node import ALIASES
from r2a_admin.commands.options import DryRun
from r2a_admin.store import demo as stored
from r2a_admin.store import nodes
from r2a_core.database import Connection
from r2a_core.environ import Environment
from r2a_core.errors import R2aError

ADDRESS = "127.0.0.1"


class DemoRefusedError(R2aError):
    """The database belongs to somebody: known passwords have no place in it."""


def demo(dry_run: DryRun = False) -> None:
    """Load the demo tenant: pbx.example.com, 1001 to 1020, password demo<number>. Refused where there is another tenant."""
    with session.changing(dry_run=dry_run) as connection:
        found = stored.presence(connection)
        if found.others:
            raise DemoRefusedError(f"this database has another tenant ({', '.join(found.others)}), and the demo's passwords are known to everybody")
        if not found.demo:
            stored.load(connection, migrations.SQL_FOLDER / "demo.sql")
        node, added = _ensure_node(connection)
    console.done("the demo tenant is there already" if found.demo else "loaded the demo tenant: 1001 to 1020 at pbx.example.com", dry_run=dry_run)
    console.done(f"added node {node} at {ADDRESS}" if added else f"node {node} is there already", dry_run=dry_run)


def _ensure_node(connection: Connection) -> tuple[str, bool]:
    """Return the name of this node, and whether it was added."""
    name = Environment(os.environ).text("R2A_NODE_NAME", socket.gethostname()).lower()
    if nodes.find(connection, name):
        return name, False
    key = nodes.add(connection, name)
    for alias in ALIASES:
        nodes.put_address(connection, key, alias, ADDRESS, None)
    return name, True
