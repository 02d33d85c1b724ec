"""Whatever a row holds, what leaves for FreeSWITCH parses, says the same, and holds nothing its pre-processor acts on."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from r2a_xml.builders import dialplan, directory, document
from r2a_xml.builders.elements import clean
from r2a_xml.store.rows import Entry, User

HOSTILE = st.one_of(
    st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=40),
    st.sampled_from(
        [
            "${system(id)}",
            "$${domain}",
            "$$",
            "X-PRE-PROCESS",
            "<x-pre-process cmd='exec'/>",
            "<!--#exec id -->",
            "<?xml?>",
            "a\nb",
            "<include>",
            "&#36;",
            "]]>",
            '"><a',
        ],
    ),
)


def a_user(name: str, entries: list[Entry] | None, cache_ms: int = 0) -> User:
    return User(
        domain="pbx.example.com", context="pbx.example.com", spellings=["pbx.example.com"], number="1001", name=name,
        voicemail_enabled=True, voicemail_email=None, language="en", sound_prefix="/s", codecs=None, timezone="UTC",
        a1_md5=None, voicemail_a1_md5=None, reverse_auth_user=None, reverse_auth_sealed=None, cache_ms=cache_ms, owns_aor=True, entries=entries,
    )  # fmt: skip


def assert_harmless(body: bytes) -> None:
    assert b"$" not in body
    for line in body.lower().splitlines():
        assert b"x-pre-process" not in line
        assert b"<?" not in line
        assert b"<!--" not in line
        assert b"<include" not in line
        assert line.count(b"<") <= 1
        assert not re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", line)


@given(HOSTILE, HOSTILE)
def test_user_answer_is_harmless_and_says_what_the_row_said(name: str, value: str) -> None:
    body = document.to_bytes(
        directory.user(a_user(name, [(3, "variable", "note", value)]), domain="pbx.example.com", asked_name="1001", reverse_auth=None)
    )
    assert_harmless(body)
    variables = {tag.get("name"): tag.get("value") for tag in etree.fromstring(body).iter("variable")}
    assert variables["effective_caller_id_name"] == clean(name)
    assert variables["note"] == clean(value)


@given(HOSTILE)
def test_dialplan_answer_is_harmless(value: str) -> None:
    assert_harmless(document.to_bytes(dialplan.extension(context="c", name=value, actions=[("set", f"x={value}")])))


def test_every_user_carries_a_credential_nobody_knows_and_refuses_the_empty_password() -> None:
    seen = set()
    for _ in range(3):
        root = directory.user(a_user("Alice", None), domain="pbx.example.com", asked_name="1001", reverse_auth=None)
        params = {tag.get("name"): tag.get("value") for tag in root.iter("param")}
        assert params["allow-empty-password"] == "false"
        assert re.fullmatch(r"[0-9a-f]{32}", params["a1-hash"])
        seen |= {params["a1-hash"], params["vm-a1-hash"]}
    assert len(seen) == 6


def test_cacheable_stays_below_what_freeswitch_can_hold_and_is_spread() -> None:
    values = {
        int(one.get("cacheable"))
        for _ in range(50)
        for one in directory.user(a_user("A", None, 2_000_000), domain="d", asked_name="1001", reverse_auth=None).iter("user")
    }
    assert max(values) < 2_147_483
    assert min(values) >= 1_800_000
    assert len(values) > 10


def test_nearest_entry_wins() -> None:
    entries: list[Entry] = [
        (4, "variable", "toll_allow", "device"),
        (1, "variable", "toll_allow", "domain"),
        (3, "variable", "toll_allow", "extension"),
    ]
    root = directory.user(a_user("A", entries), domain="d", asked_name="1001", reverse_auth=None)
    assert [tag.get("value") for tag in root.iter("variable") if tag.get("name") == "toll_allow"] == ["device"]


def test_no_user_element_has_a_type_attribute() -> None:
    # The helper that finds users ORs its tests: any type but pointer matches every name (switch_xml.c).
    root = directory.user(a_user("A", None), domain="d", asked_name="1001", reverse_auth=None)
    assert all(one.get("type") is None and one.get("id") for one in root.iter("user"))
