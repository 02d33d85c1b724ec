"""The rule, as a table and as properties; and what registrations are read from."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2a_esl import registrations
from r2a_esl.belonging import Ownership, Verdict, verdict
from r2a_esl.eviction import EvictionError, argument
from r2a_esl.registrations import Registration
from r2a_esl.replies import ReplyError

BASE = Registration(
    profile="internal", call_id="c", user="1001", host="pbx.example.com", username="1001", realm="pbx.example.com", address="192.0.2.7:5060"
)
OURS = Ownership(same_domain=True, same_extension=True)
NAMES = st.text(st.sampled_from("ab1.-"), min_size=1, max_size=6)
REGISTRATIONS = st.builds(
    Registration, profile=st.just("internal"), call_id=NAMES, user=NAMES, host=NAMES, username=NAMES, realm=NAMES, address=st.just("192.0.2.7:5060")
)
OWNERSHIPS = st.builds(Ownership, same_domain=st.booleans(), same_extension=st.booleans())


@pytest.mark.parametrize(
    ("changes", "ownership", "expected"),
    [
        ({}, None, Verdict.BELONGS),
        ({"host": "PBX.example.COM"}, None, Verdict.BELONGS),
        ({"host": "other.example.org"}, None, Verdict.UNDECIDED),
        ({"host": "other.example.org"}, Ownership(same_domain=False, same_extension=False), Verdict.FOREIGN),
        # A spelling of the same domain.
        ({"host": "alias.example.com"}, OURS, Verdict.BELONGS),
        ({"host": "alias.example.com", "user": "1002"}, Ownership(same_domain=True, same_extension=False), Verdict.FOREIGN),
        # A device with a login of its own, bound to its extension; and to another's.
        ({"username": "1001-desk"}, None, Verdict.UNDECIDED),
        ({"username": "1001-desk"}, OURS, Verdict.BELONGS),
        ({"user": "1002"}, None, Verdict.UNDECIDED),
        ({"user": "1002"}, Ownership(same_domain=True, same_extension=False), Verdict.FOREIGN),
        # A kept user of pbx.example.com, written as one of example.com.
        ({"username": "1001pbx.", "realm": "example.com", "host": "example.com"}, None, Verdict.UNDECIDED),
        ({"username": "1001pbx.", "realm": "example.com", "host": "example.com"}, Ownership(same_domain=True, same_extension=False), Verdict.FOREIGN),
        # An address as host, which is no domain.
        ({"host": "192.0.2.1"}, Ownership(same_domain=False, same_extension=False), Verdict.FOREIGN),
        # Let in by an access list: nobody authenticated.
        ({"username": "unknown"}, None, Verdict.BELONGS),
        ({"username": "unknown", "host": "other.example.org"}, None, Verdict.UNDECIDED),
        ({"username": "unknown", "host": "other.example.org"}, Ownership(same_domain=False, same_extension=True), Verdict.FOREIGN),
    ],
)
def test_rule(changes: dict[str, str], ownership: Ownership | None, expected: Verdict) -> None:
    assert verdict(replace(BASE, **changes), ownership) is expected


@given(REGISTRATIONS, OWNERSHIPS)
def test_without_the_database_nobody_is_called_foreign_and_it_never_overrules_what_was_decided(one: Registration, known: Ownership) -> None:
    cheap = verdict(one, None)
    assert cheap is not Verdict.FOREIGN
    if cheap is Verdict.BELONGS:
        assert verdict(one, known) is Verdict.BELONGS
    else:
        assert verdict(one, known) is (Verdict.BELONGS if known.same_domain and known.same_extension else Verdict.FOREIGN)


@given(REGISTRATIONS)
def test_another_host_never_passes_unasked(one: Registration) -> None:
    if one.host.lower() != one.realm.lower():
        assert verdict(one, None) is Verdict.UNDECIDED


EVENT = {
    "Event-Name": "CUSTOM",
    "profile-name": "internal",
    "call-id": "c",
    "from-user": "1001",
    "from-host": "pbx.example.com",
    "username": "1001",
    "realm": "pbx.example.com",
    "network-ip": "192.0.2.7",
    "network-port": "5060",
}


def test_an_event_is_read() -> None:
    assert registrations.from_event(EVENT) == BASE


@pytest.mark.parametrize("name", ["profile-name", "call-id", "from-user", "from-host", "username", "realm"])
@pytest.mark.parametrize("value", [None, "", ["a", "b"], 7])
def test_an_event_that_does_not_say_all_is_none(name: str, value: object) -> None:
    assert registrations.from_event({**EVENT, name: value}) is None


def listing(*rows: str) -> str:
    head = '<?xml version="1.0" encoding="ISO-8859-1"?>\n<profile>\n  <registrations>\n'
    return head + "".join(f"    <registration>\n{row}    </registration>\n" for row in rows) + "  </registrations>\n</profile>\n"


def row(call_id: str = "c", user: str = "1001@pbx.example.com", username: str = "1001", realm: str = "pbx.example.com") -> str:
    values = {
        "call-id": call_id,
        "user": user,
        "contact": "&quot;&quot; &lt;sip:1001@192.0.2.7:5060&gt;",
        "host": "tele-node-01",
        "network-ip": "192.0.2.7",
        "network-port": "5060",
        "sip-auth-user": username,
        "sip-auth-realm": realm,
        "mwi-account": "1001@pbx.example.com",
    }
    return "".join(f"        <{name}>{value}</{name}>\n" for name, value in values.items())


def test_a_list_is_read() -> None:
    assert list(registrations.listed("internal", listing(row(), row(username="a%2fb")))) == [BASE, replace(BASE, username="a/b")]
    assert list(registrations.listed("internal", listing())) == []


@given(
    st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=80), st.text(st.sampled_from("<>/realm-siputhc"), max_size=40)
)
def test_no_call_id_or_realm_passes_for_something_else(call_id: str, realm: str) -> None:
    found = list(registrations.listed("internal", listing(row(call_id=call_id, realm=realm), row())))
    assert found == [replace(BASE, call_id=call_id, realm=realm), BASE]


@pytest.mark.parametrize(
    "reply",
    [
        "Invalid Profile!\n",
        "-ERR sofia Command not found!\n",
        "",
        listing(row())[:-20],
        listing("        <call-id>c</call-id>\n"),
        listing(row(user="1001")),
    ],
)
def test_a_list_that_is_none_is_an_error(reply: str) -> None:
    with pytest.raises(ReplyError):
        list(registrations.listed("internal", reply))


def test_profiles_are_named_once_and_aliases_not() -> None:
    def one(name: str, kind: str) -> str:
        return f"<{kind}>\n<name>{name}</name>\n<type>{kind}</type>\n<data>x</data>\n<state>y</state>\n</{kind}>\n"

    text = one("pbx", "alias") + one("internal", "profile") + one("gw", "gateway") + one("external", "profile") + one("internal", "profile")
    assert registrations.profiles(f"<?xml?>\n<profiles>\n{text}</profiles>\n") == ["internal", "external"]
    with pytest.raises(ReplyError):
        registrations.profiles("-ERR sofia Command not found!\n")


def separated(command: str) -> list[str]:
    """Return the arguments as switch_separate_string() reads them, blank as delimiter."""
    parts, part, position, quoted = [], "", 0, False
    while position < len(command):
        character, following = command[position], command[position + 1 : position + 2]
        if character == "\\" and following in ("'", '"', "\\", "n", "r", "t", "s"):
            part += {"n": "\n", "r": "\r", "t": "\t", "s": " "}.get(following, following)
            position += 1
        elif character == "'":
            quoted = not quoted
        elif character == " " and not quoted:
            parts.append(part)
            part = ""
        else:
            part += character
        position += 1
    return [*parts, part]


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=60))
def test_an_argument_is_one_whatever_is_in_it(text: str) -> None:
    assert separated(f"{argument(text)} x") == [text, "x"]


@pytest.mark.parametrize("text", ["reload-mod_event_socket", "UNLOAD.MOD_EVENT_SOCKET"])
def test_an_argument_never_names_the_module_whose_name_freeswitch_looks_for(text: str) -> None:
    assert "mod_event_socket" not in argument(text).lower()
    assert separated(argument(text)) == [text]


@pytest.mark.parametrize("text", ["", "a\0b", "\x1b[2J", "x" * 2001])
def test_what_a_command_cannot_carry_is_refused(text: str) -> None:
    with pytest.raises(EvictionError):
        argument(text)
