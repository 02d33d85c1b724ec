"""Phrases: what a question about one is read as, and what FreeSWITCH can and cannot find in the answer."""

from __future__ import annotations

import dataclasses
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from r2a_xml import request
from r2a_xml.builders import document, languages
from r2a_xml.builders.elements import clean
from r2a_xml.form import FormRefused, read
from r2a_xml.store.rows import PhraseStep

from .test_builders import HOSTILE, assert_harmless

STEP = PhraseStep(
    language="en", say_module="en", sound_prefix="/s", name="welcome", domain=None, pause_ms=100, pattern=None, matches=True,
    function="play-file", data="a.wav", say_type=None, say_method=None,
)  # fmt: skip


def asked(macro_name: str, lang: str, more: str = "") -> request.Request:
    head = "hostname=tele-node-01&section=languages&tag_name=&key_name=&key_value=&Event-Name=REQUEST_PARAMS"
    return request.parse(read(f"{head}&macro_name={quote(macro_name)}&lang={quote(lang)}{more}".encode()))


@pytest.mark.parametrize(
    ("macro_name", "found"),
    [
        ("welcome", request.Phrase("en", "welcome", "")),
        ("welcome@pbx.example.com", request.Phrase("en", "welcome", "pbx.example.com")),
        ("welcome@fd00::7", request.Phrase("en", "welcome", "fd00::7")),
        # A domain's own phrase may be called that: `say` never names a group.
        ("say_app@pbx.example.com", request.Phrase("en", "say_app", "pbx.example.com")),
        ("say_app", request.Impossible("say")),
        ("welcome@", request.Impossible("phrase")),
        ("@pbx.example.com", request.Impossible("phrase")),
        ("welcome@a@b", request.Impossible("phrase")),
        ("${x}", request.Impossible("phrase")),
        ("", request.Impossible("phrase")),
    ],
)
def test_macro_name_is_a_name_and_a_domain(macro_name: str, found: request.Request) -> None:
    assert asked(macro_name, "en") == found


def test_language_is_a_name_as_well() -> None:
    assert asked("welcome", "en-us") == request.Phrase("en-us", "welcome", "")
    assert asked("welcome", "../en") == request.Impossible("phrase")
    assert asked("welcome", "") == request.Impossible("phrase")


@pytest.mark.parametrize("field", ["macro_name", "lang"])
def test_a_question_that_names_two_phrases_or_languages_is_refused(field: str) -> None:
    with pytest.raises(FormRefused, match="twice"):
        asked("welcome", "en", f"&{field}=x")


@given(HOSTILE, HOSTILE)
def test_phrase_is_harmless_and_says_what_the_row_said(pattern: str, data: str) -> None:
    body = document.to_bytes(languages.phrase([dataclasses.replace(STEP, pattern=pattern, data=data)]))
    assert_harmless(body)
    root = etree.fromstring(body)
    assert [tag.get("pattern") for tag in root.iter("input")] == [clean(pattern)]
    assert [tag.get("data") for tag in root.iter("action")] == [clean(data)]


@pytest.mark.parametrize("data", ["$1", "digits/$1.wav", "$1-$2", "$10 {a}", "a{b}", "%(500,0,400)", ""])
def test_captures_and_nothing_else_may_be_put_in(data: str) -> None:
    assert languages.is_speakable(dataclasses.replace(STEP, data=data))


@pytest.mark.parametrize(
    "data",
    ["${system(id)}", "$${domain}", "$1{system(id)}", "$1$2{system(id)}", "$1$2", "a$", "$x", "$1$", "${1}", "$\N{ARABIC-INDIC DIGIT ONE}"],
)
def test_step_that_freeswitch_would_expand_is_not_spoken(data: str) -> None:
    assert not languages.is_speakable(dataclasses.replace(STEP, data=data))


def substituted(data: str, captures: list[str]) -> str:
    """Put captures in the way switch_perform_substitution does (switch_regex.c)."""
    out, at = "", 0
    while at < len(data):
        if data[at] != "$":
            out, at = out + data[at], at + 1
            continue
        end = at + 1
        while end < len(data) and data[end] in "0123456789":
            end += 1
        if end == at + 1:
            out, at = out + "$", at + 1
            continue
        number = int(data[at + 1 : end])
        out, at = out + (captures[number] if number < len(captures) else ""), end
    return out


@given(st.text(alphabet="$12{}a\\", max_size=8), st.lists(st.sampled_from(["", "a", "$", "{x}"]), min_size=3, max_size=3))
def test_no_speakable_step_becomes_an_expansion(data: str, captures: list[str]) -> None:
    if languages.is_speakable(dataclasses.replace(STEP, data=data)):
        assert "${" not in substituted(data, captures)


def test_neighbours_of_one_pattern_stand_together_and_the_rest_in_order() -> None:
    steps = [
        dataclasses.replace(STEP, pattern=pattern, matches=matches, data=data)
        for pattern, matches, data in [("^1", True, "a"), ("^1", False, "b"), ("^1", True, "c"), (None, True, "d"), ("^1", False, "e")]
    ]
    inputs = list(languages.phrase(steps).iter("input"))
    said = [(tag.get("pattern"), [(branch.tag, [action.get("data") for action in branch]) for branch in tag]) for tag in inputs]
    assert said == [("^1", [("match", ["a", "c"]), ("nomatch", ["b"])]), (".*", [("match", ["d"])]), ("^1", [("nomatch", ["e"])])]
