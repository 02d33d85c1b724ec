"""From changes of queues, agents, tiers, music and documents to commands, case by case; and what the sender makes of FreeSWITCH's answers."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast

import pytest

from r2a_esl.changes import commands, playing
from r2a_esl.changes.again import Again
from r2a_esl.changes.commands import Command, gone, succeeded, unknown
from r2a_esl.changes.freshness import Freshness
from r2a_esl.changes.known import Agent, Applications, Change, Document, Domain, Known, Queue, Row, Stream, Tier
from r2a_esl.changes.plan import plan
from r2a_esl.changes.sender import CommandFailedError, NotRunningError, Sender
from r2a_esl.store.wal import Target
from tests.doubles.center import Center, Documents, split
from tests.unit.esl.test_esl_plan import EXTENSION, KNOWN, change, edit, made, texts

D = "pbx.example.com"
SETTINGS = {"initial_status": "Available", "ring_timeout_s": 20, "max_no_answer": 3, "wrap_up_s": 10, "reject_delay_s": 11, "busy_delay_s": 12,
            "no_answer_delay_s": 13}  # fmt: skip
AT = Applications(
    domains={5: Domain(name=D, here=True), 7: Domain(name="off.example.com", here=False)},
    queues={
        1: Queue(domain_id=5, name=f"sales@{D}", here=True, moh_class_id=4),
        2: Queue(domain_id=5, name=f"night@{D}", here=False, moh_class_id=None),
    },
    agents={
        1: Agent(domain_id=5, extension_id=10, name=f"1001@{D}", here=True, settings=SETTINGS),
        2: Agent(domain_id=5, extension_id=11, name=f"1002@{D}", here=False, settings={**SETTINGS, "initial_status": "Logged Out"}),
    },
    tiers={(1, 1): Tier(queue=f"sales@{D}", agent=f"1001@{D}", here=True, level=1, position=2)},
    streams={
        4: Stream(domain_id=5, name=f"{D}/jazz", here=True), 5: Stream(domain_id=None, name="default", here=True),
        6: Stream(domain_id=None, name="a", here=False),
    },
    documents={31: Document(name="sndfile.conf", node_id=1), 32: Document(name="sndfile.conf", node_id=None)},
    own_documents=frozenset({"sndfile.conf"}),
)  # fmt: skip
QUEUE = {"id": 1, "domain_id": 5, "name": "sales", "enabled": True, "strategy": "random"}
AGENT = {"id": 1, "domain_id": 5, "extension_id": 10, "enabled": True, "wrap_up_s": 5, "ring_timeout_s": 5, "initial_status": "Available"}
SEAT = {"domain_id": 5, "queue_id": 1, "queue_agent_id": 1, "level": 1, "position": 1}
CLASS = {"id": 4, "domain_id": 5, "name": "jazz", "enabled": True, "path": "/a", "rate_hz": 8000, "shuffle": True, "interval_ms": 20}
DOMAIN = {"id": 5, "tenant_id": 3, "name": D, "enabled": True}
ROOM = {"id": 1, "domain_id": 5, "number": "5000", "enabled": True, "advertised": True}

CC = "callcenter_config "
LOAD = [f"{CC}queue load sales@{D}"]
SET = f"{CC}agent set"
SETS = [
    f"{SET} contact 1001@{D} [leg_timeout=20]user/1001@{D}", f"{SET} max_no_answer 1001@{D} 3", f"{SET} wrap_up_time 1001@{D} 10",
    f"{SET} reject_delay_time 1001@{D} 11", f"{SET} busy_delay_time 1001@{D} 12", f"{SET} no_answer_delay_time 1001@{D} 13",
]  # fmt: skip
ADD = [f"{CC}agent add 1001@{D} callback", *SETS]
SIT = [f"{CC}tier add sales@{D} 1001@{D} 1 2", f"{CC}tier set level sales@{D} 1001@{D} 1", f"{CC}tier set position sales@{D} 1001@{D} 2"]
DEL = [f"{CC}agent del 1001@{D}"]
STOP, START = [f"local_stream stop {D}/jazz"], [f"local_stream start {D}/jazz"]


def known(**contents: tuple[tuple[str, Row], ...]) -> Known:
    at = Applications(**{name: getattr(AT, name) for name in AT.__slots__ if name != "contents"}, contents=contents)
    return Known(**{**{name: getattr(KNOWN, name) for name in KNOWN.__slots__}, "applications": at})


def swept(*changes: Change) -> set[str]:
    return {name for command in made(*changes, known=known()).commands for name in command.swept}


def told(*changes: Change) -> list[str]:
    return [text for text in texts(made(*changes, known=known())) if not text.startswith("xml_flush_cache")]


TABLE: list[tuple[str, Change, list[str], set[str]]] = [
    ("a queue is added", change("queue", None, QUEUE), LOAD, set()),
    ("a queue is another", edit("queue", QUEUE, strategy="ring-all"), LOAD, set()),
    ("a queue was renamed", edit("queue", {**QUEUE, "name": "old"}, name="sales"), LOAD, {f"old@{D}"}),
    ("a queue is switched off", edit("queue", {**QUEUE, "id": 2, "name": "night"}, enabled=False), [], {f"night@{D}"}),
    ("a queue is deleted", change("queue", {**QUEUE, "id": 9}, None), [], {f"sales@{D}"}),
    ("a queue of a domain that is gone", change("queue", {**QUEUE, "id": 9, "domain_id": 99}, None), [], set()),
    ("an agent is added", change("queue_agent", None, AGENT), ADD + SIT, set()),
    ("an agent's wrap-up", edit("queue_agent", AGENT, wrap_up_s=10), SETS[2:3], set()),
    ("an agent's contact", edit("queue_agent", AGENT, ring_timeout_s=20), SETS[:1], set()),
    ("an agent's first status only", edit("queue_agent", AGENT, initial_status="On Break"), [], set()),
    ("an agent is switched off", edit("queue_agent", {**AGENT, "id": 2, "extension_id": 11}, enabled=False), [f"{CC}agent del 1002@{D}"], set()),
    ("an agent is deleted", change("queue_agent", {**AGENT, "id": 9}, None), DEL, set()),
    ("a tier is added", change("queue_tier", None, SEAT), SIT, set()),
    ("a tier's level", edit("queue_tier", SEAT, level=3), SIT[1:2], set()),
    ("a tier's position", edit("queue_tier", SEAT, position=3), SIT[2:], set()),
    ("a tier is deleted", change("queue_tier", {**SEAT, "queue_agent_id": 2}, None), [f"{CC}tier del sales@{D} 1002@{D}"], set()),
    ("a tier whose queue is gone", change("queue_tier", {**SEAT, "queue_id": 99}, None), [], set()),
    ("an agent's number", edit("extension", {**EXTENSION, "number": "1009"}, number="1001"), [f"{CC}agent del 1009@{D}", *ADD, *SIT], set()),
    ("an agent's extension has another label", edit("extension", EXTENSION, name="b"), [], set()),
    ("an extension is switched on", edit("extension", {**EXTENSION, "id": 11, "enabled": False}, enabled=True), [], set()),
    ("a domain is renamed", edit("domain", {**DOMAIN, "name": "old.com"}, name=D), [*LOAD, *ADD, *START], {"@old.com", "old.com/"}),
    ("a domain is switched off", edit("domain", {**DOMAIN, "id": 7, "name": "off.example.com"}, enabled=False), [],
     {"@off.example.com", "off.example.com/"}),
    ("a tenant is switched on", edit("tenant", {"id": 3, "name": "demo", "enabled": False}, enabled=True),
     ["sofia profile external rescan", *LOAD, *ADD, *START], set()),
    ("music is added", change("moh_class", None, CLASS), START, set()),
    ("music has another folder", edit("moh_class", CLASS, path="/b"), STOP + START, set()),
    ("music is renamed", edit("moh_class", {**CLASS, "name": "blues"}, name="jazz"), [*LOAD, f"local_stream stop {D}/blues", *START], set()),
    ("music is switched off", edit("moh_class", {**CLASS, "id": 6, "domain_id": None, "name": "a"}, enabled=False), ["local_stream stop a"], set()),
    ("music is deleted", change("moh_class", {**CLASS, "id": 9}, None), STOP, set()),
    ("a phrase", change("phrase", None, {"id": 1, "domain_id": 5}), [], set()),
    ("an option of a menu", change("ivr_option", None, {"id": 1, "domain_id": 5, "extension_id": 10}), [], set()),
    ("a conference", edit("conference_room", ROOM, name="x"), [], set()),
]  # fmt: skip


@pytest.mark.parametrize(("one", "expected", "away"), [case[1:] for case in TABLE], ids=[case[0] for case in TABLE])
def test_table_of_rules(one: Change, expected: list[str], away: set[str]) -> None:
    assert told(one) == expected
    assert swept(one) == away


def test_what_goes_comes_first_and_nothing_is_said_twice() -> None:
    all_of_it = [one for _, one, _, _ in TABLE]
    found = made(*all_of_it, known=known())
    assert len(found.commands) == len(set(found.commands))
    kinds = [command.kind for command in found.commands if command.kind in ("callcenter", "queue", "agent", "tier", "stream")]
    assert kinds == sorted(kinds, key=["callcenter", "queue", "agent", "tier", "stream"].index)
    assert kinds.count("callcenter") == 1
    assert plan([*all_of_it, *all_of_it], known()).commands == found.commands


def test_many_agents_that_go_are_looked_for_at_once() -> None:
    gone_ones = [change("extension", {"id": 1000 + n, "domain_id": 5, "number": str(2000 + n), "enabled": True}, None) for n in range(1000)]
    assert told(*gone_ones) == []
    assert len(swept(*gone_ones)) == 1000


def test_an_advertised_room_is_remarked_on() -> None:
    assert "mod_conference" in made(edit("conference_room", ROOM, number="5001"), known=known()).remarks[0]
    assert made(edit("conference_room", {**ROOM, "advertised": False}, number="5001"), known=known()).remarks == ()


ELEMENT: dict[str, Any] = {"id": 1, "document_id": 40, "parent_id": None, "position": 1, "tag": "param", "attributes": {}}
LISTED = (("load", {"module": "mod_db"}), ("load", {"module": "mod_new"}))


def in_document(name: str, before: Row | None, after: Row | None, tag: str = "param") -> tuple[Change, Document]:
    rows = [None if row is None else {**ELEMENT, "document_id": 40, "tag": tag, "attributes": row} for row in (before, after)]
    return change("config_element", *rows), Document(name=name, node_id=None)


def of_document(name: str, before: Row | None, after: Row | None, *content: tuple[str, Row], tag: str = "param") -> tuple[list[str], tuple[str, ...]]:
    one, document = in_document(name, before, after, tag)
    at = known(**{name: content})
    applications = Applications(**{key: getattr(at.applications, key) for key in AT.__slots__ if key != "documents"}, documents={40: document})
    found = made(one, known=Known(**{**{key: getattr(at, key) for key in KNOWN.__slots__}, "applications": applications}))
    return texts(found), found.remarks


@pytest.mark.parametrize(("name", "command"), [
    ("fifo.conf", "fifo reparse"), ("distributor.conf", "distributor_ctl reload"), ("timezones.conf", "reloadxml"), ("spandsp.conf", "reloadxml"),
    ("fax.conf", "reloadxml"), ("loopback.conf", "reloadxml"),
])  # fmt: skip
def test_documents_with_a_command(name: str, command: str) -> None:
    assert of_document(name, None, {"name": "a"}) == ([command], ())


@pytest.mark.parametrize("module", ["db", "hash", "hiredis", "opus", "verto"])
def test_documents_that_are_read_at_load(module: str) -> None:
    sent, remarks = of_document(f"{module}.conf", {"name": "a"}, {"name": "b"})
    assert sent == []
    assert remarks == (f"{module}.conf changed: mod_{module} reads it when it is loaded; `reload mod_{module}` when no call needs it",)


def test_modules_are_loaded_and_never_unloaded() -> None:
    name = "post_load_modules.conf"
    assert of_document(name, None, {"module": "mod_new"}, *LISTED, tag="load") == (["load mod_new"], ())
    sent, remarks = of_document(name, {"module": "mod_gone"}, None, *LISTED, tag="load")
    assert sent == []
    assert "mod_gone is no longer in post_load_modules.conf: unload it by hand" in remarks[0]
    sent, remarks = of_document(name, None, {"module": "mod_x; shutdown"}, ("load", {"module": "mod_x; shutdown"}), tag="load")
    assert sent == []
    assert "is no name of a module" in remarks[0]
    whole = made(change("config_document", None, {"id": 40, "name": name, "node_id": 1, "enabled": True}), known=known(**{name: LISTED}))
    assert texts(whole) == ["load mod_db", "load mod_new"]


def test_voicemail_profiles_before_and_after_are_read_again() -> None:
    now = [("profile", {"name": "new"}), ("profile", {"name": "default"})]
    sent, _ = of_document("voicemail.conf", {"name": "old"}, {"name": "new"}, *now, tag="profile")
    assert sent == ["voicemail reload default", "voicemail reload new", "voicemail reload old"]
    sent, remarks = of_document("voicemail.conf", None, {"name": "a b"}, ("profile", {"name": "a b"}), tag="profile")
    assert (sent, len(remarks)) == ([], 1)


@pytest.mark.parametrize(("name", "value", "command"), [
    ("max-sessions", "1500", "fsctl max_sessions 1500"), ("sessions-per-second", "60", "fsctl sps 60"), ("loglevel", "info", "fsctl loglevel info"),
    ("max-sessions", "0", None), ("max-sessions", "1500 shutdown", None), ("loglevel", "verbose", None), ("rtp-start-port", "16384", None),
])  # fmt: skip
def test_params_of_the_core(name: str, value: str, command: str | None) -> None:
    row = {"name": name, "value": value}
    sent, remarks = of_document("post_load_switch.conf", None, row, ("param", row))
    assert sent == ([command] if command else [])
    assert len(remarks) == (0 if command else 1)


def test_a_document_that_another_one_hides_means_nothing() -> None:
    hidden = edit("config_element", {**ELEMENT, "document_id": 32}, position=2)
    own = edit("config_element", {**ELEMENT, "document_id": 31}, position=2)
    elsewhere = edit("config_element", {**ELEMENT, "document_id": 99}, position=2)
    assert [len(made(one, known=known()).remarks) for one in (hidden, own, elsewhere)] == [0, 1, 0]
    rows = [{"id": 32, "name": "sndfile.conf", "node_id": node, "enabled": True} for node in (None, 1, 2)]
    assert [len(made(change("config_document", row, None), known=known()).remarks) for row in rows] == [0, 1, 0]


def test_what_answers_mean() -> None:
    add, load, stop, start = ADD[0], LOAD[0], STOP[0], START[0]
    assert succeeded(add, "-ERR Agent already exist!\n")
    assert succeeded(SIT[0], "-ERR Tier already exist!\n")
    assert succeeded("load mod_x", "+OK Reloading XML\n-ERR [Module already loaded]\n")
    assert succeeded(stop, f"-ERR Cannot locate local_stream {D}/jazz!\n")
    assert not succeeded(load, "-ERR Agent already exist!\n")
    assert not succeeded("load mod_x", "+OK Reloading XML\n-ERR [module load file routine returned an error]\n")
    assert gone(load, "-ERR Invalid Queue not found!\n")
    assert gone(start, "-ERR no reply\n")
    assert gone(SIT[1], "-ERR Unknown Error!\n")
    assert not gone(add, "-ERR Unknown Error!\n")
    assert not gone("reloadacl", "-ERR no reply\n")
    assert unknown(load, "-ERR callcenter_config Command not found!\n")
    assert not unknown("reloadacl", "-ERR reloadacl Command not found!\n")


ATTACK = "x' queue unload sales;\\s"


def test_whatever_a_row_holds_stays_one_word() -> None:
    seat = Tier(queue=ATTACK, agent=ATTACK, here=True, level=1, position=1)
    for text, place in [
        (commands.load_queue(ATTACK).texts[0], 2), (commands.add_agent(ATTACK, SETTINGS).texts[0], 2), (commands.add_tier(seat).texts[0], 3),
        (commands.local_stream("start", ATTACK), 1),
    ]:  # fmt: skip
        assert split(text.partition(" ")[2])[place] == ATTACK
    assert split(commands.add_agent("1 1", SETTINGS).texts[1])[-1] == "[leg_timeout=20]user/1 1"


SERVED = Documents(queues={f"sales@{D}": "random"}, agents={}, tiers={}, streams={f"{D}/jazz": "/a"})
JAZZ = Command(kind="stream", texts=(START[0],))


@pytest.fixture
def center() -> Center:
    return Center(lambda: SERVED)


@pytest.fixture
def sender(center: Center, monkeypatch: pytest.MonkeyPatch) -> Sender:
    monkeypatch.setattr(playing, "_STEADY_S", 0.0)
    return Sender(center, lambda: True)


def test_a_module_that_is_not_loaded_has_nothing_to_lose_and_nothing_to_learn(sender: Sender, center: Center) -> None:
    center.loaded = False
    for command in (commands.load_queue("a@b"), Command(kind="callcenter", swept=frozenset({"@b"})), JAZZ):
        sender.send(command)
    assert center.queues == {}


def test_one_that_may_be_loading_now_is_asked_again(sender: Sender, center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    center.loaded = False
    answer = center.api
    monkeypatch.setattr(center, "api", lambda command: "FreeSWITCH (Version 1) is not ready\n" if command == "status" else answer(command))
    with pytest.raises(NotRunningError, match="while FreeSWITCH starts"):
        sender.send(commands.load_queue(f"sales@{D}"))


def test_the_first_music_loads_the_module_that_refused_to_be_without(sender: Sender, center: Center) -> None:
    wanted = {"post_load_modules.conf": (("load", {"module": "mod_local_stream"}),)}
    center.loaded = False
    for command in made(change("moh_class", None, CLASS), known=known(**wanted)).commands:
        sender.send(command)
    assert center.commands[-1] == "load mod_local_stream"


def test_nothing_is_read_again_while_nobody_could_answer(center: Center) -> None:
    for command in (commands.load_queue(f"sales@{D}"), JAZZ, Command(kind="document", texts=("voicemail reload default",))):
        with pytest.raises(CommandFailedError, match="waits for the XML service"):
            Sender(center, lambda: False).send(command)
    assert center.commands == []


def test_what_is_gone_meanwhile_is_not_tried_for_ever(sender: Sender) -> None:
    nobody = commands.set_agent("1@b", SETTINGS, ["wrap_up_s"])[0]
    for command in (commands.load_queue("gone@b"), nobody, Command(kind="stream", texts=("local_stream start x",))):
        with pytest.raises(NotRunningError):
            sender.send(command)


def test_a_first_status_is_given_once(sender: Sender, center: Center) -> None:
    command = commands.add_agent(f"1001@{D}", SETTINGS)
    sender.send(command)
    assert center.agents[f"1001@{D}"].status == "Available"
    center.api(f"callcenter_config agent set status 1001@{D} On\\sBreak")
    sender.send(command)
    assert center.agents[f"1001@{D}"].status == "On Break"
    assert commands.add_agent(f"1001@{D}", {**SETTINGS, "initial_status": "Logged Out"}).first_status is None


def test_a_queue_stays_while_callers_wait_in_it(sender: Sender, center: Center, caplog: pytest.LogCaptureFixture) -> None:
    center.queues, center.waiting = {f"a@{D}": "", f"b@{D}": "", "a@other": ""}, {f"a@{D}": 2}
    with caplog.at_level(logging.WARNING):
        sender.send(Command(kind="callcenter", swept=frozenset({f"@{D}"})))
    assert set(center.queues) == {f"a@{D}", "a@other"}
    assert "callers wait in a queue that is gone" in caplog.text


def test_a_stream_that_ends_is_waited_for(sender: Sender, center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    center.streams = {f"{D}/jazz": "/old"}
    looks: list[str] = []
    answer: Callable[[str], str] = center.api

    def ending(command: str) -> str:
        if command == "local_stream show" and looks.count(command) < 3:
            looks.append(command)
            return f"{D}/jazz,/old\n"
        return answer(command)

    monkeypatch.setattr(center, "api", ending)
    sender.send(Command(kind="stream", texts=(*STOP, *START)))
    assert len(looks) == 3
    assert center.streams == {f"{D}/jazz": "/a"}


def test_a_stream_that_does_not_play_is_told_of(sender: Sender, center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(playing, "_PLAYS_WITHIN_S", 0.05)
    answer: Callable[[str], str] = center.api
    monkeypatch.setattr(center, "api", lambda command: "-ERR Cannot locate\n" if command.startswith("local_stream show ") else answer(command))
    with pytest.raises(CommandFailedError, match="does not play"):
        sender.send(JAZZ)


def test_only_what_freeswitch_reads_for_is_sent_again_when_the_read_port_was_behind() -> None:
    again = Again(cast(Freshness, object()))
    reads = [commands.load_queue("a@b"), JAZZ]
    again.add(Target(place="0/0", revision=1, mark=None), [Command(kind="callcenter", texts=tuple(DEL)), commands.add_agent("1@b", SETTINGS), *reads])
    assert again.clear() == reads


def test_a_loaded_module_is_not_loaded_again(center: Center, monkeypatch: pytest.MonkeyPatch) -> None:
    replies: dict[str, Any] = {"module_exists mod_db": "true", "module_exists mod_new": "false", "load mod_new": "+OK Reloading XML\n+OK\n"}
    monkeypatch.setattr(center, "api", lambda command: replies.pop(command))
    for module in ("mod_db", "mod_new"):
        Sender(center, lambda: True).send(Command(kind="load_module", texts=(f"load {module}",)))
    assert replies == {}
