"""Asks what servers have written, and what can be read at them."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_esl.store.connection import WorkerConnection


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a server has to show: everything written up to `place` in the WAL.

    With a revision it is that row of the change log which is looked for (mark None = whichever has the revision), and `place` is where it was
    written at latest. That holds after a failover too: a place says nothing of a server that was left behind on another timeline.
    """

    place: str
    revision: int | None = None
    mark: str | None = None


def position(writer: WorkerConnection) -> str:
    """Return how far the server of `writer` has written; raise StoreUnavailable."""
    return str(writer.ask("wal_position", {})[0][0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Glimpse:
    """Which server answered, whether it is a standby, and whether it shows what was asked for, with all that was committed before."""

    identity: str
    standby: bool
    shows: bool


def glimpse(reader: WorkerConnection, target: Target) -> Glimpse:
    """Return what the server that `reader` leads to shows of `target`; raise StoreUnavailable."""
    identity, standby, shows = reader.ask("reader_shows", asdict(target))[0]
    return Glimpse(identity=str(identity), standby=bool(standby), shows=bool(shows))


def standbys_behind(writer: WorkerConnection, place: str) -> tuple[int, int] | None:
    """Return how many standbys stream from `writer`'s server and how many were behind `place`; None = it may not say. Raise StoreUnavailable."""
    streaming, behind = writer.ask("wal_standbys", {"position": place})[0]
    return None if streaming is None else (int(streaming), int(behind))
