"""One node at a time registers a gateway: what rt.keep_gateways hands out, to whom and for how long, on the database's clock alone."""

from __future__ import annotations

import random
import threading
import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import psycopg
import pytest
from psycopg.sql import SQL, Identifier

from r2a_core.database import Connection

from .conftest import refused

KEEP = "SELECT at, accepted, gateway_id, name, term, state, why FROM rt.keep_gateways(%s, %s, %s, %s, %s::bigint[], %s::bigint[], %s::bigint[])"
TTL_S = 20.0
#: FreeSWITCH drops a gateway by itself at most so long after the renewal began: 17 s, half a second of its timer, a second of the profile.
DROPPED_S = 18.5
NODES = ("tele-node-01", "tele-node-02", "tele-node-03")


@dataclass
class Node:
    """One node's side of it, without a FreeSWITCH. has: gateway -> (term, state)."""

    db: Connection
    name: str
    core: str = field(default_factory=lambda: str(uuid.uuid4()))
    clock: tuple[datetime, float] | None = None
    armed: tuple[float, list[int]] | None = None
    has: dict[str, tuple[int, str]] = field(default_factory=dict)
    elsewhere: set[str] = field(default_factory=set)
    accepted: bool = False

    def say(self, *, let_go: list[int] | None = None, refused: list[int] | None = None, late_s: float = 0, armed: bool = True) -> set[str]:
        """Renew, and arm what it has if told so; return the names of what it has."""
        if self.clock is None:
            # The whole cluster may be asked to be older than it is.
            ((at, accepted, *_),) = self.db.execute(KEEP, (self.name, self.core, None, None, [], [], [])).fetchall()
            assert accepted is False
            self.clock = (at, time.monotonic())
        began = time.monotonic()
        sent = self.clock[0] + timedelta(seconds=began - self.clock[1] - late_s)
        told = (began - self.armed[0], self.armed[1]) if self.armed else (None, [])
        rows = self.db.execute(KEEP, (self.name, self.core, sent, *told, let_go or [], refused or [])).fetchall()
        self.accepted = rows[0][1]
        if not self.accepted:
            return set()
        self.has = {row[3]: (row[4], row[5]) for row in rows if row[4] is not None}
        self.elsewhere = {row[3] for row in rows if row[5] == "elsewhere"}
        if armed:
            self.armed = (began, [term for term, _ in self.has.values()])
        return set(self.has)

    def state(self, name: str) -> str:
        return self.has[name][1]

    def term(self, name: str) -> int:
        return self.has[name][0]


@pytest.fixture
def db(database: str) -> Iterator[Connection]:
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("INSERT INTO cfg.node (name) SELECT unnest(%s::text[])", (list(NODES),))
        connection.execute("INSERT INTO cfg.sip_profile (name, port) VALUES ('trunks', 5090)")
        yield connection


def add(db: Connection, *names: str) -> list[int]:
    rows = db.execute(
        "INSERT INTO cfg.gateway (sip_profile_id, name, proxy, username, password_sealed, register) SELECT p.id, n, 'sip.carrier.example', 'acct',"
        " 'sealed', true FROM cfg.sip_profile p, unnest(%s::text[]) AS n WHERE p.name = 'trunks' RETURNING id",
        (list(names),),
    )
    return [number for (number,) in rows]


def older(db: Connection, interval: str) -> None:
    """Have all of it be as if it had happened `interval` earlier."""
    by = {"by": interval}
    db.execute(
        "UPDATE rt.node_lease SET live_since = live_since - %(by)s::interval, lease_until = lease_until - %(by)s::interval,"
        " armed_until = armed_until - %(by)s::interval",
        by,
    )
    db.execute("UPDATE rt.gateway_owner SET acquired_at = acquired_at - %(by)s::interval, leaving_since = leaving_since - %(by)s::interval", by)


@pytest.fixture
def nodes(db: Connection) -> list[Node]:
    return [Node(db, name) for name in NODES]


