"""`r2a queue`: callers who wait for an agent."""

from __future__ import annotations

import dataclasses
from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import lifecycle
from r2a_admin.commands.options import DomainOption, DryRun, ExtensionName, Json, QueueName
from r2a_admin.store import keys, queues
from r2a_admin.store.keys import AgentKey, Key
from r2a_admin.store.queues import QueueChange
from r2a_core.database import Connection

app = typer.Typer(help="Queues: callers who wait for an agent.", no_args_is_help=True)
member_app = typer.Typer(help="Which agents sit in a queue.", no_args_is_help=True)
app.add_typer(member_app, name="member")
Strategy = Annotated[str | None, typer.Option(help="Who is rung: ring-all, longest-idle-agent, round-robin, top-down, ...")]
Moh = Annotated[str | None, typer.Option(metavar="NAME", help="Music: a stream of the domain or of everybody; '' for the node's default.")]
TimeBase = Annotated[str | None, typer.Option(metavar="system|queue", help="Since when a caller's waiting counts: the call, or the queue.")]
MaxWait = Annotated[int | None, typer.Option("--max-wait-s", help="Longest wait, seconds; 0 = no limit.")]
MaxWaitNoAgent = Annotated[int | None, typer.Option("--max-wait-no-agent-s", help="Longest wait without any agent, seconds; 0 = no limit.")]
NoAgentReached = Annotated[int | None, typer.Option("--max-wait-no-agent-reached-s", help="For how long nobody is let in afterwards, seconds.")]
TierRules = Annotated[bool | None, typer.Option("--tier-rules/--no-tier-rules", help="Whether higher levels wait before they ring.")]
TierWait = Annotated[int | None, typer.Option("--tier-wait-s", help="How long a level waits for the one before it, seconds.")]
TierMultiplies = Annotated[bool | None, typer.Option("--tier-wait-multiplies/--no-tier-wait-multiplies", help="Times the level.")]
TierSkips = Annotated[bool | None, typer.Option("--tier-skips-without-agent/--no-tier-skips-without-agent", help="No wait for an empty level.")]
Discard = Annotated[int | None, typer.Option("--discard-abandoned-s", help="How long a caller who hung up is remembered, seconds.")]
Resume = Annotated[bool | None, typer.Option("--abandoned-resume/--no-abandoned-resume", help="Whether such a caller gets the place back.")]
AnnounceSound = Annotated[str | None, typer.Option(metavar="SOUND", help="What is said to those who wait; '' for nothing.")]
AnnounceEach = Annotated[int | None, typer.Option("--announce-s", help="How often, each 5 to 3600 seconds.")]
Level = Annotated[int | None, typer.Option(help="1 to 100; those of level 1 ring first. Default: 1.")]
Position = Annotated[int | None, typer.Option(help="Place within the level, 1 to 1000. Default: 1.")]


@app.command()
def add(
    queue: QueueName,
    strategy: Strategy = None,
    moh: Moh = None,
    time_base: TimeBase = None,
    max_wait_s: MaxWait = None,
    max_wait_no_agent_s: MaxWaitNoAgent = None,
    max_wait_no_agent_reached_s: NoAgentReached = None,
    tier_rules: TierRules = None,
    tier_wait_s: TierWait = None,
    tier_wait_multiplies: TierMultiplies = None,
    tier_skips_without_agent: TierSkips = None,
    discard_abandoned_s: Discard = None,
    abandoned_resume: Resume = None,
    announce_sound: AnnounceSound = None,
    announce_s: AnnounceEach = None,
    dry_run: DryRun = False,
) -> None:
    """Add a queue without agents."""
    wanted = QueueChange(
        strategy=strategy, time_base=time_base, max_wait_s=max_wait_s, max_wait_no_agent_s=max_wait_no_agent_s,
        max_wait_no_agent_reached_s=max_wait_no_agent_reached_s, tier_rules=tier_rules, tier_wait_s=tier_wait_s,
        tier_wait_multiplies=tier_wait_multiplies, tier_skips_without_agent=tier_skips_without_agent,
        discard_abandoned_s=discard_abandoned_s, abandoned_resume=abandoned_resume, announce_sound=announce_sound, announce_s=announce_s,
    )  # fmt: skip
    with session.changing(dry_run=dry_run) as connection:
        name, domain = keys.subject(connection, queue)
        key = queues.add(connection, domain, name)
        queues.change(connection, key, _with_music(connection, wanted, domain, moh))
    console.done(f"added queue {name}@{domain.name}", dry_run=dry_run)


