"""Runs one question through the real service in this process, for people who want to see what FreeSWITCH would get."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from r2a_xml.app import make_context
from r2a_xml.endpoint import answer as answer_body
from r2a_xml.settings import XmlSettings

#: What switch_url_encode leaves as it is, beside letters and digits (switch_utils.h).
_SAFE = "!$'()*,-./~_"


def answer(variables: Mapping[str, str], form: Sequence[tuple[str, str]]) -> tuple[int, bytes]:
    """Return (status, body) for the fields of `form` in the order mod_xml_curl sends them; raise SettingsError."""
    context = make_context(XmlSettings.from_environment(variables))
    try:
        reply = answer_body(body(form), context)
        return reply.status, reply.body
    finally:
        context.database.close()


def body(form: Sequence[tuple[str, str]]) -> bytes:
    """Return `form` as mod_xml_curl writes it: five raw fields, then names raw and values encoded."""
    leading = [f"{name}={value}" for name, value in form[:5]]
    return "&".join([*leading, *(f"{name}={quote(value, safe=_SAFE)}" for name, value in form[5:])]).encode()
