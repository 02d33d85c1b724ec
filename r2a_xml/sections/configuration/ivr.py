"""ivr.conf: a menu and all that a caller can get to from it, asked for each time the application ivr begins."""

from __future__ import annotations

import logging

from r2a_core.logs import fields
from r2a_xml.builders.configuration import ivr as build
from r2a_xml.request import Configuration
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions

log = logging.getLogger("r2a_xml.ivr")


def answer(request: Configuration, context: Context) -> Answer:
    name, _, domain = request.menu.partition("@")
    menus = questions.ivr_menus(context.database, name, domain, most=build.MENUS_MAX + 1) if name else []
    if not menus:
        return None
    root, left_out = build.ivr(menus)
    if left_out:
        about = fields(menu=request.menu, served=len(menus) - left_out)
        log.error("more menus than FreeSWITCH can take lead on from this one; those furthest from it were left out", extra=about)
    return root
