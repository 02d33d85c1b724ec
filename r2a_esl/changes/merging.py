"""Makes one plan of several that follow each other: what many batches of a long catch-up ask for is asked for once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from r2a_esl.changes.commands import FLUSH_ALL, RELOAD_ACL, Command
from r2a_esl.changes.plan import Plan
from r2a_esl.changes.users import MANY_USERS

_FLUSHES, _GATEWAYS = ("flush_user", "flush_all"), ("gateway", "rescan")


def merged(plans: Sequence[Plan]) -> Plan:
    """Return one plan after which FreeSWITCH is as after all of `plans`, in their order. What a command is for is read when it is sent."""
    if len(plans) == 1:
        return plans[0]
    given = [command for made in plans for command in made.commands]
    # These follow each other as they were: one may need what the one before it made.
    others = [command for command in given if command.kind not in (*_FLUSHES, *_GATEWAYS, "drop", "reload_acl")]
    lists = [RELOAD_ACL] if RELOAD_ACL in given else []
    found = [*_flushes(given), *_drops(given), *_gateways(given), *lists, *others]
    notes = dict.fromkeys(note for made in plans for note in made.notes)
    remarks = dict.fromkeys(remark for made in plans for remark in made.remarks)
    return Plan(commands=tuple(found), notes=tuple(notes), remarks=tuple(remarks))


def _flushes(given: Iterable[Command]) -> list[Command]:
    found = list(dict.fromkeys(command for command in given if command.kind in _FLUSHES))
    # A user has several names, so this is more often than a single plan would.
    return [FLUSH_ALL] if FLUSH_ALL in found or len(found) > MANY_USERS else found


def _drops(given: Iterable[Command]) -> list[Command]:
    drops = [command for command in given if command.kind == "drop"]
    if not drops:
        return []
    return [
        Command(
            kind="drop",
            logins=frozenset().union(*(drop.logins for drop in drops)),
            aors=frozenset().union(*(drop.aors for drop in drops)),
            realms=frozenset().union(*(drop.realms for drop in drops)),
        )
    ]


def _gateways(given: Iterable[Command]) -> list[Command]:
    kills: dict[str, dict[str, None]] = {}
    rescans: dict[str, None] = {}
    for command in given:
        if command.kind in _GATEWAYS:
            last = command.texts[-1]
            target = f"{last.rpartition(' killgw ')[0]} rescan" if " killgw " in last else last
            kills.setdefault(target, {}).update(dict.fromkeys(text for text in command.texts if " killgw " in text))
            if target == last:
                rescans[target] = None
    names = [text.rpartition(" ")[2] for found in kills.values() for text in dict.fromkeys(found)]
    if len(names) > len(set(names)):
        # One moved to another profile, and back: nobody reads before all are gone.
        return [Command(kind="gateway", texts=(*(text for found in kills.values() for text in found), *rescans))]
    replaced = [Command(kind="gateway", texts=(*found, *([target] if target in rescans else []))) for target, found in kills.items() if found]
    return [*replaced, *(Command(kind="rescan", texts=(target,)) for target, found in kills.items() if not found)]
