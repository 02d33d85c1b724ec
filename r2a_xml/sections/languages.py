"""What is spoken: the phrases of r2a (contract 2.6). What it does not have is not found, and FreeSWITCH looks into its static tree;
a section without the phrase that was asked for would keep it from looking."""

from __future__ import annotations

import logging

from r2a_core.logs import fields
from r2a_xml.builders import languages as build
from r2a_xml.request import Phrase
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions

log = logging.getLogger("r2a_xml.languages")


def phrase(request: Phrase, context: Context) -> Answer:
    steps = questions.phrase_steps(context.database, request.language, request.name, request.domain)
    if not steps:
        return None
    for step in steps:
        if not build.is_speakable(step):
            about = fields(phrase=request.name, domain=request.domain, language=request.language, data=step.data)
            log.error("phrase left out: its data may hold $1 to $99 and no other $, none of them with { or $ right behind it", extra=about)
            return None
    return build.phrase(steps)
