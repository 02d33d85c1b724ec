"""Settings that would be dangerous or wrong: the process ends at once with one line for a person, and never a traceback."""

from __future__ import annotations

from pathlib import Path

import pytest

from ..outage.processes import free_port
from ..outage.service import Service
from .conftest import Launch

ENDS_S = 8


def told(service: Service) -> str:
    """Return the one line that a refused start says; gunicorn's own lines are not it."""
    assert service.program.wait(ENDS_S) != 0
    log = service.log()
    assert "Traceback" not in log
    lines = [line for line in log.splitlines() if line.startswith("r2a: ")]
    assert len(lines) == 1, log
    return lines[0]


@pytest.mark.parametrize("host", ["0.0.0.0", "[::]"])
def test_it_does_not_serve_credentials_to_the_network_unasked(launch: Launch, host: str) -> None:
    line = told(launch(R2A_XML_BIND=f"{host}:{free_port()}"))
    assert "R2A_XML_BIND" in line
    assert "R2A_XML_CREDENTIALS" in line


def test_credentials_without_a_password_are_refused_and_not_shown(launch: Launch) -> None:
    service = launch(R2A_XML_CREDENTIALS="only-one-word")
    assert "R2A_XML_CREDENTIALS" in told(service)
    assert "only-one-word" not in service.log()


@pytest.mark.parametrize("credentials", [":", "user:", ":password"])
def test_empty_halves_of_credentials_are_refused(launch: Launch, credentials: str) -> None:
    assert "R2A_XML_CREDENTIALS" in told(launch(R2A_XML_CREDENTIALS=credentials))


def test_bad_numbers_are_named_all_at_once(launch: Launch) -> None:
    wrong = {
        "R2A_DB_DEADLINE_MS": "soon",
        "R2A_ESL_PORT": "0",
        "R2A_USER_CACHE_MS": "-1",
        "R2A_XML_MAX_BODY_BYTES": "1e6",
    }
    line = told(launch(**wrong))
    for name in wrong:
        assert name in line


def test_bad_numbers_of_gunicorn_and_of_the_service_are_named_together(launch: Launch) -> None:
    wrong = {"R2A_XML_THREADS": "0", "R2A_DB_DEADLINE_MS": "soon"}
    line = told(launch(**wrong))
    for name in wrong:
        assert name in line


@pytest.mark.parametrize("bind", ["8090", "127.0.0.1:", "127.0.0.1:99999", "127.0.0.1:http"])
def test_an_address_that_is_none_is_named(launch: Launch, bind: str) -> None:
    assert "R2A_XML_BIND" in told(launch(R2A_XML_BIND=bind))


def test_a_dsn_that_is_none_is_named_and_not_repeated(launch: Launch) -> None:
    service = launch(R2A_WRITE_DSN="host=127.0.0.1 password=do-not-repeat-me port")
    assert "R2A_WRITE_DSN" in told(service)
    assert "do-not-repeat-me" not in service.log()


@pytest.mark.parametrize("name", ["R2A_DB_PASSWORD", "R2A_ESL_PASSWORD", "R2A_XML_CREDENTIALS", "R2A_SECRET_KEY"])
def test_a_secret_file_that_cannot_be_read_is_named(launch: Launch, tmp_path: Path, name: str) -> None:
    variables = {name: "", f"{name}_FILE": str(tmp_path / "missing")}
    line = told(launch(**variables))
    assert f"{name}_FILE" in line
    assert str(tmp_path / "missing") in line


def test_a_key_that_is_none_is_named_and_not_shown(launch: Launch) -> None:
    service = launch(R2A_SECRET_KEY="not-a-key-but-secret")
    assert "R2A_SECRET_KEY" in told(service)
    assert "not-a-key-but-secret" not in service.log()
