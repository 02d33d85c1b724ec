"""What the database says of the gateways that register, and what a worker tells it. Nothing here does anything."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

#: held: this node's, but FreeSWITCH must not register it yet. armed: it may. leaving: this node has to let go of it. elsewhere: another's.
State = Literal["held", "armed", "leaving", "elsewhere"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gateway:
    """A gateway that registers, as this node sees it. term is None for another node's; for_s: since it was taken, or has to go."""

    id: int
    name: str
    profile: str
    term: int | None
    state: State
    why: str
    for_s: float

    @property
    def key(self) -> tuple[int, int | None, str]:
        """What is another as soon as something about it is news."""
        return (self.id, self.term, self.state)


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a worker tells the database. sent is the database's clock as far as the worker knows it, None = it does not yet; let_go and
    armed_terms are terms, refused are gateways; armed_s: how long ago the renewal began after which FreeSWITCH was last armed.
    """

    node: str
    core: str
    sent: datetime | None
    armed_s: float | None
    armed_terms: tuple[int, ...]
    let_go: tuple[int, ...]
    refused: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """accepted is False for a word that came too late, or did not know the clock. at is the database's clock."""

    at: datetime
    accepted: bool
    gateways: tuple[Gateway, ...]
