"""Takes out of mod_callcenter what is no longer configured and named nowhere else: FreeSWITCH itself is asked what it has."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator

from r2a_core.logs import fields
from r2a_esl.changes.commands import callcenter
from r2a_esl.replies import ReplyError

log = logging.getLogger("r2a_esl.changes")

#: Sends a command and returns what it answers. A `do` also raises when that is no success.
Ask = Callable[[str], str]


def sweep(ask: Ask, do: Ask, swept: frozenset[str]) -> None:
    """Remove what `swept` names (a queue with its tiers, an agent, @DOMAIN = all of it), as far as it is there; raise ReplyError.

    A queue in which callers wait is left loaded: without it they would wait until they hang up, whatever its time limits say.
    """
    for row in _rows(ask, "tier", "list"):
        # An agent takes his tiers along.
        if _is_in(row["queue"], swept) and not _is_in(row["agent"], swept):
            do(callcenter("tier", "del", row["queue"], row["agent"]))
    for row in _rows(ask, "agent", "list"):
        if _is_in(row["name"], swept):
            do(callcenter("agent", "del", row["name"]))
    for row in _rows(ask, "queue", "list"):
        if _is_in(row["name"], swept):
            _unload(ask, do, row["name"])


def has_had_no_status(ask: Ask, agent: str) -> bool:
    """Return whether nobody, and no document, has ever given `agent` a status; raise ReplyError."""
    return any(row["name"] == agent and row.get("last_status_change") == "0" for row in _rows(ask, "agent", "list", agent))


def _unload(ask: Ask, do: Ask, queue: str) -> None:
    waiting = ask(callcenter("queue", "count", "members", queue)).strip()
    if waiting == "0":
        do(callcenter("queue", "unload", queue))
    else:
        log.warning("callers wait in a queue that is gone; it stays loaded until FreeSWITCH is restarted", extra=fields(queue=queue, waiting=waiting))


def _rows(ask: Ask, *words: str) -> Iterator[dict[str, str]]:
    # A copy: what is removed is not looked at twice.
    lines = ask(callcenter(*words)).strip().splitlines()
    if not lines or lines[-1] != "+OK":
        raise ReplyError(f"`callcenter_config {' '.join(words)}` answered {' '.join(lines)[:80]!r}")
    names = lines[0].split("|")
    yield from (dict(zip(names, line.split("|"), strict=False)) for line in lines[1:-1])


def _is_in(name: str, swept: Iterable[str]) -> bool:
    return name in swept or f"@{name.rpartition('@')[2]}" in swept
