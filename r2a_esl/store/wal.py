"""Asks how far servers have written and replayed."""

from __future__ import annotations

from r2a_esl.store.connection import WorkerConnection


def position(writer: WorkerConnection) -> str:
    """Return the position in the log up to which the server of `writer` has written; raise StoreUnavailable."""
    return str(writer.ask("wal_position", {})[0][0])


def replayed(reader: WorkerConnection, position: str) -> bool:
    """Return whether everything up to `position` can be read at `reader`; raise StoreUnavailable."""
    return bool(reader.ask("wal_replayed", {"position": position})[0][0])


def is_of_another_time(writer: WorkerConnection, position: str) -> bool:
    """Return whether `writer` has never written as far as `position`: after a failover it may not mean anything; raise StoreUnavailable."""
    return bool(writer.ask("wal_before", {"position": position})[0][0])
