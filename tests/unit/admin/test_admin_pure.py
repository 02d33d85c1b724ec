"""What `r2a` does without a database: secrets, the fields of questions, cells of tables."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from r2a_admin import console, credentials, migrations, questions
from r2a_admin.commands.new_secret import NewSecret, Shown
from r2a_xml import form, preview, request


def test_generated_passwords_are_long_readable_and_different() -> None:
    made = {credentials.new_password() for _ in range(200)}
    assert len(made) == 200
    assert all(len(password) == 20 and set(password) <= set(credentials.ALPHABET) for password in made)
    assert not set(credentials.ALPHABET) & set("0Oo1lI")


def test_a1_is_the_digest_of_the_standard() -> None:
    # RFC 2617, section 3.5: its user, realm and password.
    assert credentials.a1_md5("Mufasa", "testrealm@host.com", "Circle Of Life") == "939e7578ed9e3c518a452acee763bce9"


@given(st.text(alphabet="0123456789", min_size=2, max_size=15))
def test_generated_pin_is_never_weak(number: str) -> None:
    pin = credentials.new_pin(number)
    assert credentials.weakness_of_pin(pin, number) is None


def test_secrets_do_not_print_themselves() -> None:
    assert "hunter2" not in repr(NewSecret(text="hunter2", generated=True))
    assert "hunter2" not in repr(Shown(kind="password", login="1001", domain="d", realms=[], secret="hunter2"))


@pytest.mark.parametrize("action", ["", *questions.USER_ACTIONS])
def test_service_understands_every_question_about_a_user(action: str) -> None:
    asked = request.parse(form.read(preview.body(questions.user("tele-1", "1001", "pbx.example.com", action))))
    own = ("1001", "pbx.example.com")
    sip = request.SipRequest("REGISTER", own, own) if action == "sip_auth" else None
    assert asked == request.DirectoryUser(domain="pbx.example.com", user="1001", action=action, sip=sip)


def test_service_understands_the_other_questions() -> None:
    group = request.parse(form.read(preview.body(questions.group("tele-1", "sales", "pbx.example.com"))))
    assert group == request.DirectoryGroup("pbx.example.com", "sales")
    call = request.parse(form.read(preview.body(questions.dialplan("tele-1", "ctx", "1001", "pbx.example.com", "1002"))))
    assert isinstance(call, request.Dialplan)
    assert (call.context, call.destination) == ("ctx", "1002")
    for profile in ("", "internal"):
        document = request.parse(form.read(preview.body(questions.configuration("tele-1", "sofia.conf", profile))))
        assert isinstance(document, request.Configuration)
        # It gives itself out as a FreeSWITCH that nobody knows: what it is shown registers nothing.
        assert document == request.Configuration("sofia.conf", "tele-1", profile, "", core_uuid=document.core_uuid)


@pytest.mark.parametrize(
    ("value", "text"), [(None, "-"), (True, "yes"), ([], "-"), (["a", "b"], "a, b"), ({"a": 1, "b": None}, "a=1"), ("[red]x", "[red]x")]
)
def test_cells(value: object, text: str) -> None:
    assert console.cell(value) == text


def test_migrations_of_the_repository_are_numbered_without_a_gap() -> None:
    found = migrations.read()
    assert [migration.number for migration in found] == list(range(1, len(found) + 1))
