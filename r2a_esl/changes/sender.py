"""Sends one command to FreeSWITCH and reads whether it did what it is for."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from r2a_core.errors import R2aError
from r2a_core.logs import fields
from r2a_esl import eviction
from r2a_esl.changes import playing, sweep
from r2a_esl.changes.commands import Command, callcenter, gone, not_there, succeeded, unknown
from r2a_esl.eviction import EvictionError
from r2a_esl.registrations import listed, profiles
from r2a_esl.replies import ReplyError

log = logging.getLogger("r2a_esl.changes")

#: What has FreeSWITCH read a document again; most throw the old one away first, or take no answer for an empty one.
_READS_AGAIN = frozenset({"reload_acl", "load_module", "queue", "stream", "document"})


def _needs_an_answer(command: Command) -> bool:
    # A gateway that is taken away to be read again would be gone until somebody answers.
    return command.kind in _READS_AGAIN or (command.kind == "gateway" and command.texts[-1].endswith(" rescan"))


class CommandFailedError(R2aError):
    """FreeSWITCH did not do what it was told; the text says what."""


class NotRunningError(CommandFailedError):
    """What the command is for does not run, or not yet."""


class _UnknownError(R2aError):
    """The module that brings the command is not loaded."""


class Commands(Protocol):
    """What is needed of the command connection; both raise LinkError."""

    def api(self, command: str) -> str: ...

    def send_event(self, headers: Mapping[str, str]) -> None: ...


class Sender:
    """Sends commands; `xml_is_ready` is asked before anything that FreeSWITCH reads again."""

    def __init__(self, switch: Commands, xml_is_ready: Callable[[], bool]) -> None:
        self._switch = switch
        self._xml_is_ready = xml_is_ready

    def send(self, command: Command) -> None:
        """Have FreeSWITCH do `command`; raise CommandFailedError, or LinkError when FreeSWITCH is away."""
        if _needs_an_answer(command) and not self._xml_is_ready():
            raise CommandFailedError(f"{command} waits for the XML service: without an answer FreeSWITCH would be left with nothing")
        try:
            self._do(command)
        except ReplyError as error:
            raise CommandFailedError(str(error)) from error
        except _UnknownError as error:
            self._do_without(command, str(error))

    def _do(self, command: Command) -> None:
        if command.kind == "drop":
            self._drop(command)
        elif command.kind == "stream":
            playing.play(self._ask, self._say, command)
        elif command.kind == "load_module":
            self._load(command)
        else:
            for text in command.texts:
                self._say(text)
        if command.kind == "callcenter" and command.swept:
            sweep.sweep(self._ask, self._say, command.swept)
        if command.first_status is not None and sweep.has_had_no_status(self._ask, command.first_status[0]):
            self._say(callcenter("agent", "set", "status", *command.first_status))

    def _say(self, text: str) -> str:
        reply = self._ask(text)
        if not_there(reply) or gone(text, reply):
            raise NotRunningError(f"`{text}` answered {reply.strip()[:80]!r}")
        if not succeeded(text, reply):
            raise CommandFailedError(f"`{text}` answered {reply.strip()[:80]!r}")
        return reply

    def _ask(self, text: str) -> str:
        reply = self._switch.api(text)
        if unknown(text, reply):
            raise _UnknownError(f"`{text}` answered {reply.strip()[:80]!r}")
        return reply

    def _do_without(self, command: Command, answered: str) -> None:
        """Go without a module that is not loaded: when it is, it reads everything."""
        if "is ready" not in self._switch.api("status"):
            # One that is loading now may have read already.
            raise NotRunningError(f"{answered} while FreeSWITCH starts")
        if command.module:
            self._say(f"load {command.module}")
        else:
            log.debug("nothing to do: %s", answered)

    def _load(self, command: Command) -> None:
        for text in command.texts:
            # Loading reads every static document again, also when the module is there.
            if self._ask(text.replace("load ", "module_exists ", 1)).strip() != "true":
                self._say(text)

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
