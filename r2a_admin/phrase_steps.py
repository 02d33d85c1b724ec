"""The steps of a phrase, from options in their order to rows."""

from __future__ import annotations

import re
from collections.abc import Iterable

from r2a_admin.store.phrases import Step
from r2a_core.errors import R2aError

#: What FreeSWITCH would expand after it has put in what was captured: a $ that is no $1 to $99, or one with { or $ right behind it.
_EXPANDS = re.compile(r"\$(?![0-9])|\$[0-9]+[{$]")


class StepRefusedError(R2aError):
    """A step of a phrase is not one; the text says how it should be written."""


def read(given: Iterable[tuple[str, str]]) -> list[Step]:
    """Return the steps; (`when` or `unless`, pattern) holds for those behind it. Raise StepRefusedError."""
    steps: list[Step] = []
    pattern, matches, speaks = None, True, False
    for option, value in given:
        if option in ("when", "unless"):
            pattern, matches = value, option == "when"
            continue
        speaks = speaks or option != "sleep"
        steps.append(_step(option, value, pattern, matches=matches))
    if steps and not speaks:
        raise StepRefusedError("a phrase that only sleeps says nothing; give it a --play or a --say")
    return steps


def _step(option: str, value: str, pattern: str | None, *, matches: bool) -> Step:
    if _EXPANDS.search(value):
        raise StepRefusedError(f"{value!r} may hold $1 to $99 and no other $, none of them with {{ or $ right behind it")
    say_type = say_method = None
    if option == "say":
        parts = value.split(":", 2)
        if len(parts) != 3 or not all(parts):
            raise StepRefusedError(f"--say should be TYPE:METHOD:DATA, like number:pronounced:$1, is {value!r}")
        say_type, say_method, value = parts
    function = {"play": "play-file"}.get(option, option)
    return Step(pattern=pattern, matches=matches, function=function, data=value, say_type=say_type, say_method=say_method)
