"""`r2a run`: what somebody sees who starts it, stops it, breaks it, or starts it twice."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests.acceptance.stack import INHERITED, READY, Stack, descendants, free_port, remaining

Starting = Callable[..., Stack]


@pytest.fixture
def starting(tmp_path: Path) -> Iterator[Starting]:
    # The embedded server runs as another user when the tests run as root, and must reach its data.
    for folder in (tmp_path, *list(tmp_path.parents)[:2]):
        folder.chmod(folder.stat().st_mode | 0o055)
    stacks: list[Stack] = []

    def start(**settings: str) -> Stack:
        stacks.append(Stack(tmp_path, **settings))
        return stacks[-1]

    yield start
    for stack in stacks:
        if stack.process.poll() is None:
            stack.stop(signal.SIGTERM)


def dsn(stack: Stack) -> str:
    lines = (stack.var / "r2a.env").read_text().splitlines()
    return next(shlex.split(line)[0].partition("=")[2] for line in lines if line.startswith("R2A_WRITE_DSN="))


def process_of(stack: Stack, part: str) -> int:
    """Return the process that `r2a run` itself started whose command line has `part`."""
    for pid, _ in descendants(stack.process.pid):
        parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1]
        if parent == str(stack.process.pid) and part in Path(f"/proc/{pid}/cmdline").read_text():
            return pid
    raise AssertionError(f"no {part}")


def test_it_answers_for_the_demo_tenant_and_keeps_everything_over_a_second_start(starting: Starting) -> None:
    first = starting()
    first.wait_for(READY)
    status, answer = first.ask()
    assert status == 200
    assert 'id="1001"' in answer
    assert first.ask("/readyz", None)[0] == 200
    first.wait_for("waiting for FreeSWITCH at 127.0.0.1:")
    assert f"curl -s http://{first.xml}/xml --data 'hostname=tele-node-01&section=directory" in first.output
    assert "set -a; . var/r2a.env; set +a" in first.output
    made = {path.name: path.read_text() for path in (first.var / "secrets").iterdir()}
    assert set(made) == {"R2A_SECRET_KEY", "R2A_ESL_PASSWORD"}
    with psycopg.connect(dsn(first)) as database:
        database.execute("INSERT INTO cfg.tenant (name) VALUES ('kept')")
    processes = descendants(first.process.pid)
    assert len(processes) >= 4
    assert first.stop(signal.SIGINT) == 0
    assert remaining(processes, 0) == set()

    began = time.monotonic()
    second = starting()
    second.wait_for(READY)
    assert time.monotonic() - began < 15, "it takes 2 s on an idle machine; this bounds it on a busy one"
    assert "0001_" not in second.output
    with psycopg.connect(dsn(second)) as database:
        assert database.execute("SELECT name FROM cfg.tenant ORDER BY name").fetchall() == [("demo",), ("kept",)]
    assert {path.name: path.read_text() for path in (second.var / "secrets").iterdir()} == made
    assert not any(secret.strip() in first.output + second.output for secret in made.values())


def test_what_it_writes_is_private_and_serves_another_shell(starting: Starting) -> None:
    stack = starting()
    stack.wait_for(READY)
    for path in ("secrets", "postgres", "socket"):
        assert stat.S_IMODE((stack.var / path).stat().st_mode) == 0o700, path
    for path in ("secrets/R2A_SECRET_KEY", "secrets/R2A_ESL_PASSWORD", "r2a.env", "postgres.log"):
        assert stat.S_IMODE((stack.var / path).stat().st_mode) == 0o600, path
    script = f"set -a; . {shlex.quote(str(stack.var / 'r2a.env'))}; set +a; exec {sys.executable} -m r2a_admin migrate --check"
    done = subprocess.run(["sh", "-c", script], env=INHERITED, capture_output=True, text=True, timeout=20, check=False)
    assert done.returncode == 0, done.stderr


def test_the_embedded_server_listens_on_no_network_port(starting: Starting) -> None:
    stack = starting()
    stack.wait_for(READY)
    with psycopg.connect(dsn(stack)) as database:
        assert database.execute("SHOW listen_addresses").fetchone() == ("",)


@pytest.mark.parametrize("moment", ["PostgreSQL in", "Schema of", "0002_names", "XML service and worker ...", "Starting gunicorn"])
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_during_the_start_ends_all_of_it(starting: Starting, moment: str, number: signal.Signals) -> None:
    stack = starting()
    stack.wait_for(moment)
    processes = descendants(stack.process.pid)
    assert stack.stop(number) == 0
    assert remaining(processes, 0) == set()
    assert "Traceback" not in stack.output


def test_an_interrupted_first_start_does_not_spoil_the_next(starting: Starting) -> None:
    stack = starting()
    stack.wait_for("PostgreSQL in")
    time.sleep(0.3)
    stack.stop(signal.SIGTERM)
    starting().wait_for(READY)


def test_a_closed_terminal_ends_it(starting: Starting) -> None:
    stack = starting()
    stack.wait_for(READY)
    processes = descendants(stack.process.pid)
    assert stack.stop(signal.SIGHUP) == 0
    assert remaining(processes, 0) == set()


def test_killed_it_leaves_no_process_and_can_be_started_again_at_once(starting: Starting) -> None:
    stack = starting()
    stack.wait_for(READY)
    processes = descendants(stack.process.pid)
    assert len(processes) >= 4
    stack.process.kill()
    stack.process.wait()
    again = starting(R2A_XML_BIND=stack.xml, R2A_ESL_HTTP_BIND=stack.worker)
    again.wait_for(READY)
    assert remaining(processes, 10) == set()


@pytest.mark.parametrize(("part", "name"), [("gunicorn", "the XML service"), ("r2a_esl", "the worker"), ("postgres", "PostgreSQL")])
def test_a_part_that_dies_takes_the_rest_along_and_is_named(starting: Starting, part: str, name: str) -> None:
    stack = starting()
    stack.wait_for(READY)
    processes = descendants(stack.process.pid)
    os.kill(process_of(stack, part), signal.SIGKILL)
    assert stack.process.wait(20) == 1
    assert f"r2a run: {name} (process " in stack.output
    assert "was ended by SIGKILL" in stack.output
    assert remaining(processes, 3) == set()


@pytest.mark.parametrize("variable", ["R2A_XML_BIND", "R2A_ESL_HTTP_BIND"])
def test_a_taken_port_is_one_line_before_anything_starts(starting: Starting, tmp_path: Path, variable: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        stack = starting(**{variable: f"127.0.0.1:{port}"})
        assert stack.process.wait(15) == 1
    assert stack.output == f"r2a run: port {port} on 127.0.0.1 is taken by another program; stop it, or set {variable} to another HOST:PORT\n"
    assert not (tmp_path / "var").exists()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (f"host=127.0.0.1 port={free_port()} dbname=x user=y password=hush-hush", "no database at 127.0.0.1:"),
        ("this is not a dsn hush-hush", "R2A_WRITE_DSN: is not a PostgreSQL connection string"),
    ],
)
def test_a_wrong_dsn_is_one_line(starting: Starting, given: str, expected: str) -> None:
    stack = starting(R2A_WRITE_DSN=given)
    assert stack.process.wait(15) == 1
    lines = [line for line in stack.output.splitlines() if line.startswith("r2a run: ")]
    assert len(lines) == 1
    assert expected in lines[0]
    assert "Traceback" not in stack.output
    assert "hush-hush" not in stack.output


def test_a_second_one_in_the_same_folder_is_refused(starting: Starting) -> None:
    stack = starting()
    stack.wait_for(READY)
    other = starting()
    assert other.process.wait(15) == 1
    assert other.output == f"r2a run: another `r2a run` (process {stack.process.pid}) uses {stack.var}; stop it, or set R2A_VAR to another folder\n"
    assert stack.ask()[0] == 200


def test_with_a_database_of_ones_own_none_is_started(starting: Starting, database: str) -> None:
    stack = starting(R2A_WRITE_DSN=database)
    stack.wait_for(READY)
    assert 'id="1001"' in stack.ask()[1]
    assert not (stack.var / "postgres").exists()
    assert "R2A_WRITE_DSN" not in (stack.var / "r2a.env").read_text()
    assert stack.stop() == 0
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT name FROM cfg.tenant").fetchall() == [("demo",)]


def test_a_database_that_somebody_uses_gets_no_demo_tenant(starting: Starting, database: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO cfg.tenant (name) VALUES ('acme')")
    stack = starting(R2A_WRITE_DSN=database)
    stack.wait_for(READY)
    assert "no demo tenant: this database has another tenant (acme)" in stack.output
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT name FROM cfg.tenant").fetchall() == [("acme",)]


def test_a_path_too_long_for_a_socket_is_no_obstacle(starting: Starting, tmp_path: Path) -> None:
    stack = starting(R2A_VAR=str(tmp_path / ("deep-" * 12) / ("deeper-" * 8) / "var"))
    stack.wait_for(READY)
    assert len(dsn(stack)) < 110
    folder = Path(dsn(stack).split("host=")[1].split()[0])
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stack.stop() == 0
    folder.rmdir()