def test_what_is_free_is_taken_and_nobody_else_has_it(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1", "c2")
    one, two, _ = nodes
    assert one.say() == {"c1", "c2"}
    assert (one.state("c1"), one.elsewhere) == ("held", set()), "FreeSWITCH has not been told to drop it yet"
    assert two.say() == set()
    assert two.elsewhere == {"c1", "c2"}
    assert one.say() == {"c1", "c2"}
    assert one.state("c1") == "armed"
    ttl, armed = db.execute("SELECT lease_until - now(), armed_until - now() FROM rt.node_lease WHERE node_name = 'tele-node-01'").fetchone() or ()
    assert TTL_S - 1 < ttl.total_seconds() <= TTL_S
    assert 8 < armed.total_seconds() <= 10


def test_gateways_spread_over_the_nodes_that_are_there(db: Connection, nodes: list[Node]) -> None:
    for node in nodes:
        node.say()
    add(db, *(f"c{number}" for number in range(8)))
    shares = sorted(len(node.say()) for node in nodes)
    assert sum(shares) == 8
    assert shares == [2, 3, 3]


def test_a_node_that_dies_loses_its_gateways_when_its_lease_has_passed(db: Connection, nodes: list[Node]) -> None:
    one, two, three = nodes
    one.say()
    two.say()
    add(db, "c1", "c2", "c3", "c4")
    assert (len(one.say()), len(two.say())) == (2, 2)
    mine = set(two.has)
    older(db, "15 s")
    two.say()
    older(db, "4 s")
    assert two.say() == mine
    older(db, "2 s")
    assert two.say() == {"c1", "c2", "c3", "c4"}
    assert three.say() == set()
    assert one.say() == set(), "it comes back to find them gone"
    assert one.elsewhere == {"c1", "c2", "c3", "c4"}


def test_a_worker_that_comes_back_in_time_has_what_it_had_in_the_same_term(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1")
    one = nodes[0]
    one.say()
    one.say()
    term = one.term("c1")
    restarted = Node(db, one.name, core=one.core)
    assert restarted.say() == {"c1"}
    assert (restarted.term("c1"), restarted.state("c1")) == (term, "held"), "nobody knows what its FreeSWITCH was told"
    restarted.say()
    assert restarted.state("c1") == "armed"


def test_a_freeswitch_that_was_started_again_is_armed_again_first(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1")
    one = nodes[0]
    one.say()
    one.say()
    assert one.state("c1") == "armed"
    one.core = str(uuid.uuid4())
    # What it says of the process before means nothing.
    one.say()
    assert one.state("c1") == "held"
    assert db.execute("SELECT armed_until FROM rt.node_lease").fetchone() == (None,)


CHANGES = {
    "not enabled": "UPDATE cfg.gateway SET enabled = false WHERE name = 'c1'",
    "registers no more": "UPDATE cfg.gateway SET register = false WHERE name = 'c1'",
    "deleted": "DELETE FROM cfg.gateway WHERE name = 'c1'",
    "renamed": "UPDATE cfg.gateway SET name = 'c9' WHERE name = 'c1'",
    "another node's": "UPDATE cfg.gateway SET node_id = (SELECT id FROM cfg.node WHERE name = 'tele-node-02') WHERE name = 'c1'",
    "tenant": "UPDATE cfg.tenant SET enabled = false",
    "profile": "UPDATE cfg.sip_profile SET enabled = false WHERE name = 'trunks'",
    "profile of other nodes": "INSERT INTO cfg.sip_profile_node SELECT p.id, n.id FROM cfg.sip_profile p, cfg.node n WHERE n.name <> 'tele-node-01'",
    "node": "UPDATE cfg.node SET enabled = false WHERE name = 'tele-node-01'",
    "node deleted": "DELETE FROM cfg.node WHERE name = 'tele-node-01'",
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_a_node_may_not_register_any_more_goes_only_once_it_has_let_go(db: Connection, nodes: list[Node], change: str) -> None:
    db.execute("INSERT INTO cfg.tenant (name) VALUES ('t')")
    add(db, "c1")
    db.execute("UPDATE cfg.gateway SET tenant_id = (SELECT id FROM cfg.tenant WHERE name = 't')")
    one, two, _ = nodes
    one.say()
    one.say()
    db.execute(CHANGES[change].encode())
    assert one.say() == {"c1"}
    assert one.state("c1") == "leaving"
    assert two.say() == set()
    term = one.term("c1")
    assert one.say(let_go=[term + 1000]) == {"c1"}, "another term says nothing about this one"
    after = one.say(let_go=[term])
    assert after == ({"c9"} if change == "renamed" else set())
    assert two.say() == ({"c1"} if change in ("another node's", "profile of other nodes", "node", "node deleted") else set())


def test_a_gateway_that_was_deleted_and_added_again_waits_for_whoever_had_it(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1")
    one, two, _ = nodes
    one.say()
    two.say()
    db.execute("DELETE FROM cfg.gateway")
    add(db, "c1")
    assert two.say() == set()
    one.say()
    assert one.state("c1") == "leaving"
    assert two.say() == set()
    one.say(let_go=[one.term("c1")])
    assert one.has.keys() | two.say() == {"c1"}


def test_what_cannot_be_brought_up_goes_to_another_node(db: Connection, nodes: list[Node]) -> None:
    (number,) = add(db, "c1")
    one, two, _ = nodes
    one.say()
    two.say()
    one.say(refused=[number])
    assert one.state("c1") == "leaving"
    assert one.say(refused=[number], let_go=[one.term("c1")]) == set()
    assert two.say() == {"c1"}


def test_a_node_that_came_later_gets_its_share_one_at_a_time(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1", "c2", "c3", "c4")
    one, two, _ = nodes
    for _ in range(3):
        one.say()
    two.say()
    assert one.say() == {"c1", "c2", "c3", "c4"}
    assert "leaving" not in {state for _, state in one.has.values()}, "it has only just come"
    db.execute("UPDATE rt.node_lease SET live_since = live_since - interval '2 min'")
    db.execute("UPDATE rt.gateway_owner SET acquired_at = acquired_at - interval '2 min'")
    moved = 0
    for _ in range(6):
        one.say()
        going = [term for term, state in one.has.values() if state == "leaving"]
        assert len(going) <= 1
        one.say(let_go=going)
        moved += len(going)
        two.say()
    assert (moved, len(one.has), len(two.has)) == (2, 2, 2)


def test_what_is_executed_late_is_not_accepted(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1")
    one, two, _ = nodes
    one.say()
    one.say(late_s=6, let_go=[one.term("c1")])
    assert one.accepted is False
    one.say(late_s=-1, let_go=[one.term("c1")])
    assert one.accepted is False, "the clock of another server"
    assert two.say() == set()


def test_after_a_failover_nobody_takes_or_arms_anything_for_the_length_of_a_lease(db: Connection, nodes: list[Node]) -> None:
    add(db, "c1")
    one, two, _ = nodes
    one.say()
    one.say()
    assert one.state("c1") == "armed"
    # As a promoted replica would find it: what is written down is of another timeline.
    db.execute("UPDATE rt.timeline SET timeline = 'before'")
    add(db, "c2")
    for _ in range(3):
        assert one.say() == {"c1"}
        assert one.state("c1") == "held", "the other one may still register it: who took it last may be lost"
        assert two.say() == set()
    db.execute("UPDATE rt.timeline SET seen_at = seen_at - interval '20 s' WHERE timeline <> 'before'")
    one.say()
    assert one.state("c1") == "armed"
    assert one.say() | two.say() == {"c1", "c2"}


def test_a_lock_that_somebody_holds_ends_the_renewal_and_not_the_other_way_round(db: Connection, nodes: list[Node], database: str) -> None:
    add(db, "c1")
    nodes[0].say()
    with psycopg.connect(database) as other:
        other.execute("SELECT pg_advisory_xact_lock(7216003)")
        began = time.monotonic()
        with pytest.raises(psycopg.errors.LockNotAvailable):
            nodes[0].say()
        assert 2.5 < time.monotonic() - began < 5


def test_only_the_function_writes_and_only_the_worker_calls_it(db: Connection) -> None:
    call = "SELECT FROM rt.keep_gateways('tele-node-01', 'x', NULL, NULL, '{}', '{}', '{}')"
    for role, may in (("r2a_worker", True), ("r2a_service", False), ("r2a_operator", False)):
        with db.transaction(force_rollback=True):
            db.execute(SQL("SET LOCAL ROLE {}").format(Identifier(role)))
            if may:
                db.execute(call.encode())
            else:
                with refused(db, psycopg.errors.InsufficientPrivilege):
                    db.execute(call.encode())
            for table in ("gateway_owner", "node_lease"):
                with refused(db, psycopg.errors.InsufficientPrivilege):
                    db.execute(SQL("DELETE FROM {}").format(Identifier("rt", table)))


def test_at_no_time_do_two_nodes_register_the_same_gateway(db: Connection, database: str) -> None:
    """Twelve nodes that freeze and come back. Each believes that it registers what it has until its FreeSWITCH drops it by itself."""
    names = [f"node-{number:02d}" for number in range(12)]
    db.execute("INSERT INTO cfg.node (name) SELECT unnest(%s::text[])", (names,))
    gateways = [f"c{number}" for number in range(10)]
    add(db, *gateways)
    ends_at = time.monotonic() + 50
    #: gateway -> node, and until when its FreeSWITCH may register it.
    registers: dict[str, dict[str, float]] = {name: {} for name in gateways}
    lock, broken, moves = threading.Lock(), [], set()

    def run(name: str) -> None:
        draw, pauses = random.Random(name), [24.0]
        with psycopg.connect(database, autocommit=True) as connection:
            node = Node(connection, name)
            while time.monotonic() < ends_at:
                began = time.monotonic()
                node.say()
                now = time.monotonic()
                with lock:
                    for gateway, (_, state) in node.has.items():
                        if state != "armed":
                            continue
                        moves.add((gateway, name))
                        others = {other: until for other, until in registers[gateway].items() if other != name and until > now}
                        if others:
                            broken.append((gateway, name, others))
                        registers[gateway][name] = began + DROPPED_S
                # Frozen for longer than a lease once it has something.
                has_some = "armed" in {state for _, state in node.has.values()}
                time.sleep(pauses.pop() if pauses and has_some else draw.choice((0.2, 0.5, 1, 4)))

    with ThreadPoolExecutor(len(names)) as pool:
        for done in [pool.submit(run, name) for name in names]:
            done.result()
    assert broken == []
    assert {gateway for gateway, _ in moves} == set(gateways), "each was registered by somebody"
    assert len(moves) > len(gateways), "and some have moved"
