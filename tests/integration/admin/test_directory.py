"""Tenants, domains, extensions, devices and groups, as an operator meets them."""

from __future__ import annotations

import pytest

from tests.integration.admin.conftest import R2a

NOTHING_STORED = "SELECT count(*) FROM cfg.tenant"


def test_first_extension_can_be_shown_as_json_with_stable_keys(office: R2a) -> None:
    shown = office.well("extension", "show", "1001", "--json").json
    assert (shown["number"], shown["domain"], shown["aliases"], shown["devices"]) == ("1001", "a.example.com", ["alice"], ["1001"])
    assert list(shown)[:7] == ["number", "domain", "name", "enabled", "ring_timeout_s", "voicemail_enabled", "voicemail_email"]


def test_change_log_names_who_did_it_and_the_role_is_least(office: R2a) -> None:
    assert office.ask("SELECT DISTINCT split_part(actor, '@', 1) FROM cfg.change_log WHERE table_name = 'extension'") == [("tester",)]


def test_dry_run_does_everything_and_keeps_nothing(r2a: R2a) -> None:
    said = r2a.well("domain", "add", "a.example.com", "--tenant", "acme", "--create-tenant", "--dry-run")
    assert said.out.startswith("dry run")
    assert r2a.ask(NOTHING_STORED) == [(0,)]
    assert "acme" in r2a.refused("domain", "add", "a.example.com", "--tenant", "acme", "--dry-run")


def test_dry_run_does_not_show_a_password_that_is_not_stored(office: R2a) -> None:
    assert office.well("extension", "add", "1002", "--name", "Bob", "--dry-run", "--json").json["secret"] is None


REFUSALS = [
    (("extension", "add", "1001@a.example.com", "--name", "Again"), "extension 1001 already exists in a.example.com"),
    (("extension", "add", "alice@a.example.com", "--name", "No number"), "a number should be 2 to 15 digits"),
    (("extension", "add", "1002@a.example.com", "--name", "x;y"), "dial string"),
    (("extension", "add", "1002@a.example.com", "--name", "${x}"), "${"),
    (("extension", "add", "1002@a.example.com", "--name", "Bob", "--ring-timeout-s", "1000"), "5 to 300"),
    (("extension", "add", "1002@a.exampel.com", "--name", "Bob"), "did you mean a.example.com"),
    (("extension", "show", "1010@a.example.com"), "did you mean 1001"),
    (("device", "add", "1001", "--auth-user", "1001"), "a device already logs in as 1001 in a.example.com"),
    (("device", "add", "1001", "--auth-user", "a;gw=b"), "a login or alias"),
    (("device", "add", "1001", "--auth-user", "d2", "--trusted-cidr", "10.0.0.0/8"), "no wider than /24"),
    (("device", "add", "1001", "--auth-user", "d2", "--trusted-cidr", "10.0.0.1/24"), "bits set to right of mask"),
    (("domain", "add", "sip.a.example.com", "--tenant", "acme"), "already belongs to a domain"),
    (("domain", "add", "b.example.com", "--tenant", "acme", "--context", "a.example.com"), "another domain; choose another with --context"),
    (("domain", "add", "b.example.com", "--tenant", "acme", "--context", "public"), "not begin with public"),
    (("domain", "add", "b_$.com", "--tenant", "acme"), "lower-case name"),
    (("tenant", "delete", "acme", "--yes"), "the tenant still has domains"),
    (("tenant", "delete", "acme"), "--yes"),
    (("tenant", "set", "acme", "--user-cache-ms", "5"), "1000 to 2000000"),
    (("extension", "variable", "set", "1001", "password", "x"), "r2a writes that one itself"),
    (("extension", "param", "remove", "1001", "nothing"), "has no param"),
    (("extension", "show", "@"), "should be like 1001@"),
]


def test_refusals_are_one_sentence_that_helps(office: R2a, subtests: pytest.Subtests) -> None:
    for arguments, sentence in REFUSALS:
        with subtests.test(sentence):
            said = office(*arguments)
            assert said.code == 1
            assert sentence in said.err
            assert len(said.err.strip().splitlines()) == 1


def test_names_of_another_extension_are_refused_by_name(office: R2a) -> None:
    office.well("extension", "add", "1002", "--name", "Bob")
    assert "the alias alice already belongs to an extension in a.example.com" in office.refused("extension", "alias", "add", "1002", "alice")
    assert "the name 1001 belongs to another extension" in office.refused("extension", "alias", "add", "1002", "1001")
    assert "the name alice belongs to another extension" in office.refused("device", "add", "1002", "--auth-user", "alice")


@pytest.mark.parametrize(
    "arguments", [("tenant", "set", "acme"), ("extension", "frob"), ("extension", "add", "1002"), ("extension", "list", "--limit", "x")]
)
def test_usage_errors_exit_2(office: R2a, arguments: tuple[str, ...]) -> None:
    office.refused(*arguments, code=2)


def test_number_alone_needs_exactly_one_domain(r2a: R2a) -> None:
    assert "there is no domain yet" in r2a.refused("extension", "show", "1001")
    r2a.well("domain", "add", "a.example.com", "--tenant", "acme", "--create-tenant")
    r2a.well("extension", "add", "1001", "--name", "Alice", "--no-device")
    r2a.well("domain", "add", "b.example.com", "--tenant", "acme")
    assert "1001@a.example.com" in r2a.refused("extension", "show", "1001")


