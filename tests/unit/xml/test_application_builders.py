"""Menus, queues and conferences where the corpus cannot reach: answers at FreeSWITCH's limit, what is dialled, hostile values, smuggled fields."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from r2a_xml import request
from r2a_xml.builders import document
from r2a_xml.builders.configuration import callcenter, conference, ivr
from r2a_xml.form import FormRefused, read
from r2a_xml.store.application_rows import CallQueue, ConferenceControl, ConferenceProfile, ConferenceRoom, IvrMenu, Option, Seat

from .test_builders import HOSTILE, assert_harmless

CORPUS = Path(__file__).resolve().parents[2] / "corpus/xml"
#: mod_xml_curl.c, XML_CURL_MAX_BYTES.
FREESWITCH_TAKES = 1024 * 1024
DOMAIN = "a-rather-long-name-of-a-domain.customers.pbx.example.com"


def a_menu(number: int, options: list[Option], *, greet_long: str = "ivr/welcome.wav", digits_max: int = 4) -> IvrMenu:
    return IvrMenu(
        id=number, name=f"m{number}", domain=DOMAIN, context=DOMAIN, greet_long=greet_long, greet_short=None, invalid_sound=None, exit_sound=None,
        timeout_ms=10000, inter_digit_timeout_ms=2000, digits_max=digits_max, failures_max=3, timeouts_max=3, options=options,
    )  # fmt: skip


def a_queue(number: int) -> CallQueue:
    return CallQueue(
        id=number, name=f"queue{number}", domain=DOMAIN, strategy="ring-all", moh=None, moh_domain=None, time_base="system", max_wait_s=0,
        max_wait_no_agent_s=0, max_wait_no_agent_reached_s=5, tier_rules=False, tier_wait_s=300, tier_wait_multiplies=True,
        tier_skips_without_agent=False, discard_abandoned_s=60, abandoned_resume=False, announce_sound=None, announce_s=None,
    )  # fmt: skip


def a_seat(queue: int | None, number: int) -> Seat:
    return Seat(
        queue_id=queue, level=queue and 1, position=queue and 1, number=str(number), domain=DOMAIN, initial_status="Logged Out", ring_timeout_s=20,
        max_no_answer=3, wrap_up_s=10, reject_delay_s=10, busy_delay_s=60, no_answer_delay_s=10,
    )  # fmt: skip


def size(root: document.Element) -> int:
    return len(document.to_bytes(root))


def names(root: document.Element, tag: str, attribute: str = "name") -> list[str]:
    return [one.get(attribute) for one in root.iter(tag)]


def test_ten_thousand_agents_fit_below_the_limit_and_what_does_not_is_counted() -> None:
    seats = [a_seat(1 + number % 5, 10000 + number) for number in range(10_000)]
    root, left_out = callcenter.callcenter([a_queue(number) for number in range(1, 6)], seats)
    assert 800_000 < size(root) < document.MAX_ANSWER_BYTES + 1000 < FREESWITCH_TAKES
    agents, tiers = names(root, "agent"), names(root, "tier", "agent")
    assert left_out >= 10_000 - len(agents) > 0
    # Nobody sits in a queue who is no agent, or in one that FreeSWITCH would have to ask for by name.
    assert set(tiers) <= set(agents)
    assert set(names(root, "tier", "queue")) <= set(names(root, "queue"))


def test_ten_thousand_queues_and_agents_of_none_fit_below_the_limit() -> None:
    root, left_out = callcenter.callcenter([a_queue(number) for number in range(10_000)], [a_seat(None, 10_000)])
    assert size(root) < FREESWITCH_TAKES
    assert len(names(root, "queue")) + left_out == 10_001
    assert [tag.tag for tag in root.find(".//configuration")] == ["settings", "queues", "agents", "tiers"]


def test_one_queue_of_ten_thousand_agents_keeps_those_of_the_lowest_positions() -> None:
    root, left_out = callcenter.one_queue(a_queue(1), [a_seat(1, 10_000 + number) for number in range(10_000)])
    agents = names(root, "agent")
    assert size(root) < FREESWITCH_TAKES
    assert agents == [f"{10_000 + number}@{DOMAIN}" for number in range(len(agents))]
    assert left_out >= 10_000 - len(agents)
    assert not any(agent.get("status") for agent in root.iter("agent"))


def test_a_thousand_agents_are_served_whole() -> None:
    root, left_out = callcenter.callcenter([a_queue(1)], [a_seat(1, 10_000 + number) for number in range(1000)])
    assert (left_out, len(names(root, "agent")), len(names(root, "tier", "agent"))) == (0, 1000, 1000)


def test_no_more_menus_than_freeswitch_has_stack_for_and_no_option_leads_past_them() -> None:
    options: list[Option] = [(str(digit), "menu", None, digit + 1, None) for digit in range(300)]
    root, left_out = ivr.ivr([a_menu(1, options), *(a_menu(number, []) for number in range(2, 301))])
    assert left_out == 300 - ivr.MENUS_MAX
    assert set(names(root, "entry", "param")) <= set(names(root, "menu"))
    assert len(names(root, "menu")) == ivr.MENUS_MAX


def test_menus_too_large_for_one_answer_are_cut_where_it_is_full() -> None:
    options: list[Option] = [(f"{digit:05}", "sound", None, None, "s" * 250) for digit in range(100)]
    everywhere: list[Option] = [(f"9{number}", "menu", None, number, None) for number in range(1, 101)]
    root, left_out = ivr.ivr([a_menu(number, options + everywhere) for number in range(1, 101)])
    assert size(root) < FREESWITCH_TAKES
    assert len(names(root, "menu")) == 100 - left_out < 100
    led_to = {entry.get("param") for entry in root.iter("entry") if entry.get("action") == "menu-sub"}
    assert led_to == set(names(root, "menu"))


def taken_by(entries: list[document.Element], dialled: str) -> list[str]:
    """Return what FreeSWITCH would carry out: every entry that matches (switch_ivr_menu.c)."""
    found = []
    for entry in entries:
        digits = entry.get("digits")
        if digits.startswith("/"):
            match = re.search(digits[1:-1], dialled)
            found += [match.expand(entry.get("param").replace("$1", r"\1"))] if match else []
        elif digits == dialled:
            found.append(entry.get("param"))
    return found


DIGITS = st.text(alphabet="0123456789*#", min_size=1, max_size=6)


@given(st.lists(DIGITS, unique=True, max_size=6), DIGITS, st.integers(1, 5))
def test_what_is_dialled_is_carried_out_once_and_options_come_first(options: list[str], dialled: str, digits_max: int) -> None:
    rows: list[Option] = [(digits, "extension", f"77{position}", None, None) for position, digits in enumerate(options)]
    root, _ = ivr.ivr([a_menu(1, [*rows, (None, "direct_dial", None, None, None)], digits_max=digits_max)])
    done = taken_by(list(root.iter("entry")), dialled)
    if dialled in options:
        assert done == [f"transfer 77{options.index(dialled)} XML {DOMAIN}"]
    elif dialled.isdecimal() and 2 <= len(dialled) <= digits_max:
        assert done == [f"transfer {dialled} XML {DOMAIN}"]
    else:
        assert done == []


def test_key_of_a_disabled_extension_is_not_dialled_instead() -> None:
    root, _ = ivr.ivr([a_menu(1, [("22", "extension", None, None, None), (None, "direct_dial", None, None, None)])])
    entries = list(root.iter("entry"))
    assert taken_by(entries, "22") == []
    assert taken_by(entries, "23") == [f"transfer 23 XML {DOMAIN}"]


def test_more_rooms_than_fit_are_counted() -> None:
    root, left_out = conference.rooms(ConferenceRoom(str(10_000 + number), DOMAIN) for number in range(20_000))
    assert size(root) < FREESWITCH_TAKES
    assert len(names(root, "room")) + left_out == 20_000
    assert left_out > 0


def test_moderators_have_everybodys_keys_and_their_own_in_front() -> None:
    rows = [ConferenceControl("g", "1", "lock", True), ConferenceControl("g", "1", "mute", False), ConferenceControl("g", "2", "hangup", False)]
    assert conference.groups(rows) == {"g": {"1": "mute", "2": "hangup"}, "g+moderators": {"1": "lock", "2": "hangup"}}


def test_a_profile_of_moderators_keys_only_gives_everybody_else_none() -> None:
    root = conference.profile(ConferenceProfile("p", "g", False, True, None), {})
    assert {one.get("name"): one.get("value") for one in root.iter("param")} == {"caller-controls": "none", "moderator-controls": "g+moderators"}


@given(HOSTILE, HOSTILE)
def test_answers_are_harmless_whatever_a_row_says(value: str, other: str) -> None:
    menu = a_menu(1, [("1", "sound", None, None, value)], greet_long=other)
    profile = ConferenceProfile("p", None, False, False, {value or "x": other})
    for root in (
        ivr.ivr([menu])[0],
        callcenter.callcenter([replace(a_queue(1), announce_sound=value, announce_s=5, moh=other)], [a_seat(1, 1001)])[0],
        conference.profile(profile, {"pin": value}),
    ):
        body = document.to_bytes(root)
        assert_harmless(body)
        etree.fromstring(body)


@pytest.mark.parametrize(
    ("case", "field"),
    [
        ("ivr-menu-with-every-kind-of-option", b"Menu-Name"),
        ("capture-configuration-callcenter.conf-load_queue", b"CC-Queue"),
        ("conference-room-without-a-pin", b"conference_name"),
        ("conference-room-without-a-pin", b"profile_name"),
        ("conference-controls-of-everybody", b"Action"),
        ("conference-controls-of-everybody", b"Controls"),
        ("conference-presence", b"presence"),
    ],
)
def test_a_field_that_decides_and_stands_there_twice_is_refused(case: str, field: bytes) -> None:
    body = (CORPUS / case / "form").read_bytes()
    assert b"&" + field + b"=" in body
    with pytest.raises(FormRefused, match="twice"):
        read(body + b"&" + field + b"=x")


def test_fields_of_one_document_are_typed() -> None:
    join = request.parse(read((CORPUS / "conference-room-without-a-pin/form").read_bytes()))
    assert isinstance(join, request.Configuration)
    assert (join.conference, join.conference_profile, join.controls, join.presence) == ("5100-pbx.example.com", "default", "", False)


def test_controls_without_their_action_ask_for_nothing_but_the_document() -> None:
    body = (CORPUS / "conference-controls-of-everybody/form").read_bytes().replace(b"&Action=request-controls", b"&Action=something")
    asked = request.parse(read(body))
    assert isinstance(asked, request.Configuration)
    assert asked.controls == ""
