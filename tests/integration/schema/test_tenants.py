"""Tenants are separated by the database: what belongs to one domain cannot point into another, whatever program writes it."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from r2a_core.database import Connection

from .conftest import domain, extension, one, refused


def across(db: Connection) -> dict[str, int]:
    """Return the ids of tenant one's domain, and of things of tenant two."""
    return {
        "domain": domain(db, "one"),
        "their_extension": extension(db, "two"),
        "their_device": one(db, int, "SELECT min(id) FROM cfg.device WHERE domain_id = %s", domain(db, "two")),
        "their_group": one(db, int, "SELECT id FROM cfg.call_group WHERE domain_id = %s", domain(db, "two")),
        "our_group": one(db, int, "SELECT id FROM cfg.call_group WHERE domain_id = %s", domain(db, "one")),
        "our_extension": extension(db, "one"),
        **{f"our_{thing}": of_domain(db, thing, "one") for thing in ("ivr_menu", "queue", "queue_agent")},
        **{f"their_{thing}": of_domain(db, thing, "two") for thing in ("ivr_menu", "queue", "queue_agent", "moh_class")},
    }


def of_domain(db: Connection, table: LiteralString, tenant: str) -> int:
    """Return the id of the first row of a tenant's domain."""
    query = psycopg.sql.SQL("SELECT min(id) FROM cfg.{} WHERE domain_id = %s").format(psycopg.sql.Identifier(table))
    ((found,),) = db.execute(query, (domain(db, tenant),)).fetchall()
    return int(found)


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) VALUES (%(domain)s, %(their_extension)s, 'boss')",
        "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(their_extension)s, 'phone9')",
        "INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id) VALUES (%(domain)s, %(our_group)s, %(their_extension)s)",
        "INSERT INTO cfg.call_group_member (domain_id, call_group_id, extension_id) VALUES (%(domain)s, %(their_group)s, %(our_extension)s)",
        """INSERT INTO cfg.directory_entry (domain_id, extension_id, kind, name, value)
           VALUES (%(domain)s, %(their_extension)s, 'variable', 'toll_allow', 'international')""",
        """INSERT INTO cfg.directory_entry (domain_id, device_id, kind, name, value)
           VALUES (%(domain)s, %(their_device)s, 'variable', 'toll_allow', 'international')""",
        """INSERT INTO cfg.directory_entry (domain_id, call_group_id, kind, name, value)
           VALUES (%(domain)s, %(their_group)s, 'variable', 'toll_allow', 'international')""",
        "INSERT INTO cfg.user_name (domain_id, name, extension_id) VALUES (%(domain)s, 'boss', %(their_extension)s)",
        "UPDATE cfg.user_name SET device_id = %(their_device)s WHERE extension_id = %(our_extension)s",
        "UPDATE cfg.call_group_member SET extension_id = %(their_extension)s WHERE call_group_id = %(our_group)s",
        "UPDATE cfg.extension SET domain_id = %(domain)s WHERE id = %(their_extension)s AND number = '1001'",
        "UPDATE cfg.extension_alias SET extension_id = %(their_extension)s WHERE extension_id = %(our_extension)s",
        """INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, extension_id)
           VALUES (%(domain)s, %(our_ivr_menu)s, '7', 'extension', %(their_extension)s)""",
        """INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, target_menu_id)
           VALUES (%(domain)s, %(our_ivr_menu)s, '7', 'menu', %(their_ivr_menu)s)""",
        "INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action) VALUES (%(domain)s, %(their_ivr_menu)s, '7', 'back')",
        "UPDATE cfg.ivr_option SET target_menu_id = %(their_ivr_menu)s WHERE ivr_menu_id = %(our_ivr_menu)s AND action = 'menu'",
        "INSERT INTO cfg.queue_agent (domain_id, extension_id) VALUES (%(domain)s, %(their_extension)s)",
        "UPDATE cfg.queue_agent SET extension_id = %(their_extension)s WHERE id = %(our_queue_agent)s",
        "INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id) VALUES (%(domain)s, %(our_queue)s, %(their_queue_agent)s)",
        "INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id) VALUES (%(domain)s, %(their_queue)s, %(our_queue_agent)s)",
        "UPDATE cfg.queue_tier SET queue_agent_id = %(their_queue_agent)s WHERE queue_id = %(our_queue)s",
        "UPDATE cfg.queue SET moh_class_id = %(their_moh_class)s WHERE id = %(our_queue)s",
        "INSERT INTO cfg.queue (domain_id, name, moh_class_id) VALUES (%(domain)s, 'other', %(their_moh_class)s)",
    ],
)
def test_nothing_of_another_domain_can_be_used(db: Connection, statement: LiteralString) -> None:
    with refused(db, psycopg.errors.ForeignKeyViolation, psycopg.errors.UniqueViolation):
        db.execute(statement, across(db))


def test_music_does_not_move_and_everybodys_is_everybodys(db: Connection) -> None:
    with refused(db, psycopg.errors.RestrictViolation):
        db.execute("UPDATE cfg.moh_class SET domain_id = NULL")
    db.execute("INSERT INTO cfg.moh_class (name, path) VALUES ('default', '/srv/music')")
    assert db.execute("UPDATE cfg.queue SET moh_class_id = (SELECT id FROM cfg.moh_class WHERE domain_id IS NULL)").rowcount > 1


