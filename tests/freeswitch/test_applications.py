"""Queues, agents, tiers and music on a real FreeSWITCH: what an operator commits is what its modules have, and nobody is logged out by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from r2a_core.database import Connection

from .conftest import DOMAIN, Site
from .processes import wait_for
from .switch import Switch
from .test_changes import applied, worker  # noqa: F401 - a fixture

pytestmark = [pytest.mark.freeswitch, pytest.mark.usefixtures("worker")]

WITHIN_S = 5.0
Table = dict[str, dict[str, str]]


@pytest.fixture
def db(site: Site) -> Iterator[Connection]:
    """Yield the operator's connection; what a test made of queues, agents and music is taken back, for the next worker to apply."""
    with psycopg.connect(site.dsn, autocommit=True) as database:
        yield database
        database.execute("DELETE FROM cfg.queue WHERE name IN ('sales', 'help'); DELETE FROM cfg.moh_class WHERE name IN ('jazz', 'blues', 'all')")
        database.execute("DELETE FROM cfg.queue_agent WHERE wrap_up_s >= 70; UPDATE cfg.extension SET number = '1012' WHERE number = '1099'")
        database.execute("UPDATE cfg.domain SET enabled = true")


def table(switch: Switch, what: str, *key: str) -> Table:
    """Return what `callcenter_config WHAT list` prints, by the columns `key`."""
    lines = switch.api(f"callcenter_config {what} list").strip().splitlines()
    assert lines[-1] == "+OK"
    rows = [dict(zip(lines[0].split("|"), line.split("|"), strict=True)) for line in lines[1:-1]]
    return {" ".join(row[column] for column in key): row for row in rows}


def eventually(what: str, look: Callable[[], bool]) -> None:
    wait_for(what, look, WITHIN_S)


SALES, HELP, ONE, TWO, THREE = (f"{name}@{DOMAIN}" for name in ("sales", "help", "1011", "1012", "1099"))


def a_queue_with_two(db: Connection) -> None:
    with db.transaction():
        db.execute("INSERT INTO cfg.queue (domain_id, name, strategy) SELECT id, 'sales', 'ring-all' FROM cfg.domain WHERE name = %s", (DOMAIN,))
        db.execute(
            "INSERT INTO cfg.queue_agent (domain_id, extension_id, initial_status, ring_timeout_s, wrap_up_s)"
            " SELECT e.domain_id, e.id, CASE e.number WHEN '1011' THEN 'Available (On Demand)' ELSE 'Logged Out' END, 15, 70"
            " FROM cfg.extension e JOIN cfg.domain d ON d.id = e.domain_id WHERE d.name = %s AND e.number IN ('1011', '1012')",
            (DOMAIN,),
        )
        db.execute(
            "INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id) SELECT q.domain_id, q.id, a.id"
            " FROM cfg.queue q JOIN cfg.queue_agent a USING (domain_id) WHERE q.name = 'sales' AND a.wrap_up_s = 70"
        )


def queues(switch: Switch) -> Table:
    return table(switch, "queue", "name")


def agents(switch: Switch) -> Table:
    return table(switch, "agent", "name")


def seats(switch: Switch) -> set[str]:
    """Return QUEUE AGENT for each tier of the queues that are made here."""
    return {seat for seat in table(switch, "tier", "queue", "agent") if seat.startswith((SALES, HELP))}


def everything(switch: Switch) -> list[set[str]]:
    """Return what there is of the domain: queues, agents, tiers."""
    return [{name for name in found if DOMAIN in name} for found in (queues(switch), agents(switch), table(switch, "tier", "queue", "agent"))]


def test_a_queue_its_agents_and_tiers_come_and_change(switch: Switch, db: Connection) -> None:
    a_queue_with_two(db)
    wait_for("it is applied", lambda: applied(db), WITHIN_S)
    assert queues(switch)[SALES]["strategy"] == "ring-all"
    assert [agents(switch)[name]["status"] for name in (ONE, TWO)] == ["Available (On Demand)", "Logged Out"]
    assert agents(switch)[ONE]["contact"] == f"[leg_timeout=15]user/{ONE}"
    assert seats(switch) == {f"{SALES} {ONE}", f"{SALES} {TWO}"}

    assert switch.api(f"callcenter_config agent set status {TWO} Available") == "+OK"
    db.execute("UPDATE cfg.queue_agent SET wrap_up_s = 77, max_no_answer = 7 WHERE wrap_up_s = 70")
    eventually("the wrap-up has changed", lambda: agents(switch)[TWO]["wrap_up_time"] == "77")
    db.execute("UPDATE cfg.queue SET strategy = 'top-down', max_wait_s = 99 WHERE name = 'sales'")
    eventually("the strategy has changed", lambda: queues(switch)[SALES]["strategy"] == "top-down")
    db.execute("UPDATE cfg.queue_tier s SET level = 3, position = 4 FROM cfg.queue q WHERE q.id = s.queue_id AND q.name = 'sales'")
    wait_for("it is applied", lambda: applied(db), WITHIN_S)
    seat = table(switch, "tier", "queue", "agent")[f"{SALES} {ONE}"]
    assert (seat["level"], seat["position"]) == ("3", "4")
    assert [agents(switch)[name]["status"] for name in (ONE, TWO)] == ["Available (On Demand)", "Available"], "nobody was logged out"


