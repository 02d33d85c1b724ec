"""Reads the log from a position on, as far as it goes, and makes one plan of it: however long a node was away, FreeSWITCH is told once."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from r2a_esl.changes.commands import FLUSH_ALL
from r2a_esl.changes.known import Change, Concerned, concerned
from r2a_esl.changes.merging import merged
from r2a_esl.changes.plan import Plan, plan
from r2a_esl.changes.users import MANY_USERS
from r2a_esl.store import changes as store
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.known import look_up

#: Rows that are in memory at a time.
BATCH = 2000
#: For so long, in seconds, what was read first waits for what comes after it.
GATHER_S = 10.0
#: Tables whose rows are parts of a user: all of that user is forgotten, and its names are needed for nothing else.
_OF_USERS = ("extension", "extension_alias", "device", "device_credential", "voicemail_credential", "call_group_member", "directory_entry")


@dataclass(frozen=True, slots=True, kw_only=True)
class Gathered:
    """One plan for `count` changes up to the row `revision`, whose mark is `mark`; whole = the log goes no further, as far as one knows."""

    plan: Plan
    count: int
    revision: int
    mark: str | None
    whole: bool


def gather(connection: WorkerConnection, node: str, after: int, *, batch: int = BATCH, gather_s: float = GATHER_S) -> Gathered | None:
    """Return one plan for what comes after revision `after`, None when nothing does; raise StoreUnavailable."""
    ends_at = time.monotonic() + gather_s
    plans: list[Plan] = []
    count, mark, full, flushes_all = 0, None, True, False
    while full and (not plans or time.monotonic() < ends_at):
        changes = store.read(connection, after=after, limit=batch)
        full = len(changes) == batch
        if changes:
            made = _planned(connection, node, changes, flushes_all=flushes_all)
            flushes_all = flushes_all or FLUSH_ALL in made.commands
            plans.append(made)
            count, after, mark = count + len(changes), changes[-1].revision, changes[-1].mark
    return Gathered(plan=merged(plans), count=count, revision=after, mark=mark, whole=not full) if plans else None


def _planned(connection: WorkerConnection, node: str, changes: list[Change], *, flushes_all: bool) -> Plan:
    keys = concerned(changes)
    if flushes_all or len(keys.extensions) > MANY_USERS:
        made = plan(changes, look_up(connection, node, _without_names(changes, keys)))
        if flushes_all or FLUSH_ALL in made.commands:
            return made
    return plan(changes, look_up(connection, node, keys))


def _without_names(changes: list[Change], keys: Concerned) -> Concerned:
    """Return `keys` without the users that everybody's flush stands for, but for those whose registrations may have to go."""
    needed = concerned([one for one in changes if one.table not in _OF_USERS or _may_end_registrations(one)])
    return replace(keys, extensions=needed.extensions, devices=needed.devices)


def _may_end_registrations(change: Change) -> bool:
    return change.switched_off if change.table == "extension" else change.table == "device_credential" and change.before is not None
