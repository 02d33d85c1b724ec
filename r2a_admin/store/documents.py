"""Configuration documents: an element tree, a row an element."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from psycopg.types.json import Jsonb

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it is listed; node None = for every node without its own."""

    name: str
    node: str | None
    enabled: bool
    elements: int


@dataclass(frozen=True, slots=True)
class Element:
    """One element; parent_id None = directly under <configuration>."""

    id: int
    parent_id: int | None
    tag: str
    attributes: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """An element that is not stored yet, with what is under it."""

    tag: str
    attributes: dict[str, str]
    children: tuple[Branch, ...]


def listed(connection: Connection) -> list[Document]:
    return asking.rows(connection, "document_rows", Document)


def find(connection: Connection, name: str, node: Key | None) -> Key | None:
    return asking.row(connection, "document_key", Key, {"name": name, "node_id": node.id if node else None})


def elements(connection: Connection, key: Key) -> list[Element]:
    """Return the elements of a document, each after its parent, in the document's order among brothers."""
    return asking.rows(connection, "document_elements", Element, {"id": key.id})


def add(connection: Connection, name: str, node: Key | None, branches: Iterable[Branch]) -> int:
    """Store a document and return how many elements it has."""
    key = asking.added(connection, "document_add", Key, {"name": name, "node_id": node.id if node else None})
    return _add_branches(connection, key, None, branches)


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "document_delete", {"id": key.id})


def _add_branches(connection: Connection, key: Key, parent_id: int | None, branches: Iterable[Branch]) -> int:
    count = 0
    for position, branch in enumerate(branches, start=1):
        values = {"document_id": key.id, "parent_id": parent_id, "position": position, "tag": branch.tag, "attributes": Jsonb(branch.attributes)}
        (added,) = asking.rows(connection, "document_element_add", int, values)
        count += 1 + _add_branches(connection, key, added, branch.children)
    return count
