"""What the schema demands of a text, for the places that must say which of 10,000 lines broke it. A test holds both against each other."""

from __future__ import annotations

import re
from collections.abc import Callable

from r2a_admin.store.refusals import RULES

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]|\$[{$]|x-pre-process|<(!--#|\?)", re.IGNORECASE)
_DIAL_STRING = re.compile(r'[\]\[{}<>|;=^"\\]')
_NUMBER = re.compile(r"[0-9]{2,15}")
_SIP_USER = re.compile(r"(?!.*x-pre-process)[+]?[A-Z0-9][A-Z0-9._-]{0,62}", re.IGNORECASE | re.ASCII)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9.-]{1,190}")

#: Names the constraint that a text breaks, or None.
Rule = Callable[[str], str | None]


def number(text: str) -> str | None:
    return None if _NUMBER.fullmatch(text) else RULES["number_is_2_to_15_digits"]


def sip_user(text: str) -> str | None:
    return None if _SIP_USER.fullmatch(text) else RULES["sip_user_is_letters_digits_and_plus_dot_dash_underscore"]


def label(text: str) -> str | None:
    if _UNSAFE.search(text) or len(text) > 1024:
        return RULES["safe_text_has_nothing_freeswitch_would_expand"]
    if not 1 <= len(text) <= 80:
        return RULES["label_is_1_to_80_characters"]
    return RULES["label_has_no_dial_string_character"] if _DIAL_STRING.search(text) else None


def email(text: str) -> str | None:
    return None if _EMAIL.fullmatch(text) else RULES["voicemail_email_looks_like_one"]


def ring_timeout_s(text: str) -> str | None:
    fits = text.isascii() and text.isdigit() and len(text) <= 3 and 5 <= int(text) <= 300
    return None if fits else RULES["ring_timeout_s_is_5_to_300"].replace("--ring-timeout-s", "ring_timeout_s")
