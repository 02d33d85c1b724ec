"""`r2a diff`: what a running FreeSWITCH has against what r2a would serve it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from r2a_admin import comparison, console, network_lists, served, session
from r2a_admin.commands.options import Json
from r2a_admin.comparison import Difference
from r2a_admin.network_lists import NetworkList
from r2a_admin.store import changes, keys, standings
from r2a_admin.store.standings import Standing
from r2a_admin.store.tasks import Task
from r2a_admin.waiting import Asked, Teller, interrupted
from r2a_core.errors import R2aError

#: As many addresses as a worker asks about in one survey.
MOST_PROBES = 2000


class NotSurveyedError(R2aError):
    """Nobody could say what FreeSWITCH runs; the text says why."""


def diff(
    node: Annotated[str, typer.Option("--node", metavar="NODE", help="Which node.")],
    timeout_s: Annotated[int, typer.Option("--timeout", min=1, metavar="S", help="How long its worker may take.")] = 60,
    as_json: Json = False,
) -> None:
    """Show what the running FreeSWITCH of a node has otherwise than r2a would serve it: profiles, gateways, access lists. Exit 1: differences."""
    with session.reading() as connection:
        key = keys.named(connection, "node", node.lower())
        (standing,) = [one for one in standings.all_of_them(connection) if one.name == key.name]
        details = standings.details(connection)[key.name]
        removed = changes.removed_ranges(connection)
    if not standing.live or not standing.freeswitch_up:
        raise NotSurveyedError(f"{key.name}: {standing.state}; nobody can say what its FreeSWITCH runs")
    lists = served.network_lists(key.name)
    probes, left_out = _probes(lists, removed)
    survey = _survey(key.name, probes, timeout_s)
    profiles = served.profiles(key.name, str(survey.get("core_uuid", "")))
    # The service leaves a gateway out whose password it cannot open, here as there.
    unreadable = {gateway["name"] for gateway in details.gateways} - {name for profile in profiles.values() for name in profile.gateways}
    found = [*comparison.sofia(key.name, survey, profiles, unreadable=unreadable), *comparison.lists(key.name, survey.get("acl", ()), lists)]
    found += [_restart(key.name, need) for need in details.restart_needed]
    notes = _notes(standing, unreadable, left_out)
    _show(key.name, found, notes, survey, as_json=as_json)
    if found:
        raise typer.Exit(1)


def _probes(lists: dict[str, NetworkList], removed: list[str]) -> tuple[list[tuple[str, str]], int]:
    """Return (list, address) for a survey, and how many more there would be. What was removed lately may still be let in."""
    gone = [str(network[0]) for _, network in network_lists.parsed((True, text) for text in removed)]
    pairs = [(name, str(address)) for name, one in lists.items() for address in one.probes()]
    found = list(dict.fromkeys([*pairs, *((name, address) for name in lists for address in gone)]))
    return found[:MOST_PROBES], len(found[MOST_PROBES:])


def _survey(node: str, probes: list[tuple[str, str]], timeout_s: float) -> dict[str, Any]:
    """Have the worker of `node` say what its FreeSWITCH runs; raise NotSurveyedError."""
    asked = Asked()
    ended: list[Task] = []
    try:
        asked.ask(node, "survey", {"acl_probes": probes})
        asked.until_done(timeout_s, Teller(quiet=True), ended.append)
        asked.withdraw()
    except KeyboardInterrupt:
        asked.withdraw()
        raise interrupted("nothing was compared") from None
    if not ended:
        raise NotSurveyedError(f"{node}: its worker did not answer within {timeout_s:g} s")
    if ended[0].error is not None:
        raise NotSurveyedError(f"{node}: {ended[0].error}")
    return ended[0].result or {}


def _restart(node: str, need: dict[str, str]) -> Difference:
    do = f"r2a reload --restart {need['profile']} --node {node}"
    return Difference(what=f"profile {need['profile']}", running="as it was started", configured=need["why"], do=do)


def _notes(standing: Standing, unreadable: set[str], left_out: int) -> list[str]:
    told = []
    if standing.changes_behind:
        told.append(f"{standing.name} is {standing.behind} behind; `r2a reload --node {standing.name} --wait` first")
    if unreadable:
        told.append(f"not compared: gateways {', '.join(sorted(unreadable))}; their passwords cannot be opened with the R2A_SECRET_KEY of here")
    if left_out:
        told.append(f"not compared: {left_out} addresses of access lists; a survey asks about {MOST_PROBES}")
    return told


def _show(node: str, found: list[Difference], notes: list[str], survey: dict[str, Any], *, as_json: bool) -> None:
    if as_json:
        about = {"node": node, "freeswitch": survey.get("freeswitch"), "core_uuid": survey.get("core_uuid")}
        console.json({**about, "differences": found, "notes": notes})
        return
    for one in found:
        typer.echo(str(one))
    for text in notes:
        console.warn(text)
    if not found:
        typer.echo(f"{node}: FreeSWITCH runs what r2a would serve it")
