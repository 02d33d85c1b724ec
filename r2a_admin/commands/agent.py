"""`r2a agent`: extensions that take calls from queues."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DomainOption, DryRun, ExtensionName, Json
from r2a_admin.store import agents, keys
from r2a_admin.store.agents import AgentChange
from r2a_core.database import Connection

app = typer.Typer(help="Agents: extensions that take calls from queues.", no_args_is_help=True)
Status = Annotated[str | None, typer.Option(metavar="STATUS", help="'Logged Out', 'Available', 'Available (On Demand)' or 'On Break', at first.")]
RingTimeout = Annotated[int | None, typer.Option("--ring-timeout-s", help="How long a call rings, 5 to 120 seconds.")]
MaxNoAnswer = Annotated[int | None, typer.Option("--max-no-answer", help="Unanswered calls before the agent is on break; 0 = never.")]
WrapUp = Annotated[int | None, typer.Option("--wrap-up-s", help="Pause after a call, 0 to 3600 seconds.")]
RejectDelay = Annotated[int | None, typer.Option("--reject-delay-s", help="Pause after a refused call, 0 to 3600 seconds.")]
BusyDelay = Annotated[int | None, typer.Option("--busy-delay-s", help="Pause after the agent was busy, 0 to 3600 seconds.")]
NoAnswerDelay = Annotated[int | None, typer.Option("--no-answer-delay-s", help="Pause after an unanswered call, 0 to 3600 seconds.")]


@app.command()
def add(
    extension: ExtensionName,
    initial_status: Status = None,
    ring_timeout_s: RingTimeout = None,
    max_no_answer: MaxNoAnswer = None,
    wrap_up_s: WrapUp = None,
    reject_delay_s: RejectDelay = None,
    busy_delay_s: BusyDelay = None,
    no_answer_delay_s: NoAnswerDelay = None,
    dry_run: DryRun = False,
) -> None:
    """Let an extension be an agent. `r2a queue member add` puts it into queues."""
    wanted = AgentChange(
        initial_status=initial_status, ring_timeout_s=ring_timeout_s, max_no_answer=max_no_answer, wrap_up_s=wrap_up_s,
        reject_delay_s=reject_delay_s, busy_delay_s=busy_delay_s, no_answer_delay_s=no_answer_delay_s,
    )  # fmt: skip
    with session.changing(dry_run=dry_run) as connection:
        key = agents.add(connection, keys.extension(connection, extension))
        agents.change(connection, key, wanted)
    console.done(f"added agent {key.title}", dry_run=dry_run)


@app.command("list")
def list_agents(domain: DomainOption = None, as_json: Json = False) -> None:
    """List agents and the queues in which they sit."""
    with session.reading() as connection:
        found = agents.listed(connection, keys.domain(connection, domain) if domain else None)
    console.listing(found, ("number", "domain", "name", "enabled", "initial_status", "queues"), as_json=as_json, what="agents")


@app.command()
def show(extension: ExtensionName, as_json: Json = False) -> None:
    """Show one agent."""
    with session.reading() as connection:
        (found,) = agents.listed(connection, only=keys.agent(connection, keys.extension(connection, extension)))
    console.record(found, as_json=as_json)


@app.command("set")
def set_agent(
    extension: ExtensionName,
    initial_status: Status = None,
    ring_timeout_s: RingTimeout = None,
    max_no_answer: MaxNoAnswer = None,
    wrap_up_s: WrapUp = None,
    reject_delay_s: RejectDelay = None,
    busy_delay_s: BusyDelay = None,
    no_answer_delay_s: NoAnswerDelay = None,
    dry_run: DryRun = False,
) -> None:
    """Change an agent."""
    wanted = AgentChange(
        initial_status=initial_status, ring_timeout_s=ring_timeout_s, max_no_answer=max_no_answer, wrap_up_s=wrap_up_s,
        reject_delay_s=reject_delay_s, busy_delay_s=busy_delay_s, no_answer_delay_s=no_answer_delay_s,
    )  # fmt: skip
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key = keys.agent(connection, keys.extension(connection, extension))
        agents.change(connection, key, wanted)
    console.done(f"changed agent {key.title}", dry_run=dry_run)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key = keys.agent(connection, keys.extension(connection, name))
    agents.change(connection, key, AgentChange(enabled=enabled))
    return key.title


def _delete(connection: Connection, name: str) -> str:
    key = keys.agent(connection, keys.extension(connection, name))
    agents.delete(connection, key)
    return key.title


lifecycle.add_switch(app, "agent", "NUMBER@DOMAIN", _switch)
lifecycle.add_delete(app, "agent", "NUMBER@DOMAIN", _delete)
