"""Where the database is: the password comes from one of three places and shows up in no message."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg import conninfo

from r2a_core import dsn
from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Environment, Secret
from r2a_core.errors import SettingsError

PASSWORD = "p4ss word'\\with everything"


def settings(**variables: str) -> DatabaseSettings:
    env = Environment({"R2A_DB_CREDENTIALS": "/dev/null", **variables} if "R2A_DB_PASSWORD" not in variables else variables)
    found = DatabaseSettings.from_environment(env)
    env.check()
    return found


def password_of(secret: Secret) -> object:
    return conninfo.conninfo_to_dict(secret.reveal()).get("password")


def credentials(folder: Path, text: str) -> str:
    file = folder / "db-credentials"
    file.write_text(text, encoding="utf-8")
    return str(file)


def test_the_defaults_are_the_two_ports_of_the_guide() -> None:
    found = settings(R2A_DB_PASSWORD="x")
    assert dsn.place(found.write_dsn) == "127.0.0.1:5000/ss_telephony"
    assert dsn.place(found.read_dsn) == "127.0.0.1:5001/ss_telephony"
    assert (found.deadline_ms, found.deadline_s) == (2000, 2.0)


def test_one_dsn_is_both() -> None:
    found = settings(R2A_DB_PASSWORD="x", R2A_WRITE_DSN="host=db dbname=d")
    assert found.read_dsn.reveal() == found.write_dsn.reveal()


def test_the_password_of_the_variable_is_in_both_dsns() -> None:
    found = settings(R2A_DB_PASSWORD=PASSWORD)
    assert password_of(found.write_dsn) == PASSWORD
    assert password_of(found.read_dsn) == PASSWORD


def test_the_password_of_a_file(tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text(PASSWORD + "\n", encoding="utf-8")
    assert password_of(settings(R2A_DB_PASSWORD_FILE=str(file)).write_dsn) == PASSWORD


@pytest.mark.parametrize("key", dsn.PASSWORD_KEYS)
def test_the_password_of_the_credentials_file(tmp_path: Path, key: str) -> None:
    file = credentials(tmp_path, f"# of this cluster\n\nOTHER=1\n{key}=from=the file\n")
    assert password_of(settings(R2A_DB_CREDENTIALS=file).write_dsn) == "from=the file"


@pytest.mark.parametrize("quoted", ["'in quotes'", '"in quotes"'])
def test_quotes_of_the_credentials_file_are_not_part_of_it(tmp_path: Path, quoted: str) -> None:
    assert password_of(settings(R2A_DB_CREDENTIALS=credentials(tmp_path, f"DB_PASSWORD={quoted}\n")).write_dsn) == "in quotes"


def test_quotes_that_do_not_enclose_the_password_are_part_of_it(tmp_path: Path) -> None:
    assert password_of(settings(R2A_DB_CREDENTIALS=credentials(tmp_path, "DB_PASSWORD=rock'n'roll'\n")).write_dsn) == "rock'n'roll'"


def test_the_own_key_wins_in_the_credentials_file(tmp_path: Path) -> None:
    file = credentials(tmp_path, "PASSWORD=theirs\nR2A_DB_PASSWORD=ours\n")
    assert password_of(settings(R2A_DB_CREDENTIALS=file).write_dsn) == "ours"


def test_the_variable_wins_over_the_credentials_file(tmp_path: Path) -> None:
    file = credentials(tmp_path, "DB_PASSWORD=from the file\n")
    assert password_of(settings(R2A_DB_CREDENTIALS=file, R2A_DB_PASSWORD="from the variable").write_dsn) == "from the variable"


def test_a_password_in_the_dsn_stays() -> None:
    assert password_of(settings(R2A_DB_PASSWORD="other", R2A_WRITE_DSN="host=db password=own").write_dsn) == "own"


def test_a_credentials_file_that_was_named_and_is_missing_is_a_problem(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"R2A_DB_CREDENTIALS.*does not exist"):
        settings(R2A_DB_CREDENTIALS=str(tmp_path / "missing"))


def test_a_credentials_file_without_a_password_is_a_problem_that_shows_nothing_of_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="R2A_DB_CREDENTIALS") as raised:
        settings(R2A_DB_CREDENTIALS=credentials(tmp_path, "DB_PASSWD=hunter2\n"))
    assert "hunter2" not in str(raised.value)


def test_a_dsn_with_its_own_password_needs_no_credentials_file(tmp_path: Path) -> None:
    env = Environment({"R2A_WRITE_DSN": "host=db password=own", "R2A_DB_CREDENTIALS": ""})
    found = DatabaseSettings.from_environment(env)
    env.check()
    assert password_of(found.write_dsn) == "own"


@pytest.mark.parametrize("name", ["R2A_WRITE_DSN", "R2A_READ_DSN"])
@pytest.mark.parametrize(
    "wrong",
    [
        "host=db password=hunter2 port",
        "host=db passwort=hunter2",
        "postgresql://user:hunter2@db:port:5/name?what=ever",
        "postgresql://user:hunter2@[::1/name",
        "password='hunter2",
        "hunter2",
    ],
)
def test_a_wrong_dsn_is_named_and_never_repeated(name: str, wrong: str) -> None:
    with pytest.raises(SettingsError) as raised:
        settings(**{name: wrong, "R2A_DB_PASSWORD": "x"})
    assert str(raised.value).startswith(f"{name}: ")
    chain: BaseException | None = raised.value
    while chain is not None:
        assert "hunter2" not in str(chain)
        chain = chain.__cause__ or chain.__context__


@pytest.mark.parametrize(
    "text", ["host=db port=1 dbname=d user=u password=hunter2", "postgresql://u:hunter2@db:1/d", "host=db port=1 dbname=d password='hunter2 '"]
)
def test_the_place_is_named_without_the_password(text: str) -> None:
    assert dsn.place(Secret(text)) == "db:1/d"


def test_settings_print_no_password() -> None:
    assert "hunter2" not in repr(settings(R2A_DB_PASSWORD="hunter2", R2A_WRITE_DSN="host=db password=hunter2"))


def test_a_connection_says_who_it_is_and_takes_on_its_role() -> None:
    text = dsn.with_options(
        Secret("host=db options='-c work_mem=1MB'"), application="r2a-xml", role="r2a_service", connect_timeout_s=2, settings={"jit": "off"}
    )
    parts = conninfo.conninfo_to_dict(text)
    assert parts["application_name"] == "r2a-xml"
    assert parts["connect_timeout"] == "2"
    assert str(parts["options"]).split("-c ")[1:] == ["work_mem=1MB ", "jit=off ", "role=r2a_service"]


@pytest.mark.parametrize("raw", ["99", "30001", "soon"])
def test_the_deadline_has_bounds(raw: str) -> None:
    with pytest.raises(SettingsError, match="R2A_DB_DEADLINE_MS"):
        settings(R2A_DB_PASSWORD="x", R2A_DB_DEADLINE_MS=raw)
