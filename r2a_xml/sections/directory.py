"""Who is who: the directory questions (contract 2.2). One user an answer, never the tenant; disabled is not found."""

from __future__ import annotations

import logging

from r2a_core.logs import fields
from r2a_core.sealing import SealingError
from r2a_xml.builders import directory as build
from r2a_xml.request import (
    ChangeVoicemailPassword,
    DirectoryAllDomains,
    DirectoryDomain,
    DirectoryGroup,
    DirectoryUser,
    NetworkList,
    PublishVoicemail,
)
from r2a_xml.sections import binding
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions, rows

log = logging.getLogger("r2a_xml.directory")


def user(request: DirectoryUser, context: Context) -> Answer:
    claimed = binding.claimed_name(request.sip) if request.sip else ""
    row = questions.user(context.database, request.domain, request.user, aor=claimed, cache_ms=context.settings.user_cache_ms)
    if row is None:
        return None
    if request.sip is not None:
        refusal = binding.refusal(request, request.sip, row)
        if refusal:
            about = fields(user=request.user, domain=request.domain, method=request.sip.method, to="@".join(request.sip.to), reason=refusal)
            log.warning("refused before the password was looked at", extra=about)
            return None
    return build.user(row, domain=request.domain, asked_name=request.user, reverse_auth=_reverse_auth(row, request, context))


def _reverse_auth(row: rows.User, request: DirectoryUser, context: Context) -> tuple[str, str] | None:
    if request.action != "reverse-auth-lookup" or row.reverse_auth_user is None or row.reverse_auth_sealed is None:
        return None
    try:
        return row.reverse_auth_user, context.settings.sealing.open(row.reverse_auth_sealed)
    except SealingError as error:
        log.error("reverse authentication is not possible", extra=fields(user=request.user, domain=request.domain, reason=error))
        return None


def group(request: DirectoryGroup, context: Context) -> Answer:
    members = questions.members(context.database, request.domain, request.group)
    return build.group(members, domain=request.domain) if members else None


def domain(request: DirectoryDomain, context: Context) -> Answer:
    row = questions.domain(context.database, request.domain)
    return build.domain(row, domain=request.domain) if row else None


def all_domains(_: DirectoryAllDomains, context: Context) -> Answer:
    return build.domains(row.name for row in questions.domains(context.database))


def network_list(request: NetworkList, context: Context) -> Answer:
    found = questions.networks(context.database, request.domain)
    return build.networks(found, domain=request.domain) if found else None


def publish_voicemail(request: PublishVoicemail, context: Context) -> Answer:
    if request.group:
        members = questions.members(context.database, request.domain, request.group)
        return build.mailboxes(members, domain=request.domain, group_name=request.group) if members else None
    if request.user == "_all_":
        boxes = questions.mailboxes(context.database, request.domain)
        return build.mailboxes(boxes, domain=request.domain, group_name="all") if boxes else None
    return user(DirectoryUser(request.domain, request.user, "publish-vm", None), context)


def change_voicemail_password(request: ChangeVoicemailPassword, _: Context) -> Answer:
    log.info("voicemail PIN change refused: PINs are set with `r2a voicemail-pin`", extra=fields(user=request.user, domain=request.domain))
    return build.password_change_refused(domain=request.domain, user=request.user)
