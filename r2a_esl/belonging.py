"""The rule: whose AOR may a phone register? Only those of the extension that it authenticated as."""

from __future__ import annotations

import enum
from dataclasses import dataclass

from r2a_esl.registrations import Registration

#: What mod_sofia writes as the user name when nothing was authenticated: an access list of the profile let the phone in.
UNAUTHENTICATED = "unknown"


class Verdict(enum.Enum):
    """Whether a registration may stay. UNDECIDED: only the database knows."""

    BELONGS = enum.auto()
    FOREIGN = enum.auto()
    UNDECIDED = enum.auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """What the database knows of one registration: whether AOR host and realm are spellings of one domain, and both users one extension."""

    same_domain: bool
    same_extension: bool


def verdict(registration: Registration, ownership: Ownership | None) -> Verdict:
    """Return whether `registration` belongs to whoever authenticated; `ownership` None = the database was not asked."""
    same_host = registration.host.lower() == registration.realm.lower()
    # That the hosts are equal does not do. FreeSWITCH looks a kept user up by name and domain written without a space between them:
    # 1001 of pbx.example.com gets in as user "1001pbx." of example.com.
    if same_host and registration.user == registration.username:
        return Verdict.BELONGS
    if registration.username == UNAUTHENTICATED and registration.host == registration.realm:
        return Verdict.BELONGS
    if ownership is None:
        return Verdict.UNDECIDED
    return Verdict.BELONGS if ownership.same_domain and ownership.same_extension else Verdict.FOREIGN
