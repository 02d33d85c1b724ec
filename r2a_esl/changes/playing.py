"""Has mod_local_stream stop and play streams. A stream ends in its own time, and what is started under its name before would go with it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from r2a_esl.changes.commands import Command, local_stream
from r2a_esl.replies import ReplyError

#: Sends a command and returns what it answers. A `do` also raises when that is no success.
Ask = Callable[[str], str]

#: A stream without a file to play looks once a second whether it has been stopped.
_ENDS_WITHIN_S = 3.0
_PLAYS_WITHIN_S = 1.0
#: A stream whose folder cannot be read is there, and is gone again.
_STEADY_S = 0.1
_LOOK_S = 0.02


def play(ask: Ask, do: Ask, command: Command) -> None:
    """Send `command`, and see that what it starts plays; raise ReplyError when it does not."""
    swept = sorted(name for name in _listed(ask) if name.startswith(tuple(command.swept))) if command.swept else ()
    texts = [local_stream("stop", name) for name in swept]
    for text in (*texts, *command.texts):
        _, step, name = text.split(" ", 2)
        if step == "start":
            _await_end(ask, name)
        do(text)
        if step == "start":
            _await_start(ask, name)


def _await_end(ask: Ask, name: str) -> None:
    """Return when no stream of that name is ending: it is listed, and is not shown."""
    ends_at = time.monotonic() + _ENDS_WITHIN_S
    while name in _listed(ask) and not _is_shown(ask, name):
        if time.monotonic() >= ends_at:
            raise ReplyError(f"the stream {name} was stopped and has not ended")
        time.sleep(_LOOK_S)


def _await_start(ask: Ask, name: str) -> None:
    ends_at = time.monotonic() + _PLAYS_WITHIN_S
    while time.monotonic() < ends_at:
        time.sleep(_STEADY_S)
        if _is_shown(ask, name):
            return
    raise ReplyError(f"the stream {name} does not play; FreeSWITCH must be able to read its folder on this node")


def _listed(ask: Ask) -> set[str]:
    return set(_names(ask("local_stream show")))


def _is_shown(ask: Ask, name: str) -> bool:
    return not ask(f"local_stream show {name}").startswith("-ERR")


def _names(reply: str) -> Iterator[str]:
    """Yield the names in the reply to `local_stream show`: a line with name and folder for each."""
    yield from (line.partition(",")[0] for line in reply.splitlines() if "," in line)
