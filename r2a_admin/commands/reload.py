"""`r2a reload`: has nodes apply what is new, now; brings them up to date as a whole; restarts a profile node by node."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from r2a_admin import console, restarts, session
from r2a_admin.commands.options import Json, Yes
from r2a_admin.store import changes, keys, standings
from r2a_admin.store.standings import Standing
from r2a_admin.store.tasks import Task
from r2a_admin.waiting import Asked, Outcome, Teller, interrupted, until_applied
from r2a_core.logs import one_line

if TYPE_CHECKING:
    from r2a_esl.preview import Preview

REFRESH_S, RESTART_S = 60, 120


def reload(
    node: Annotated[list[str] | None, typer.Option("--node", metavar="NODE", help="Only this node; may be given again. Default: all.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Bring FreeSWITCH up to date as a whole: flush users, rescan profiles, reload lists.")] = False,
    restart: Annotated[str | None, typer.Option(metavar="PROFILE", help="Restart this profile, one node after another. Its calls end.")] = None,
    wait: Annotated[bool, typer.Option("--wait", help="Return when every node is done; exit 1 when one is not, or its worker is silent.")] = False,
    timeout_s: Annotated[int | None, typer.Option("--timeout", min=1, metavar="S", help="How long to wait; default 60, restart 120.")] = None,
    wait_for_calls_s: Annotated[
        int | None, typer.Option("--wait-for-calls", min=0, max=3600, metavar="S", help="With --restart: let calls end first, and give up after S s.")
    ] = None,
    yes: Yes = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be done, and do nothing.")] = False,
    as_json: Json = False,
) -> None:
    """Show what each node has not applied and what that leads to, and have the workers do it now. They would within 5 s anyway."""
    if full and restart:
        raise typer.BadParameter("give --full or --restart, not both")
    if wait_for_calls_s is not None and not restart:
        raise typer.BadParameter("--wait-for-calls goes with --restart")
    teller = Teller(quiet=as_json)
    with session.reading() as connection:
        newest = changes.newest(connection)
        found = _chosen(standings.all_of_them(connection), node)
        plans = restarts.plan(connection, restart, found, named=bool(node)) if restart else []
    previews: list[Preview] = []
    live = [one for one in found if one.live]
    if restart:
        wanted = restarts.Wanted(profile=restart, wait_for_calls_s=wait_for_calls_s, timeout_s=(timeout_s or RESTART_S) + (wait_for_calls_s or 0))
        restarts.restart(wanted, plans, teller, yes=yes, dry_run=dry_run)
    else:
        previews = _previews(live, full=full)
        for preview in previews:
            _tell(preview, teller)
        if dry_run:
            teller.say("dry run, nothing was sent")
        elif full:
            _refresh(live, teller, wait=wait, timeout_s=timeout_s or REFRESH_S)
        else:
            _wake(live, newest, teller, wait=wait, timeout_s=timeout_s or REFRESH_S)
    skipped = [one for one in found if not one.live]
    for one in skipped:
        # With a silent worker FreeSWITCH may well serve calls, with what it last heard of: not done, if somebody waits for it.
        missed = bool(node) or one.state.startswith("worker silent")
        teller.outcome(Outcome(node=one.name, ok=dry_run or not (missed and (wait or restart)), text=f"skipped: {one.state}"))
    if as_json:
        shown = {"newest_revision": newest, "plans": plans or previews, "outcomes": teller.told, "dry_run": dry_run}
        console.json(shown)
    if failed := [one for one in teller.told if not one.ok]:
        console.note(f"r2a: not done on {', '.join(dict.fromkeys(one.node for one in failed))}")
        raise typer.Exit(1)


def _chosen(found: list[Standing], names: list[str] | None) -> list[Standing]:
    """Return the nodes called `names`, or all; raise UnknownNameError."""
    if not names:
        return found
    by_name = {one.name: one for one in found}
    with session.reading() as connection:
        wanted = [name.lower() if name.lower() in by_name else keys.named(connection, "node", name.lower()).name for name in dict.fromkeys(names)]
    return [by_name[name] for name in dict.fromkeys(wanted)]


def _previews(live: list[Standing], *, full: bool) -> list[Preview]:
    # Imported here: the worker's modules take longer to load than most commands to run.
    from r2a_esl import preview

    return preview.previews(session.settings(), [one.name for one in live], role=session.ROLE, as_a_whole=full) if live else []


def _tell(preview: Preview, teller: Teller) -> None:
    """Say what a node would do."""
    if preview.as_a_whole:
        teller.say(f"{preview.node}: to be brought up to date as a whole: {preview.as_a_whole}")
    elif preview.changes:
        many = "1 change" if preview.changes == 1 else f"{preview.changes} changes"
        teller.say(f"{preview.node}: {many} to apply, revisions {preview.first} to {preview.last}")
    else:
        teller.say(f"{preview.node}: has applied everything")
    for text in (*preview.commands, *preview.restarts, *preview.remarks):
        teller.say(f"    {one_line(text)}")


def _wake(live: list[Standing], newest: int, teller: Teller, *, wait: bool, timeout_s: float) -> None:
    with session.changing(dry_run=False) as connection:
        standings.wake_workers(connection)
    if wait:
        until_applied({one.name: (one.applied_revision or 0) < newest for one in live}, newest, timeout_s, teller)


def _refresh(live: list[Standing], teller: Teller, *, wait: bool, timeout_s: float) -> None:
    """Ask each node for a refresh; with `wait`, until it is done."""
    asked = Asked()
    try:
        for one in live:
            asked.ask(one.name, "refresh", {})
        if not wait:
            teller.say(f"asked {', '.join(one.name for one in live) or 'no node'} for a refresh")
            return
        late = asked.until_done(timeout_s, teller, lambda task: teller.outcome(_outcome(task)))
    except KeyboardInterrupt:
        withdrawn, begun = asked.withdraw()
        done = [one.node for one in teller.told]
        raise interrupted(
            f"refreshed: {', '.join(done) or 'no node'}; begun: {', '.join(begun) or 'on no node'}; taken back: {', '.join(withdrawn) or 'nothing'}"
        ) from None
    withdrawn, _ = asked.withdraw()
    for name in late:
        text = "its worker did not begin, and the task is taken back" if name in withdrawn else "still at it"
        teller.outcome(Outcome(node=name, ok=False, text=f"not refreshed after {timeout_s:g} s: {text}"))


def _outcome(task: Task) -> Outcome:
    error = task.error
    return Outcome(node=task.node, ok=error is None, text="refreshed" if error is None else one_line(f"not refreshed: {error}"))
