"""Reads what FreeSWITCH's commands print."""

from __future__ import annotations

import re
from dataclasses import dataclass

from r2a_core.errors import R2aError

_SESSIONS = re.compile(r"^(\d+) session\(s\) - peak", re.MULTILINE)
_VERSION = re.compile(r"FreeSWITCH Version (\S+)")
_CORE_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


class ReplyError(R2aError):
    """FreeSWITCH answered a command with an error, or with something else than that command prints."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FreeSwitchStatus:
    """What a running FreeSWITCH says of itself. core_uuid changes with each start; sessions are those alive now."""

    core_uuid: str
    switchname: str
    version: str
    sessions: int


def sessions(reply: str) -> int:
    """Return the number of live sessions in the reply to `status`."""
    return int(_found(_SESSIONS, "status", reply)[1])


def version(reply: str) -> str:
    """Return the version in the reply to `version`, like 1.11.3-dev+git~20260821T141014Z~cc93a683ca~64bit."""
    return _found(_VERSION, "version", reply)[1]


def core_uuid(reply: str) -> str:
    """Return the UUID in the reply to `global_getvar core_uuid`."""
    return _found(_CORE_UUID, "global_getvar core_uuid", reply)[0]


def switchname(reply: str) -> str:
    """Return the name in the reply to `switchname`."""
    return _good("switchname", reply)


def _found(pattern: re.Pattern[str], command: str, reply: str) -> re.Match[str]:
    match = pattern.search(_good(command, reply))
    if match is None:
        raise ReplyError(f"`{command}` answered something unexpected: {reply.strip()[:80]!r}")
    return match


def _good(command: str, reply: str) -> str:
    text = reply.strip()
    if not text or text.startswith(("-ERR", "-USAGE")):
        raise ReplyError(f"`{command}` answered {text[:80]!r}")
    return text
