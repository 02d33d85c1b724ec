"""`r2a` as a process: exit codes, signals, a database that is not there, and no secret in anything it says."""

from __future__ import annotations

import signal
import time

import psycopg
import pytest

from tests.integration.admin.conftest import R2a


def test_exit_code_and_streams(office: R2a) -> None:
    process = office.start("extension", "list", "--json")
    out, err = process.communicate(timeout=60)
    assert (process.returncode, err) == (0, "")
    assert '"number": "1001"' in out


@pytest.mark.parametrize(
    ("dsn", "sentence"),
    [
        ("host=127.0.0.1 port=1 dbname=x user=y password=hidden-1", "no database at 127.0.0.1:1/x"),
        ("this is = not a dsn password=hidden-1", "R2A_WRITE_DSN: is not a PostgreSQL connection string"),
        ("host=127.0.0.1 port=1 bogus=hidden-1", "R2A_WRITE_DSN: is not a PostgreSQL connection string"),
    ],
)
def test_no_database_is_one_line_without_secrets(dsn: str, sentence: str) -> None:
    process = R2a(dsn).start("tenant", "list")
    out, err = process.communicate(timeout=60)
    assert process.returncode == 1
    assert out == ""
    assert sentence in err
    assert "hidden-1" not in err
    assert len(err.strip().splitlines()) == 1


def test_interrupt_in_the_middle_leaves_nothing_half_done(office: R2a) -> None:
    with psycopg.connect(office.dsn) as blocker:
        # The command waits for this lock in the middle of its transaction, after the extension was written.
        blocker.execute("LOCK TABLE cfg.device IN SHARE MODE")
        process = office.start("extension", "add", "1002", "--name", "Bob")
        for _ in range(200):
            if office.ask("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 'cfg.device'::regclass"):
                break
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 130
    assert err.strip().splitlines() == ["r2a: interrupted; nothing was half done"]
    assert office.ask("SELECT count(*) FROM cfg.extension") == [(1,)]


def test_server_that_goes_away_in_the_middle_is_one_line(office: R2a) -> None:
    with psycopg.connect(office.dsn, autocommit=False) as blocker:
        blocker.execute("LOCK TABLE cfg.device IN SHARE MODE")
        process = office.start("extension", "add", "1002", "--name", "Bob")
        for _ in range(200):
            if office.ask("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE NOT granted AND relation = 'cfg.device'::regclass"):
                break
            time.sleep(0.05)
        _, err = process.communicate(timeout=30)
    assert process.returncode == 1
    assert err.startswith("r2a: ")
    assert len(err.strip().splitlines()) == 1


def test_operator_role_may_not_write_the_log_or_the_names(office: R2a) -> None:
    with psycopg.connect(office.dsn) as connection:
        connection.execute("SET ROLE r2a_operator")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("DELETE FROM cfg.change_log")


def test_commands_run_as_the_operator_role(office: R2a) -> None:
    # Taken away from the role, the right is missing although the login is a superuser.
    with psycopg.connect(office.dsn) as connection:
        connection.execute("REVOKE INSERT ON cfg.tenant FROM r2a_operator")
    assert "permission denied for table tenant" in office.refused("tenant", "add", "other")
