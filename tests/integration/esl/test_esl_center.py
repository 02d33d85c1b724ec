"""Queues, agents, tiers and music: whatever is committed, in whatever batches it is read, FreeSWITCH's modules end up with what the tables say.

The tables, their change log and what is known of them are PostgreSQL's; the sender is the worker's; the modules are doubles that answer alike.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Secret
from r2a_esl.changes import playing
from r2a_esl.changes.commands import Command
from r2a_esl.changes.known import concerned
from r2a_esl.changes.merging import merged
from r2a_esl.changes.plan import Plan, plan
from r2a_esl.changes.sender import CommandFailedError, NotRunningError, Sender
from r2a_esl.store import changes as log
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.known import look_up
from tests.doubles.center import Center, Documents

QUEUES = """
SELECT q.name || '@' || d.name, q.strategy || coalesce(' ' || m.name, '')
FROM cfg.queue q JOIN cfg.domain d ON d.id = q.domain_id JOIN cfg.tenant t ON t.id = d.tenant_id
LEFT JOIN cfg.moh_class m ON m.id = q.moh_class_id AND m.enabled
WHERE q.enabled AND d.enabled AND t.enabled"""
AGENTS = """
SELECT e.number || '@' || d.name, '[leg_timeout=' || a.ring_timeout_s || ']user/' || e.number || '@' || d.name, a.wrap_up_s
FROM cfg.queue_agent a JOIN cfg.extension e ON e.id = a.extension_id JOIN cfg.domain d ON d.id = a.domain_id JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE a.enabled AND e.enabled AND d.enabled AND t.enabled"""
TIERS = """
SELECT q.name || '@' || d.name, e.number || '@' || d.name, s.level::text, s.position::text
FROM cfg.queue_tier s JOIN cfg.queue q ON q.id = s.queue_id JOIN cfg.queue_agent a ON a.id = s.queue_agent_id
JOIN cfg.extension e ON e.id = a.extension_id JOIN cfg.domain d ON d.id = s.domain_id JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE q.enabled AND a.enabled AND e.enabled AND d.enabled AND t.enabled"""
STREAMS = """
SELECT coalesce(d.name || '/', '') || m.name, m.path || ' ' || m.rate_hz
FROM cfg.moh_class m LEFT JOIN cfg.domain d ON d.id = m.domain_id LEFT JOIN cfg.tenant t ON t.id = d.tenant_id
WHERE m.enabled AND (d.id IS NULL OR (d.enabled AND t.enabled))"""
BASE = """
DELETE FROM cfg.queue_tier; DELETE FROM cfg.queue; DELETE FROM cfg.moh_class;
DELETE FROM cfg.extension; DELETE FROM cfg.domain; DELETE FROM cfg.tenant;
INSERT INTO cfg.tenant (name) VALUES ('one'), ('two');
INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, name || '.example.com', name || '.example.com' FROM cfg.tenant;
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, n::text, 'x' FROM cfg.domain, generate_series(1001, 1003) n;
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'jazz', '/a' FROM cfg.domain;
INSERT INTO cfg.queue (domain_id, name, moh_class_id) SELECT domain_id, 'sales', id FROM cfg.moh_class;
INSERT INTO cfg.queue_agent (domain_id, extension_id) SELECT domain_id, id FROM cfg.extension WHERE number < '1003';
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id)
    SELECT q.domain_id, q.id, a.id FROM cfg.queue q JOIN cfg.queue_agent a USING (domain_id);
