"""One name, one extension in a domain: number, aliases and logins of its phones; and a name is free again when nothing uses it."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from r2a_core.database import Connection

from .conftest import domain, one, refused


def write(db: Connection, statement: LiteralString) -> None:
    """Run `statement` with the ids of tenant one: %(domain)s, %(mine)s (extension 1001 of the seed), %(other)s (1002)."""
    query: LiteralString = "SELECT extension_id FROM cfg.extension_alias WHERE domain_id = %s AND name = %s"
    values = {"domain": domain(db, "one")}
    for key, name in (("mine", "desk1001"), ("other", "desk1002")):
        values[key] = one(db, int, query, values["domain"], name)
    db.execute(statement, values)


def names(db: Connection, number: str) -> set[str]:
    """Return the names of an extension of tenant one."""
    rows = db.execute(
        "SELECT u.name FROM cfg.user_name u JOIN cfg.extension e ON e.id = u.extension_id WHERE e.domain_id = %s AND e.number = %s",
        (domain(db, "one"), number),
    )
    return {str(name) for (name,) in rows}


def test_an_extension_is_known_by_number_alias_and_login(db: Connection) -> None:
    assert names(db, "1001") == {"1001", "desk1001", "phone1001"}


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) VALUES (%(domain)s, %(mine)s, '1002')",
        "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) VALUES (%(domain)s, %(mine)s, 'desk1002')",
        "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) VALUES (%(domain)s, %(mine)s, 'phone1002')",
        "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, '1002')",
        "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, 'desk1002')",
        "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, 'phone1002')",
        "UPDATE cfg.device SET auth_user = '1002' WHERE extension_id = %(mine)s",
        "UPDATE cfg.extension SET number = '1002' WHERE id = %(mine)s",
        "UPDATE cfg.extension_alias SET name = '1002' WHERE extension_id = %(mine)s",
        "UPDATE cfg.extension_alias SET extension_id = %(other)s, name = '1001' WHERE extension_id = %(mine)s",
    ],
)
def test_anothers_name_is_refused(db: Connection, statement: LiteralString) -> None:
    before = names(db, "1001"), names(db, "1002")
    with refused(db, psycopg.errors.UniqueViolation):
        write(db, statement)
    assert (names(db, "1001"), names(db, "1002")) == before


def test_a_number_that_is_anothers_alias_is_refused(db: Connection) -> None:
    write(db, "INSERT INTO cfg.extension_alias (domain_id, extension_id, name) VALUES (%(domain)s, %(mine)s, '1003')")
    with refused(db, psycopg.errors.UniqueViolation):
        write(db, "INSERT INTO cfg.extension (domain_id, number, name) VALUES (%(domain)s, '1003', 'Third')")


def test_its_own_names_may_be_logins(db: Connection) -> None:
    for statement in (
        "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, '1001')",
        "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, 'desk1001')",
    ):
        write(db, statement)
    assert names(db, "1001") == {"1001", "desk1001", "phone1001"}


def test_a_login_that_goes_leaves_the_number_known(db: Connection) -> None:
    write(db, "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, '1001')")
    write(db, "DELETE FROM cfg.device WHERE domain_id = %(domain)s AND auth_user = '1001'")
    assert "1001" in names(db, "1001")
    devices = db.execute("SELECT device_id FROM cfg.user_name WHERE domain_id = %s AND name = '1001'", (domain(db, "one"),)).fetchall()
    assert devices == [(None,)]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("UPDATE cfg.extension SET number = '1005' WHERE id = %(mine)s", "1001"),
        ("DELETE FROM cfg.extension_alias WHERE extension_id = %(mine)s", "desk1001"),
        ("UPDATE cfg.extension_alias SET name = 'other' WHERE extension_id = %(mine)s", "desk1001"),
        ("DELETE FROM cfg.device WHERE extension_id = %(mine)s", "phone1001"),
        ("UPDATE cfg.device SET auth_user = 'other' WHERE extension_id = %(mine)s", "phone1001"),
        ("DELETE FROM cfg.extension WHERE id = %(mine)s", "1001"),
        ("DELETE FROM cfg.extension WHERE id = %(mine)s", "desk1001"),
        ("DELETE FROM cfg.extension WHERE id = %(mine)s", "phone1001"),
    ],
)
def test_a_name_that_nothing_uses_is_free_for_another(db: Connection, statement: LiteralString, name: str) -> None:
    write(db, statement)
    other = {"domain": domain(db, "one"), "name": name}
    db.execute(
        """INSERT INTO cfg.extension_alias (domain_id, extension_id, name)
           SELECT domain_id, id, %(name)s FROM cfg.extension WHERE domain_id = %(domain)s AND number = '1002'""",
        other,
    )
    assert name in names(db, "1002")


def test_a_renumbered_extension_keeps_its_other_names(db: Connection) -> None:
    write(db, "UPDATE cfg.extension SET number = '1005' WHERE id = %(mine)s")
    assert names(db, "1005") == {"1005", "desk1001", "phone1001"}


def test_an_old_number_that_is_still_a_login_stays_taken(db: Connection) -> None:
    write(db, "INSERT INTO cfg.device (domain_id, extension_id, auth_user) VALUES (%(domain)s, %(mine)s, '1001')")
    write(db, "UPDATE cfg.extension SET number = '1005' WHERE id = %(mine)s")
    with refused(db, psycopg.errors.UniqueViolation):
        write(db, "INSERT INTO cfg.extension (domain_id, number, name) VALUES (%(domain)s, '1001', 'New')")


def test_two_that_swap_their_numbers_in_one_transaction(db: Connection) -> None:
    with db.transaction():
        write(db, "UPDATE cfg.extension SET number = '9999' WHERE id = %(mine)s")
        write(db, "UPDATE cfg.extension SET number = '1001' WHERE id = %(other)s")
        write(db, "UPDATE cfg.extension SET number = '1002' WHERE number = '9999' AND domain_id = %(domain)s")
    assert names(db, "1002") == {"1002", "desk1001", "phone1001"}
    assert names(db, "1001") == {"1001", "desk1002", "phone1002"}


def test_the_names_are_what_the_tables_say_after_all_of_it(db: Connection) -> None:
    query = """SELECT domain_id, name FROM cfg.user_name EXCEPT (SELECT domain_id, number::text FROM cfg.extension
               UNION SELECT domain_id, name FROM cfg.extension_alias UNION SELECT domain_id, auth_user FROM cfg.device)"""
    write(db, "UPDATE cfg.extension SET number = '1005' WHERE id = %(mine)s")
    write(db, "DELETE FROM cfg.extension WHERE id = %(other)s")
    assert db.execute(query).fetchall() == []
