"""How much still fits into an answer: FreeSWITCH throws one above its limit away as a whole, and with it what would have fitted."""

from __future__ import annotations

from lxml import etree

from r2a_xml.builders.document import MAX_ANSWER_BYTES, Element


class Space:
    """The room left in one answer; left_out counts what has not fitted."""

    def __init__(self) -> None:
        self._left_bytes = MAX_ANSWER_BYTES
        self.left_out = 0

    def keep(self, tag: Element) -> bool:
        """Return whether `tag`, already in its place and complete, still fits; take it out again when not. Nothing fits after the first."""
        # One more byte for the line end of each element; a dollar is written as five.
        text = etree.tostring(tag)
        self._left_bytes -= len(text) + text.count(b"<") + 4 * text.count(b"$")
        if self.left_out == 0 and self._left_bytes >= 0:
            return True
        tag.getparent().remove(tag)
        self.left_out += 1
        return False
