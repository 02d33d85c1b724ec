"""Says what the worker of a node would send to FreeSWITCH, for people who want to know it before it is sent. Reads; sends nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from r2a_core.dsn import DatabaseSettings
from r2a_esl.changes.catchup import gather
from r2a_esl.changes.commands import Command
from r2a_esl.changes.known import concerned
from r2a_esl.changes.plan import Plan
from r2a_esl.changes.position import why_whole
from r2a_esl.changes.refresh import full_refresh
from r2a_esl.store import changes as store
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.known import look_up

ASKED = "somebody asks for it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a node has not applied yet: revisions `first` to `last` (None = it has all), and what its worker makes of them.

    as_a_whole: why it brings FreeSWITCH up to date as a whole, None = it need not. Which gateways then have to go depends on those that run,
    and is not among the commands. commands are in order; restarts: what only an operator's restart brings into effect; remarks: what needs none.
    """

    node: str
    changes: int
    first: int | None
    last: int | None
    as_a_whole: str | None
    commands: tuple[str, ...]
    restarts: tuple[str, ...]
    remarks: tuple[str, ...]


def previews(settings: DatabaseSettings, nodes: Sequence[str], *, role: str, as_a_whole: bool = False) -> list[Preview]:
    """Return what each of `nodes` would do now, reading as `role`; with as_a_whole, what a full refresh is. Raises StoreUnavailable."""
    connection = WorkerConnection(settings, application="r2a-admin", role=role)
    try:
        return [_preview(connection, node, ASKED if as_a_whole else None) for node in nodes]
    finally:
        connection.close()


def _preview(connection: WorkerConnection, node: str, why: str | None) -> Preview:
    state = store.state(connection, node)
    if why is None and state.newest is not None and (reason := why_whole(state.recorded, state, state.recorded.core_uuid, resumed=True)):
        why = reason.text
    if why is not None:
        return _made(node, full_refresh(look_up(connection, node, concerned([])), [], None, missed=False), as_a_whole=why)
    gathered = gather(connection, node, state.applied)
    if gathered is None:
        return _made(node, Plan(commands=(), notes=(), remarks=()))
    first = store.read(connection, after=state.applied, limit=1)[0].revision
    return _made(node, gathered.plan, changes=gathered.count, first=first, last=gathered.revision)


def _made(
    node: str, made: Plan, *, changes: int = 0, first: int | None = None, last: int | None = None, as_a_whole: str | None = None
) -> Preview:
    return Preview(
        node=node,
        changes=changes,
        first=first,
        last=last,
        as_a_whole=as_a_whole,
        commands=tuple(dict.fromkeys(text for command in made.commands for text in _texts(command))),
        restarts=tuple(map(str, made.notes)),
        remarks=made.remarks,
    )


def _texts(command: Command) -> Iterator[str]:
    yield from command.texts
    for login, realm in sorted(command.logins):
        yield f"remove what is registered with the login {login}@{realm}"
    for user, host in sorted(command.aors - command.logins):
        yield f"remove what is registered as {user}@{host}"
    for realm in sorted(command.realms):
        yield f"remove what is registered in {realm}"
    for name in sorted(command.swept):
        yield f"remove what FreeSWITCH still has of {name}"
    if command.first_status is not None:
        yield f"give {command.first_status[0]} the status {command.first_status[1]}, if it has never had one"
