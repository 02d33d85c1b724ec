"""A plan in the making: what the rules of all tables write into, before any of it is a command."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from r2a_esl.changes.known import Change, Known


@dataclass(frozen=True, slots=True)
class Note:
    """What only an operator's restart of `profile` brings into effect, and why."""

    profile: str
    why: str

    def __str__(self) -> str:
        return f"restart needed: profile {self.profile}: {self.why}"


@dataclass(slots=True, kw_only=True)
class Center:
    """What mod_callcenter has to lose, by name, and what it has to have, by id.

    swept: queues that go with their tiers (NAME@DOMAIN), and domains of which everything goes (@DOMAIN).
    agents: those that only changed, and in what (columns); added_agents: those it may not know at all.
    """

    swept: set[str] = field(default_factory=set)
    lost_agents: set[str] = field(default_factory=set)
    lost_tiers: set[tuple[str, str]] = field(default_factory=set)
    queues: set[int] = field(default_factory=set)
    added_agents: set[int] = field(default_factory=set)
    agents: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    added_tiers: set[tuple[int, int]] = field(default_factory=set)
    tiers: dict[tuple[int, int], set[str]] = field(default_factory=lambda: defaultdict(set))


@dataclass(slots=True, kw_only=True)
class Music:
    """What mod_local_stream has to stop, by name (all of a domain: DOMAIN/), and what it has to play, by id."""

    swept: set[str] = field(default_factory=set)
    stopped: set[str] = field(default_factory=set)
    started: set[int] = field(default_factory=set)
    replaced: set[int] = field(default_factory=set)


@dataclass(slots=True, kw_only=True)
class Draft:
    """Users are by extension: all of its (domain, name). documents: name -> its changed elements; whole_documents: another one is served."""

    known: Known
    users: dict[int, set[tuple[int, str]]] = field(default_factory=lambda: defaultdict(set))
    flushes_all: bool = False
    reloads_acl: bool = False
    profiles: set[str] = field(default_factory=set)
    logins: set[tuple[str, str]] = field(default_factory=set)
    aors: set[tuple[str, str]] = field(default_factory=set)
    realms: set[str] = field(default_factory=set)
    center: Center = field(default_factory=Center)
    music: Music = field(default_factory=Music)
    documents: dict[str, list[Change]] = field(default_factory=lambda: defaultdict(list))
    whole_documents: set[str] = field(default_factory=set)
    deleted_documents: dict[int, str] = field(default_factory=dict)
    notes: dict[Note, None] = field(default_factory=dict)
    remarks: dict[str, None] = field(default_factory=dict)
    #: Of what is known: extension -> its agent, agent -> keys of its tiers.
    agent_of: dict[int, int] = field(init=False)
    seats: defaultdict[int, set[tuple[int, int]]] = field(init=False)

    def __post_init__(self) -> None:
        self.agent_of = {found.extension_id: number for number, found in self.known.applications.agents.items()}
        self.seats = defaultdict(set)
        for key in self.known.applications.tiers:
            self.seats[key[1]].add(key)

    def flush(self, extension_id: int, *more: tuple[int, str]) -> None:
        """Forget the extension under all its names now, and under `more`."""
        self.users[extension_id] |= self.known.names.get(extension_id, frozenset()) | set(more)

    def spelled(self, domain_id: int, name: str) -> set[tuple[str, str]]:
        """Return `name` with every spelling of the domain."""
        return {(name, domain) for domain in self.known.spellings.get(domain_id, ())}

    def note(self, profile: str, why: str) -> None:
        self.notes[Note(profile, why)] = None

    def remark(self, text: str) -> None:
        self.remarks[text] = None
