"""What a change means to mod_callcenter: the queues, agents and tiers that it has to lose and to have.

It keeps all three by name, and knows no renaming. Every rule reads its own row, for the names that may have to go, and what the database says
now, for what has to be there; so a batch may end between any two changes. What goes with a name that nobody remembers (the tiers of a queue
whose row is gone, all of a domain that was renamed) FreeSWITCH itself is asked for: that is `swept`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from r2a_esl.changes import commands
from r2a_esl.changes.commands import Command
from r2a_esl.changes.draft import Draft
from r2a_esl.changes.known import Agent, Change, Queue, Row

#: Above so many agents it is cheaper to ask which of them there are.
MANY_AGENTS = 50


def queue(draft: Draft, change: Change) -> None:
    """What is loaded brings its agents and tiers along."""
    known = draft.known.applications
    found = known.queues.get(change.row["id"])
    draft.center.swept |= _named(draft, change.before, "name") - ({found.name} if found is not None and found.here else set())
    if found is not None and found.here:
        draft.center.queues.add(change.row["id"])


def queue_agent(draft: Draft, change: Change) -> None:
    number, known = change.row["id"], draft.known
    found = known.applications.agents.get(number)
    for row in change.versions:
        if found is None or not found.here or found.extension_id != row["extension_id"]:
            # Its extension's number, under whichever of its names that is: a deleted agent's row does not say.
            draft.center.lost_agents |= _numbers(draft, row["extension_id"])
    if found is None or not found.here:
        return
    if change.differs("enabled", "extension_id"):
        _add_agent(draft, number)
    elif change.before is not None and change.after is not None:
        draft.center.agents[number] |= {column for column in change.after if change.differs(column)}


def queue_tier(draft: Draft, change: Change) -> None:
    known = draft.known.applications
    for row in change.versions:
        key = (row["queue_id"], row["queue_agent_id"])
        found = known.tiers.get(key)
        if found is not None and found.here:
            if change.differs("queue_id", "queue_agent_id"):
                draft.center.added_tiers.add(key)
            else:
                draft.center.tiers[key] |= {column for column in ("level", "position") if change.differs(column)}
        elif key[0] in known.queues and key[1] in known.agents:
            draft.center.lost_tiers.add((known.queues[key[0]].name, known.agents[key[1]].name))


def extension(draft: Draft, change: Change) -> None:
    """An agent is named by its extension's number; whether there was one is asked of nobody, for its row may be gone already."""
    if change.before is None or not change.differs("number", "enabled"):
        return
    known = draft.known.applications
    number = draft.agent_of.get(change.row["id"])
    found = None if number is None else known.agents[number]
    if change.switched_off or change.differs("number"):
        draft.center.lost_agents |= _named(draft, change.before, "number") - ({found.name} if found is not None and found.here else set())
    if number is not None and found is not None and found.here:
        _add_agent(draft, number)


def domain(draft: Draft, change: Change) -> None:
    if change.before is None or not change.differs("name", "enabled"):
        return
    found = draft.known.applications.domains.get(change.row["id"])
    draft.center.swept |= {f"@{change.before['name']}"} - ({f"@{found.name}"} if found is not None and found.here else set())
    if found is not None and found.here:
        _add_domain(draft, change.row["id"])


def tenant(draft: Draft, change: Change) -> None:
    if change.before is None or not change.differs("enabled"):
        return
    for number in draft.known.tenants.get(change.row["id"], ()):
        found = draft.known.applications.domains[number]
        if found.here:
            _add_domain(draft, number)
        else:
            draft.center.swept.add(f"@{found.name}")


def commands_of(draft: Draft) -> list[Command]:
    """Return what goes, then queues, agents and tiers, for each needs those before it."""
    center, known = draft.center, draft.known.applications
    found = _losses(draft)
    found += [commands.load_queue(known.queues[number].name) for number in _by_name(known.queues, center.queues)]
    for number in _by_name(known.agents, center.added_agents):
        found.append(commands.add_agent(known.agents[number].name, known.agents[number].settings))
    for number in _by_name(known.agents, set(center.agents) - center.added_agents):
        found += commands.set_agent(known.agents[number].name, known.agents[number].settings, center.agents[number])
    for key in sorted(center.added_tiers, key=lambda key: (known.tiers[key].queue, known.tiers[key].agent)):
        found.append(commands.add_tier(known.tiers[key]))
    for key in sorted(set(center.tiers) - center.added_tiers, key=lambda key: (known.tiers[key].queue, known.tiers[key].agent)):
        found += commands.set_tier(known.tiers[key], center.tiers[key])
    return found


def _losses(draft: Draft) -> list[Command]:
    center = draft.center
    many = len(center.lost_agents) > MANY_AGENTS
    swept = center.swept | (center.lost_agents if many else set())
    texts = [commands.callcenter("tier", "del", queue_name, agent) for queue_name, agent in sorted(center.lost_tiers)]
    texts += [] if many else [commands.callcenter("agent", "del", name) for name in sorted(center.lost_agents)]
    return [Command(kind="callcenter", texts=tuple(texts), swept=frozenset(swept))] if texts or swept else []


def _add_agent(draft: Draft, number: int) -> None:
    # An agent that is taken away takes its tiers along.
    draft.center.added_agents.add(number)
    draft.center.added_tiers |= {key for key in draft.seats[number] if draft.known.applications.tiers[key].here}


def _add_domain(draft: Draft, domain_id: int) -> None:
    known, center = draft.known.applications, draft.center
    center.queues |= {number for number, found in known.queues.items() if found.domain_id == domain_id and found.here}
    center.added_agents |= {number for number, found in known.agents.items() if found.domain_id == domain_id and found.here}


def _named(draft: Draft, row: Row | None, column: str) -> set[str]:
    # A domain that is gone has been swept, or will be.
    found = draft.known.applications.domains.get(row["domain_id"]) if row is not None else None
    return {f"{row[column]}@{found.name}"} if row is not None and found is not None else set()


def _numbers(draft: Draft, extension_id: int) -> set[str]:
    domains = draft.known.applications.domains
    names = draft.known.names.get(extension_id, ())
    return {f"{name}@{domains[domain_id].name}" for domain_id, name in names if name.isdecimal() and domain_id in domains}


def _by_name(found: Mapping[int, Queue] | Mapping[int, Agent], numbers: Iterable[int]) -> list[int]:
    return sorted(numbers, key=lambda number: found[number].name)
