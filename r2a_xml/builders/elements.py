"""The elements that every document is made of. Names and values are cleaned here, so no caller can forget to."""

from __future__ import annotations

from typing import Any

from lxml import etree

Element = Any


def clean(text: str) -> str:
    """Return `text` without control characters (input refuses them; a row older than that rule may still hold one)."""
    return "".join(character for character in text if character.isprintable())


def element(parent: Element, tag: str, **attributes: str) -> Element:
    """Add `tag` with `attributes` to `parent` and return it. An underscore in a keyword stands for a dash."""
    child = etree.SubElement(parent, tag)
    for name, value in attributes.items():
        child.set(name.replace("_", "-"), value if value.isprintable() else clean(value))
    return child


def named(parent: Element, tag: str, name: str, value: str) -> None:
    """Add `<tag name= value=/>`: both attributes always stand there, FreeSWITCH crashes where one is missing (mod_commands.c, group_call)."""
    child = etree.SubElement(parent, tag)
    child.set("name", name if name.isprintable() else clean(name))
    child.set("value", value if value.isprintable() else clean(value))


def param(parent: Element, name: str, value: str) -> None:
    named(parent, "param", name, value)


def variable(parent: Element, name: str, value: str) -> None:
    named(parent, "variable", name, value)


def boolean(value: bool) -> str:
    return "true" if value else "false"