def test_a_queue_its_agents_and_tiers_are_renamed_and_go(switch: Switch, db: Connection) -> None:
    a_queue_with_two(db)
    eventually("it is there", lambda: seats(switch) == {f"{SALES} {ONE}", f"{SALES} {TWO}"})
    db.execute("UPDATE cfg.queue SET name = 'help' WHERE name = 'sales'")
    eventually("the queue is another", lambda: HELP in queues(switch) and SALES not in queues(switch))
    db.execute("UPDATE cfg.extension e SET number = '1099' FROM cfg.domain d WHERE d.id = e.domain_id AND d.name = %s AND number = '1012'", (DOMAIN,))
    eventually("tiers follow both", lambda: seats(switch) == {f"{HELP} {ONE}", f"{HELP} {THREE}"})
    assert TWO not in agents(switch)
    assert agents(switch)[THREE]["wrap_up_time"] == "70"

    before = everything(switch)
    db.execute("UPDATE cfg.domain SET enabled = false WHERE name = %s", (DOMAIN,))
    eventually("nothing of the domain is left", lambda: not any(everything(switch)))
    db.execute("UPDATE cfg.domain SET enabled = true WHERE name = %s", (DOMAIN,))
    eventually("all of it is back", lambda: everything(switch) == before)

    db.execute("DELETE FROM cfg.queue_agent WHERE extension_id IN (SELECT id FROM cfg.extension WHERE number = '1099')")
    eventually("one agent is gone with his tier", lambda: THREE not in agents(switch) and seats(switch) == {f"{HELP} {ONE}"})
    db.execute("DELETE FROM cfg.queue WHERE name = 'help'")
    eventually("the queue is gone with its tiers", lambda: HELP not in queues(switch) and not seats(switch))
    assert ONE in agents(switch)


def waiting(switch: Switch) -> int:
    return int(switch.api(f"callcenter_config queue count members {SALES}"))


def test_who_waits_in_a_queue_stays_whatever_becomes_of_it(switch: Switch, db: Connection) -> None:
    a_queue_with_two(db)
    eventually("it is there", lambda: SALES in queues(switch))
    assert switch.api(f"originate null/caller &callcenter({SALES})").startswith("+OK")
    eventually("the caller waits", lambda: waiting(switch) == 1)
    db.execute("UPDATE cfg.queue SET strategy = 'random', max_wait_s = 3600 WHERE name = 'sales'")
    eventually("the queue has changed", lambda: queues(switch)[SALES]["max_wait_time"] == "3600")
    assert waiting(switch) == 1
    db.execute("UPDATE cfg.queue SET enabled = false WHERE name = 'sales'")
    wait_for("it is applied", lambda: applied(db), WITHIN_S)
    # Unloaded, the queue would forget the caller, who would hear music until he hangs up.
    assert queues(switch)[SALES]["strategy"] == "random"
    assert waiting(switch) == 1
    # The list of channels is written a little behind.
    eventually("the call is there", lambda: switch.channels() == 1)
    switch.api("hupall")


def streams(switch: Switch) -> dict[str, str]:
    """Return what plays: name -> folder."""
    return dict(line.split(",", 1) for line in switch.api("local_stream show").splitlines() if "," in line)


def last_error(db: Connection) -> str:
    return str((db.execute("SELECT last_error FROM rt.node_status").fetchone() or ("",))[0])


def test_music_comes_changes_and_goes(switch: Switch, db: Connection, tmp_path: Path) -> None:
    first, second, jazz, blues = tmp_path / "first", tmp_path / "second", f"{DOMAIN}/jazz", f"{DOMAIN}/blues"
    first.mkdir()
    db.execute("INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'jazz', %s FROM cfg.domain WHERE name = %s", (str(first), DOMAIN))
    eventually("it plays", lambda: streams(switch).get(jazz) == str(first))
    db.execute("INSERT INTO cfg.moh_class (name, path) VALUES ('all', %s)", (str(first),))
    eventually("another one plays", lambda: streams(switch).get("all") == str(first))

    db.execute("UPDATE cfg.moh_class SET rate_hz = 16000, path = %s WHERE name = 'jazz'", (str(second),))
    wait_for("a folder that is missing is told of", lambda: f"the stream {jazz} does not play" in last_error(db), 25)
    second.mkdir()
    wait_for("it plays from another folder", lambda: streams(switch).get(jazz) == str(second), 45)
    assert "rate:     16000" in switch.api(f"local_stream show {jazz}")
    wait_for("and nothing is told of any more", lambda: "does not play" not in last_error(db), 25)

    db.execute("UPDATE cfg.moh_class SET enabled = false WHERE name = 'all'")
    eventually("it ends", lambda: "all" not in streams(switch) and jazz in streams(switch))
    db.execute("UPDATE cfg.moh_class SET enabled = true WHERE name = 'all'; UPDATE cfg.moh_class SET name = 'blues' WHERE name = 'jazz'")
    eventually("it plays again", lambda: {"all", blues} <= set(streams(switch)) and jazz not in streams(switch))
    db.execute("UPDATE cfg.domain SET enabled = false WHERE name = %s", (DOMAIN,))
    eventually("only what is everybody's plays", lambda: blues not in streams(switch) and "all" in streams(switch))


def test_music_brings_its_module_where_that_is_listed(switch: Switch, db: Connection, tmp_path: Path) -> None:
    # It refuses to load while there is nothing to play, so it may be missing when the first class comes.
    assert "+OK" in switch.api("unload mod_local_stream")
    db.execute("INSERT INTO cfg.moh_class (name, path) VALUES ('all', %s)", (str(tmp_path),))
    wait_for("it plays", lambda: switch.api("module_exists mod_local_stream") == "true" and "all" in streams(switch), 10)
