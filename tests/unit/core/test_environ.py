"""Settings: everything that is wrong is told at once, and a secret is never part of what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from r2a_core.environ import Environment, Secret
from r2a_core.errors import SettingsError


def problems(env: Environment) -> str:
    with pytest.raises(SettingsError) as raised:
        env.check()
    return str(raised.value)


def test_nothing_wrong_is_no_error() -> None:
    env = Environment({"R2A_ESL_PORT": " 8021 "})
    assert env.integer("R2A_ESL_PORT", 1, 1, 65535) == 8021
    env.check()


def test_all_that_is_wrong_is_told_in_one_line(tmp_path: Path) -> None:
    env = Environment({"A_MS": "soon", "B_MS": "0", "C": "no-port", "D_FILE": str(tmp_path / "missing")})
    env.integer("A_MS", 5, 1, 10)
    env.integer("B_MS", 5, 1, 10)
    env.address("C", "127.0.0.1:8090")
    env.secret("D")
    env.problem("E", "is of no use")
    text = problems(env)
    assert [part.partition(":")[0] for part in text.split("; ")] == ["A_MS", "B_MS", "C", "D_FILE", "E"]
    assert "\n" not in text


@pytest.mark.parametrize("raw", ["soon", "1.5", "1e3", "0x10", "0", "11", "-1", "5 5"])
def test_a_number_that_is_none_or_out_of_range_is_named_with_its_range(raw: str) -> None:
    env = Environment({"DEADLINE_MS": raw})
    assert env.integer("DEADLINE_MS", 5, 1, 10) == 5
    text = problems(env)
    assert text.startswith("DEADLINE_MS: ")
    assert "from 1 to 10" in text
    assert raw in text


@pytest.mark.parametrize(
    ("raw", "address"),
    [("127.0.0.1:80", ("127.0.0.1", 80)), ("[::1]:80", ("::1", 80)), ("localhost:65535", ("localhost", 65535)), (" ", ("127.0.0.1", 8090))],
)
def test_an_address(raw: str, address: tuple[str, int]) -> None:
    env = Environment({"BIND": raw})
    assert env.address("BIND", "127.0.0.1:8090") == address
    env.check()


@pytest.mark.parametrize("raw", ["8090", ":8090", "127.0.0.1", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:http", "127.0.0.1:8\u00b2"])
def test_an_address_that_is_none(raw: str) -> None:
    env = Environment({"BIND": raw})
    assert env.address("BIND", "127.0.0.1:8090") == ("127.0.0.1", 8090)
    assert problems(env).startswith("BIND: ")


def test_blank_is_unset() -> None:
    env = Environment({"NAME": "  "})
    assert not env.given("NAME")
    assert env.text("NAME", "default") == "default"


def test_a_secret_comes_from_the_variable_before_the_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("from the file\nsecond line\n", encoding="utf-8")
    both = Environment({"P": "from the variable", "P_FILE": str(file)}).secret("P")
    assert both is not None
    assert both.reveal() == "from the variable"
    alone = Environment({"P_FILE": str(file)}).secret("P")
    assert alone is not None
    assert alone.reveal() == "from the file"


@pytest.mark.parametrize("content", [b"", b"\n", b"  \nsecond line\n", b"\xff\xfe\n"])
def test_a_secret_file_without_a_secret_is_named(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "secret"
    file.write_bytes(content)
    env = Environment({"P_FILE": str(file)})
    assert env.secret("P") is None
    assert problems(env).startswith("P_FILE: ")


def test_no_secret_at_all_is_none() -> None:
    env = Environment({})
    assert env.secret("P") is None
    env.check()


def test_a_secret_does_not_print_itself() -> None:
    secret = Secret("hunter2")
    assert "hunter2" not in f"{secret} {secret!r} {[secret]}" + "%s" % secret  # noqa: UP031 - what logging does
    assert "hunter2" not in str(getattr(secret, "__dict__", ""))
    assert secret.reveal() == "hunter2"
    assert bool(secret)
    assert not Secret("")
