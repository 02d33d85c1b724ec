"""What the log says when a menu, a queue or a conference cannot be served as its rows would have it, on the real service and PostgreSQL."""

from __future__ import annotations

import logging
from pathlib import Path

import psycopg
import pytest

from r2a_xml.app import make_context
from r2a_xml.builders.document import NOT_FOUND
from r2a_xml.endpoint import Reply, answer
from r2a_xml.sections.context import Context
from r2a_xml.settings import XmlSettings
from tests.integration.test_corpus import add_rows, load_demo, serving

CORPUS = Path(__file__).resolve().parents[1] / "corpus/xml"
WHOLE = (CORPUS / "capture-configuration-callcenter.conf/form").read_bytes()
#: XML_CURL_MAX_BYTES of mod_xml_curl.c.
FREESWITCH_TAKES = 1024 * 1024


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return each error as one line with its fields."""
    return [f"{record.getMessage()} {getattr(record, 'fields', '')}" for record in caplog.records if record.levelno >= logging.ERROR]


def asked(context: Context, case: str) -> Reply:
    return answer((CORPUS / case / "form").read_bytes(), context)


@pytest.mark.parametrize(
    "case",
    ["conference-pin-sealed-with-another-key-closes-the-room", "conference-moderator-pin-sealed-with-another-key-closes-the-room",
     "conference-pin-that-is-empty-closes-the-room"],
)  # fmt: skip
def test_a_room_whose_pin_cannot_be_asked_for_is_closed_with_one_line(case: str, database: str, caplog: pytest.LogCaptureFixture) -> None:
    dsn = load_demo(database)
    add_rows(dsn, CORPUS / case / "rows.sql")
    with serving(dsn) as context:
        assert asked(context, case).body == NOT_FOUND
    [line] = errors(caplog)
    assert "conference closed" in line
    assert "5100-pbx.example.com" in line
    assert "4711" not in line


def test_a_room_with_a_pin_is_closed_where_the_key_is_missing_and_one_without_is_open(database: str, caplog: pytest.LogCaptureFixture) -> None:
    dsn = load_demo(database)
    add_rows(dsn, CORPUS / "conference-room-with-pins-and-a-limit/rows.sql")
    context = make_context(XmlSettings.from_environment({"R2A_WRITE_DSN": dsn}))
    try:
        assert asked(context, "conference-room-without-a-pin").body == NOT_FOUND
        [line] = errors(caplog)
        assert "R2A_SECRET_KEY" in line
        with psycopg.connect(dsn) as connection:
            connection.execute("UPDATE cfg.conference_room SET pin_sealed = NULL, moderator_pin_sealed = NULL")
        assert b'name="max-members"' in asked(context, "conference-room-without-a-pin").body
    finally:
        context.database.close()


def test_ten_thousand_agents_are_served_as_far_as_freeswitch_takes_them_and_the_log_says_so(database: str, caplog: pytest.LogCaptureFixture) -> None:
    dsn = load_demo(database)
    with psycopg.connect(dsn) as connection:
        connection.execute("DELETE FROM cfg.queue; DELETE FROM cfg.queue_agent")
        connection.execute("SET LOCAL session_replication_role = replica")
        connection.execute(
            "INSERT INTO cfg.extension (domain_id, number, name) SELECT d.id, (20000 + n)::text, 'A' FROM cfg.domain d, generate_series(1, 10000) n"
        )
        connection.execute("INSERT INTO cfg.queue (domain_id, name) SELECT id, 'crowd' FROM cfg.domain")
        connection.execute("INSERT INTO cfg.queue_agent (domain_id, extension_id) SELECT domain_id, id FROM cfg.extension")
        connection.execute(
            "INSERT INTO cfg.queue_tier (domain_id, queue_id, queue_agent_id) "
            "SELECT q.domain_id, q.id, a.id FROM cfg.queue q JOIN cfg.queue_agent a USING (domain_id)"
        )
    with serving(dsn) as context:
        reply = answer(WHOLE, context)
        queue = answer((CORPUS / "callcenter-unknown-queue/form").read_bytes().replace(b"nobody%40", b"crowd%40"), context)
    assert b'<queue name="crowd@pbx.example.com">' in reply.body
    assert 800_000 < len(reply.body) < FREESWITCH_TAKES
    assert 800_000 < len(queue.body) < FREESWITCH_TAKES
    assert [line.partition(";")[0] for line in errors(caplog)] == ["callcenter.conf is larger than FreeSWITCH takes"] * 2


def test_menus_that_are_too_many_are_left_out_with_one_line(database: str, caplog: pytest.LogCaptureFixture) -> None:
    dsn = load_demo(database)
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "INSERT INTO cfg.ivr_menu (domain_id, name, greet_long) "
            "SELECT d.id, CASE n WHEN 0 THEN 'front' ELSE 'm' || n END, 'a.wav' FROM cfg.domain d, generate_series(0, 500) AS n"
        )
        connection.execute(
            "INSERT INTO cfg.ivr_option (domain_id, ivr_menu_id, digits, action, target_menu_id) "
            "SELECT f.domain_id, f.id, substr(m.name, 2), 'menu', m.id FROM cfg.ivr_menu f "
            "JOIN cfg.ivr_menu m ON m.domain_id = f.domain_id AND m.name ~ '^m[0-9]' WHERE f.name = 'front'"
        )
    with serving(dsn) as context:
        reply = asked(context, "ivr-menu-without-an-option")
    assert reply.body.count(b"<menu ") == 200
    assert reply.body.count(b'action="menu-sub"') == 199
    [line] = errors(caplog)
    assert "'served': 200" in line
