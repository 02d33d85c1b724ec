"""A decision -> the dialplan section: one context, one extension that always matches, because r2a has matched already."""

from __future__ import annotations

from collections.abc import Sequence

from r2a_xml.builders.dialstring import contacts
from r2a_xml.builders.document import Element, document
from r2a_xml.builders.elements import element

Action = tuple[str, str]


def extension(*, context: str, name: str, actions: Sequence[Action]) -> Element:
    """Return the one extension `name` of `context` with its actions (application, data)."""
    root, section = document("dialplan")
    condition = element(element(element(section, "context", name=context), "extension", name=name), "condition")
    for application, data in actions:
        if data:
            element(condition, "action", application=application, data=data)
        else:
            element(condition, "action", application=application)
    return root


def ring(number: str, spellings: Sequence[str], ring_timeout_s: int, *, codecs: str | None) -> list[Action]:
    """Return the actions that ring all phones of `number`; busy, no answer or nobody registered ends the call with that cause.

    codecs: offer the phones these and no other; None = what the profile prefers.
    """
    return [
        ("set", "hangup_after_bridge=true"),
        ("set", f"call_timeout={ring_timeout_s}"),
        ("set", f"r2a_destination=extension:{number}@{spellings[0]}"),
        *([("export", f"nolocal:absolute_codec_string={codecs}")] if codecs else []),
        ("bridge", contacts(number, spellings)),
    ]


def echo() -> list[Action]:
    """Return the actions of the echo test: the caller hears himself."""
    return [("set", "r2a_destination=feature:echo"), ("answer", ""), ("sleep", "200"), ("echo", "")]