@pytest.mark.parametrize("table", ["ivr_menu", "queue"])
def test_a_name_in_another_case_is_the_same_name(db: Connection, table: LiteralString) -> None:
    query = psycopg.sql.SQL("UPDATE cfg.{} SET name = upper(other.name) FROM cfg.{} other WHERE {}.domain_id = other.domain_id AND {}.id <> other.id")
    name = psycopg.sql.Identifier(table)
    if table == "queue":
        db.execute("INSERT INTO cfg.queue (domain_id, name) SELECT domain_id, 'second' FROM cfg.queue")
    with refused(db, psycopg.errors.UniqueViolation):
        db.execute(query.format(name, name, name, name))


def test_a_device_does_not_move(db: Connection) -> None:
    ours = across(db) | {"neighbour": extension(db, "one", "1002")}
    with refused(db, psycopg.errors.RestrictViolation, match="stays with its extension"):
        db.execute("UPDATE cfg.device SET extension_id = %(neighbour)s WHERE extension_id = %(our_extension)s", ours)
    with refused(db, psycopg.errors.RestrictViolation, match="stays with its extension"):
        db.execute("UPDATE cfg.device SET domain_id = %(domain)s, extension_id = %(our_extension)s WHERE id = %(their_device)s", ours)


def test_both_tenants_have_the_same_number_and_each_its_own_names(db: Connection) -> None:
    rows = db.execute("SELECT domain_id, name FROM cfg.user_name WHERE name = '1001'").fetchall()
    assert {row[0] for row in rows} == {domain(db, "one"), domain(db, "two")}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE cfg.domain SET name = 'one.example.com' WHERE name = 'two.example.com'",
        "UPDATE cfg.domain SET name = 'sip.one.example.com' WHERE name = 'two.example.com'",
        "UPDATE cfg.domain_alias SET name = 'one.example.com' WHERE name = 'sip.two.example.com'",
        "UPDATE cfg.domain_alias SET name = 'sip.one.example.com' WHERE name = 'sip.two.example.com'",
        "UPDATE cfg.domain SET context = 'one.example.com' WHERE name = 'two.example.com'",
    ],
)
def test_a_spelling_or_a_context_belongs_to_one_domain(db: Connection, statement: LiteralString) -> None:
    with refused(db, psycopg.errors.UniqueViolation):
        db.execute(statement)


def test_an_upper_case_spelling_is_not_another_domain(db: Connection) -> None:
    with refused(db, psycopg.errors.CheckViolation):
        db.execute("INSERT INTO cfg.domain_alias (domain_id, name) VALUES (%s, 'ONE.example.com')", (domain(db, "two"),))


def test_deleting_an_alias_releases_the_spelling(db: Connection) -> None:
    db.execute("DELETE FROM cfg.domain_alias WHERE name = 'sip.one.example.com'")
    db.execute("INSERT INTO cfg.domain_alias (domain_id, name) VALUES (%s, 'sip.one.example.com')", (domain(db, "two"),))
    assert one(db, int, "SELECT domain_id FROM cfg.domain_name WHERE name = 'sip.one.example.com'") == domain(db, "two")


def test_renaming_a_domain_releases_the_old_spelling(db: Connection) -> None:
    db.execute("UPDATE cfg.domain SET name = 'renamed.example.com' WHERE name = 'one.example.com'")
    assert one(db, int, "SELECT domain_id FROM cfg.domain_name WHERE name = 'renamed.example.com'") == domain(db, "one")
    db.execute("INSERT INTO cfg.domain_alias (domain_id, name) VALUES (%s, 'one.example.com')", (domain(db, "two"),))


def test_an_alias_that_changes_its_domain_takes_its_spelling_along(db: Connection) -> None:
    db.execute("UPDATE cfg.domain_alias SET domain_id = %s WHERE name = 'sip.one.example.com'", (domain(db, "two"),))
    assert one(db, int, "SELECT domain_id FROM cfg.domain_name WHERE name = 'sip.one.example.com'") == domain(db, "two")


def test_a_tenant_with_domains_and_a_domain_with_extensions_are_not_deleted(db: Connection) -> None:
    for statement in ("DELETE FROM cfg.tenant WHERE name = 'one'", "DELETE FROM cfg.domain WHERE name = 'one.example.com'"):
        with refused(db, psycopg.errors.RestrictViolation, psycopg.errors.ForeignKeyViolation):
            db.execute(statement)


@pytest.mark.parametrize("table", ["sip_profile", "gateway"])
@pytest.mark.parametrize("context", ["one.example.com", "default", "publicity", "PUBLIC", "public one", "", "public/../one.example.com"])
def test_an_unauthenticated_call_cannot_start_in_a_tenants_context(db: Connection, table: LiteralString, context: str) -> None:
    with refused(db, psycopg.errors.CheckViolation):
        db.execute(psycopg.sql.SQL("UPDATE cfg.{} SET context = %s").format(psycopg.sql.Identifier(table)), (context,))


@pytest.mark.parametrize("context", ["public", "public.one", "public_one", "public-one", "default", "global", "cluster", "cluster.one", "One", "a b"])
def test_a_tenants_context_cannot_look_like_a_public_one(db: Connection, context: str) -> None:
    with refused(db, psycopg.errors.CheckViolation):
        db.execute("UPDATE cfg.domain SET context = %s WHERE name = 'one.example.com'", (context,))
