"""Passwords and PINs: made, read without showing them, judged, and turned into the hashes that are stored."""

from __future__ import annotations

import getpass
import hashlib
import secrets
import string
import sys
from collections.abc import Iterable

from r2a_core.errors import R2aError

#: Letters and digits that nobody mistakes for one another when a password is read to somebody: no 0 O o, no 1 l I.
ALPHABET = "".join(character for character in string.ascii_letters + string.digits if character not in "0Oo1lI")
PASSWORD_LENGTH = 20
PIN_LENGTH = 6
SHORTEST_PASSWORD = 8
SHORTEST_PIN = 4
LONGEST = 128


class SecretRefusedError(R2aError):
    """A password or PIN cannot be used; the text says why, and never what it was."""


def new_password() -> str:
    """Return a fresh password of about 116 bits."""
    return "".join(secrets.choice(ALPHABET) for _ in range(PASSWORD_LENGTH))


def new_pin(number: str) -> str:
    """Return a fresh PIN that is neither the extension's number nor easily guessed."""
    while True:
        pin = "".join(secrets.choice(string.digits) for _ in range(PIN_LENGTH))
        if weakness_of_pin(pin, number) is None:
            return pin


def a1_md5(user: str, realm: str, secret: str) -> str:
    """Return HA1 of RFC 7616, section 3.4.2, as SIP digest and mod_voicemail compare it."""
    # MD5 is what phones and FreeSWITCH speak; the choice is the protocol's.
    return hashlib.md5(f"{user}:{realm}:{secret}".encode(), usedforsecurity=False).hexdigest()


def a1_md5_by_realm(user: str, realms: Iterable[str], secret: str) -> dict[str, str]:
    return {realm: a1_md5(user, realm, secret) for realm in realms}


def from_stdin(what: str) -> str:
    """Return the first line of standard input, or what a person types unseen, twice; raise SecretRefusedError when it is unusable."""
    if sys.stdin.isatty():
        secret = getpass.getpass(f"{what}: ")
        if getpass.getpass(f"{what}, again: ") != secret:
            raise SecretRefusedError(f"the two {what}s are not the same")
    else:
        try:
            secret = sys.stdin.readline(LONGEST * 8).removesuffix("\n").removesuffix("\r")
        except UnicodeDecodeError as error:
            raise SecretRefusedError(f"the {what} on standard input is not UTF-8") from error
    problem = unusable(secret)
    if problem:
        raise SecretRefusedError(f"the {what} on standard input {problem}")
    return secret


def unusable(secret: str) -> str | None:
    """Return why no phone could send `secret`, or None."""
    if not secret:
        return "is empty"
    if len(secret) > LONGEST:
        return f"is longer than {LONGEST} characters"
    return None if secret.isprintable() else "holds a control character"


def weakness_of_password(password: str, *names: str) -> str | None:
    """Return why `password` is soon guessed, or None; `names` are the number and the login it must differ from."""
    if len(password) < SHORTEST_PASSWORD:
        return f"has fewer than {SHORTEST_PASSWORD} characters"
    if password in names:
        return "equals the number or the login"
    return "is one character repeated" if len(set(password)) == 1 else None


def weakness_of_pin(pin: str, number: str) -> str | None:
    """Return why `pin` is soon guessed, or None."""
    if len(pin) < SHORTEST_PIN:
        return f"has fewer than {SHORTEST_PIN} digits"
    if pin == number:
        return "equals the number"
    if len(set(pin)) == 1 or pin in "01234567890" or pin in "09876543210":
        return "is a row of the keypad"
    return None


def refuse_weak(what: str, weakness: str | None, *, allowed: bool) -> None:
    """Raise SecretRefusedError when there is a weakness that was not `allowed`."""
    if weakness and not allowed:
        raise SecretRefusedError(f"the {what} {weakness}; choose another, or insist with --allow-weak")
