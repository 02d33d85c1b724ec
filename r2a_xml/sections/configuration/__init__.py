"""The configuration documents r2a owns: those it builds, and any other that has rows. What it does not own is not found."""

from __future__ import annotations

from collections.abc import Callable

from r2a_xml.builders.configuration import acl as build_acl
from r2a_xml.builders.configuration import settings as build_settings
from r2a_xml.builders.configuration import tree as build_tree
from r2a_xml.request import Configuration
from r2a_xml.sections.configuration import callcenter, conference, ivr, local_stream, sofia
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions


def _acl(_: Configuration, context: Context) -> Answer:
    return build_acl.acl(questions.acl_entries(context.database), questions.acl_nodes(context.database))


def _event_socket(_: Configuration, context: Context) -> Answer:
    password = context.settings.event_socket_password
    # Not found makes FreeSWITCH take the file of the bootstrap tree, which has one; an answer without a password would not.
    return build_settings.event_socket(*context.settings.event_socket, password.reveal()) if password else None


def _json_cdr(_: Configuration, context: Context) -> Answer:
    return build_settings.json_cdr(str(context.settings.cdr_journal))


def _rows(request: Configuration, context: Context) -> Answer:
    elements = questions.elements(context.database, request.document, request.node)
    return build_tree.tree(request.document, elements) if elements else None


#: FreeSWITCH's name of the document -> who answers; everything else is looked for among the generic rows.
DOCUMENTS: dict[str, Callable[[Configuration, Context], Answer]] = {
    "acl.conf": _acl,
    "callcenter.conf": callcenter.answer,
    "conference.conf": conference.answer,
    "event_socket.conf": _event_socket,
    "ivr.conf": ivr.answer,
    "json_cdr.conf": _json_cdr,
    "local_stream.conf": local_stream.answer,
    "sofia.conf": sofia.answer,
}


def document(request: Configuration, context: Context) -> Answer:
    return DOCUMENTS.get(request.document, _rows)(request, context)
