"""The command line on a fresh database: what a person types goes in, what a person reads comes out."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any

import orjson
import psycopg
import pytest
from typer.testing import CliRunner

from r2a_admin.__main__ import app
from r2a_core.sealing import new_key
from tests.conftest import ROOT


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.out)


@dataclass(frozen=True, slots=True)
class R2a:
    """`r2a` on one database."""

    dsn: str
    env: dict[str, str] = field(default_factory=dict)

    def __call__(self, *arguments: str, stdin: str | bytes | None = None) -> Said:
        env = {"R2A_WRITE_DSN": self.dsn, "R2A_READ_DSN": self.dsn, "SUDO_USER": "tester", **self.env}
        result = CliRunner().invoke(app, list(arguments), input=stdin, env=env, prog_name="r2a")
        # Exit is how typer says a code; anything else that comes out of it is a traceback in a person's face.
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return Said(result.exit_code, result.stdout, result.stderr)

    def well(self, *arguments: str, stdin: str | None = None) -> Said:
        """Run a command that must end with 0."""
        said = self(*arguments, stdin=stdin)
        assert said.code == 0, said
        return said

    def refused(self, *arguments: str, stdin: str | bytes | None = None, code: int = 1) -> str:
        """Run a command that must be refused in one line, and return the line."""
        said = self(*arguments, stdin=stdin)
        assert said.code == code, said
        assert code != 1 or said.err.strip().splitlines()[-1].startswith("r2a: "), said
        assert "Traceback" not in said.err + said.out
        return said.err

    def ask(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.dsn) as connection:
            return connection.execute(sql.encode(), values or None).fetchall()

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start the command as a process of its own."""
        env = {**os.environ, "R2A_WRITE_DSN": self.dsn, "R2A_READ_DSN": self.dsn}
        pipe = subprocess.PIPE
        return subprocess.Popen([sys.executable, "-m", "r2a_admin", *arguments], cwd=ROOT, env=env, text=True, stdin=pipe, stdout=pipe, stderr=pipe)


@pytest.fixture
def r2a(database: str) -> R2a:
    """Return `r2a` on an empty database."""
    return R2a(database, {"R2A_SECRET_KEY": new_key()})


@pytest.fixture
def office(r2a: R2a) -> R2a:
    """Return `r2a` on a database with one domain, a.example.com (alias sip.a.example.com), and extension 1001 with one device."""
    r2a.well("domain", "add", "a.example.com", "--tenant", "acme", "--create-tenant", "--alias", "sip.a.example.com")
    r2a.well("extension", "add", "1001@a.example.com", "--name", "Alice", "--alias", "alice")
    return r2a
