"""A mod_sofia: profiles that start, stop and restart in their own time, and gateways, told as a running one tells them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

HEADER = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'
RELOADED = "Reload XML [Success]\n"
TOO_YOUNG = "Profile {} must be up for at least 10 seconds to stop/restart.\nPlease wait 3 seconds\n"


class Sofia:
    """Answers `sofia ...`. `running` is profile -> calls; `told` is what profiles were told, in order; `back_s` is how long a restart takes."""

    def __init__(self, *names: str) -> None:
        self.running: dict[str, int] = dict.fromkeys(names, 0)
        self.told: list[str] = []
        self.gateways: list[tuple[str, str, str, str]] = []
        self.back_s = 0.2
        #: So many answers are that the profile is too young.
        self.too_young = 0
        #: Called with the profile whenever one was started.
        self.on_start: Callable[[str], None] = lambda _: None
        self._back_at: dict[str, float] = {}
        self._lock = threading.Lock()

    def __call__(self, command: str) -> str:
        words = command.split(" ")[1:]
        with self._lock:
            self._come_back()
            if words[0] == "profile":
                return self._profile(words[1], words[2])
            if words == ["xmlstatus"]:
                return HEADER + "<profiles>\n" + "".join(map(self._summary, self.running)) + "</profiles>\n"
            if words == ["xmlstatus", "gateway"]:
                return HEADER + "<gateways>\n" + "".join(_gateway(*one) for one in self.gateways) + "</gateways>\n"
            return self._status(words[2], words[3:])

    def _come_back(self) -> None:
        for name, at in list(self._back_at.items()):
            if time.monotonic() >= at:
                del self._back_at[name]
                self.running[name] = 0
                self.on_start(name)

    def _profile(self, name: str, verb: str) -> str:
        if verb == "start":
            self.told.append(f"{verb} {name}")
            self._back_at.setdefault(name, time.monotonic() + self.back_s)
            return f"{RELOADED}{name} started successfully\n"
        if name not in self.running:
            return f"Invalid Profile [{name}]"
        if verb in ("restart", "stop"):
            return self._end(name, verb)
        return {"rescan": f"{RELOADED}+OK scan complete\n", "killgw": "+OK gateway marked for deletion.\n"}.get(verb, "-ERR\n")

    def _end(self, name: str, verb: str) -> str:
        if self.too_young:
            self.too_young -= 1
            return TOO_YOUNG.format(name)
        self.told.append(f"{verb} {name}")
        del self.running[name]
        if verb == "restart":
            self._back_at[name] = time.monotonic() + self.back_s
        return f"{RELOADED}{'restarting' if verb == 'restart' else 'stopping'}: {name}"

    def _summary(self, name: str) -> str:
        state = f"<state>RUNNING ({self.running[name]})</state>\n</profile>\n"
        alias = f"<alias>\n<name>pbx.example.com</name>\n<type>alias</type>\n<data>{name}</data>\n<state>ALIASED</state>\n</alias>\n"
        one = f"<profile>\n<name>{name}</name>\n<type>profile</type>\n<data>sip:mod_sofia@192.0.2.11:5060</data>\n"
        return one + state + alias + one + state.replace("</state>", " (WS)</state>")

    def _status(self, name: str, more: list[str]) -> str:
        if name not in self.running:
            return "Invalid Profile!\n"
        if more:
            return f"{HEADER}<profile>\n  <registrations>\n  </registrations>\n</profile>\n"
        info = {
            "name": name,
            "db-name": "pgsql://hostaddr=192.0.2.9 dbname=freeswitch password=of-the-core-db",
            "context": "public",
            "rtp-ip": "192.0.2.11",
            "sip-ip": "192.0.2.11",
            "bind-url": "sip:mod_sofia@192.0.2.11:5060;transport=udp,tcp",
            "inbound-codecs": "PCMU,PCMA",
        }
        lines = "".join(f"    <{key}>{value}</{key}>\n" for key, value in info.items())
        return f"{HEADER}<profile>\n  <profile-info>\n{lines}    <calls-in>7</calls-in>\n  </profile-info>\n</profile>\n"


def _gateway(profile: str, name: str, state: str, status: str) -> str:
    told = {
        "name": name,
        "profile": profile,
        "scheme": "Digest",
        "realm": "carrier.example.net",
        "username": "4711",
        "password": "yes",
        "from": "&lt;sip:4711@carrier.example.net&gt;",
        "contact": f"&lt;sip:gw+{name}@192.0.2.11:5060;transport=tcp;gw={name}&gt;",
        "exten": "4711",
        "to": "sip:4711@carrier.example.net",
        "proxy": "sip:carrier.example.net",
        "context": "public.carrier",
        "expires": "3600",
        "freq": "3600",
        "ping": "0",
        "pingfreq": "0",
        "state": state,
        "status": status,
        "uptime-usec": "0",
    }
    return "  <gateway>\n" + "".join(f"    <{key}>{value}</{key}>\n" for key, value in told.items()) + "  </gateway>\n"
