"""The guard lets through what FreeSWITCH sends and refuses what was smuggled into it. The attacks are those of the contract, section 10.1."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2a_xml import request
from r2a_xml.form import MAX_FIELDS, FormRefused, read

CORPUS = Path(__file__).resolve().parents[2] / "corpus/xml"
REGISTER = (CORPUS / "sip_auth-register/form").read_bytes()
USER_CALL = (CORPUS / "capture-directory-user_call-user_outgoing_channel/form").read_bytes()
HUNT = (CORPUS / "capture-dialplan-dialplan_xml_locate-1001/form").read_bytes()


@pytest.mark.parametrize("case", sorted(path.name for path in CORPUS.iterdir()))
def test_everything_freeswitch_sends_is_let_through(case: str) -> None:
    read((CORPUS / case / "form").read_bytes())


def refused(body: bytes) -> str:
    with pytest.raises(FormRefused) as caught:
        read(body)
    return str(caught.value)


def test_realm_that_adds_fields_is_refused() -> None:
    # Authorization: Digest realm="pbx.example.com&purpose=gateways&user=admin&action=evil", reproduced on a running switch.
    forged = REGISTER.replace(b"key_value=pbx.example.com&", b"key_value=pbx.example.com&purpose=gateways&user=admin&action=evil&", 1)
    assert "Event-Name" in refused(forged)


def test_realm_that_imitates_a_user_call_is_refused() -> None:
    forged = REGISTER.replace(b"key_value=pbx.example.com&", b"key_value=pbx.example.com&as_channel=true&action=user_call&", 1)
    assert "action stands there twice" in refused(forged)


def test_realm_that_brings_its_own_event_is_refused() -> None:
    forged = REGISTER.replace(b"key_value=pbx.example.com&", b"key_value=pbx.example.com&Event-Name=GENERAL&user=1002&", 1)
    assert "twice" in refused(forged)


@pytest.mark.parametrize(
    "name",
    ["action", "user", "domain", "key", "sip_auth_method", "sip_to_user", "sip_to_host", "ip", "Event-Name", "Event-Calling-Function", "Core-UUID"],
)
def test_a_deciding_field_that_stands_there_twice_is_refused(name: str) -> None:
    assert "twice" in refused(REGISTER + f"&{name}=x&{name}=x".encode())


@pytest.mark.parametrize("name", ["hostname", "section", "tag_name", "key_name", "key_value"])
def test_a_leading_field_that_is_repeated_later_is_refused(name: str) -> None:
    assert "twice" in refused(REGISTER + f"&{name}=directory&{name}=directory".encode())
    # xml_locate repeats the section once; nothing repeats another leading field at all.
    if name != "section":
        assert "twice" in refused(REGISTER + f"&{name}=directory".encode())


def test_group_without_a_domain_is_refused() -> None:
    body = (CORPUS / "capture-directory-group_call-group_call_function/form").read_bytes()
    assert "domain" in refused(body.replace(b"&domain=pbx.example.com", b""))


def test_the_second_key_of_a_voicemail_look_up_may_repeat_the_user_but_not_change_it() -> None:
    body = (CORPUS / "capture-directory-message-count-resolve_id/form").read_bytes()
    assert read(body + b"&key=number-alias&user=1001&domain=pbx.example.com").get(b"user") == "1001"
    assert "twice" in refused(body + b"&key=number-alias&user=1002&domain=pbx.example.com")
    assert "twice" in refused(REGISTER + b"&user=1001")


def test_domain_that_differs_from_key_value_is_refused() -> None:
    assert "differs" in refused(REGISTER.replace(b"&domain=pbx.example.com", b"&domain=other.example.org"))


def test_key_value_cut_at_512_bytes_is_refused() -> None:
    long = b"a" * 600 + b".example.com"
    assert refused(REGISTER.replace(b"key_value=pbx.example.com", b"key_value=" + long[:460]).replace(b"domain=pbx.example.com", b"domain=" + long))


def test_percent_sequence_that_freeswitch_left_alone_is_not_taken_for_the_domain() -> None:
    # The encoder leaves an existing %41 as it is, so it would arrive here as A while FreeSWITCH compares %41.
    assert refused(REGISTER.replace(b"key_value=pbx.ex", b"key_value=pbx%2Eex").replace(b"domain=pbx.ex", b"domain=pbx%2Eex"))


def test_user_without_a_domain_is_refused() -> None:
    assert "domain" in refused(REGISTER.replace(b"&domain=pbx.example.com", b""))


@pytest.mark.parametrize(
    "body",
    [b"", b"a", b"&", b"a=b", b"section=directory&hostname=x&tag_name=&key_name=&key_value=", b"hostname=x&section=directory&tag_name=d&key_name=n"],
)
def test_what_is_no_form_of_mod_xml_curl_is_refused_with_one_line(body: bytes) -> None:
    assert "\n" not in refused(body)


@pytest.mark.parametrize("user", [b"10%0A01", b"%00", b"%1B[31m", b"10%FF01"])
def test_control_characters_and_broken_utf8_in_a_deciding_field_are_refused(user: bytes) -> None:
    with pytest.raises(FormRefused):
        request.parse(read(REGISTER.replace(b"&user=1001", b"&user=" + user)))


@pytest.mark.parametrize("host", [b"a b", b"<x>", b"${x}", b"a'b", b"../etc", b"%24%7B"])
def test_a_domain_that_is_no_host_name_is_refused(host: bytes) -> None:
    refused(REGISTER.replace(b"key_value=pbx.example.com", b"key_value=" + host).replace(b"domain=pbx.example.com", b"domain=" + host))


def test_too_many_fields_are_refused() -> None:
    assert "fields" in refused(REGISTER + b"&x=y" * MAX_FIELDS)


def test_broken_utf8_in_a_field_nobody_reads_does_not_stop_the_call() -> None:
    assert request.parse(read(HUNT.replace(b"Caller-Caller-ID-Name=Alice", b"Caller-Caller-ID-Name=%FF%FE"))) == request.Dialplan(
        "pbx.example.com", "1001", "1624b3f8-e3b1-480a-b798-0f693c21527b"
    )


@pytest.mark.parametrize("number", ["${system(id)}", "$$${a}", "1001'", "1001,user/1002", "", "1001 1002", "x" * 80])
def test_a_number_that_nothing_can_have_is_not_found_without_asking(number: str) -> None:
    body = HUNT.replace(b"Hunt-Destination-Number=1001", b"Hunt-Destination-Number=" + "".join(f"%{byte:02X}" for byte in number.encode()).encode())
    assert request.parse(read(body)) == request.Impossible("dialplan")


@given(st.binary(max_size=300))
def test_no_body_raises_anything_but_a_refusal(tail: bytes) -> None:
    for body in (tail, REGISTER + b"&" + tail, REGISTER[: len(tail)] + tail, USER_CALL.replace(b"1001", tail)):
        try:
            request.parse(read(body))
        except FormRefused as error:
            assert str(error).isprintable()


@given(st.text(max_size=40), st.text(max_size=40))
def test_whatever_stands_in_key_value_the_user_and_domain_asked_for_are_freeswitch_own(realm: str, user: str) -> None:
    body = REGISTER.replace(b"key_value=pbx.example.com", f"key_value={realm}{user}".encode("utf-8", "surrogatepass"))
    try:
        asked = request.parse(read(body))
    except FormRefused:
        return
    assert isinstance(asked, request.DirectoryUser)
    assert (asked.user, asked.domain) == ("1001", "pbx.example.com")
