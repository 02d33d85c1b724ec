"""Conference rooms with their PINs, profiles and keys; and the demo that has one of everything."""

from __future__ import annotations

import pytest

from r2a_core.environ import Secret
from r2a_core.sealing import SealingKey
from tests.integration.admin.conftest import R2a

SEALED = "SELECT pin_sealed, moderator_pin_sealed FROM cfg.conference_room"


def test_pins_are_sealed_and_never_shown(office: R2a) -> None:
    said = office.well("conference", "room", "add", "5000", "--name", "Board", "--pin-stdin", "--moderator-pin-stdin", stdin="482913\n7150264\n")
    shown = office.well("conference", "room", "show", "5000")
    listed = office.well("conference", "room", "list", "--json")
    key = SealingKey(Secret(office.env["R2A_SECRET_KEY"]))
    ((pin, moderator_pin),) = office.ask(SEALED)
    assert (key.open(pin), key.open(moderator_pin)) == ("482913", "7150264")
    log = str(office.ask("SELECT before, after FROM cfg.change_log WHERE table_name = 'conference_room'"))
    assert "'moderator_pin_sealed': '***'" in log
    for text in (said.out + said.err, shown.out, listed.out, log):
        assert not any(secret in text for secret in ("482913", "7150264", bytes(pin).hex(), bytes(moderator_pin).hex()))
    assert (listed.json[0]["pin_set"], listed.json[0]["moderator_pin_set"]) == (True, True)


def test_pins_change_and_go(office: R2a) -> None:
    office.well("conference", "room", "add", "5000", "--moderator-pin-stdin", "--members-max", "20", "--advertised", stdin="7150264\n")
    assert [pin is None for pin in office.ask(SEALED)[0]] == [True, False]
    office.well("conference", "room", "set", "5000", "--pin-stdin", "--no-moderator-pin", stdin="482913\n")
    assert [pin is None for pin in office.ask(SEALED)[0]] == [False, True]
    office.well("conference", "room", "set", "5000", "--no-pin", "--name", "Open", "--members-max", "0", "--not-advertised")
    office.well("conference", "room", "disable", "5000")
    shown = office.well("conference", "room", "show", "5000", "--json").json
    assert shown == {
        "number": "5000", "domain": "a.example.com", "name": "Open", "enabled": False, "profile": "default",
        "pin_set": False, "moderator_pin_set": False, "members_max": None, "advertised": False,
    }  # fmt: skip
    office.well("conference", "room", "delete", "5000", "--yes")
    assert "there is no conference room '5000' in a.example.com; `r2a conference room list`" in office.refused("conference", "room", "show", "5000")


PINS = [
    (("--pin-stdin",), "12a456\n", "the PIN on standard input should be digits"),
    (("--pin-stdin",), "5000\n", "the PIN equals the number"),
    (("--pin-stdin",), "777777\n", "the PIN is a row of the keypad"),
    (("--pin-stdin",), "\n", "the PIN on standard input is empty"),
    (("--pin-stdin",), "7150264" * 5 + "\n", "longer than 32 digits"),
    (("--moderator-pin-stdin",), "123\n", "the moderators' PIN has fewer than 4"),
    (("--pin-stdin", "--moderator-pin-stdin"), "482913\n482913\n", "the moderators' PIN equals the PIN"),
    (("--pin-stdin", "--moderator-pin-stdin"), "482913\n", "the moderators' PIN on standard input is empty"),
]


def test_unusable_pins_are_refused_without_being_shown(office: R2a, subtests: pytest.Subtests) -> None:
    for options, stdin, sentence in PINS:
        with subtests.test(sentence):
            line = office.refused("conference", "room", "add", "5000", *options, stdin=stdin)
            assert sentence in line
            assert not any(pin in line for pin in stdin.split() if pin != "5000")
    assert office.ask("SELECT count(*) FROM cfg.conference_room") == [(0,)]
    office.well("conference", "room", "add", "5000", "--pin-stdin", "--allow-weak", stdin="1\n")
    office.refused("conference", "room", "set", "5000", "--pin-stdin", "--no-pin", stdin="482913\n", code=2)


def test_pin_needs_a_key(office: R2a) -> None:
    line = R2a(office.dsn).refused("conference", "room", "add", "5000", "--pin-stdin", stdin="482913\n")
    assert "r2a secret-key" in line
    assert "482913" not in line


def test_profile_in_use_stays(office: R2a) -> None:
    office.well("conference", "control", "set", "board", "9", "lock", "--moderators")
    office.well("conference", "profile", "add", "board", "--controls", "board")
    office.well("conference", "profile", "param", "set", "board", "rate", "8000")
    office.well("conference", "profile", "param", "set", "board", "rate", "16000")
    office.well("conference", "room", "add", "5000", "--profile", "board")
    shown = office.well("conference", "profile", "show", "board", "--json").json
    assert shown == {"name": "board", "control_group": "board", "rooms": 1, "params": [{"name": "rate", "value": "16000"}]}
    assert office.refused("conference", "profile", "delete", "board", "--yes") == (
        "r2a: conference profile board is used by rooms: 5000@a.example.com; give them another with `r2a conference room set --profile`\n"
    )
    office.well("conference", "room", "set", "5000", "--profile", "default")
    office.well("conference", "profile", "param", "remove", "board", "rate")
    office.well("conference", "profile", "set", "board", "--controls", "")
    assert [(one["name"], one["control_group"], one["rooms"]) for one in office.well("conference", "profile", "list", "--json").json] == [
        ("board", None, 0),
        ("default", "default", 1),
    ]
    office.well("conference", "profile", "delete", "board", "--yes")


