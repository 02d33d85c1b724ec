"""The frame of every configuration document, and documents that are rows of elements from top to bottom."""

from __future__ import annotations

from collections.abc import Iterable

from r2a_xml.builders.document import Element, document
from r2a_xml.builders.elements import clean, element
from r2a_xml.store import rows


def configuration(name: str) -> tuple[Element, Element]:
    """Return (document, configuration element) of the document `name`."""
    root, section = document("configuration")
    return root, element(section, "configuration", name=name, description="r2a")


def tree(name: str, elements: Iterable[rows.Element]) -> Element:
    """Return the document that `elements` describe: parents before children, siblings in order, as the question returns them."""
    root, conf = configuration(name)
    children: dict[int | None, list[rows.Element]] = {}
    for row in elements:
        if row.id is not None:
            children.setdefault(row.parent_id, []).append(row)
    waiting = [(conf, row) for row in reversed(children.get(None, []))]
    while waiting:
        parent, row = waiting.pop()
        tag = element(parent, row.tag)
        for key, value in row.attributes.items():
            tag.set(key, clean(value))
        waiting.extend((tag, child) for child in reversed(children.get(row.id, [])))
    return root
