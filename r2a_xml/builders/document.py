"""Rows -> lxml -> bytes: whole documents, and the output rules that hold for each of them (contract 1.5 and 10.4).

mod_xml_curl's answer goes through a line-based pre-processor before it is parsed. It drops lines, expands `$${}` and runs
commands, whatever XML escaping says. So: one element a line, no declaration, no bare `$`, no text that it looks for.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree

Element = Any

NOT_FOUND = b'<document type="freeswitch/xml">\n<section name="result">\n<result status="not found"/>\n</section>\n</document>\n'

#: libcurl discards more (mod_xml_curl.c, response-max-bytes), and the parser holds a global lock for as long as it takes.
MAX_ANSWER_BYTES = 900_000

_PRE_PROCESS = re.compile(rb"x(?=-pre-process)", re.IGNORECASE)


def document(section: str) -> tuple[Element, Element]:
    """Return (document, section) of an answer; what is asked for is put below the section."""
    root = etree.Element("document", type="freeswitch/xml")
    return root, etree.SubElement(root, "section", name=section)


def to_bytes(root: Element) -> bytes:
    """Serialise an answer so that FreeSWITCH's pre-processor finds nothing to act on, one element a line."""
    # A closing and an opening bracket meet only between elements: in values lxml writes &gt; and &lt;.
    text: bytes = etree.tostring(root, encoding="utf-8").replace(b"><", b">\n<").replace(b"$", b"&#36;")
    if b"-pre-process" in text.lower():
        text = _PRE_PROCESS.sub(lambda found: b"&#%d;" % found.group()[0], text)
    return text + b"\n"
