"""restart_profile: has a profile start afresh. Its calls end, so everything that it needs to come back is looked at before FreeSWITCH lets go."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from r2a_core.errors import StoreUnavailable
from r2a_esl import sofia
from r2a_esl.changes.commands import not_there
from r2a_esl.eviction import argument as quoted
from r2a_esl.link import LinkError
from r2a_esl.settings import WorkerSettings
from r2a_esl.sofia import Profile
from r2a_esl.store import changes, restarts
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.switch import Switch
from r2a_esl.tasks import kinds
from r2a_esl.tasks.kinds import Patience, Result, TaskFailedError
from r2a_esl.tasks.served import is_served

log = logging.getLogger("r2a_esl.tasks")

#: How long what changed before may take to be in effect, so that FreeSWITCH is not given the old configuration.
APPLIED_WITHIN_S = 20.0
#: How long a profile may take to run again.
RUNS_WITHIN_S = 30.0
#: mod_sofia refuses to stop or restart a profile in its first 10 s.
OLD_ENOUGH_WITHIN_S = 15.0
MAX_WAIT_FOR_CALLS_S = 3600
_TOO_YOUNG = "must be up for at least"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}")
#: What is done, the word of `sofia profile X ...`, and how its answer begins when mod_sofia does it.
_VERBS = {"restart": "restarting: ", "start": "", "stop": "stopping: "}


@dataclass(frozen=True, slots=True, kw_only=True)
class Restart:
    """The kind restart_profile. started is told which profile has read its configuration, and when."""

    settings: WorkerSettings
    switch: Switch
    connection: WorkerConnection
    patience: Patience
    started: Callable[[str, datetime], None]

    def __call__(self, argument: Mapping[str, Any]) -> Result:
        """Do it; raise TaskFailedError, LinkError, ReplyError or StoreUnavailable."""
        profile = kinds.text(argument, "profile")
        if not _NAME.fullmatch(profile):
            raise TaskFailedError("profile should be the name of a SIP profile")
        wait_s = kinds.seconds(argument, "wait_for_calls_s", MAX_WAIT_FOR_CALLS_S)
        self._wait_until_applied()
        verb = self._checked(profile)
        if verb is None:
            return self._nothing_runs(profile)
        if wait_s is not None and verb != "start":
            self._wait_for_calls(profile, wait_s)
            # It may have been an hour.
            verb = self._checked(profile) or verb
        return self._done(profile, verb)

    def _wait_until_applied(self) -> None:
        """Return once this node has applied everything that was committed before the task was begun."""
        node = self.settings.node_name
        newest = changes.state(self.connection, node).newest or 0
        if not self.patience.until(lambda: changes.state(self.connection, node).applied >= newest, APPLIED_WITHIN_S):
            why = "the read port may be behind, and FreeSWITCH could be given the old configuration"
            raise TaskFailedError(f"revision {newest} is not applied yet ({why}); nothing was touched")

    def _checked(self, profile: str) -> str | None:
        """Return what has to be done, None when the profile neither runs nor should; raise TaskFailedError when it must not be done now."""
        runs = self._running(profile) is not None
        due = profile in restarts.due_profiles(self.connection, self.settings.node_name)
        served = self._served(profile, running=runs)
        if due and not served:
            raise TaskFailedError(f"profile {profile} is to run here, and the XML service leaves it out (its log says why); nothing was touched")
        if served and not due:
            raise TaskFailedError(f"profile {profile} is no longer to run here, and the XML service still serves it; nothing was touched")
        if due:
            return "restart" if runs else "start"
        return "stop" if runs else None

    def _served(self, profile: str, *, running: bool) -> bool:
        status = self.switch.sighting.status
        if status is None:
            raise TaskFailedError("FreeSWITCH is away; nothing was touched")
        return is_served(self.settings, status, profile, running=running)

    def _nothing_runs(self, profile: str) -> Result:
        at = datetime.now(UTC)
        if restarts.brought(self.connection, self.settings.node_name, profile, at) == 0:
            raise TaskFailedError(f"this node has no profile {profile}, and none of that name runs")
        self.started(profile, at)
        return {"did": "nothing", "calls_before": 0, "took_ms": 0}

    def _wait_for_calls(self, profile: str, wait_s: float) -> None:
        if not self.patience.until(lambda: self._calls(profile) == 0, wait_s):
            calls = self._calls(profile)
            raise TaskFailedError(f"profile {profile} still has {calls} call{'s' * (calls != 1)} after {wait_s:g} s; nothing was touched")

    def _done(self, profile: str, verb: str) -> Result:
        calls, began_at = self._calls(profile), datetime.now(UTC)
        told_at = self._tell(profile, verb)
        if not self.patience.until(lambda: self._came_about(profile, verb), RUNS_WITHIN_S):
            after = "still runs" if verb == "stop" else "does not run"
            hint = "look at its log, and ask again when the cause is gone"
            raise TaskFailedError(f"FreeSWITCH was told to {verb} profile {profile}, which {after} after {RUNS_WITHIN_S:g} s: {hint}")
        took_ms = round((time.monotonic() - told_at) * 1000)
        self._forget(profile, began_at)
        return {"did": verb, "calls_before": calls, "took_ms": took_ms}

    def _tell(self, profile: str, verb: str) -> float:
        """Have mod_sofia begin, and return when it was told in time.monotonic() seconds; raise TaskFailedError when it does not."""
        reply, told_at = "", 0.0

        def old_enough() -> bool:
            nonlocal reply, told_at
            told_at = time.monotonic()
            reply = self.switch.api(f"sofia profile {quoted(profile)} {verb}")
            return _TOO_YOUNG not in reply

        try:
            told = self.patience.until(old_enough, OLD_ENOUGH_WITHIN_S)
        except LinkError as error:
            told_what = f"FreeSWITCH was told to {verb} profile {profile} and did not answer"
            raise TaskFailedError(f"{told_what} ({error}); look at it before asking again") from error
        if not told or not _does(profile, verb, reply):
            raise TaskFailedError(f"`sofia profile {profile} {verb}` answered {reply.strip()[:160]!r}")
        return told_at

    def _came_about(self, profile: str, verb: str) -> bool:
        try:
            return (self._running(profile) is None) == (verb == "stop")
        except LinkError:
            # It has been told; that the connection ended says nothing of the profile.
            return False

    def _forget(self, profile: str, at: datetime) -> None:
        self.started(profile, at)
        try:
            # Also here, so that the note is gone before the task is done.
            restarts.brought(self.connection, self.settings.node_name, profile, at)
        except StoreUnavailable as error:
            log.debug("what was noted for profile %s goes later: %s", profile, error)

    def _running(self, profile: str) -> Profile | None:
        reply = self.switch.api("sofia xmlstatus")
        if not_there(reply):
            raise TaskFailedError("mod_sofia is not loaded in this FreeSWITCH; the worker loads it as soon as the XML service answers")
        return next((one for one in sofia.profiles(reply) if one.name == profile), None)

    def _calls(self, profile: str) -> int:
        found = self._running(profile)
        return found.calls if found else 0


def _does(profile: str, verb: str, reply: str) -> bool:
    last = (reply.strip().splitlines() or [""])[-1]
    # mod_sofia says the same when its answer had no such profile: whether it runs is looked at afterwards.
    return last == f"{profile} started successfully" if verb == "start" else last == f"{_VERBS[verb]}{profile}"
