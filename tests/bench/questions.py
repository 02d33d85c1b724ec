"""The three questions that are measured, as FreeSWITCH asks them, and how a right answer is told from a wrong one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

DOMAIN = "pbx.example.com"
NODE = "tele-node-01"
#: Extension n has the number BASE + n: seven digits at every size, so that all questions and answers are equally long.
BASE = 1_000_000
#: Stands in the forms where FreeSWITCH names the user; everything else is as it was captured.
PLACEHOLDER = "@USER@"

_FORMS = Path(__file__).resolve().parent / "forms"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One kind of question. proof(number) is a text that only the right answer about that extension has."""

    name: str
    template: str
    proof: Callable[[str], str]

    def form(self, number: str) -> bytes:
        return self.template.replace(PLACEHOLDER, number).encode()


def a1_md5(number: str) -> str:
    """Return the digest hash of an extension's phone: its password is bench and its number."""
    return hashlib.md5(f"{number}:{DOMAIN}:bench{number}".encode()).hexdigest()


def _question(name: str, proof: Callable[[str], str]) -> Question:
    return Question(name=name, template=(_FORMS / f"{name}.form").read_text(encoding="utf-8"), proof=proof)


SIP_AUTH = _question("sip_auth", a1_md5)
DIALPLAN = _question("dialplan", lambda number: f'name="extension-{number}"')
SOFIA = _question("sofia.conf", lambda _: 'name="carrier"')
ALL = (SIP_AUTH, DIALPLAN, SOFIA)
