"""Passwords and PINs: shown once, stored as hashes for every realm, never taken as an argument."""

from __future__ import annotations

import hashlib
import re

import pytest

from tests.integration.admin.conftest import R2a

CREDENTIALS = "SELECT realm, a1_md5 FROM cfg.device_credential JOIN cfg.device ON id = device_id WHERE auth_user = '1001' ORDER BY realm"


def a1(user: str, realm: str, secret: str) -> str:
    return hashlib.md5(f"{user}:{realm}:{secret}".encode()).hexdigest()


def test_generated_password_fits_the_hash_of_every_realm(office: R2a) -> None:
    shown = office.well("password", "1001", "--json").json
    assert re.fullmatch(r"[A-Za-z2-9]{20}", shown["secret"])
    assert not set(shown["secret"]) & set("0Oo1lI")
    wanted = [(realm, a1("1001", realm, shown["secret"])) for realm in ("a.example.com", "sip.a.example.com")]
    assert office.ask(CREDENTIALS) == wanted


def test_new_password_replaces_the_old_one_everywhere(office: R2a) -> None:
    before = office.ask(CREDENTIALS)
    office.well("password", "1001")
    after = office.ask(CREDENTIALS)
    assert len(after) == 2
    assert not {a1_md5 for _, a1_md5 in before} & {a1_md5 for _, a1_md5 in after}


def test_password_from_standard_input_is_stored_and_not_repeated(office: R2a) -> None:
    said = office.well("password", "1001", "--stdin", stdin="correct horse:battery\r\nsecond line\n")
    assert "correct" not in said.out + said.err
    assert office.ask(CREDENTIALS)[0][1] == a1("1001", "a.example.com", "correct horse:battery")


UNUSABLE: list[tuple[str | bytes, str]] = [
    ("short\n", "fewer than 8"),
    ("\n", "is empty"),
    ("", "is empty"),
    ("x" * 200, "longer than 128"),
    ("tab\tinside1\n", "control character"),
    (b"\xff\xfe1234567\n", "UTF-8"),
]


def test_unusable_password_is_refused_without_being_shown(office: R2a, subtests: pytest.Subtests) -> None:
    for stdin, sentence in UNUSABLE:
        with subtests.test(sentence):
            before = office.ask(CREDENTIALS)
            line = office.refused("password", "1001", "--stdin", stdin=stdin)
            assert sentence in line
            assert "short" not in line
            assert office.ask(CREDENTIALS) == before


def test_weak_password_is_taken_when_somebody_insists(office: R2a) -> None:
    office.well("password", "1001", "--stdin", "--allow-weak", stdin="1001\n")
    assert office.ask(CREDENTIALS)[0][1] == a1("1001", "a.example.com", "1001")


@pytest.mark.parametrize("command", ["password", "voicemail-pin"])
def test_secret_as_an_argument_is_refused_with_the_reason(office: R2a, command: str) -> None:
    line = office.refused(command, "1001", "hunter2hunter2", code=2)
    assert "ps" in line
    assert "hunter2" not in line


def test_several_devices_and_none(office: R2a) -> None:
    office.well("device", "add", "1001", "--auth-user", "1001-desk")
    assert office.well("password", "1001", "--device", "1001-desk", "--json").json["login"] == "1001-desk"
    assert office.well("password", "1001-desk", "--json").json["login"] == "1001-desk"
    assert office.well("password", "1001", "--json").json["login"] == "1001"
    assert "say which with --device: 1001, 1001-desk" in office.refused("password", "alice")
    assert "no device '1001-x'" in office.refused("password", "1001", "--device", "1001-x")
    office.well("extension", "add", "1002", "--name", "Bob", "--no-device")
    assert "r2a device add" in office.refused("password", "1002")


def test_voicemail_pin_is_hashed_under_the_number(office: R2a) -> None:
    shown = office.well("voicemail-pin", "alice", "--json").json
    assert re.fullmatch(r"[0-9]{6}", shown["secret"])
    rows = office.ask("SELECT realm, a1_md5 FROM cfg.voicemail_credential ORDER BY realm")
    assert rows == [(realm, a1("1001", realm, shown["secret"])) for realm in ("a.example.com", "sip.a.example.com")]


WEAK_PIN_IS_REFUSED = [("1001", "equals the number"), ("123", "fewer than 4"), ("7777", "keypad"), ("12ab", "should be digits")]


def test_weak_pin_is_refused(office: R2a, subtests: pytest.Subtests) -> None:
    for pin, sentence in WEAK_PIN_IS_REFUSED:
        with subtests.test(sentence):
            assert sentence in office.refused("voicemail-pin", "1001", "--stdin", stdin=f"{pin}\n")


def test_change_log_masks_the_hashes(office: R2a) -> None:
    rows = office.ask("SELECT after ->> 'a1_md5' FROM cfg.change_log WHERE table_name = 'device_credential'")
    assert rows
    assert set(rows) == {("***",)}
