"""Where a call goes: context and number -> one decision -> one extension. Routes on Hunt-*, which transfers and execute_extension keep true."""

from __future__ import annotations

import logging

from r2a_core.logs import fields
from r2a_xml.builders import dialplan as build
from r2a_xml.request import Dialplan
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions

log = logging.getLogger("r2a_xml.dialplan")


def route(request: Dialplan, context: Context) -> Answer:
    target = questions.target(context.database, request.context, request.destination)
    if target is None:
        _log_no_route(request, "the context is no enabled tenant's")
        return None
    if target.feature == "echo":
        return build.extension(context=request.context, name="feature-echo", actions=build.echo())
    if target.number is None or target.ring_timeout_s is None:
        _log_no_route(request, "nothing has this number")
        return None
    actions = build.ring(target.number, target.spellings, target.ring_timeout_s, codecs=target.codecs)
    return build.extension(context=request.context, name=f"extension-{target.number}", actions=actions)


def _log_no_route(request: Dialplan, reason: str) -> None:
    log.info("no route", extra=fields(context=request.context, destination=request.destination, call=request.call_uuid, reason=reason))
