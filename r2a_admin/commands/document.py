"""`r2a document`: configuration documents that r2a serves as they are."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from r2a_admin import configuration_xml, console, session
from r2a_admin.commands.options import DryRun, Json, NodeOption, Yes
from r2a_admin.store import documents, keys
from r2a_admin.store.keys import Key
from r2a_core.database import Connection

app = typer.Typer(help="Configuration documents, like conference.conf, served as they are.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="NAME.conf")]


@app.command("import")
def import_document(
    file: Annotated[Path, typer.Argument(metavar="FILE.xml", help='A file that begins with <configuration name="NAME.conf">.')],
    node: NodeOption = None,
    replace: Annotated[bool, typer.Option("--replace", help="In place of the one that is there.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Store a document; comments are dropped. With --node that node gets it instead of the one for all."""
    name, branches = configuration_xml.read(file)
    with session.changing(dry_run=dry_run) as connection:
        on = _node(connection, node)
        present = documents.find(connection, name, on) if replace else None
        if present:
            documents.delete(connection, present)
        count = documents.add(connection, name, on, branches)
    console.done(f"{'replaced' if present else 'added'} {name}, {count} elements{f', on {node}' if node else ''}", dry_run=dry_run)


@app.command("list")
def list_documents(as_json: Json = False) -> None:
    """List all documents."""
    with session.reading() as connection:
        found = documents.listed(connection)
    console.listing(found, ("name", "node", "enabled", "elements"), as_json=as_json, what="documents")


@app.command()
def show(name: Name, node: NodeOption = None, as_json: Json = False) -> None:
    """Print a document as XML."""
    with session.reading() as connection:
        elements = documents.elements(connection, keys.document(connection, name, _node(connection, node)))
    if as_json:
        console.json(elements)
    else:
        typer.echo(configuration_xml.write(name, elements))


@app.command()
def delete(name: Name, node: NodeOption = None, yes: Yes = False, dry_run: DryRun = False) -> None:
    """Delete a document."""
    console.confirm(f"Delete document {name}?", yes=yes, dry_run=dry_run)
    with session.changing(dry_run=dry_run) as connection:
        documents.delete(connection, keys.document(connection, name, _node(connection, node)))
    console.done(f"deleted document {name}", dry_run=dry_run)


def _node(connection: Connection, name: str | None) -> Key | None:
    return keys.named(connection, "node", name) if name else None
