"""Two sessions that take and give up one name at the same moment: the name ends where the last commit put it, and is never lost."""

from __future__ import annotations

import threading
import time

import psycopg


def test_name_given_up_by_an_alias_while_a_device_takes_it_stays(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("INSERT INTO cfg.tenant (name) VALUES ('one')")
        db.execute("INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'one.example.com', 'one.example.com' FROM cfg.tenant")
        db.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'One' FROM cfg.domain")
        db.execute("INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'rr' FROM cfg.extension")
    with psycopg.connect(database) as taking, psycopg.connect(database) as giving_up:
        taking.execute("INSERT INTO cfg.device (domain_id, extension_id, auth_user) SELECT domain_id, id, 'rr' FROM cfg.extension")

        def give_up() -> None:
            giving_up.execute("DELETE FROM cfg.extension_alias WHERE name = 'rr'")
            giving_up.commit()

        other = threading.Thread(target=give_up)
        other.start()
        time.sleep(0.3)
        taking.commit()
        other.join(10)
        assert not other.is_alive()
    with psycopg.connect(database) as db:
        assert db.execute("SELECT count(device_id) FROM cfg.user_name WHERE name = 'rr'").fetchone() == (1,)


def test_alias_stays_a_name_when_the_device_that_logged_in_under_it_goes(database: str) -> None:
    with psycopg.connect(database, autocommit=True) as db:
        db.execute("INSERT INTO cfg.tenant (name) VALUES ('one')")
        db.execute("INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'one.example.com', 'one.example.com' FROM cfg.tenant")
        db.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'One' FROM cfg.domain")
        db.execute("INSERT INTO cfg.extension_alias (domain_id, extension_id, name) SELECT domain_id, id, 'desk' FROM cfg.extension")
        db.execute("INSERT INTO cfg.device (domain_id, extension_id, auth_user) SELECT domain_id, id, 'desk' FROM cfg.extension")
        db.execute("DELETE FROM cfg.device")
        assert db.execute("SELECT name, device_id FROM cfg.user_name ORDER BY 1").fetchall() == [("1001", None), ("desk", None)]


def test_fifty_thousand_names_in_one_transaction(database: str) -> None:
    with psycopg.connect(database) as db:
        db.execute("INSERT INTO cfg.tenant (name) VALUES ('one')")
        db.execute("INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'one.example.com', 'one.example.com' FROM cfg.tenant")
        # The change log is another test's; its deferred triggers would take most of the time.
        db.execute("ALTER TABLE cfg.extension DISABLE TRIGGER record_change")
        db.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, generate_series(100000, 149999)::text, 'n' FROM cfg.domain")
        assert db.execute("SELECT count(*) FROM cfg.user_name").fetchone() == (50_000,)
