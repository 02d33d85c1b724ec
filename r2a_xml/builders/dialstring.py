"""The text that makes FreeSWITCH ring an extension: every contact that is registered for it, under each spelling of its domain."""

from __future__ import annotations

from collections.abc import Sequence


def contacts(number: str, spellings: Sequence[str]) -> str:
    """Return the dial string for all phones of `number`: 0 contacts become error/user_not_registered, several ring at once.

    number and spellings come from columns whose characters need no quoting (cfg.number, cfg.host); nothing else may be put here.
    """
    return ",".join(f"${{sofia_contact(*/{number}@{spelling})}}" for spelling in spellings)
