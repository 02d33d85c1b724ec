"""Changes taken back: for every table that is logged, there and back and there again; and all that it refuses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from r2a_core.database import Connection
from tests.integration.admin.conftest import R2a

SEED = Path(__file__).parents[1] / "schema" / "seed.sql"

#: A row of each table that nothing hangs on: how it comes, how it changes, as one statement each. A new table needs its line here.
#: {d} and {e}, {f}, {h}: the ids of a domain and of extensions of it; {g}, {p}, {n}, {a}: a gateway, a profile, a node, an access list.
ROWS = {
    "acl": ("(name) VALUES ('office')", "allow_by_default = true"),
    "acl_entry": ("(acl_id, cidr) VALUES ({a}, '198.51.100.0/24')", "position = 7, cidr = '198.51.101.0/24'"),
    "call_group": ("(domain_id, name) VALUES ({d}, 'night')", "name = 'day'"),
    "call_group_member": ("(domain_id, call_group_id, extension_id) SELECT {d}, id, {f} FROM cfg.call_group WHERE domain_id = {d}", "position = 9"),
    "conference_control": ("(control_group, digits, action) VALUES ('mine', '5', 'mute')", "digits = '6', action = 'deaf'"),
    "conference_profile": ("(name, control_group) VALUES ('wide', 'default')", "control_group = NULL"),
    "conference_profile_param": ("(conference_profile_id, name, value) SELECT id, 'sound-prefix', '/x' FROM cfg.conference_profile", "value = '/y'"),
    "conference_room": ("(domain_id, number, name, conference_profile_id) SELECT {d}, '51', 'Us', id FROM cfg.conference_profile", "members_max = 9"),
    "config_document": ("(name) VALUES ('example.conf')", "enabled = false"),
    "config_element": ("(document_id, tag, attributes) SELECT id, 'x', '{{\"a\": \"1\"}}' FROM cfg.config_document LIMIT 1", "tag = 'y'"),
    "device": ("(domain_id, extension_id, auth_user) VALUES ({d}, {e}, 'second')", "auth_user = 'third', trusted_cidr = '192.0.2.8/29'"),
    "device_credential": ("(device_id, realm, a1_md5) SELECT min(id), 'x.example.com', md5('x') FROM cfg.device", "realm = 'y.example.com'"),
    "directory_entry": ("(domain_id, kind, name, value) VALUES ({d}, 'variable', 'colour', 'red')", "value = 'blue', extension_id = {e}"),
    "domain": ("(tenant_id, name, context) SELECT tenant_id, 'new.example.com', 'new' FROM cfg.domain WHERE id = {d}", "name = 'b.example.com'"),
    "domain_alias": ("(domain_id, name) VALUES ({d}, 'alias.example.com')", "name = 'another.example.com'"),
    "extension": ("(domain_id, number, name, codecs) VALUES ({d}, '1009', 'Nine', 'PCMA,PCMU')", "number = '1010', enabled = false, codecs = NULL"),
    "extension_alias": ("(domain_id, extension_id, name) VALUES ({d}, {e}, 'boss')", "name = 'chief'"),
    "feature_code": ("(domain_id, code, feature) VALUES ({d}, '*44', 'echo')", "code = '*45'"),
    "gateway": ("(sip_profile_id, name, proxy) VALUES ({p}, 'carrier', 'sip.example.net')", "proxy = 'sip2.example.net', ping_s = 30"),
    "gateway_param": ("(gateway_id, name, value) VALUES ({g}, 'ping-min', '1')", "value = '2'"),
    "ivr_menu": ("(domain_id, name, greet_long) VALUES ({d}, 'mine', 'welcome.wav')", "digits_max = 5"),
    "ivr_option": ("(domain_id, ivr_menu_id, digits, action) SELECT {d}, id, '1', 'exit' FROM cfg.ivr_menu WHERE name = 'mine'", "digits = '2'"),
    "moh_class": ("(name, path) VALUES ('calm', '/srv/calm')", "shuffle = false"),
    "node": ("(name) VALUES ('tele-node-09')", "enabled = false"),
    "node_address": ("(node_id, alias, listen) VALUES ({n}, 'lan', '10.0.0.9')", "alias = 'wan', advertise = 'w.example.com'"),
    "phrase": ("(language, name) VALUES ('en', 'hello')", "pause_ms = 1"),
    "phrase_step": ("(phrase_id, position, function, data) SELECT id, 1, 'sleep', '100' FROM cfg.phrase WHERE name = 'hello'", "data = '200'"),
    "queue": ("(domain_id, name) VALUES ({d}, 'mine')", "max_wait_s = 60"),
    "queue_agent": ("(domain_id, extension_id) VALUES ({d}, {h})", "wrap_up_s = 1"),
    "queue_tier": (
        "(domain_id, queue_id, queue_agent_id) SELECT {d}, q.id, a.id FROM cfg.queue q, cfg.queue_agent a WHERE name = 'mine' AND extension_id = {h}",
        "level = 2",
    ),
    "sip_profile": ("(name, port) VALUES ('lan', 5099)", "port = 5098, enabled = false"),
    "sip_profile_domain": ("(sip_profile_id, name) VALUES ({p}, 'new.example.com')", "parse = true"),
    "sip_profile_node": ("(sip_profile_id, node_id) VALUES ({p}, {n})", "node_id = {n} + 1"),
    "sip_profile_param": ("(sip_profile_id, name, value) VALUES ({p}, 'max-proceeding', '10')", "value = '20', node_id = {n}"),
    "tenant": ("(name, timezone) VALUES ('three', 'Europe/Madrid')", "user_cache_ms = 0"),
    "voice_guide": ("(language, say_module, sound_prefix) VALUES ('de', 'de', '/srv/de')", "say_module = 'en'"),
    "voicemail_credential": ("(extension_id, realm, a1_md5) VALUES ({e}, 'x.example.com', md5('x'))", "realm = 'y.example.com'"),
}
#: What a row of one table needs of another.
FIRST = {"ivr_option": ["ivr_menu"], "phrase_step": ["phrase"], "queue_tier": ["queue", "queue_agent"]}
#: Gone once deleted: the row is nothing but a secret.
SECRETS = ("device_credential", "voicemail_credential")


class Site:
    """A database with two tenants, and somebody who changes rows one transaction each."""

    def __init__(self, r2a: R2a, db: Connection) -> None:
        self.r2a = r2a
        self.db = db
        db.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1088', 'Nobody' FROM cfg.domain WHERE name = 'one.example.com'")
        mine = "SELECT e.id FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = 'one.example.com' AND e.number = "
        first, second, third = (self.one(f"{mine}'{number}'") for number in ("1001", "1002", "1088"))
        self.ids = {
            "d": self.one("SELECT d.id FROM cfg.domain d JOIN cfg.tenant t ON t.id = d.tenant_id WHERE t.name = 'one'"),
            "e": first,
            "f": second,
            "h": third,
            "g": self.one("SELECT min(id) FROM cfg.gateway"),
            "p": self.one("SELECT id FROM cfg.sip_profile WHERE name = 'external'"),
            "n": self.one("SELECT min(id) FROM cfg.node"),
            "a": self.one("SELECT id FROM cfg.acl"),
        }

    def one(self, query: str) -> int:
        ((value,),) = self.db.execute(query.encode()).fetchall()
        return int(value)

    def do(self, statement: str) -> int:
        """Execute it as one transaction, and return its newest revision."""
        self.db.execute(statement.format(**self.ids).encode())
        return self.newest()

    def newest(self) -> int:
        return self.one("SELECT max(revision) FROM cfg.change_log")

    def of(self, table: str) -> int:
        """Return the newest revision of a table."""
        newest = "SELECT max(revision) FROM cfg.change_log WHERE table_name = %s"
        ((found,),) = self.db.execute(newest, (table,)).fetchall()
        return int(found)

    def rows(self, table: str) -> list[object]:
        """Return the rows of a table without updated_at, and what follows from them."""
        query = sql.SQL("SELECT to_jsonb(x) - 'updated_at' FROM {} x ORDER BY x::text")
        tables = (("cfg", table), ("cfg", "domain_name"), ("cfg", "user_name"))
        return [self.db.execute(query.format(sql.Identifier(*one))).fetchall() for one in tables]

    def undo(self, revision: int, *more: str) -> str:
        """Take it back, and return what was said."""
        said = self.r2a.well("history", "undo", str(revision), "--yes", *more)
        return said.out + said.err

    def refused(self, revision: int, *more: str) -> str:
        before = self.newest()
        line = self.r2a.refused("history", "undo", str(revision), "--yes", *more)
        assert self.newest() == before
        assert len(line.strip().splitlines()) == 1
        return line


@pytest.fixture
def site(r2a: R2a) -> Iterator[Site]:
    with psycopg.connect(r2a.dsn, autocommit=True) as db:
        db.execute(SEED.read_bytes())
        yield Site(r2a, db)


def test_every_logged_table_is_here(site: Site) -> None:
    logged = "SELECT c.relname FROM pg_trigger g JOIN pg_class c ON c.oid = g.tgrelid WHERE g.tgname = 'record_change' ORDER BY 1"
    assert [name for (name,) in site.db.execute(logged.encode())] == sorted(ROWS)


@pytest.mark.parametrize("table", sorted(ROWS))
def test_there_and_back_and_there_again(site: Site, table: str) -> None:
    row, change = ROWS[table]
    for needed in FIRST.get(table, []):
        site.do(f"INSERT INTO cfg.{needed} {ROWS[needed][0]}")
    without = site.rows(table)
    inserted = site.do(f"INSERT INTO cfg.{table} {row}")
    fresh = site.rows(table)
    key = site.db.execute("SELECT after FROM cfg.change_log WHERE revision = %s", (inserted,)).fetchall()[0][0]
    columns = [name for (name,) in site.db.execute(
        "SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey)"
        " WHERE i.indisprimary AND i.indrelid = %s::regclass", (f"cfg.{table}",))]  # fmt: skip
    where = " AND ".join(f"{column} = '{key[column]}'" for column in columns)
    updated = site.do(" ".join(["UPDATE", f"cfg.{table}", "SET", change, "WHERE", where]))
    changed = site.rows(table)
    assert fresh != without
    assert changed != fresh
    site.undo(updated)
    assert site.rows(table) == fresh
    assert site.newest() == updated + 1
    site.undo(site.newest())
    assert site.rows(table) == changed, "the undo of an undo"
    site.undo(site.newest())
    site.undo(inserted)
    assert site.rows(table) == without
    if table in SECRETS:
        assert "the log keeps no secrets" in site.refused(site.newest())
        return
    site.undo(site.newest())
    assert site.rows(table) == fresh, "as it was, with its id"
    deleted = site.do(" ".join(["DELETE FROM", f"cfg.{table}", "WHERE", where]))
    site.undo(deleted)
    assert site.rows(table) == fresh
    actor = "SELECT DISTINCT split_part(actor, '@', 1) FROM cfg.change_log WHERE revision > %s AND revision <> %s"
    assert site.db.execute(actor, (updated, deleted)).fetchall() == [("tester",)]


def test_show_has_the_whole_row_and_what_came_with_it(site: Site) -> None:
    revision = site.do("UPDATE cfg.extension SET name = 'Bob' WHERE id = {e}")
    said = site.r2a.well("history", "show", str(revision)).out
    assert "UPDATE extension 1001@one.example.com\n" in said
    assert "    name: Desk 1001 -> Bob\n" in said
    assert "    number: 1001\n" in said
    site.r2a.well("extension", "delete", "1002@two.example.com", "--yes")
    shown = site.r2a.well("history", "show", str(site.newest()), "--json").json
    assert len(shown["transaction"]) > 4
    assert shown["before"]
    assert shown["after"] is None
    assert "same transaction: " in site.r2a.well("history", "show", str(site.newest())).out
    assert "there is no revision 99999" in site.r2a.refused("history", "show", "99999")


def test_dry_run_and_asking_change_nothing(site: Site) -> None:
    revision = site.do("UPDATE cfg.extension SET name = 'Bob' WHERE id = {e}")
    assert "dry run, nothing was kept: took back revision" in site.r2a.well("history", "undo", str(revision), "--dry-run").out
    assert "repeat with --yes" in site.r2a.refused("history", "undo", str(revision))
    assert site.one("SELECT count(*) FROM cfg.extension WHERE name = 'Bob'") == 1
    assert site.newest() == revision


def test_what_was_changed_since_is_left_alone(site: Site) -> None:
    first = site.do("UPDATE cfg.extension SET name = 'Bob' WHERE id = {e}")
    second = site.do("UPDATE cfg.extension SET enabled = false WHERE id = {e}")
    assert f"it was changed since by revision {second}; take that back first (r2a history undo {second})" in site.refused(first)
    site.undo(second)
    site.undo(first)
    assert site.one("SELECT count(*) FROM cfg.extension WHERE name = 'Desk 1001' AND enabled") == 2
    assert "it was changed since by revision" in site.refused(first), "not twice"
    third = site.do("UPDATE cfg.acl SET allow_by_default = true WHERE id = {a}")
    site.do("DELETE FROM cfg.acl WHERE id = {a}")
    gone = site.of("acl")
    assert f"it is gone since revision {gone}; take that back first" in site.refused(third)


def test_what_hangs_on_it_is_not_taken_along(site: Site) -> None:
    added = site.do("INSERT INTO cfg.extension (domain_id, number, name) VALUES ({d}, '1009', 'Nine')")
    site.do("INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'nine' FROM cfg.extension WHERE number = '1009'")
    assert "1 row of extension_alias would go with it" in site.refused(added)
    domain = site.do("UPDATE cfg.domain SET enabled = false WHERE id = {d}")
    site.undo(domain)
    tenant = site.do("INSERT INTO cfg.tenant (name) VALUES ('three')")
    site.do("UPDATE cfg.domain SET tenant_id = (SELECT id FROM cfg.tenant WHERE name = 'three') WHERE id = {d}")
    assert "the tenant still has domains" in site.refused(tenant)


def test_a_name_that_something_else_has_by_now(site: Site) -> None:
    renamed = site.do("UPDATE cfg.acl SET name = 'other' WHERE id = {a}")
    site.do("INSERT INTO cfg.acl (name) VALUES ('carriers')")
    assert "something else has its name by now (access list carriers already exists)" in site.refused(renamed)
    site.do("DELETE FROM cfg.acl WHERE name = 'carriers'")
    entry = site.do("DELETE FROM cfg.acl WHERE id = {a}")
    gone = site.of("acl")
    site.do("INSERT INTO cfg.acl (name) VALUES ('other')")
    assert "what it belongs to is gone" in site.refused(entry)
    assert "something else has its name by now" in site.refused(gone)
    site.do("DELETE FROM cfg.acl WHERE name = 'other'")
    site.undo(gone)
    assert f"it is there again since revision {site.newest()}" in site.refused(gone)


def test_secrets_are_not_kept(site: Site) -> None:
    password = site.do("UPDATE cfg.device_credential SET a1_md5 = md5('new') WHERE device_id = (SELECT min(id) FROM cfg.device)")
    assert "changed nothing but a secret, and the log keeps none; set a new one" in site.refused(password)
    gateway = site.do("DELETE FROM cfg.gateway WHERE name = 'carrier-one'")
    line = site.refused(gateway, "--transaction")
    assert "its secret is missing, which the log does not keep (a gateway that registers needs --username and --password-stdin); add it anew" in line
    site.do("UPDATE cfg.gateway SET register = false")
    said = site.undo(site.do("DELETE FROM cfg.gateway WHERE name = 'carrier-two'"), "--transaction")
    assert "warning: gateway carrier-two: the log keeps no secrets; set a new one: r2a gateway set carrier-two --password-stdin" in said
    assert site.one("SELECT count(*) FROM cfg.gateway WHERE name = 'carrier-two' AND password_sealed IS NULL") == 1
    assert site.one("SELECT count(*) FROM cfg.gateway_param p JOIN cfg.gateway g ON g.id = p.gateway_id WHERE g.name = 'carrier-two'") == 1
    first = site.do("UPDATE cfg.gateway SET password_sealed = 'x' WHERE name = 'carrier-two'")
    site.undo(first)
    assert site.one("SELECT count(*) FROM cfg.gateway WHERE name = 'carrier-two' AND password_sealed IS NULL") == 1, "that it had none is known"
    param = site.do("INSERT INTO cfg.sip_profile_param (sip_profile_id, name, value) VALUES ({p}, 'ldap-password', 'clear-1')")
    site.undo(param)
    assert "without its value it cannot be there" in site.refused(site.newest())


def test_a_password_that_was_set_since_is_not_thrown_away_unseen(site: Site) -> None:
    added = site.do("INSERT INTO cfg.gateway (sip_profile_id, name, proxy, password_sealed) VALUES ({p}, 'mine', 'h', 'x')")
    changed = site.do("UPDATE cfg.gateway SET password_sealed = 'y' WHERE name = 'mine'")
    assert f"revision {changed} gave it another secret since; delete it by hand" in site.refused(added)


def test_a_deleted_extension_comes_back_with_all_but_its_passwords(site: Site) -> None:
    tables = [table for table in ROWS if table not in SECRETS]
    before = {table: site.rows(table) for table in tables}
    site.r2a.well("group", "member", "remove", "sales@one.example.com", "1001")
    member = site.newest()
    gone = site.do("DELETE FROM cfg.ivr_option WHERE extension_id = {e}; DELETE FROM cfg.extension WHERE id = {e}")
    said = site.undo(gone, "--transaction")
    assert "set a new one: r2a password phone1001@one.example.com" in said
    assert "set a new one: r2a voicemail-pin 1001@one.example.com" in said
    site.undo(member)
    after = {table: site.rows(table) for table in tables}
    for table in tables:
        if table != "device":
            assert after[table] == before[table], table
    device = "SELECT description, trusted_cidr::text, reverse_auth_user, reverse_auth_sealed, password_set_at FROM cfg.device WHERE extension_id = %s"
    assert site.db.execute(device, (site.ids["e"],)).fetchall() == [("Phone", "192.0.2.0/24", None, None, None)]


def test_a_transaction_forth_and_back_any_number_of_times(site: Site) -> None:
    before = {table: site.rows(table) for table in ROWS}
    site.r2a.well("extension", "add", "1055@one.example.com", "--name", "Eve", "--alias", "eve", "--no-device")
    for _ in range(2):
        added = {table: site.rows(table) for table in ROWS}
        assert added != before
        site.undo(site.newest(), "--transaction")
        assert {table: site.rows(table) for table in ROWS} == before
        site.undo(site.newest(), "--transaction")
        assert {table: site.rows(table) for table in ROWS} == added


def test_a_large_transaction_is_not_a_screenful(site: Site) -> None:
    revision = site.do("INSERT INTO cfg.acl (name) SELECT 'list' || n FROM generate_series(1, 100) AS n")
    said = site.undo(revision, "--transaction")
    assert "and 80 more: r2a changes --transaction" in said
    assert f"took back 100 revisions ({revision - 99} to {revision}) as revisions {revision + 1} to {revision + 100}" in said
    assert len(said.splitlines()) == 22
    assert site.one("SELECT count(*) FROM cfg.acl") == 1


def test_a_row_changed_twice_in_one_transaction(site: Site) -> None:
    before = site.rows("acl")
    twice = ["UPDATE cfg.acl SET allow_by_default = true WHERE id = {a}", "UPDATE cfg.acl SET name = 'x' WHERE id = {a}"]
    last = site.do("; ".join([*twice, "INSERT INTO cfg.acl (name) VALUES ('y')"]))
    site.undo(last, "--transaction")
    assert site.rows("acl") == before


def test_revisions_from_before_transactions_were_kept(site: Site) -> None:
    revision = site.do("UPDATE cfg.acl SET allow_by_default = true")
    site.db.execute("UPDATE cfg.change_log SET transaction_id = NULL")
    assert "take back its revisions one by one" in site.refused(revision, "--transaction")
    site.undo(revision)


def test_only_tables_that_are_logged(site: Site) -> None:
    site.db.execute("INSERT INTO cfg.change_log (revision, actor, table_name, operation, after) VALUES (9999, 'x', 'user_name', 'INSERT', '{}')")
    assert "the table user_name is not one whose changes are logged any more" in site.refused(9999)
    site.db.execute("UPDATE cfg.change_log SET table_name = 'acl; DROP TABLE cfg.acl' WHERE revision = 9999")
    assert "is not one whose changes are logged" in site.refused(9999)


def test_only_operators_may(site: Site) -> None:
    names = ["is_as_logged", "is_masked", "logged_table", "only", "undo_change", "undo_changes", "what_hangs_on"]
    allowed = "SELECT p.proname FROM pg_proc p WHERE p.proname = ANY (%s) AND has_function_privilege(%s, p.oid, 'EXECUTE') ORDER BY 1"
    for role, expected in (("r2a_service", []), ("r2a_worker", []), ("r2a_operator", names)):
        assert [name for (name,) in site.db.execute(allowed, (names, role))] == expected, role


def test_mistakes(site: Site) -> None:
    assert "there is no revision 99999" in site.r2a.refused("history", "undo", "99999", "--yes")
    site.r2a.refused("history", "undo", "0", "--yes", code=2)
    site.r2a.refused("history", "undo", code=2)
