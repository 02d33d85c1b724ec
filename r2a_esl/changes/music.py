"""What a change means to mod_local_stream: the streams that it has to stop and to play.

Its own `reload` waits for the end of the last file, takes neither path nor rate while anybody listens, and may lose the stream when nobody
does; so a stream that changed is stopped and started. Who listens to it goes on with the stream `default`.
"""

from __future__ import annotations

from r2a_esl.changes import commands
from r2a_esl.changes.commands import Command
from r2a_esl.changes.draft import Draft
from r2a_esl.changes.known import Change, Row

_MODULE = "mod_local_stream"
_READ_AT_START = ("path", "rate_hz", "shuffle", "interval_ms")


def moh_class(draft: Draft, change: Change) -> None:
    number, known = change.row["id"], draft.known.applications
    found = known.streams.get(number)
    draft.music.stopped |= _named(draft, change.before) - ({found.name} if found is not None and found.here else set())
    if found is not None and found.here:
        draft.music.started.add(number)
        if change.before is not None and change.differs(*_READ_AT_START):
            draft.music.replaced.add(number)
    if change.before is not None and change.differs("name", "enabled", "domain_id"):
        # Queues hold the stream's name; without it they play the default.
        draft.center.queues |= {key for key, queue in known.queues.items() if queue.moh_class_id == number and queue.here}


def domain(draft: Draft, change: Change) -> None:
    if change.before is None or not change.differs("name", "enabled"):
        return
    found = draft.known.applications.domains.get(change.row["id"])
    draft.music.swept |= {f"{change.before['name']}/"} - ({f"{found.name}/"} if found is not None and found.here else set())
    if found is not None and found.here:
        _start_all_of(draft, change.row["id"])


def tenant(draft: Draft, change: Change) -> None:
    if change.before is None or not change.differs("enabled"):
        return
    for number in draft.known.tenants.get(change.row["id"], ()):
        found = draft.known.applications.domains[number]
        if found.here:
            _start_all_of(draft, number)
        else:
            draft.music.swept.add(f"{found.name}/")


def commands_of(draft: Draft) -> list[Command]:
    """Return what stops, then what plays."""
    music, known = draft.music, draft.known.applications
    found = []
    if music.stopped or music.swept:
        texts = tuple(commands.local_stream("stop", name) for name in sorted(music.stopped))
        found.append(Command(kind="stream", texts=texts, swept=frozenset(music.swept)))
    wanted = any(tag == "load" and row.get("module") == _MODULE for tag, row in known.contents.get("post_load_modules.conf", ()))
    for number in sorted(music.started, key=lambda number: known.streams[number].name):
        name = known.streams[number].name
        steps = ("stop", "start") if number in music.replaced else ("start",)
        found.append(Command(kind="stream", texts=tuple(commands.local_stream(step, name) for step in steps), module=_MODULE if wanted else ""))
    return found


def _named(draft: Draft, row: Row | None) -> set[str]:
    if row is None:
        return set()
    if row["domain_id"] is None:
        return {str(row["name"])}
    # A domain that is gone has been swept, or will be.
    found = draft.known.applications.domains.get(row["domain_id"])
    return {f"{found.name}/{row['name']}"} if found is not None else set()


def _start_all_of(draft: Draft, domain_id: int) -> None:
    draft.music.started |= {number for number, found in draft.known.applications.streams.items() if found.domain_id == domain_id and found.here}
