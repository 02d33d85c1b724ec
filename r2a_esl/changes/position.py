"""Where a node is in the change log, and whether the log still goes on from there."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Position:
    """The last row of the log that was read, and which FreeSWITCH was told. None = not known: an older worker did not say.

    mark tells the row from another one of its revision, timeline the history of the database that it was last found in.
    """

    revision: int
    mark: str | None
    timeline: str | None
    core_uuid: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """The log as it is (None = it is empty), the mark that the row asked for has (None = it is not there), and what this node has recorded."""

    oldest: int | None
    newest: int | None
    newest_mark: str | None
    timeline: str
    found_mark: str | None
    recorded: Position

    @property
    def applied(self) -> int:
        """The revision that this node has recorded; 0 = never any."""
        return self.recorded.revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why single changes do not do. missed: FreeSWITCH may have been told what is in no log, or not have been told what was in it.

    follows: the log goes on from where the node is, so its changes are applied as well: a refresh does not say what they mean to queues and music.
    """

    text: str
    missed: bool
    follows: bool = False


#: It has read everything, but when is not known: somebody may have changed a queue between then and now.
STARTED = Reason(text="this FreeSWITCH was started since", missed=False, follows=True)


def why_whole(position: Position, state: FeedState, core_uuid: str | None, *, resumed: bool) -> Reason | None:
    """Return why FreeSWITCH has to be brought up to date as a whole; None = the changes after `position` are all there is.

    resumed: the position is what a worker before this one recorded, and what FreeSWITCH was told after that nobody knows.
    """
    if position.revision == 0:
        return Reason(text="this node has never applied any change", missed=False)
    if broken := _broken(position, state):
        return Reason(text=broken, missed=True)
    if position.timeline not in (None, state.timeline):
        # The log may be whole up to here; but what was lost behind it could be read, and kept by FreeSWITCH, before anybody applied it.
        return Reason(text="the database was promoted or restored since", missed=resumed, follows=True)
    if position.core_uuid not in (None, core_uuid):
        return STARTED
    return None


def _broken(position: Position, state: FeedState) -> str:
    oldest, newest = state.oldest or 0, state.newest or 0
    if newest < position.revision:
        return "the log ends before what this node has applied: a failover lost it"
    if state.found_mark is None:
        # Pruned up to exactly here is whole.
        return "" if position.revision == oldest - 1 else "what this node has applied last is in the log no more"
    if position.mark not in (None, state.found_mark):
        return "the log has another change where this node was: a failover lost what it had applied"
    return ""
