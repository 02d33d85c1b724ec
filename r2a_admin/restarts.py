"""A profile restarted on one node after another: at most one node is without it at a time, and nothing goes on after a failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from r2a_admin import console
from r2a_admin.store import keys, standings
from r2a_admin.store.standings import Details, Standing
from r2a_admin.store.tasks import Task
from r2a_admin.waiting import Asked, Outcome, Teller, interrupted
from r2a_core.database import Connection
from r2a_core.errors import R2aError
from r2a_core.logs import one_line


class NothingToRestartError(R2aError):
    """No node that was asked about has that profile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which profile, whether its calls may end first (None = at once), and how long one node may take."""

    profile: str
    wait_for_calls_s: int | None
    timeout_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePlan:
    """A restart on one node: how many calls end with it (None = its worker has not said), and why it is needed, if it is."""

    node: str
    calls: int | None
    needed: list[str]


def plan(connection: Connection, profile: str, found: Sequence[Standing], *, named: bool) -> list[NodePlan]:
    """Return the live nodes of `found` that run `profile`, or should; with `named`, a live one that does not is an error.

    Raises UnknownNameError, NothingToRestartError.
    """
    details = standings.details(connection)
    live = [one.name for one in found if one.live]
    there = [name for name in live if _has(details[name], profile)]
    if not there and not any(_has(one, profile) for one in details.values()):
        keys.named(connection, "profile", profile)
    odd = [name for name in live if name not in there] if named else []
    if odd or (live and not there):
        raise NothingToRestartError(f"profile {profile} neither runs nor should run on {', '.join(odd or live)}")
    return [_node_plan(details[name], profile) for name in there]


def restart(wanted: Wanted, plans: Sequence[NodePlan], teller: Teller, *, yes: bool, dry_run: bool) -> None:
    """Restart on one node after another until one fails, telling how it goes; ask first."""
    on = "; ".join(f"{one.node} ({_calls(one.calls)})" for one in plans)
    for one in plans:
        teller.say(f"{one.node}: profile {wanted.profile}, {_calls(one.calls)}" + "".join(f"; needed: {text}" for text in one.needed))
    if dry_run or not plans:
        teller.say("dry run, nothing was sent" if dry_run else "no node to restart it on")
        return
    ending = "Its calls end" if wanted.wait_for_calls_s is None else f"Each node waits up to {wanted.wait_for_calls_s} s for its calls to end"
    console.confirm(f"Restart profile {wanted.profile} on {on}? {ending}.", yes=yes, dry_run=dry_run)
    done: list[str] = []
    for position, one in enumerate(plans):
        untouched = [later.node for later in plans[position + 1 :]]
        outcome = _one(wanted, one, done, untouched, teller)
        if not outcome.ok:
            teller.outcome(outcome)
            for node in untouched:
                teller.outcome(Outcome(node=node, ok=False, text="not touched"))
            teller.say(f"stopped: restarted on {', '.join(done) or 'no node'}; failed on {one.node}; not touched: {', '.join(untouched) or 'none'}")
            return
        done.append(one.node)
        teller.outcome(outcome)


def _one(wanted: Wanted, one: NodePlan, done: Sequence[str], untouched: Sequence[str], teller: Teller) -> Outcome:
    """Restart on one node, and return what came of it."""
    asked = Asked()
    ended: list[Task] = []
    waits = {} if wanted.wait_for_calls_s is None else {"wait_for_calls_s": wanted.wait_for_calls_s}
    try:
        asked.ask(one.node, "restart_profile", {"profile": wanted.profile, **waits})
        asked.until_done(wanted.timeout_s, teller, ended.append)
        withdrawn, _ = asked.withdraw()
    except KeyboardInterrupt:
        withdrawn, begun = asked.withdraw()
        left = f"; under way on {begun[0]}, look at it" if begun else ""
        spared = [*withdrawn, *([] if withdrawn or begun or ended else [one.node]), *untouched]
        raise interrupted(f"restarted on {', '.join(done) or 'no node'}{left}; not touched: {', '.join(spared) or 'none'}") from None
    if not ended:
        text = "its worker did not begin, and the task is taken back" if withdrawn else "still at it; look at the node"
        return Outcome(node=one.node, ok=False, text=f"not restarted after {wanted.timeout_s:g} s: {text}")
    error = ended[0].error
    if error is not None:
        return Outcome(node=one.node, ok=False, text=one_line(f"not restarted: {error}"))
    return Outcome(node=one.node, ok=True, text=one_line(_did(wanted.profile, ended[0].result or {})))


def _did(profile: str, result: dict[str, object]) -> str:
    did = {"start": "started", "stop": "stopped", "nothing": "runs no more, nothing to do:"}.get(str(result.get("did")), "restarted")
    more = [f"{result['calls_before']} calls ended"] if result.get("calls_before") else []
    more += [f"{result['took_ms']} ms"] if result.get("took_ms") else []
    told = f" ({', '.join(more)})" if more else ""
    return f"{did} profile {profile}{told}"


def _has(one: Details, profile: str) -> bool:
    running = [found.get("name") for found in (one.sofia or {}).get("profiles", ())]
    return profile in one.profiles or profile in running or any(need["profile"] == profile for need in one.restart_needed)


def _node_plan(one: Details, profile: str) -> NodePlan:
    running = (one.sofia or {}).get("profiles", ())
    calls = None if one.sofia is None else sum(int(found.get("calls") or 0) for found in running if found.get("name") == profile)
    return NodePlan(node=one.name, calls=calls, needed=[need["why"] for need in one.restart_needed if need["profile"] == profile])


def _calls(calls: int | None) -> str:
    return "calls unknown" if calls is None else "1 call" if calls == 1 else f"{calls} calls"
