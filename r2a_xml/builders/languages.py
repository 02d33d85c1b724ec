"""The steps of a phrase -> the languages section (switch_ivr_play_say.c, switch_ivr_phrase_macro_event)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby

from r2a_xml.builders.document import Element, document
from r2a_xml.builders.elements import element
from r2a_xml.store.rows import PhraseStep

#: A $ that is no capture; or a capture with a brace or another capture behind it: FreeSWITCH puts in what was captured first and expands
#: the result afterwards, and what was captured may be a $.
_EXPANDS = re.compile(r"\$(?![0-9])|\$[0-9]+[{$]")


def is_speakable(step: PhraseStep) -> bool:
    """Return whether FreeSWITCH puts nothing but captures ($1) into this step's data."""
    return not _EXPANDS.search(step.data)


def phrase(steps: Sequence[PhraseStep]) -> Element:
    """Return the language with the one phrase that `steps` make up, in the group of its domain where it has one. At least one step."""
    head = steps[0]
    root, section = document("languages")
    language = element(section, "language", name=head.language, say_module=head.say_module, sound_prefix=head.sound_prefix)
    phrases = element(language, "phrases")
    group = element(phrases, "macros", name=head.domain) if head.domain else element(phrases, "macros")
    macro = element(group, "macro", name=head.name, pause=str(head.pause_ms))
    for pattern, together in groupby(steps, key=lambda step: step.pattern):
        _input(macro, ".*" if pattern is None else pattern, list(together))
    return root


def _input(macro: Element, pattern: str, steps: Sequence[PhraseStep]) -> None:
    tag = element(macro, "input", pattern=pattern)
    for name, matches in (("match", True), ("nomatch", False)):
        chosen = [step for step in steps if step.matches is matches]
        branch = element(tag, name) if chosen else None
        for step in chosen:
            _action(branch, step)


def _action(branch: Element, step: PhraseStep) -> None:
    if step.function == "sleep":
        # A macro has no such function of its own.
        element(branch, "action", function="execute", data=f"sleep({step.data})")
    elif step.function == "say":
        element(branch, "action", function="say", data=step.data, type=step.say_type or "", method=step.say_method or "")
    else:
        element(branch, "action", function=step.function, data=step.data)