def test_keys_of_members_and_of_moderators(office: R2a) -> None:
    office.well("conference", "control", "set", "board", "1", "mute")
    office.well("conference", "control", "set", "board", "1", "vol talk up")
    office.well("conference", "control", "set", "board", "1", "lock", "--moderators")
    keys = office.well("conference", "control", "list", "board", "--json").json
    assert [(key["digits"], key["action"], key["for_moderators"]) for key in keys] == [("1", "vol talk up", False), ("1", "lock", True)]
    office.well("conference", "control", "remove", "board", "1")
    assert "there is no 1 in board; `r2a conference control list`" in office.refused("conference", "control", "remove", "board", "1")
    assert [key["group"] for key in office.well("conference", "control", "list", "--json").json] == ["board", "default", "default"]


REFUSALS = [
    (("conference", "room", "add", "5000"), "conference room 5000 already exists in a.example.com"),
    (("conference", "room", "add", "board"), "a number should be 2 to 15 digits"),
    (("conference", "room", "add", "5001", "--profile", "defualt"), "there is no conference profile 'defualt'; did you mean default?"),
    (("conference", "room", "add", "5001", "--members-max", "1"), "--members-max should be from 2 to 1000"),
    (("conference", "room", "add", "5001", "--name", "a;b"), "dial string"),
    (("conference", "room", "delete", "5000"), "--yes"),
    (("conference", "profile", "add", "default"), "conference profile default already exists"),
    (("conference", "profile", "add", "x", "--controls", "none"), "there are no keys called 'none', but default"),
    (("conference", "profile", "param", "set", "default", "pin", "1234"), "r2a writes that parameter from the room"),
    (("conference", "profile", "param", "set", "default", "x", "${y}"), "a text may not hold ${"),
    (("conference", "profile", "param", "remove", "default", "x"), "conference profile default has no param 'x'"),
    (("conference", "control", "set", "default", "A", "mute"), "1 to 5 of 0 to 9"),
    (("conference", "control", "set", "default", "1", "shout"), "a key should do one of: mute"),
    (("conference", "control", "list", "none"), "there are no keys called 'none'"),
]


def test_refusals_are_one_sentence_that_helps(office: R2a, subtests: pytest.Subtests) -> None:
    office.well("conference", "room", "add", "5000")
    for arguments, sentence in REFUSALS:
        with subtests.test(" ".join(arguments)):
            line = office.refused(*arguments)
            assert sentence in line
            assert len(line.strip().splitlines()) == 1
    for arguments in (("room", "set", "5000"), ("profile", "set", "default"), ("room", "add", "5001", "--pin", "1234")):
        office.refused("conference", *arguments, code=2)
    assert office.ask("SELECT count(*) FROM cfg.conference_room") == [(1,)]


def test_room_of_another_domain_is_not_reached(office: R2a) -> None:
    office.well("domain", "add", "b.example.com", "--tenant", "other", "--create-tenant")
    office.well("conference", "room", "add", "5000@b.example.com")
    assert "there is no conference room '5000' in a.example.com" in office.refused("conference", "room", "set", "5000@a.example.com", "--no-pin")
    assert office.well("conference", "room", "list", "--domain", "a.example.com", "--json").json == []


def test_demo_has_one_of_everything(database: str) -> None:
    demo = R2a(database, {"R2A_NODE_NAME": "tele-9"})
    demo.well("demo")
    (room,) = demo.well("conference", "room", "list", "--json").json
    (queue,) = demo.well("queue", "list", "--json").json
    main, more = demo.well("ivr", "list", "--json").json
    assert (room["number"], room["domain"], room["pin_set"]) == ("5000", "pbx.example.com", False)
    assert (queue["name"], queue["moh"]) == ("support", "pbx.example.com/hold")
    assert [member["number"] for member in queue["members"]] == ["1001", "1002", "1003"]
    assert [(option["digits"], option["extension"], option["menu"]) for option in main["options"]] == [
        *(("1", "1001", None), ("2", None, "more"), (None, None, None)),
    ]
    assert [(option["digits"], option["action"]) for option in more["options"]] == [("1", "extension"), ("9", "back")]
    demo.well("domain", "delete", "pbx.example.com", "--with-extensions", "--yes")
    assert demo.ask("SELECT (SELECT count(*) FROM cfg.ivr_menu) + (SELECT count(*) FROM cfg.queue) + (SELECT count(*) FROM cfg.moh_class)") == [(0,)]
