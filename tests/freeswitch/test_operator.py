"""What an operator sees and does on a real node: real switch, real service, real worker, real commands."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests.integration.admin.conftest import R2a

from .conftest import Site
from .processes import Program, free_port, wait_for
from .switch import NODE
from .xmlservice import ROOT

pytestmark = pytest.mark.freeswitch

#: Nested, equal, overlapping, of both families, and as an address that is looked for as another.
RANGES = [
    ("192.0.2.0/24", True), ("192.0.2.128/25", False), ("192.0.2.200/32", True), ("192.0.2.0/24", False), ("198.51.100.0/30", False),
    ("198.51.100.0/30", True), ("0.0.0.0/0", False), ("2001:db8::/32", True), ("2001:db8:1::/48", False), ("10.0.0.0/8", True),
    ("255.255.255.255/32", True),
]  # fmt: skip


@pytest.fixture
def r2a(site: Site, tmp_path: Path) -> Iterator[R2a]:
    """Yield `r2a` on the site's database while a worker is at work on its node."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("R2A_")}
    more = {"R2A_ESL_HTTP_BIND": f"127.0.0.1:{free_port()}", "R2A_XML_BIND": f"127.0.0.1:{site.service.port}", "R2A_ESL_HEARTBEAT_S": "1"}
    environment = {**inherited, **site.variables, **more, "PYTHONPATH": str(ROOT)}
    worker = Program("r2a_esl", [sys.executable, "-m", "r2a_esl"], folder=tmp_path, environment=environment)
    try:
        wait_for("it listens", lambda: "listening for changes" in worker.text(), 15)
        command = R2a(site.dsn, {name: value for name, value in site.variables.items() if name not in ("R2A_WRITE_DSN", "R2A_XML_CREDENTIALS")})
        command.well("reload", "--node", NODE, "--wait")
        yield command
    finally:
        worker.stop()
        with psycopg.connect(site.dsn) as db:
            db.execute("DELETE FROM cfg.acl")
            db.execute("DELETE FROM cfg.gateway WHERE name = 'trunk'")
            db.execute("UPDATE cfg.device SET trusted_cidr = NULL")


def test_a_node_is_up_and_runs_what_it_should(r2a: R2a) -> None:
    def shown() -> dict[str, object]:
        return next(dict(one) for one in r2a.well("nodes", "--json").json if one["name"] == NODE)

    wait_for("it says what it runs", lambda: shown()["profiles_running"] is not None, 20)
    found = shown()
    assert (found["state"], found["changes_behind"], found["errors"]) == ("up", 0, [])
    assert set(found["profiles"]) <= set(found["profiles_running"])  # type: ignore[call-overload]
    assert found["gateways_up"] == found["gateways"] == ["carrier1", "carrier2"]
    r2a.well("nodes", "--check")


def test_the_configured_node_shows_no_difference_whatever_its_lists_are(r2a: R2a) -> None:
    assert r2a.well("diff", "--node", NODE).out == f"{NODE}: FreeSWITCH runs what r2a would serve it\n"
    for default in ("false", "true"):
        r2a.ask("INSERT INTO cfg.acl (name, allow_by_default) VALUES (%s, %s::boolean) RETURNING 1", f"list-{default}", default)
        for position, (cidr, allow) in enumerate(RANGES, start=1):
            insert = "INSERT INTO cfg.acl_entry (acl_id, position, allow, cidr) SELECT id, %s, %s, %s FROM cfg.acl WHERE name = %s RETURNING 1"
            r2a.ask(insert, position, allow, cidr, f"list-{default}")
    r2a.ask("INSERT INTO cfg.acl (name, allow_by_default) VALUES ('empty', true) RETURNING 1")
    r2a.well("device", "set", "1001@pbx.example.com", "--trusted-cidr", "203.0.113.8/29")
    r2a.well("acl", "entry", "add", "list-false", "--domain", "pbx.example.com")
    r2a.well("reload", "--node", NODE, "--wait")
    assert r2a.well("diff", "--node", NODE).out == f"{NODE}: FreeSWITCH runs what r2a would serve it\n"
    ((answers,),) = r2a.ask("SELECT result -> 'acl' FROM rt.node_task WHERE kind = 'survey' ORDER BY id DESC LIMIT 1")
    # Both verdicts were among the answers of the switch: agreeing with it means something.
    assert {(answer["list"], answer["allowed"]) for answer in answers} >= {("list-true", True), ("list-true", False), ("list-false", True)}


def test_what_somebody_did_by_hand_is_found_and_mended(r2a: R2a, site: Site) -> None:
    r2a.well("gateway", "add", "trunk", "--proxy", "127.0.0.1:9", "--profile", "external", "--expire-s", "600", "--ping-s", "3600")
    r2a.well("reload", "--node", NODE, "--wait")
    wait_for("the gateway is there", lambda: "trunk" in site.switch.api("sofia xmlstatus gateway"), 10)
    assert r2a.well("diff", "--node", NODE).err == ""
    site.switch.api("sofia profile external killgw trunk")
    wait_for("the gateway is gone", lambda: "trunk" not in site.switch.api("sofia xmlstatus gateway"), 15)
    said = r2a("diff", "--node", NODE)
    assert (said.code, said.out) == (1, f"gateway trunk of external: running no, configured yes; r2a reload --full --node {NODE}\n")
    said = r2a.well("reload", "--full", "--node", NODE, "--wait")
    assert f"{NODE}: refreshed" in said.out
    wait_for("the gateway is back", lambda: r2a("diff", "--node", NODE).code == 0, 15)