@app.command("list")
def list_queues(domain: DomainOption = None, as_json: Json = False) -> None:
    """List queues and their agents."""
    with session.reading() as connection:
        found = queues.listed(connection, keys.domain(connection, domain) if domain else None)
    console.listing(found, ("name", "domain", "enabled", "strategy", "moh", "members"), as_json=as_json, what="queues")


@app.command()
def show(queue: QueueName, as_json: Json = False) -> None:
    """Show one queue."""
    with session.reading() as connection:
        (found,) = queues.listed(connection, only=keys.within(connection, "queue", queue)[0])
    console.record(found, as_json=as_json)


@app.command("set")
def set_queue(
    queue: QueueName,
    strategy: Strategy = None,
    moh: Moh = None,
    time_base: TimeBase = None,
    max_wait_s: MaxWait = None,
    max_wait_no_agent_s: MaxWaitNoAgent = None,
    max_wait_no_agent_reached_s: NoAgentReached = None,
    tier_rules: TierRules = None,
    tier_wait_s: TierWait = None,
    tier_wait_multiplies: TierMultiplies = None,
    tier_skips_without_agent: TierSkips = None,
    discard_abandoned_s: Discard = None,
    abandoned_resume: Resume = None,
    announce_sound: AnnounceSound = None,
    announce_s: AnnounceEach = None,
    dry_run: DryRun = False,
) -> None:
    """Change a queue."""
    wanted = QueueChange(
        strategy=strategy, time_base=time_base, max_wait_s=max_wait_s, max_wait_no_agent_s=max_wait_no_agent_s,
        max_wait_no_agent_reached_s=max_wait_no_agent_reached_s, tier_rules=tier_rules, tier_wait_s=tier_wait_s,
        tier_wait_multiplies=tier_wait_multiplies, tier_skips_without_agent=tier_skips_without_agent,
        discard_abandoned_s=discard_abandoned_s, abandoned_resume=abandoned_resume, announce_sound=announce_sound, announce_s=announce_s,
    )  # fmt: skip
    if moh is None:
        lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key, domain = keys.within(connection, "queue", queue)
        queues.change(connection, key, _with_music(connection, wanted, domain, moh))
    console.done(f"changed queue {key.name}@{domain.name}", dry_run=dry_run)


@member_app.command("add")
def member_add(queue: QueueName, agent: ExtensionName, level: Level = None, position: Position = None, dry_run: DryRun = False) -> None:
    """Put an agent of the same domain into a queue, or give a member another level or position."""
    with session.changing(dry_run=dry_run) as connection:
        key, domain, member = _member(connection, queue, agent)
        queues.put_member(connection, key, member, level, position)
    console.done(f"{member.title} is in queue {key.name}@{domain.name}", dry_run=dry_run)


@member_app.command("remove")
def member_remove(queue: QueueName, agent: ExtensionName, dry_run: DryRun = False) -> None:
    """Take an agent out of a queue."""
    with session.changing(dry_run=dry_run) as connection:
        key, domain, member = _member(connection, queue, agent)
        if not queues.remove_member(connection, key, member):
            raise keys.UnknownNameError(f"{member.title} is not in queue {key.name}@{domain.name}")
    console.done(f"{member.title} is not in queue {key.name}@{domain.name} any more", dry_run=dry_run)


def _member(connection: Connection, queue: str, agent: str) -> tuple[Key, Key, AgentKey]:
    key, domain = keys.within(connection, "queue", queue)
    return key, domain, keys.agent(connection, keys.extension_within(connection, domain, agent, "a queue and its agents"))


def _with_music(connection: Connection, wanted: QueueChange, domain: Key, moh: str | None) -> QueueChange:
    """Return `wanted` with the stream found by name; an empty name means the node's default."""
    if not moh:
        return wanted if moh is None else dataclasses.replace(wanted, moh_class_id=queues.DEFAULT_MUSIC)
    return dataclasses.replace(wanted, moh_class_id=keys.moh_for(connection, domain, moh).id)


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key, domain = keys.within(connection, "queue", name)
    queues.change(connection, key, QueueChange(enabled=enabled))
    return f"{key.name}@{domain.name}"


def _delete(connection: Connection, name: str) -> str:
    key, domain = keys.within(connection, "queue", name)
    queues.delete(connection, key)
    return f"{key.name}@{domain.name}"


lifecycle.add_switch(app, "queue", "NAME@DOMAIN", _switch)
lifecycle.add_delete(app, "queue", "NAME@DOMAIN", _delete)
