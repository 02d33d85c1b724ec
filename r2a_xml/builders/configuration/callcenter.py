"""Queues, agents and who sits where -> callcenter.conf (mod_callcenter.c)."""

from __future__ import annotations

from collections.abc import Iterable

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import boolean, element, param
from r2a_xml.builders.space import Space
from r2a_xml.store.application_rows import CallQueue, Seat

#: Agents and tiers live in a database of the node that outlives FreeSWITCH, and loading only ever adds and updates: without these, an agent
#: or a seat that was taken away while the module was not loaded would go on ringing. The statuses go as well: each agent starts with the
#: status of its row again.
SETTINGS = {"truncate-agents-on-load": "true", "truncate-tiers-on-load": "true"}

#: Where mod_local_stream goes for a stream it does not know. A queue without the param would be silent: mod_callcenter knows no default music.
DEFAULT_MOH = "local_stream://default"


def callcenter(queues: Iterable[CallQueue], seats: Iterable[Seat]) -> tuple[Element, int]:
    """Return (callcenter.conf as mod_callcenter loads it, how many queues, agents and tiers were too many for it)."""
    root, conf = configuration("callcenter.conf")
    settings = element(conf, "settings")
    for name, value in SETTINGS.items():
        param(settings, name, value)
    return root, _fill(conf, queues, seats, with_status=True)


def one_queue(queue: CallQueue, seats: Iterable[Seat]) -> tuple[Element, int]:
    """Return (callcenter.conf as mod_callcenter loads one queue, how many of its agents were too many for it).

    No status here: FreeSWITCH would set it, and whoever is logged in would be out after each reload of a queue.
    """
    root, conf = configuration("callcenter.conf")
    return root, _fill(conf, [queue], seats, with_status=False)


def _fill(conf: Element, queues: Iterable[CallQueue], seats: Iterable[Seat], *, with_status: bool) -> int:
    # All three always stand there: without <tiers> the module asks for the whole document a second time.
    parents = {tag: element(conf, tag) for tag in ("queues", "agents", "tiers")}
    space = Space()
    agents: set[str] = set()
    names: dict[int, str] = {}
    of_queue: dict[int | None, list[Seat]] = {}
    for seat in seats:
        of_queue.setdefault(seat.queue_id, []).append(seat)
    for row in queues:
        if space.keep(_queue(parents["queues"], row)):
            names[row.id] = f"{row.name}@{row.domain}"
        for seat in of_queue.pop(row.id, ()):
            _seat(parents, seat, names.get(row.id), agents, space, with_status=with_status)
    for seat in of_queue.get(None, ()):
        _seat(parents, seat, None, agents, space, with_status=with_status)
    return space.left_out


def _seat(parents: dict[str, Element], row: Seat, queue: str | None, agents: set[str], space: Space, *, with_status: bool) -> None:
    name = f"{row.number}@{row.domain}"
    if name not in agents:
        if not space.keep(_agent(parents["agents"], row, name, with_status=with_status)):
            return
        agents.add(name)
    if queue:
        space.keep(element(parents["tiers"], "tier", agent=name, queue=queue, level=str(row.level), position=str(row.position)))


def _agent(parent: Element, row: Seat, name: str, *, with_status: bool) -> Element:
    return element(
        parent,
        "agent",
        name=name,
        type="callback",
        contact=f"[leg_timeout={row.ring_timeout_s}]user/{name}",
        **({"status": row.initial_status} if with_status else {}),
        max_no_answer=str(row.max_no_answer),
        wrap_up_time=str(row.wrap_up_s),
        reject_delay_time=str(row.reject_delay_s),
        busy_delay_time=str(row.busy_delay_s),
        no_answer_delay_time=str(row.no_answer_delay_s),
    )


def _queue(parent: Element, row: CallQueue) -> Element:
    tag = element(parent, "queue", name=f"{row.name}@{row.domain}")
    values = {
        "strategy": row.strategy,
        "moh-sound": _moh(row),
        "time-base-score": row.time_base,
        "max-wait-time": str(row.max_wait_s),
        "max-wait-time-with-no-agent": str(row.max_wait_no_agent_s),
        "max-wait-time-with-no-agent-time-reached": str(row.max_wait_no_agent_reached_s),
        "tier-rules-apply": boolean(row.tier_rules),
        "tier-rule-wait-second": str(row.tier_wait_s),
        "tier-rule-wait-multiply-level": boolean(row.tier_wait_multiplies),
        "tier-rule-no-agent-no-wait": boolean(row.tier_skips_without_agent),
        "discard-abandoned-after": str(row.discard_abandoned_s),
        "abandoned-resume-allowed": boolean(row.abandoned_resume),
    }
    if row.announce_sound is not None:
        values |= {"announce-sound": row.announce_sound, "announce-frequency": str(row.announce_s)}
    for name, value in values.items():
        param(tag, name, value)
    return tag


def _moh(row: CallQueue) -> str:
    if row.moh is None:
        return DEFAULT_MOH
    return f"local_stream://{row.moh_domain}/{row.moh}" if row.moh_domain else f"local_stream://{row.moh}"
