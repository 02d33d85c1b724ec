"""FreeSWITCH's configuration documents as XML: read without entities and network, and written back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from lxml import etree

from r2a_admin.store.documents import Branch, Element
from r2a_admin.store.refusals import RULES
from r2a_core.errors import R2aError
from r2a_core.logs import one_line

LARGEST_BYTES = 5_000_000
DEEPEST = 32
#: What FreeSWITCH's pre-processor or variable expansion acts on.
_EXPANDED = ("${", "$$", "<!--#", "<?")


class DocumentRefusedError(R2aError):
    """The file is not a configuration document that r2a can store; the text says where and why."""


def read(path: Path) -> tuple[str, tuple[Branch, ...]]:
    """Return the document's name (like conference.conf) and what is in it; comments are dropped. Raises DocumentRefusedError."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True)
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_BYTES + 1)
        root = etree.fromstring(raw, parser)
    except OSError as error:
        raise DocumentRefusedError(f"{path} cannot be read: {error.strerror}") from error
    except etree.XMLSyntaxError as error:
        raise DocumentRefusedError(f"{path} is not XML: {one_line(str(error.msg))}") from error
    if len(raw) > LARGEST_BYTES:
        raise DocumentRefusedError(f"{path} is larger than {LARGEST_BYTES // 1_000_000} MB")
    if root.getroottree().docinfo.doctype:
        raise DocumentRefusedError(f"{path} has a DOCTYPE; write out what its entities stand for, and remove it")
    if root.tag != "configuration" or not root.get("name"):
        raise DocumentRefusedError(f'{path} should begin with <configuration name="NAME.conf">, begins with <{root.tag}>')
    return root.get("name"), tuple(_branch(path, child, 1) for child in _children(path, root))


def write(name: str, elements: Sequence[Element]) -> str:
    """Return the document as XML; each of `elements` comes after its parent."""
    root = etree.Element("configuration", name=name)
    by_id: dict[int, etree._Element] = {}
    for element in elements:
        parent = root if element.parent_id is None else by_id[element.parent_id]
        by_id[element.id] = etree.SubElement(parent, element.tag, element.attributes)
    etree.indent(root)
    return str(etree.tostring(root, encoding="unicode"))


def _branch(path: Path, element: etree._Element, depth: int) -> Branch:
    if depth > DEEPEST:
        raise DocumentRefusedError(f"{path} line {element.sourceline}: elements are nested more than {DEEPEST} deep")
    if element.tag.lower() in ("x-pre-process", "include"):
        raise DocumentRefusedError(f"{path} line {element.sourceline}: {RULES['tag_is_an_element_freeswitch_does_not_execute']}")
    for name, value in element.attrib.items():
        if any(hazard in value for hazard in _EXPANDED):
            raise DocumentRefusedError(f"{path} line {element.sourceline}: FreeSWITCH would expand {name} ({value[:60]!r}); write the value itself")
    children = tuple(_branch(path, child, depth + 1) for child in _children(path, element))
    return Branch(tag=element.tag, attributes=dict(element.attrib), children=children)


def _children(path: Path, element: etree._Element) -> list[etree._Element]:
    """Return the elements directly under `element`; raise DocumentRefusedError for text, entities and instructions beside them."""
    texts = [element.text, *(child.tail for child in element)]
    if any(text and text.strip() for text in texts):
        raise DocumentRefusedError(f"{path} line {element.sourceline}: text inside <{element.tag}> would be lost; r2a keeps elements and attributes")
    for child in element:
        if not isinstance(child.tag, str):
            raise DocumentRefusedError(f"{path} line {child.sourceline}: entities and processing instructions are not read")
    return list(element)
