"""sofia.conf: the profiles a node runs and their gateways (contract 2.3, 5)."""

from __future__ import annotations

import logging

from r2a_core.logs import fields
from r2a_core.sealing import SealingError
from r2a_xml.builders.configuration import sofia as build
from r2a_xml.request import Configuration
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions, rows

log = logging.getLogger("r2a_xml.sofia")


def answer(request: Configuration, context: Context) -> Answer:
    found = questions.profiles(context.database, request.node, request.profile)
    if not found:
        log.error("sofia.conf for an unknown or disabled node; add it with `r2a node add`", extra=fields(node=request.node))
        return None
    profiles = [row for row in found if row.name is not None and _has_addresses(row)]
    if not profiles and (request.profile or any(row.name is not None for row in found)):
        return None
    gateways = questions.gateways(context.database, request.node, request.profile, request.gateway, request.core_uuid)
    served: dict[str, list[tuple[rows.Gateway, str | None]]] = {}
    for gateway in gateways:
        _serve(gateway, served, context)
    return build.sofia(profiles, served)


def _has_addresses(row: rows.Profile) -> bool:
    missing = [alias for alias, listen in ((row.sip_alias, row.sip_listen), (row.rtp_alias, row.rtp_listen)) if listen is None]
    if missing:
        about = fields(node=row.node, profile=row.name, alias=missing[0])
        log.error("profile left out: the node has no address of that alias; see `r2a node set`", extra=about)
    return not missing


def _serve(gateway: rows.Gateway, served: dict[str, list[tuple[rows.Gateway, str | None]]], context: Context) -> None:
    password = None
    if gateway.password_sealed is not None:
        try:
            password = context.settings.sealing.open(gateway.password_sealed)
        except SealingError as error:
            # One gateway without its key must not keep every phone of the node from registering.
            log.error("gateway left out", extra=fields(gateway=gateway.name, reason=error))
            return
    served.setdefault(gateway.profile, []).append((gateway, password))
