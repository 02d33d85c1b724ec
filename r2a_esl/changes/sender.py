"""Sends one command to FreeSWITCH and reads whether it did what it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from r2a_core.errors import R2aError
from r2a_core.logs import fields
from r2a_esl import eviction
from r2a_esl.changes.commands import Command, not_there, succeeded
from r2a_esl.eviction import EvictionError
from r2a_esl.registrations import listed, profiles
from r2a_esl.replies import ReplyError

log = logging.getLogger("r2a_esl.changes")


class CommandFailedError(R2aError):
    """FreeSWITCH did not do what it was told; the text says what."""


class NotRunningError(CommandFailedError):
    """What the command is for does not run, or not yet."""


class Commands(Protocol):
    """What is needed of the command connection; both raise LinkError."""

    def api(self, command: str) -> str: ...

    def send_event(self, headers: Mapping[str, str]) -> None: ...


class Sender:
    """Sends commands; `xml_is_ready` is asked before a list that FreeSWITCH throws away first is read again."""

    def __init__(self, switch: Commands, xml_is_ready: Callable[[], bool]) -> None:
        self._switch = switch
        self._xml_is_ready = xml_is_ready

    def send(self, command: Command) -> None:
        """Have FreeSWITCH do `command`; raise CommandFailedError, or LinkError when FreeSWITCH is away."""
        if command.kind == "reload_acl" and not self._xml_is_ready():
            raise CommandFailedError("`reloadacl` waits for the XML service: without an answer FreeSWITCH would be left with no list")
        if command.kind == "drop":
            self._drop(command)
        for text in command.texts:
            reply = self._switch.api(text)
            if not_there(reply):
                raise NotRunningError(f"`{text}` answered {reply.strip()[:80]!r}")
            if not succeeded(text, reply):
                raise CommandFailedError(f"`{text}` answered {reply.strip()[:80]!r}")

    def _drop(self, command: Command) -> None:
        status = self._switch.api("sofia xmlstatus")
        if not_there(status):
            return
        try:
            for profile in profiles(status):
                reply = self._switch.api(f"sofia xmlstatus profile {eviction.argument(profile)} reg")
                for registration in [one for one in listed(profile, reply) if command.drops(one)]:
                    if eviction.evict(self._switch, registration):
                        told = fields(who=f"{registration.username}@{registration.realm}", aor=registration.aor, profile=profile)
                        log.info("removed a registration that a change has ended", extra=told)
        except (EvictionError, ReplyError) as error:
            raise CommandFailedError(f"a registration that a change has ended could not be removed: {error}") from error
