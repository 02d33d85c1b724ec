"""A FreeSWITCH that speaks the event socket on a real TCP port, and misbehaves on demand.

It follows what a running 1.11 sends (framing, texts, order): auth/request, command/reply, api/response, events, disconnect-notice.
Set `behaviour` before or while a client is connected; `freeze()` keeps connections open and silent, like a process that hangs.
"""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from tests.doubles.esl_frames import header, json_event, plain_event

GOODBYE = "Disconnected, goodbye.\nSee you at ClueCon! http://www.cluecon.com/\n"
PASSWORD = "ClueCon"
RUDE = "Access Denied, go away.\n"
VERSION = "1.11.3-dev+git~20260821T141014Z~cc93a683ca~64bit"
Reply = str | bytes | Callable[[str], str | bytes]

_PROFILE = "<profile>\n<name>{}</name>\n<type>profile</type>\n<data>x</data>\n<state>RUNNING (0)</state>\n</profile>\n"


def sofia(command: str) -> str:
    """Answer like a mod_sofia with the profiles internal and external, where nobody is registered."""
    words = command.split(" ")
    if words[1:] == ["xmlstatus"]:
        return "<profiles>\n" + _PROFILE.format("external") + _PROFILE.format("internal") + "</profiles>\n"
    if words[1:] == ["xmlstatus", "gateway"]:
        return "<gateways>\n</gateways>\n"
    if words[1] == "xmlstatus":
        return "<profile>\n  <registrations>\n  </registrations>\n</profile>\n"
    if words[2] not in ("internal", "external"):
        return f"Invalid Profile [{words[2]}]"
    return {"rescan": "Reload XML [Success]\n+OK scan complete\n", "killgw": "+OK gateway marked for deletion.\n"}.get(words[3], "-ERR\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How the server treats its clients; the default is well behaved. Words are the first word of an api command."""

    refuse_auth: bool = False
    reject_address: bool = False
    #: Accept the connection and say nothing, ever.
    silent: bool = False
    close_on_accept: bool = False
    #: Take the password and never answer.
    silent_on_auth: bool = False
    #: Take these api commands and never answer.
    ignored: frozenset[str] = frozenset()
    #: End the connection in the middle of the body of the answer to these.
    cut: frozenset[str] = frozenset()
    #: With a reset where another end would be orderly.
    reset: bool = False
    #: Take events and say so, and send none.
    muffled: bool = False
    #: Send these bytes in place of the answer to a word.
    garbage: Mapping[str, bytes] = field(default_factory=dict)


class FakeFreeSwitch:
    """A server on 127.0.0.1; use as a context manager. `commands` are those received after authentication, in order, of all connections."""

    def __init__(self, *, password: str = PASSWORD, switchname: str = "tele-node-01", port: int = 0) -> None:
        self.password = password
        self.behaviour = Behaviour()
        self.core_uuid = str(uuid.uuid4())
        self.sessions = 3
        self.commands: list[str] = []
        self.connections_accepted = 0
        self.replies: dict[str, Reply] = {
            "status": lambda _: f"UP 0 years\nFreeSWITCH (Version 1) is ready\n7 session(s) since startup\n{self.sessions} session(s) - peak 9 \n\n",
            "version": f"FreeSWITCH Version {VERSION} (git cc93a68 2026-08-21 14:10:14Z 64bit)\n",
            "switchname": switchname,
            "global_getvar core_uuid": lambda _: self.core_uuid,
            "xml_flush_cache": "+OK cleared 1 entry\n",
            "reloadacl": "+OK acl reloaded\n",
            "module_exists": "true",
            "sofia": sofia,
        }
        self._listener = socket.create_server(("127.0.0.1", port))
        self._clients: list[_Client] = []
        self._lock = threading.Lock()
        self._thawed = threading.Event()
        self._thawed.set()
        self._closed = False

    @property
    def port(self) -> int:
        return int(self._listener.getsockname()[1])

    @property
    def open_connections(self) -> int:
        with self._lock:
            return len(self._clients)

    def __enter__(self) -> FakeFreeSwitch:
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._closed = True
        self._thawed.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.disconnect(notice=False)

    def behave(self, **changes: object) -> None:
        """Change single traits of the behaviour."""
        self.behaviour = replace(self.behaviour, **changes)  # type: ignore[arg-type]

    def freeze(self) -> None:
        """Answer nothing from now on; connections stay open and new ones are accepted by the kernel only."""
        self._thawed.clear()

    def thaw(self) -> None:
        self._thawed.set()

    @contextlib.contextmanager
    def frozen(self) -> Iterator[None]:
        self.freeze()
        try:
            yield
        finally:
            self.thaw()

    def disconnect(self, *, notice: bool = True, reset: bool = False) -> None:
        """End every connection, like a FreeSWITCH that shuts down (notice) or is killed."""
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.end(notice=notice, reset=reset)

    def restart(self) -> None:
        """Be another FreeSWITCH from now on: connections end, the core UUID changes."""
        self.core_uuid = str(uuid.uuid4())
        self.disconnect()

    def fire(self, headers: Mapping[str, str], body: bytes | None = None) -> int:
        """Send an event to every connection that subscribed to it; return how many."""
        with self._lock:
            wanted = [] if self.behaviour.muffled else [client for client in self._clients if client.wants(headers)]
        for client in wanted:
            client.send(plain_event(headers, body) if client.format == "plain" else json_event(headers, body))
        return len(wanted)

    def play(self, stream: bytes) -> None:
        """Send captured bytes to every connection, whatever it subscribed to."""
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            client.send(stream)

    def answer(self, command: str) -> bytes:
        """Return what the api command prints."""
        reply = self.replies.get(command, self.replies.get(command.split(" ", 1)[0], f"-ERR {command} Command not found!\n"))
        text = reply(command) if callable(reply) else reply
        return text if isinstance(text, bytes) else text.encode()

    def wait_thawed(self) -> None:
        self._thawed.wait()

    def forget(self, client: _Client) -> None:
        with self._lock:
            self._clients.remove(client)

    def _accept(self) -> None:
        while not self._closed:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            self.connections_accepted += 1
            client = _Client(self, connection)
            with self._lock:
                self._clients.append(client)
            threading.Thread(target=client.run, daemon=True).start()


class _Client:
    """One connection of the fake."""

    def __init__(self, server: FakeFreeSwitch, connection: socket.socket) -> None:
        self._server = server
        self._connection = connection
        self._sending = threading.Lock()
        self._subscribed: set[str] = set()
        self._authenticated = False
        self.format = "plain"

    def run(self) -> None:
        try:
            self._converse()
        except OSError:
            # The client went away, or end() was called.
            return
        finally:
            self._server.forget(self)
            self._connection.close()

    def send(self, frame: bytes) -> None:
        self._server.wait_thawed()
        with self._sending:
            self._connection.sendall(frame)

    def end(self, *, notice: bool, reset: bool) -> None:
        with contextlib.suppress(OSError):
            if notice:
                self.send(header("text/disconnect-notice", body=GOODBYE.encode()))
            if reset:
                self._reset_at_close()
            self._connection.shutdown(socket.SHUT_RD if reset else socket.SHUT_RDWR)

    def wants(self, headers: Mapping[str, str]) -> bool:
        name, subclass = headers.get("Event-Name", ""), headers.get("Event-Subclass", "")
        return "ALL" in self._subscribed or (subclass if name == "CUSTOM" else name) in self._subscribed

    def _converse(self) -> None:
        behaviour = self._server.behaviour
        if behaviour.close_on_accept:
            return
        self._server.wait_thawed()
        if behaviour.reject_address:
            self.send(header("text/rude-rejection", body=RUDE.encode()))
            return
        if not behaviour.silent:
            self.send(header("auth/request"))
        for lines in self._requests():
            self._server.wait_thawed()
            if not behaviour.silent and not self._handle(lines):
                return

    def _requests(self) -> Iterator[list[str]]:
        buffer = b""
        while data := self._connection.recv(65536):
            buffer += data
            while b"\n\n" in buffer:
                request, buffer = buffer.split(b"\n\n", 1)
                yield request.decode().strip("\n").split("\n")

    def _handle(self, lines: list[str]) -> bool:
        """Answer one request; return False when the connection is to end."""
        verb, _, rest = lines[0].partition(" ")
        if not self._authenticated:
            return self._authenticate(verb, rest)
        self._server.commands.append(lines[0])
        if verb == "exit":
            self.send(header("command/reply", "Reply-Text: +OK bye") + header("text/disconnect-notice", body=GOODBYE.encode()))
            return False
        if verb == "api":
            return self._api(rest)
        if verb == "bgapi":
            self._background(rest, dict(line.split(": ", 1) for line in lines[1:] if ": " in line))
        elif verb == "event":
            self._subscribe(rest)
        elif verb == "sendevent":
            self._reply(f"+OK {uuid.uuid4()}")
            self._server.fire({"Event-Name": rest, **dict(line.split(": ", 1) for line in lines[1:] if ": " in line)})
        elif verb == "noevents":
            self._subscribed.clear()
            self._reply("+OK no longer listening for events")
        else:
            self._reply("-ERR command not found")
        return True

    def _authenticate(self, verb: str, password: str) -> bool:
        behaviour = self._server.behaviour
        if behaviour.silent_on_auth:
            return True
        if verb != "auth":
            self._reply("-ERR command not found")
            return True
        if behaviour.refuse_auth or password != self._server.password:
            self.send(header("command/reply", "Reply-Text: -ERR invalid") + header("text/disconnect-notice", body=GOODBYE.encode()))
            return False
        self._authenticated = True
        self._reply("+OK accepted")
        return True

    def _api(self, command: str) -> bool:
        behaviour, word = self._server.behaviour, command.split(" ", 1)[0]
        if word in behaviour.ignored:
            return True
        if word in behaviour.garbage:
            self.send(behaviour.garbage[word])
            return True
        frame = header("api/response", body=self._server.answer(command))
        if word in behaviour.cut:
            self.send(frame[:-2])
            if behaviour.reset:
                self._reset_at_close()
            return False
        self.send(frame)
        return True

    def _background(self, command: str, headers: Mapping[str, str]) -> None:
        job = headers.get("Job-UUID") or str(uuid.uuid4())
        self.send(header("command/reply", f"Reply-Text: +OK Job-UUID: {job}", f"Job-UUID: {job}"))
        word, _, _ = command.partition(" ")
        done = {"Event-Name": "BACKGROUND_JOB", "Core-UUID": self._server.core_uuid, "Job-UUID": job, "Job-Command": word}
        self._server.fire(done, self._server.answer(command))

    def _subscribe(self, rest: str) -> None:
        words = rest.split()
        if words and words[0] in ("plain", "json", "xml"):
            self.format = words.pop(0)
        # After CUSTOM every further word is a subclass, as in mod_event_socket.
        self._subscribed.update(word for word in words if word != "CUSTOM")
        self._reply(f"+OK event listener enabled {self.format}" if words else "-ERR no keywords supplied")

    def _reset_at_close(self) -> None:
        # A linger time of zero: closing sends RST.
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _reply(self, text: str) -> None:
        self.send(header("command/reply", f"Reply-Text: {text}"))
