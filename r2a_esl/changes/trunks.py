"""Which gateways have to go, and which profiles have to read theirs again. A rescan alone neither changes nor removes one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from r2a_esl.changes import commands
from r2a_esl.changes.commands import Command, Name
from r2a_esl.changes.known import Change, Known, Row


@dataclass(slots=True, kw_only=True)
class _Fate:
    """Where a gateway was before all changes, and where it is after them, as (profile, name); None = not on this node."""

    was: Name | None
    now: Name | None


def gateway_commands(changes: list[Change], known: Known) -> tuple[list[Command], set[str]]:
    """Return one command for each profile with changed gateways, and the profiles that these rescan."""
    killed: dict[str, set[Name]] = defaultdict(set)
    rescanned: set[str] = set()
    for fate in _fates(changes, known).values():
        # With the rescan that follows it, also when that is another profile's: names of gateways are one list for all profiles.
        target = fate.now or fate.was
        if target is not None and fate.was is not None:
            killed[target[0]].add(fate.was)
        if fate.now is not None:
            rescanned.add(fate.now[0])
    found = [commands.replace_gateways(profile, killed[profile], rescans=profile in rescanned) for profile in sorted(killed)]
    found += [commands.rescan(profile) for profile in sorted(rescanned - set(killed))]
    return found, rescanned


def _fates(changes: list[Change], known: Known) -> dict[int, _Fate]:
    fates: dict[int, _Fate] = {}
    for change in changes:
        if change.table == "gateway":
            fate = fates.setdefault(change.row["id"], _Fate(was=_place(change.before, known), now=None))
            fate.now = _place(change.after, known)
    for change in changes:
        # Inserted with its gateway: nothing to replace.
        if change.table == "gateway_param" and change.row["gateway_id"] not in fates:
            place = _current(change.row["gateway_id"], known)
            fates[change.row["gateway_id"]] = _Fate(was=place, now=place)
        elif change.table == "tenant" and change.before is not None and change.differs("enabled"):
            for number in [number for number, gateway in known.gateways.items() if gateway.tenant_id == change.row["id"] and number not in fates]:
                place = _current(number, known)
                on = bool(change.after and change.after["enabled"])
                fates[number] = _Fate(was=None if on else place, now=place if on else None)
    return fates


def _current(number: int, known: Known) -> Name | None:
    gateway = known.gateways.get(number)
    if gateway is None:
        return None
    return _place({name: getattr(gateway, name) for name in ("sip_profile_id", "node_id", "name", "enabled")}, known)


def _place(row: Row | None, known: Known) -> Name | None:
    if row is None or not row["enabled"] or row["node_id"] not in (None, known.node_id):
        return None
    profile = known.profiles.get(row["sip_profile_id"])
    return None if profile is None else (profile, str(row["name"]))
