"""callcenter.conf: all queues and agents when mod_callcenter loads (and for a reloaded agent or tier), or one queue by its name."""

from __future__ import annotations

import logging

from r2a_core.logs import fields
from r2a_xml.builders.configuration import callcenter as build
from r2a_xml.builders.document import Element
from r2a_xml.request import Configuration
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions

log = logging.getLogger("r2a_xml.callcenter")


def answer(request: Configuration, context: Context) -> Answer:
    if not request.queue:
        made = build.callcenter(questions.callcenter_queues(context.database), questions.callcenter_seats(context.database))
        return _whole(made, "`callcenter_config queue load NAME` brings the queue and its agents, logged out")
    name, _, domain = request.queue.partition("@")
    queue = questions.callcenter_queue(context.database, name, domain)
    if queue is None:
        return None
    made = build.one_queue(queue, questions.callcenter_queue_seats(context.database, queue.id))
    return _whole(made, f"{request.queue} has more agents than can be loaded; those of its highest levels and positions are missing")


def _whole(made: tuple[Element, int], meaning: str) -> Element:
    root, left_out = made
    if left_out:
        about = fields(left_out=left_out, meaning=meaning)
        log.error("callcenter.conf is larger than FreeSWITCH takes; the last of its queues, agents and tiers were left out", extra=about)
    return root
