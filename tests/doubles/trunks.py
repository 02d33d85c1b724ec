"""The gateways of a FreeSWITCH that is a double: what mod_sofia does with them, and the commands that it runs at a given second.

It reads sofia.conf from whoever `ask` is, when a profile is rescanned. A gateway that is killed sends its last REGISTER within a second.
"""

from __future__ import annotations

import itertools
import math
import re
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree

from tests.doubles.freeswitch import FakeFreeSwitch, sofia

#: How often the profile looks after its gateways, in seconds.
TICK_S = 1.0
_COMMAND = re.compile(r"\+(\d+) (\S+) (.+)")


@dataclass(slots=True)
class _Gateway:
    name: str
    profile: str
    state: str
    deleted: bool = False


@dataclass(slots=True, kw_only=True)
class _Task:
    number: int
    group: str
    at_s: int
    command: str


@dataclass(slots=True)
class Trunks:
    """The gateways of one switch; use as a context manager. history: (time.monotonic(), name, whether it registers from now on)."""

    switch: FakeFreeSwitch
    #: Profile -> the answer to a rescan of it.
    ask: Callable[[str], bytes]
    gateways: list[_Gateway] = field(default_factory=list)
    tasks: list[_Task] = field(default_factory=list)
    history: list[tuple[float, str, bool]] = field(default_factory=list)
    #: Profiles that do not run.
    down: set[str] = field(default_factory=set)
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _stopping: threading.Event = field(default_factory=threading.Event)
    _numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    def __enter__(self) -> Trunks:
        self.switch.replies |= {"sofia": self.sofia, "sched_api": self._schedule, "sched_del": self._unschedule}
        for run in (self._run_tasks, self._tend):
            threading.Thread(target=run, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()

    def registers(self, name: str) -> bool:
        """Return whether the switch keeps the gateway registered, or is about to."""
        with self._lock:
            return any(one.name == name and one.state not in ("NOREG", "DOWN") for one in self.gateways)

    def has(self, name: str) -> bool:
        """Return whether calls can be sent over the gateway."""
        with self._lock:
            return any(one.name == name and not one.deleted for one in self.gateways)

    def restart(self) -> None:
        """Be another process: nothing is kept, and what is configured is read anew."""
        with self._lock:
            for one in self.gateways:
                self._note(one, registers=False)
            self.gateways.clear()
            self.tasks.clear()
        self.switch.restart()
        self.sofia("sofia profile external rescan")

    def lose_profile(self, profile: str) -> None:
        """Have the profile end, with its gateways, and not come back."""
        with self._lock:
            self.down.add(profile)
            for one in [one for one in self.gateways if one.profile == profile]:
                self.gateways.remove(one)
                self._note(one, registers=False)

    def register_anyway(self, name: str) -> None:
        """Have the gateway register, whatever was configured."""
        with self._lock:
            for one in self.gateways:
                one.state = "REGED" if one.name == name else one.state

    def sofia(self, command: str) -> str | bytes:
        words = command.split(" ")
        if words[1:] == ["xmlstatus", "gateway"]:
            with self._lock:
                return "<gateways>\n" + "".join(map(_element, self.gateways)) + "</gateways>\n"
        if words[1] == "profile" and words[2] in self.down:
            return f"Invalid Profile [{words[2]}]"
        if words[1] == "profile" and words[3] == "killgw":
            return self._kill(words[4])
        if words[1] == "profile" and words[3] == "rescan":
            self._read(words[2], self.ask(words[2]))
        return sofia(command)

    def _kill(self, name: str) -> str:
        with self._lock:
            found = next((one for one in self.gateways if one.name == name and not one.deleted), None)
            if found is None:
                return "-ERR no such gateway.\n"
            found.deleted = True
            if found.state != "NOREG":
                found.state = "UNREGISTER"
            return "+OK gateway marked for deletion.\n"

    def _read(self, profile: str, answer: bytes) -> None:
        for tag in etree.fromstring(answer).iterfind(".//gateway"):
            params = {param.get("name"): param.get("value") for param in tag.iter("param")}
            with self._lock:
                if not self.has(str(tag.get("name"))):
                    one = _Gateway(str(tag.get("name")), profile, "REGED" if params["register"] == "true" else "NOREG")
                    self.gateways.append(one)
                    if one.state == "REGED":
                        self._note(one, registers=True)

    def _tend(self) -> None:
        while not self._stopping.wait(TICK_S):
            with self._lock:
                self.gateways = [one for one in self.gateways if not (one.deleted and one.state in ("NOREG", "DOWN"))]
                for one in self.gateways:
                    if one.state == "UNREGISTER":
                        one.state = "DOWN"
                        self._note(one, registers=False)

    def _note(self, gateway: _Gateway, *, registers: bool) -> None:
        self.history.append((time.monotonic(), gateway.name, registers))

    def _schedule(self, command: str) -> str:
        found = _COMMAND.fullmatch(command.removeprefix("sched_api "))
        if found is None:
            return "-ERR Invalid syntax. USAGE: [+@]<time> <group_name> <command_string>[&]\n"
        with self._lock:
            # Whole seconds, as there.
            at_s = math.floor(time.monotonic()) + int(found[1])
            self.tasks.append(_Task(number=next(self._numbers), group=found[2], at_s=at_s, command=found[3].removesuffix("&")))
            return f"+OK Added: {self.tasks[-1].number}\n"

    def _unschedule(self, command: str) -> str:
        group = command.removeprefix("sched_del ")
        with self._lock:
            before = len(self.tasks)
            self.tasks = [task for task in self.tasks if task.group != group]
            return f"+OK Deleted: {before - len(self.tasks)}\n"

    def _run_tasks(self) -> None:
        while not self._stopping.wait(0.5):
            with self._lock:
                due = [task for task in self.tasks if task.at_s <= time.monotonic()]
                self.tasks = [task for task in self.tasks if task not in due]
            for task in due:
                self.sofia(task.command)


def _element(gateway: _Gateway) -> str:
    values = {"name": gateway.name, "profile": gateway.profile, "state": gateway.state, "status": "DOWN" if gateway.deleted else "UP"}
    return "  <gateway>\n" + "".join(f"    <{name}>{value}</{name}>\n" for name, value in values.items()) + "  </gateway>\n"
