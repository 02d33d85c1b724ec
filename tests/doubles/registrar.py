"""What a FreeSWITCH keeps of registrations, and the commands that show and remove them, as mod_sofia has them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping

from r2a_esl.registrations import Registration

HEADER = '<?xml version="1.0" encoding="ISO-8859-1"?>\n'


class Registrar:
    """The registrations of one profile, internal. api() and send_event() are what a command connection offers; `asked` is what came."""

    def __init__(self) -> None:
        self.rows: list[Registration] = []
        self.asked: list[str] = []
        self.told: list[Mapping[str, str]] = []
        #: Set: flush_inbound_reg says +OK and removes nothing.
        self.stubborn = False
        self._lock = threading.Lock()

    def api(self, command: str) -> str:
        words = command.split(" ")
        with self._lock:
            self.asked.append(command)
            if words[0] == "xml_flush_cache":
                return "+OK cleared 1 entry\n"
            if words[:2] == ["sofia", "xmlstatus"]:
                return self._status(words[2:])
            if words[:2] == ["sofia", "profile"] and words[3] == "flush_inbound_reg":
                return self._flush(words[4])
        return f"-ERR {words[0]} Command not found!\n"

    def send_event(self, headers: Mapping[str, str]) -> None:
        with self._lock:
            self.told.append(headers)
            self._keep(lambda row: row.call_id != headers["orig-call-id"])

    def flushed(self) -> list[str]:
        """Return what was flushed, in order."""
        return [command.rpartition(" ")[2] for command in self.asked if "flush_inbound_reg" in command]

    def _status(self, words: list[str]) -> str:
        if not words:
            profile = "<profile>\n<name>internal</name>\n<type>profile</type>\n<data>x</data>\n<state>RUNNING (0)</state>\n</profile>\n"
            return f"{HEADER}<profiles>\n{profile}</profiles>\n"
        if words == ["gateway"]:
            return f"{HEADER}<gateways>\n</gateways>\n"
        wanted = [row for row in self.rows if words[2] == "reg" or _at(row, words[3])]
        return f"{HEADER}<profile>\n  <registrations>\n{''.join(map(_element, wanted))}  </registrations>\n</profile>\n"

    def _flush(self, what: str) -> str:
        if not self.stubborn:
            self._keep(lambda row: what != "reboot" and row.call_id != what and not _at(row, what))
        return "+OK flushing all registrations matching specified call_id\n"

    def _keep(self, stays: Callable[[Registration], bool]) -> None:
        self.rows = [row for row in self.rows if stays(row)]


def _at(row: Registration, place: str) -> bool:
    return place == row.aor if "@" in place else place == row.host


def _element(row: Registration) -> str:
    address, _, port = row.address.rpartition(":")
    values = {
        "call-id": row.call_id,
        "user": row.aor,
        "network-ip": address,
        "network-port": port,
        "sip-auth-user": row.username,
        "sip-auth-realm": row.realm,
    }
    lines = "".join(f"        <{name}>{value}</{name}>\n" for name, value in values.items())
    return f"    <registration>\n{lines}    </registration>\n"


def register_event(row: Registration) -> dict[str, str]:
    """Return the headers of the event that FreeSWITCH fires for `row`."""
    address, _, port = row.address.rpartition(":")
    return {
        "Event-Subclass": "sofia::register",
        "Event-Name": "CUSTOM",
        "profile-name": row.profile,
        "from-user": row.user,
        "from-host": row.host,
        "call-id": row.call_id,
        "expires": "600",
        "network-ip": address,
        "network-port": port,
        "username": row.username,
        "realm": row.realm,
    }
