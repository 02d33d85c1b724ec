"""Rows -> the directory section. Each user that leaves here carries a credential and refuses the empty password, whatever was asked:
FreeSWITCH keeps one copy of a user for all purposes, and one without a password would let anybody in (contract 3 and 4.1)."""

from __future__ import annotations

import random
import secrets
from collections.abc import Iterable, Mapping, Sequence

from r2a_xml.builders.dialstring import contacts
from r2a_xml.builders.document import MAX_ANSWER_BYTES, Element, document
from r2a_xml.builders.elements import element, param, variable
from r2a_xml.store.rows import Domain, Entry, Mailbox, Member, Network, User


def user(row: User, *, domain: str, asked_name: str, reverse_auth: tuple[str, str] | None) -> Element:
    """Return the answer about one user, under the domain as it was spelled in the question, matched by the name that was asked."""
    root, tag = _domain(domain)
    users = _users(tag, "all")
    attributes = {"id": row.number, "number_alias": asked_name}
    if row.cache_ms:
        attributes["cacheable"] = str(_jittered(row.cache_ms))
    one = element(users, "user", **attributes)
    entries = _nearest(row.entries)
    params = element(one, "params")
    _credential(params, row.a1_md5)
    # Whatever AOR a phone writes into its REGISTER, FreeSWITCH binds its own extension's: also from a cached answer, unasked.
    # FreeSWITCH heeds the first when it binds and the second also when it unbinds (sofia_reg.c).
    param(params, "sip-force-user", row.number)
    param(params, "sip-force-extension", row.number)
    param(params, "dial-string", contacts(row.number, row.spellings))
    if reverse_auth:
        param(params, "reverse-auth-user", reverse_auth[0])
        param(params, "reverse-auth-pass", reverse_auth[1])
    for name, value in _merged(_voicemail(row) | _codecs(row), entries["param"]):
        param(params, name, value)
    variables = element(one, "variables")
    for name, value in _merged(_variables(row), entries["variable"]):
        variable(variables, name, value)
    return root


def _merged(own: Mapping[str, str], entries: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    # FreeSWITCH does not tell names apart by case: an entry has to take the place of ours, not to stand beside it.
    return {name.lower(): (name, value) for values in (own, entries) for name, value in values.items()}.values()


def _variables(row: User) -> dict[str, str]:
    variables = {
        "user_context": row.context,
        "user_name": row.number,
        "domain_name": row.domain,
        "effective_caller_id_name": row.name,
        "effective_caller_id_number": row.number,
        "default_language": row.language,
        "sound_prefix": row.sound_prefix,
        "timezone": row.timezone,
    }
    return variables | {"absolute_codec_string": row.codecs} if row.codecs else variables


def _codecs(row: User) -> dict[str, str]:
    # The variable is for the calls a phone makes; on one that is made to it, user/ sets variables only after it has sent the offer
    # (mod_dptools.c). Not codec_string: the codec that the caller already speaks would go before it (switch_core_media.c).
    return {"dial-var-absolute_codec_string": row.codecs} if row.codecs else {}


def _voicemail(row: User) -> dict[str, str]:
    if not row.voicemail_enabled:
        return {"vm-enabled": "false"}
    # Without a PIN of its own mod_voicemail would fall back to the SIP password's hash: an unguessable one keeps the box shut.
    params = {"vm-enabled": "true", "vm-a1-hash": row.voicemail_a1_md5 or _unguessable()}
    return params | {"vm-mailto": row.voicemail_email} if row.voicemail_email else params


def group(rows: Sequence[Member], *, domain: str) -> Element:
    """Return a call group with its members, each with the dial string of all its phones."""
    root, tag = _domain(domain)
    _credential(element(tag, "params"), None)
    users = _users(tag, rows[0].group)
    for row in rows:
        if row.number is not None:
            one = element(users, "user", id=row.number)
            param(element(one, "params"), "dial-string", contacts(row.number, row.spellings))
    return root


def mailboxes(rows: Iterable[Member | Mailbox], *, domain: str, group_name: str) -> Element:
    """Return the mailboxes of a domain or group, as little of each as delivering a message needs."""
    root, tag = _domain(domain)
    _credential(element(tag, "params"), None)
    users = _users(tag, group_name)
    spent = 0
    for row in rows:
        if row.number is None:
            continue
        one = element(users, "user", id=row.number)
        spent += 40
        # FreeSWITCH refuses an answer above its limit as a whole: past it the message is still delivered, without the mail about it.
        if row.voicemail_email and spent < MAX_ANSWER_BYTES // 2:
            param(element(one, "params"), "vm-mailto", row.voicemail_email)
            spent += 80 + len(row.voicemail_email)
    return root


def domain(row: Domain, *, domain: str) -> Element:
    """Return a domain with its params and variables and none of its users."""
    root, tag = _domain(domain)
    merged = _nearest(row.entries)
    params = element(tag, "params")
    _credential(params, None)
    for name, value in merged["param"].items():
        param(params, name, value)
    variables = element(tag, "variables")
    variable(variables, "domain_name", row.name)
    for name, value in merged["variable"].items():
        variable(variables, name, value)
    return root


def domains(names: Iterable[str]) -> Element:
    """Return the names of all domains and nothing in them."""
    root, section = document("directory")
    for name in names:
        element(section, "domain", name=name)
    return root


def networks(rows: Iterable[Network], *, domain: str) -> Element:
    """Return the users of a domain that have a trusted address range, one element a range (switch_core.c reads `cidr` of each)."""
    root, tag = _domain(domain)
    _credential(element(tag, "params"), None)
    users = element(tag, "users")
    for row in rows:
        if row.auth_user is not None and row.cidr is not None:
            element(users, "user", id=row.auth_user, cidr=row.cidr)
    return root


def password_change_refused(*, domain: str, user: str) -> Element:
    """Return the answer that makes mod_voicemail keep the PIN as it is: a PIN stored on one node would differ from all the others'."""
    root, tag = _domain(domain)
    one = element(_users(tag, "all"), "user", id=user)
    element(one, "result", success="false")
    _credential(element(one, "params"), None)
    return root


def _domain(name: str) -> tuple[Element, Element]:
    root, section = document("directory")
    return root, element(section, "domain", name=name)


def _users(domain_tag: Element, group_name: str) -> Element:
    return element(element(element(domain_tag, "groups"), "group", name=group_name), "users")


def _credential(params: Element, a1_md5: str | None) -> None:
    param(params, "a1-hash", a1_md5 or _unguessable())
    param(params, "allow-empty-password", "false")


def _unguessable() -> str:
    # A fixed text would be a known hash, and a known hash is as good as the password.
    return secrets.token_hex(16)


def _jittered(cache_ms: int) -> int:
    # Ten thousand phones that registered together after an outage should not expire together as well.
    return int(cache_ms * random.uniform(0.9, 1.0))  # noqa: S311 - spreads load, guards nothing


def _nearest(entries: Iterable[Entry] | None) -> dict[str, dict[str, str]]:
    nearest: dict[str, dict[str, str]] = {"param": {}, "variable": {}}
    for _, kind, name, value in sorted(entries or ()):
        nearest[kind][name] = value
    return nearest
