"""The gateways that a FreeSWITCH runs, and the commands that show, remove and add them, as mod_sofia has them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.doubles.freeswitch import sofia

#: What is printed of a gateway, in this order; what is left out is empty.
_SHOWN = (
    "name", "profile", "scheme", "realm", "username", "password", "from", "contact", "exten", "to", "proxy", "context", "expires", "freq", "ping",
    "pingfreq", "pingmin", "pingcount", "pingmax", "pingtime", "pinging", "state", "status", "uptime-usec", "calls-in", "calls-out",
    "failed-calls-in", "failed-calls-out",
)  # fmt: skip


def shown(profile: str, name: str, proxy: str, **other: str) -> dict[str, str]:
    """Return what mod_sofia shows of a gateway that has no more than a proxy, and does not register."""
    usual = {
        "name": name,
        "profile": profile,
        "scheme": "Digest",
        "realm": proxy,
        "username": "FreeSWITCH",
        "password": "no",
        "from": f"&lt;sip:FreeSWITCH@{proxy}&gt;",
        "contact": f"&lt;sip:gw+{name}@127.0.0.1:5080;transport=udp;gw={name}&gt;",
        "exten": "FreeSWITCH",
        "to": f"sip:FreeSWITCH@{proxy}",
        "proxy": f"sip:{proxy}",
        "context": "public",
        "expires": "3600",
        "freq": "3600",
        "ping": "0",
        "pingfreq": "0",
        "state": "NOREG",
        "status": "UP",
    }
    return {**usual, **other}


class RunningGateways:
    """Runs what it was given; a rescan adds what `served` returns for the profile and that is not there. Answers the command `sofia`."""

    def __init__(self, served: Callable[[str], list[dict[str, str]]]) -> None:
        self.running: dict[str, Mapping[str, str]] = {}
        #: Names of gateways that were taken away while they ran, in order.
        self.bounced: list[str] = []
        self._served = served

    def answer(self, command: str) -> str:
        words = command.split(" ")
        if words[1:] == ["xmlstatus", "gateway"]:
            return f"<gateways>\n{''.join(map(element, self.running.values()))}</gateways>\n"
        if words[1] == "profile" and words[3] == "killgw":
            if self.running.pop(words[4], None) is None:
                return "-ERR no such gateway.\n"
            self.bounced.append(words[4])
        if words[1] == "profile" and words[3] == "rescan":
            for gateway in self._served(words[2]):
                self.running.setdefault(gateway["name"], gateway)
        return sofia(command)


def element(gateway: Mapping[str, str]) -> str:
    """Return one gateway of the reply to `sofia xmlstatus gateway`."""
    return "  <gateway>\n" + "".join(f"    <{name}>{gateway.get(name, '')}</{name}>\n" for name in _SHOWN) + "  </gateway>\n"
