"""What a password is good for: FreeSWITCH checks the digest, and nobody but this module whether its owner may do what the request says."""

from __future__ import annotations

from r2a_xml.request import DirectoryUser, SipRequest
from r2a_xml.store.rows import User

#: Methods that act on the To address itself: its presence, mailbox, or phones. A call goes where the dialplan says; what belongs to a call
#: (REFER, INFO, BYE) has the other party in To.
ACTING_ON_TO = frozenset(("SUBSCRIBE", "PUBLISH", "MESSAGE"))


def claimed_name(sip: SipRequest) -> str:
    """Return the user part that the request claims to be its owner's own, empty when it claims none."""
    if sip.method == "MESSAGE":
        return sip.sender[0]
    # A request without a method is no phone's; what it says of To is held to the strictest rule.
    return sip.to[0] if sip.method in ("REGISTER", "") else ""


def refusal(request: DirectoryUser, sip: SipRequest, row: User) -> str:
    """Return why the owner of `row`'s password may not do this, empty when he may. row was asked for with claimed_name()."""
    if request.domain != request.domain.lower():
        return "the domain has to be written in lower case in the phone: realm and hash are"
    if row.a1_md5 is None:
        return "this name is no device's login in this realm"
    to_user, to_host = sip.to
    if sip.method in ("REGISTER", "") and (to_user or to_host or sip.method):
        return "" if to_user and row.owns_aor and to_host == request.domain else "the AOR is not this user's"
    if sip.method in ACTING_ON_TO and to_host.lower() not in row.spellings:
        return "To is in another domain"
    if sip.method == "MESSAGE" and not (row.owns_aor and sip.sender[0] and sip.sender[1].lower() in row.spellings):
        return "From is not this user"
    return ""
