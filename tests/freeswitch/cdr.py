"""The call records that FreeSWITCH wrote, one file a leg."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """What a test wants to know of one leg."""

    direction: str
    cause: str
    packets_in: int
    packets_out: int
    variables: dict[str, str]


class Journal:
    """The records that were added since this object was made."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before = set(folder.glob("*.cdr.json"))

    def legs(self, wanted: int) -> list[Leg]:
        """Return all new legs, the caller's first; empty while there are fewer than `wanted`."""
        legs = [_leg(path) for path in set(self._folder.glob("*.cdr.json")) - self._before]
        return sorted(legs, key=lambda leg: leg.direction) if len(legs) >= wanted else []


def _leg(path: Path) -> Leg:
    variables = json.loads(path.read_text(encoding="utf-8"))["variables"]
    return Leg(
        direction=variables["direction"],
        cause=variables["hangup_cause"],
        packets_in=int(variables.get("rtp_audio_in_packet_count", 0)),
        packets_out=int(variables.get("rtp_audio_out_packet_count", 0)),
        variables=variables,
    )
