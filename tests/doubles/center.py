"""mod_callcenter and mod_local_stream as far as the worker speaks to them: the same words, the same texts, the same habits.

Agents and tiers are kept by name and outlive whatever they belonged to; `queue load` brings the queue's agents and tiers along, and an agent
that was not known is logged out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

Values = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """What the XML service would serve now. agents and tiers: (queue, agent) for tiers."""

    queues: Mapping[str, str]
    agents: Mapping[str, Values]
    tiers: Mapping[tuple[str, str], tuple[str, str]]
    streams: Mapping[str, str]


@dataclass(slots=True)
class Agent:
    values: dict[str, str] = field(default_factory=dict)
    status: str = "Logged Out"
    last_status_change: str = "0"


class Center:
    """Answers api commands; what was loaded is in queues (name -> strategy), agents, tiers and streams (name -> folder)."""

    def __init__(self, documents: Callable[[], Documents]) -> None:
        self._documents = documents
        self.queues: dict[str, str] = {}
        self.agents: dict[str, Agent] = {}
        self.tiers: dict[tuple[str, str], tuple[str, str]] = {}
        self.streams: dict[str, str] = {}
        self.waiting: dict[str, int] = {}
        self.loaded = True
        self.commands: list[str] = []

    def api(self, command: str) -> str:
        self.commands.append(command)
        word, _, rest = command.partition(" ")
        words = split(rest)
        if word == "status":
            return "FreeSWITCH (Version 1) is ready\n"
        if word in ("callcenter_config", "local_stream") and not self.loaded:
            return f"-ERR {word} Command not found!\n"
        if word == "local_stream":
            return self._stream(*words)
        if word == "callcenter_config":
            return getattr(self, f"_{words[0]}")(*words[1:]) or "-ERR no reply\n"
        return "-ERR sofia Command not found!\n" if word == "sofia" else "+OK\n"

    def send_event(self, headers: Mapping[str, str]) -> None:
        raise AssertionError("nothing here needs an event")

    def load_all(self) -> None:
        """Be a module that has just been loaded."""
        served = self._documents()
        self.queues, self.tiers, self.streams = dict(served.queues), dict(served.tiers), dict(served.streams)
        self.agents = {name: Agent(dict(values)) for name, values in served.agents.items()}

    def _queue(self, action: str, *words: str) -> str:
        served = self._documents()
        if action == "load":
            if words[0] not in served.queues:
                return "-ERR Invalid Queue not found!\n"
            self.queues[words[0]] = served.queues[words[0]]
            for (queue, agent), place in served.tiers.items():
                if queue == words[0]:
                    self.agents.setdefault(agent, Agent()).values.update(served.agents[agent])
                    self.tiers[queue, agent] = place
            return "+OK\n"
        if action == "unload":
            self.queues.pop(words[0], None)
            return "+OK\n"
        if action == "count":
            return f"{self.waiting.get(words[1], 0)}\n"
        return "".join(["name|strategy\n", *(f"{name}|{strategy}\n" for name, strategy in self.queues.items()), "+OK\n"])

    def _agent(self, action: str, *words: str) -> str:
        if action == "add":
            if words[0] in self.agents:
                return "-ERR Agent already exist!\n"
            self.agents[words[0]] = Agent()
        elif action == "del":
            self.agents.pop(words[0], None)
            self.tiers = {key: place for key, place in self.tiers.items() if key[1] != words[0]}
        elif action == "set":
            if words[1] not in self.agents:
                return "-ERR Agent not found!\n"
            if words[0] == "status":
                self.agents[words[1]].status, self.agents[words[1]].last_status_change = words[2], "1760000000"
            else:
                self.agents[words[1]].values[words[0]] = words[2]
        else:
            shown = [f"{name}|{one.status}|{one.last_status_change}\n" for name, one in self.agents.items() if not words or name == words[0]]
            return "".join([*(["name|status|last_status_change\n"] if shown else []), *shown, "+OK\n"])
        return "+OK\n"

    def _tier(self, action: str, *words: str) -> str:
        if action == "add":
            if words[0] not in {*self.queues, *self._documents().queues}:
                return "-ERR Queue not found!\n"
            if words[1] not in self.agents:
                return "-ERR Agent not found!\n"
            if (words[0], words[1]) in self.tiers:
                return "-ERR Tier already exist!\n"
            # Any command that names a queue has the module read it, alone.
            self.queues.setdefault(words[0], self._documents().queues.get(words[0], ""))
            self.tiers[words[0], words[1]] = (words[2], words[3])
        elif action == "del":
            self.tiers.pop((words[0], words[1]), None)
        elif action == "set":
            if (words[1], words[2]) not in self.tiers:
                return "-ERR Unknown Error!\n"
            if words[2] not in self.agents:
                return "-ERR Agent not found!\n"
            level, position = self.tiers[words[1], words[2]]
            self.tiers[words[1], words[2]] = (words[3], position) if words[0] == "level" else (level, words[3])
        else:
            shown = [f"{queue}|{agent}|Ready|{level}|{position}\n" for (queue, agent), (level, position) in self.tiers.items()]
            return "".join([*(["queue|agent|state|level|position\n"] if shown else []), *shown, "+OK\n"])
        return "+OK\n"

    def _stream(self, action: str, name: str = "") -> str:
        if action == "start":
            if name not in self.streams:
                if name not in self._documents().streams:
                    return "-ERR no reply\n"
                self.streams[name] = self._documents().streams[name]
            return f"+OK stream: {name}"
        if action == "stop":
            return "+OK" if self.streams.pop(name, None) else f"-ERR Cannot locate local_stream {name}!\n"
        if name:
            return f"{name}\n  location: {self.streams[name]}\n" if name in self.streams else f"-ERR Cannot locate local_stream {name}!\n"
        return "".join(f"{one},{folder}\n" for one, folder in self.streams.items()) or "-ERR no reply\n"


def split(text: str) -> list[str]:
    """Split as FreeSWITCH does: at blanks outside of single quotes; a backslash keeps what follows, and \\s is a blank."""
    words, word, quoted, rest = [], "", False, iter(text)
    for letter in rest:
        if letter == "\\":
            following = next(rest)
            word += {"s": " ", "n": "\n", "t": "\t", "r": "\r"}.get(following, following)
        elif letter == "'":
            quoted = not quoted
        elif letter == " " and not quoted:
            words.append(word)
            word = ""
        else:
            word += letter
    return [*words, word]