def test_list_pages_through_all_extensions_in_the_order_of_numbers(office: R2a) -> None:
    for number in ("20", "999", "1002"):
        office.well("extension", "add", number, "--name", "N", "--no-device")
    seen, after = [], None
    while page := office.well("extension", "list", "--json", "--limit", "3", *(("--after", after) if after else ())).json:
        seen += [extension["number"] for extension in page]
        after = f"{page[-1]['number']}@a.example.com"
    assert seen == ["20", "999", "1001", "1002"]
    assert "more with --after 1001@a.example.com" in office.well("extension", "list", "--limit", "3").err


def test_set_enable_disable_and_delete_an_extension(office: R2a) -> None:
    office.well("extension", "set", "1001", "--voicemail", "--voicemail-email", "a@example.com", "--ring-timeout-s", "20")
    office.well("extension", "disable", "alice")
    shown = office.well("extension", "show", "1001", "--json").json
    assert (shown["voicemail_enabled"], shown["voicemail_email"], shown["ring_timeout_s"], shown["enabled"]) == (True, "a@example.com", 20, False)
    office.well("extension", "set", "1001", "--voicemail-email", "")
    office.well("extension", "enable", "1001")
    shown = office.well("extension", "show", "1001", "--json").json
    assert (shown["voicemail_email"], shown["enabled"], shown["ring_timeout_s"]) == (None, True, 20)
    office.well("extension", "delete", "1001", "--yes")
    assert office.ask("SELECT count(*) FROM cfg.user_name") == [(0,)]


def test_device_settings_are_set_and_removed(office: R2a) -> None:
    office.well("device", "add", "1001", "--auth-user", "1001-desk", "--trusted-cidr", "10.0.0.0/24", "--description", "desk")
    office.well("device", "set", "1001-desk", "--reverse-auth-user", "rev", "--reverse-auth-stdin", stdin="reverse-secret\n")
    shown = office.well("device", "show", "1001-desk", "--json").json
    assert (shown["trusted_cidr"], shown["description"], shown["reverse_auth_user"]) == ("10.0.0.0/24", "desk", "rev")
    office.well("device", "set", "1001-desk", "--trusted-cidr", "", "--description", "", "--reverse-auth-user", "")
    shown = office.well("device", "show", "1001-desk", "--json").json
    assert (shown["trusted_cidr"], shown["description"], shown["reverse_auth_user"]) == (None, None, None)
    assert [device["auth_user"] for device in office.well("device", "list", "1001", "--json").json] == ["1001", "1001-desk"]
    office.well("device", "disable", "1001-desk")
    office.well("device", "delete", "1001-desk", "--yes")
    assert "did you mean 1001" in office.refused("device", "show", "1001-desk")


def test_new_alias_warns_of_devices_without_a_credential_for_it(office: R2a) -> None:
    said = office.well("domain", "alias-add", "a.example.com", "Alt.example.com")
    assert "1 devices and 0 mailboxes have no credential for alt.example.com" in said.err
    assert office.well("device", "show", "1001", "--json").json["missing_realms"] == ["alt.example.com"]
    office.well("password", "1001")
    assert office.well("device", "show", "1001", "--json").json["missing_realms"] == []
    office.well("domain", "alias-remove", "a.example.com", "alt.example.com")
    assert "it has sip.a.example.com" in office.refused("domain", "alias-remove", "a.example.com", "alt.example.com")


def test_domain_with_extensions_is_deleted_only_on_purpose(office: R2a) -> None:
    assert "--with-extensions" in office.refused("domain", "delete", "a.example.com", "--yes")
    assert "--yes" in office.refused("domain", "delete", "a.example.com", "--with-extensions")
    office.well("domain", "delete", "sip.a.example.com", "--with-extensions", "--yes")
    assert office.well("domain", "list", "--json").json == []


def test_user_cache_warns_with_more_than_one_domain(office: R2a) -> None:
    assert office.well("tenant", "set", "acme", "--user-cache-ms", "60000").err == ""
    office.well("domain", "add", "b.example.com", "--tenant", "acme")
    assert "AOR" in office.well("tenant", "set", "acme", "--user-cache-ms", "60000").err
    office.well("tenant", "set", "acme", "--user-cache-ms", "default")
    assert office.well("tenant", "show", "acme", "--json").json["user_cache_ms"] is None


def test_group_members_are_of_the_groups_domain(office: R2a) -> None:
    office.well("domain", "add", "b.example.com", "--tenant", "acme")
    office.well("extension", "add", "1001@b.example.com", "--name", "Bea")
    office.well("group", "add", "sales@a.example.com")
    office.well("group", "member", "add", "sales@a.example.com", "1001")
    assert "share a domain" in office.refused("group", "member", "add", "sales@a.example.com", "1001@b.example.com")
    assert "already a member" in office.refused("group", "member", "add", "sales@a.example.com", "1001")
    (group,) = office.well("group", "list", "--json").json
    assert group["members"] == [{"name": "Alice", "number": "1001", "position": 1}]
    office.well("group", "member", "remove", "sales@a.example.com", "1001")
    office.well("group", "delete", "sales@a.example.com", "--yes")


def test_entries_of_every_level(office: R2a) -> None:
    office.well("group", "add", "sales")
    for noun, owner in (("domain", "a.example.com"), ("group", "sales"), ("extension", "1001"), ("device", "1001")):
        office.well(noun, "variable", "set", owner, "toll_allow", "none")
        office.well(noun, "variable", "set", owner, "toll_allow", noun)
        assert office.well(noun, "variable", "list", owner, "--json").json == [{"name": "toll_allow", "value": noun}]
    office.well("extension", "variable", "remove", "1001", "toll_allow")
    assert office.ask("SELECT count(*) FROM cfg.directory_entry") == [(3,)]