INSERT INTO cfg.moh_class (name, path) VALUES ('default', '/a')"""

#: %(a)s to %(c)s are numbers from 0 to 5. Where it ends in an ellipsis, row number a of that table.
ROW = "WHERE ctid = (SELECT ctid FROM cfg.{} ORDER BY ctid OFFSET %(a)s LIMIT 1)"
HARMLESS = """
UPDATE cfg.queue_agent SET wrap_up_s = %(b)s ...
UPDATE cfg.queue_agent SET ring_timeout_s = 5 + %(b)s ...
UPDATE cfg.queue_tier SET level = 1 + %(b)s, position = 1 + %(c)s ...
UPDATE cfg.queue SET strategy = (ARRAY['ring-all', 'top-down', 'random'])[1 + %(b)s %% 3] ...
UPDATE cfg.queue SET moh_class_id = (SELECT id FROM cfg.moh_class ORDER BY id OFFSET %(b)s LIMIT 1) ...
UPDATE cfg.moh_class SET path = '/' || %(b)s, rate_hz = (ARRAY[8000, 16000])[1 + %(c)s %% 2] ...
UPDATE cfg.extension SET name = 'n' || %(b)s ...
INSERT INTO cfg.queue (domain_id, name) SELECT id, (ARRAY['sales', 'help', 'night'])[1 + %(b)s %% 3] FROM cfg.domain ORDER BY id OFFSET %(a)s LIMIT 1
INSERT INTO cfg.queue_agent (domain_id, extension_id) SELECT domain_id, id FROM cfg.extension ORDER BY id OFFSET %(a)s LIMIT 1
INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id) \
SELECT q.domain_id, q.id, a.id FROM cfg.queue q JOIN cfg.queue_agent a USING (domain_id) ORDER BY q.id, a.id OFFSET %(a)s LIMIT 1
"""
HARMFUL = """
UPDATE cfg.queue SET name = (ARRAY['sales', 'help', 'night'])[1 + %(b)s %% 3] ...
UPDATE cfg.queue SET enabled = NOT enabled ...
DELETE FROM cfg.queue ...
UPDATE cfg.queue_agent SET enabled = NOT enabled ...
DELETE FROM cfg.queue_agent ...
DELETE FROM cfg.queue_tier ...
UPDATE cfg.extension SET number = (1001 + %(b)s)::text ...
UPDATE cfg.extension SET enabled = NOT enabled ...
DELETE FROM cfg.extension ...
UPDATE cfg.domain SET name = 'd' || %(b)s || '.example.com' ...
UPDATE cfg.domain SET enabled = NOT enabled ...
UPDATE cfg.tenant SET enabled = NOT enabled ...
UPDATE cfg.moh_class SET name = (ARRAY['jazz', 'blues', 'default'])[1 + %(b)s %% 3] ...
UPDATE cfg.moh_class SET enabled = NOT enabled ...
DELETE FROM cfg.moh_class ...
INSERT INTO cfg.moh_class (domain_id, name, path) SELECT id, 'blues', '/b' FROM cfg.domain ORDER BY id OFFSET %(a)s LIMIT 1
INSERT INTO cfg.extension (domain_id, number, name) SELECT id, (1001 + %(b)s)::text, 'x' FROM cfg.domain ORDER BY id OFFSET %(a)s LIMIT 1
"""
Step = tuple[list[tuple[str, dict[str, int]]], int]


class Site:
    """The tables, a module that was loaded from them, and a worker that has read up to `at`."""

    def __init__(self, dsn: str) -> None:
        self.db = psycopg.connect(dsn, autocommit=True)
        secret = Secret(dsn)
        self._worker = WorkerConnection(DatabaseSettings(write_dsn=secret, read_dsn=secret, deadline_ms=5000))
        self.begin()

    def begin(self) -> None:
        with self.db.transaction():
            self.db.execute(BASE)
        self.center = Center(self.served)
        self.center.load_all()
        self._sender = Sender(self.center, lambda: True)
        self._failed: list[Command] = []
        self._at = log.state(self._worker, "n").newest or 0

    def close(self) -> None:
        self.db.close()
        self._worker.close()

    def served(self) -> Documents:
        agents = self.db.execute(AGENTS).fetchall()
        rest = {"max_no_answer": "3", "reject_delay_time": "10", "busy_delay_time": "60", "no_answer_delay_time": "10"}
        return Documents(
            queues=dict(self.db.execute(QUEUES).fetchall()),
            agents={name: {"contact": contact, "wrap_up_time": str(wrap_up), **rest} for name, contact, wrap_up in agents},
            tiers={(queue, agent): (level, position) for queue, agent, level, position in self.db.execute(TIERS).fetchall()},
            streams=dict(self.db.execute(STREAMS).fetchall()),
        )

    def commit(self, statements: list[tuple[str, dict[str, int]]]) -> None:
        """Execute `statements` in one transaction, without those that the schema refuses."""
        with self.db.transaction():
            for statement, values in statements:
                try:
                    with self.db.transaction():
                        self.db.execute(statement, values)
                except psycopg.errors.IntegrityError:
                    continue

    def read(self, most: int) -> bool:
        """Apply at most `most` changes as one batch; return whether there were any. What fails is tried again after what came later."""
        made = self._planned(most)
        if made is not None:
            self._failed = [command for command in [*made.commands, *self._failed] if not self._sent(command, last=False)]
        return made is not None

    def _planned(self, most: int) -> Plan | None:
        changes = log.read(self._worker, after=self._at, limit=most)
        if not changes:
            return None
        self._at = changes[-1].revision
        return plan(changes, look_up(self._worker, "n", concerned(changes)))

    def finish(self, most: int, *, at_once: bool = False) -> None:
        """Apply all that is left, batch by batch, or like a worker that was away for long: as one plan of many batches."""
        plans = list(iter(lambda: self._planned(most), None)) if at_once else []
        self._failed += merged(plans).commands if plans else ()
        while self.read(most):
            pass
        assert [command for command in self._failed if not self._sent(command, last=True)] == []

    def _sent(self, command: Command, *, last: bool) -> bool:
        try:
            self._sender.send(command)
        except NotRunningError:
            return last
        except CommandFailedError:
            return False
        return True

    def same(self) -> None:
        """Check that the modules have what the tables say."""
        wanted, has = self.served(), self.center
        assert has.queues == wanted.queues
        assert {name: agent.values for name, agent in has.agents.items()} == wanted.agents
        assert has.tiers == wanted.tiers
        assert has.streams == wanted.streams


@pytest.fixture(scope="module")
def site(postgres: str, template: str) -> Iterator[Site]:
    name = f"r2a_center_{random.randrange(2**32):08x}"
    with psycopg.connect(postgres, autocommit=True) as server, pytest.MonkeyPatch.context() as patch:
        patch.setattr(playing, "_STEADY_S", 0.0)
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        one = Site(psycopg.conninfo.make_conninfo(postgres, dbname=name))
        yield one
        one.close()
        server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def steps(statements: str) -> st.SearchStrategy[list[Step]]:
    """Return lists of (the statements of one transaction, how many changes are read after it)."""
    number = st.integers(0, 5)
    texts = [text.replace("...", ROW.format(text.partition("cfg.")[2].split()[0])) for text in statements.strip().splitlines()]
    statement = st.tuples(st.sampled_from(texts), st.fixed_dictionaries({"a": number, "b": number, "c": number}))
    return st.lists(st.tuples(st.lists(statement, min_size=1, max_size=4), st.integers(0, 6)), min_size=1, max_size=6)


RUN = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@RUN
@given(steps(HARMLESS + HARMFUL.lstrip()), st.integers(1, 12), st.booleans())
def test_whatever_changes_in_whatever_batches(site: Site, made: list[Step], most: int, at_once: bool) -> None:
    site.begin()
    for statements, reads in made:
        site.commit(statements)
        if reads:
            site.read(reads)
    site.finish(most, at_once=at_once)
    site.same()


@RUN
@given(steps(HARMLESS), st.integers(1, 12))
def test_nobody_is_logged_out_by_what_is_not_his_own(site: Site, made: list[Step], most: int) -> None:
    site.begin()
    for agent in site.center.agents:
        assert site.center.api(f"callcenter_config agent set status {agent} Available") == "+OK\n"
    before = set(site.center.agents)
    for statements, reads in made:
        site.commit(statements)
        if reads:
            site.read(reads)
    site.finish(most)
    site.same()
    assert {site.center.agents[agent].status for agent in before} == {"Available"}
