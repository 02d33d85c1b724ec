"""Has FreeSWITCH drop gateways by itself when nobody puts that off: a worker that is killed, frozen or cut off can do nothing any more.

FreeSWITCH runs commands at a given second (`sched_api`, by its monotonic clock, at most half a second late). Each arming puts new ones
there first and takes the older ones away then, so there is never a moment without any.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

from r2a_core.errors import R2aError
from r2a_esl.changes.commands import Name
from r2a_esl.eviction import argument

#: After the start of the renewal that it is armed for, in seconds. The second shot hits what was only being read at the first.
SHOTS_S = (12, 17)
#: Then the gateway comes back without registering, so that calls can still be sent over it while nobody looks after this node.
RETURN_S = 19
#: What is not armed by then is not armed for that renewal at all.
LATEST_S = 6.0
#: Two names in turn, and a third for when nobody knows which of them is in use.
_GROUPS = ("r2a-gateways-a", "r2a-gateways-b", "r2a-gateways-c")

Api = Callable[[str], str]


class NotArmedError(R2aError):
    """FreeSWITCH was not told, or did not take it; what it was told before is still so."""


class DeadMan:
    """The commands that one FreeSWITCH process holds for this worker."""

    def __init__(self) -> None:
        self._group = ""

    def arm(self, api: Api, gateways: Sequence[Name], began: float) -> None:
        """Have the (profile, name) in `gateways` dropped, and no others, counted from `began` in time.monotonic() seconds.

        Raise NotArmedError, or LinkError; nothing then that was armed before has been taken away without being armed anew.
        """
        one, other, spare = _GROUPS
        current, self._group = self._group, ""
        if not gateways and not current:
            return
        if not current:
            # A worker before this one, or a command that nobody knows the end of: whatever stands under the two names goes.
            _put(api, spare, gateways, began)
            _take_away(api, one)
            _take_away(api, other)
            current = spare
        fresh = other if current == one else one
        _put(api, fresh, gateways, began)
        _take_away(api, current)
        self._group = fresh if gateways else ""


def _put(api: Api, group: str, gateways: Sequence[Name], began: float) -> None:
    for profile, name in gateways:
        for shot_s in SHOTS_S:
            _schedule(api, group, f"sofia profile {argument(profile)} killgw {argument(name)}", began, shot_s)
    for profile in sorted({profile for profile, _ in gateways}):
        # In a thread of its own: it asks the XML service, and FreeSWITCH has one thread for all that is scheduled.
        _schedule(api, group, f"sofia profile {argument(profile)} rescan&", began, RETURN_S)


def _schedule(api: Api, group: str, command: str, began: float, after_s: int) -> None:
    gone_s = time.monotonic() - began
    if gone_s > LATEST_S:
        raise NotArmedError(f"FreeSWITCH was to be told within {LATEST_S:g} s of the renewal, {gone_s:.1f} s ago")
    _say(api, f"sched_api +{int(after_s - gone_s)} {group} {command}")


def _take_away(api: Api, group: str) -> None:
    _say(api, f"sched_del {group}")


def _say(api: Api, command: str) -> None:
    reply = api(command)
    if not reply.startswith("+OK"):
        raise NotArmedError(f"`{command}` answered {reply.strip()[:80]!r}")
