"""Generic documents: from the rows that an operator commits to what this node's FreeSWITCH is told; and that little is asked for it."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest
from psycopg.types.json import Jsonb

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Secret
from r2a_esl.changes.known import concerned
from r2a_esl.changes.plan import Plan, plan
from r2a_esl.store import changes as log
from r2a_esl.store.connection import WorkerConnection
from r2a_esl.store.known import look_up

HERE, THERE = "tele-node-01", "tele-node-02"


class Site:
    """A migrated database with two nodes, and what the worker of the first one makes of each commit."""

    def __init__(self, dsn: str) -> None:
        self.db = psycopg.connect(dsn, autocommit=True)
        self.db.execute("INSERT INTO cfg.node (name) VALUES (%s), (%s)", (HERE, THERE))
        self._worker = WorkerConnection(DatabaseSettings(write_dsn=Secret(dsn), read_dsn=Secret(dsn), deadline_ms=5000))
        self._at = log.state(self._worker, HERE).newest or 0

    def close(self) -> None:
        self.db.close()
        self._worker.close()

    def document(self, name: str, node: str | None = None) -> int:
        statement = "INSERT INTO cfg.config_document (name, node_id) VALUES (%s, (SELECT id FROM cfg.node WHERE name = %s)) RETURNING id"
        return int((self.db.execute(statement, (name, node)).fetchone() or (0,))[0])

    def element(self, document: int, tag: str, **attributes: str) -> None:
        values = (document, tag, Jsonb(attributes))
        self.db.execute("INSERT INTO cfg.config_element (document_id, tag, attributes) VALUES (%s, %s, %s)", values)

    def made(self) -> Plan:
        changes = log.read(self._worker, after=self._at, limit=5000)
        self._at = changes[-1].revision
        return plan(changes, look_up(self._worker, HERE, concerned(changes)))

    def told(self) -> list[str]:
        return [text for command in self.made().commands for text in command.texts]


@pytest.fixture
def site(database: str) -> Iterator[Site]:
    one = Site(database)
    yield one
    one.close()


def test_a_module_is_loaded_where_it_is_listed(site: Site) -> None:
    site.db.execute(
        "INSERT INTO cfg.config_element (document_id, parent_id, position, tag, attributes) SELECT document_id, parent_id, 99, 'load',"
        " '{\"module\": \"mod_spandsp\"}' FROM cfg.config_element WHERE attributes ->> 'module' = 'mod_db'"
    )
    assert site.told() == ["load mod_spandsp"]
    site.db.execute("DELETE FROM cfg.config_element WHERE attributes ->> 'module' IN ('mod_spandsp', 'mod_fifo')")
    made = site.made()
    assert made.commands == ()
    assert [remark.split(" ")[0] for remark in made.remarks] == ["mod_fifo", "mod_spandsp"]


def test_music_knows_whether_its_module_should_be_there(site: Site) -> None:
    site.db.execute("INSERT INTO cfg.moh_class (name, path) VALUES ('default', '/a')")
    assert [(command.texts, command.module) for command in site.made().commands] == [(("local_stream start default",), "mod_local_stream")]
    site.db.execute("DELETE FROM cfg.config_element WHERE attributes ->> 'module' = 'mod_local_stream'")
    site.made()
    site.db.execute("UPDATE cfg.moh_class SET path = '/b'")
    assert [command.module for command in site.made().commands] == [""]


def test_a_node_with_a_document_of_its_own_is_deaf_to_everybodys(site: Site) -> None:
    own = site.document("post_load_switch.conf", HERE)
    site.element(own, "param", name="max-sessions", value="500")
    assert site.told() == ["fsctl max_sessions 500"]
    everybodys, anothers = site.document("post_load_switch.conf"), site.document("post_load_switch.conf", THERE)
    for number in (everybodys, anothers):
        site.element(number, "param", name="max-sessions", value="900")
        site.element(number, "param", name="rtp-start-port", value="20000")
    made = site.made()
    assert (made.commands, made.remarks) == ((), ())
    # Disabled it still hides the other; without it that one is served.
    site.db.execute("UPDATE cfg.config_document SET enabled = false WHERE id = %s", (own,))
    assert site.told() == []
    site.db.execute("DELETE FROM cfg.config_document WHERE id = %s", (own,))
    made = site.made()
    assert [command.texts for command in made.commands] == [("fsctl max_sessions 900",)]
    assert "rtp-start-port" in made.remarks[0]


def test_voicemail_profiles_that_went_with_their_document_are_read_again(site: Site) -> None:
    site.db.execute("UPDATE cfg.config_element SET attributes = attributes || '{\"value\": \"6\"}' WHERE attributes ->> 'name' = 'max-record-len'")
    assert site.told() == ["voicemail reload default"]
    with site.db.transaction():
        number = site.document("voicemail.conf", HERE)
        site.element(number, "profile", name="own")
    assert site.told() == ["voicemail reload own"]
    site.db.execute("DELETE FROM cfg.config_document WHERE id = %s", (number,))
    assert site.told() == ["voicemail reload default", "voicemail reload own"]


def test_nobody_is_asked_of_what_no_change_speaks_of(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = WorkerConnection.ask

    def counted(self: WorkerConnection, name: str, values: dict[str, object]) -> list[tuple[object, ...]]:
        asked.append(name)
        return ask(self, name, values)

    monkeypatch.setattr(WorkerConnection, "ask", counted)
    applications = {"change_queues", "change_agents", "change_tiers", "change_streams", "change_documents"}
    site.db.execute("INSERT INTO cfg.tenant (name) VALUES ('one')")
    site.db.execute("INSERT INTO cfg.domain (tenant_id, name, context) SELECT id, 'a.example.com', 'a.example.com' FROM cfg.tenant")
    site.db.execute("INSERT INTO cfg.extension (domain_id, number, name) SELECT id, '1001', 'x' FROM cfg.domain")
    site.db.execute("UPDATE cfg.extension SET name = 'y'")
    site.made()
    assert not applications & set(asked)
    site.db.execute("UPDATE cfg.extension SET number = '1002'")
    site.made()
    assert applications & set(asked) == {"change_agents", "change_tiers"}
