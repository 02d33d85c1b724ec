"""Every form of the corpus is answered by the real service from real PostgreSQL and held against the document written for it."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from lxml import etree

from r2a_core.environ import Secret
from r2a_core.sealing import SealingKey, new_key
from r2a_xml.app import make_context
from r2a_xml.endpoint import answer
from r2a_xml.sections.context import Context
from r2a_xml.settings import XmlSettings
from tests.conftest import fresh_database

ROOT = Path(__file__).resolve().parents[2]
CASES = sorted(path for path in (ROOT / "tests/corpus/xml").iterdir() if path.is_dir())
KEY = new_key()


def load_demo(dsn: str) -> str:
    """Load the demo tenant and the node tele-node-01, and return the DSN."""
    with psycopg.connect(dsn) as connection:
        connection.execute((ROOT / "sql/demo.sql").read_text().encode())
        connection.execute("INSERT INTO cfg.node (name) VALUES ('tele-node-01')")
        connection.execute("INSERT INTO cfg.node_address (node_id, alias, listen) SELECT id, unnest(ARRAY['sip', 'rtp']), '127.0.0.1' FROM cfg.node")
    return dsn


@contextlib.contextmanager
def serving(dsn: str) -> Iterator[Context]:
    settings = XmlSettings.from_environment(
        {"R2A_WRITE_DSN": dsn, "R2A_SECRET_KEY": KEY, "R2A_ESL_PASSWORD": "corpus-password", "R2A_XML_THREADS": "1", "PATH": os.environ["PATH"]}
    )
    context = make_context(settings)
    try:
        yield context
    finally:
        context.database.close()


@pytest.fixture(scope="module")
def plain(postgres: str, template: str) -> Iterator[Context]:
    """Yield a service on the demo tenant as it is, for all cases that add no rows."""
    with fresh_database(postgres, template) as dsn, serving(load_demo(dsn)) as context:
        yield context


def context_of(case: Path, request: pytest.FixtureRequest, stack: contextlib.ExitStack) -> Context:
    if not (case / "rows.sql").exists():
        found: Context = request.getfixturevalue("plain")
        return found
    dsn = load_demo(request.getfixturevalue("database"))
    add_rows(dsn, case / "rows.sql")
    return stack.enter_context(serving(dsn))


def add_rows(dsn: str, file: Path) -> None:
    sealed = SealingKey(Secret(KEY))
    text = re.sub(r":sealed\('([^']*)'\)", lambda found: "'\\x" + sealed.seal(found.group(1)).hex() + "'", file.read_text())
    with psycopg.connect(dsn) as connection:
        connection.execute(text.encode())


def assert_same(got: etree._Element, wanted: etree._Element, path: str) -> None:
    assert got.tag == wanted.tag, path
    assert dict(got.attrib).keys() == dict(wanted.attrib).keys(), path
    for name, value in wanted.attrib.items():
        assert value == "*" or got.attrib[name] == value, f"{path}/@{name}: {got.attrib[name]!r} instead of {value!r}"
    assert [child.tag for child in got] == [child.tag for child in wanted], path
    for position, (one, other) in enumerate(zip(got, wanted, strict=True)):
        assert_same(one, other, f"{path}/{one.tag}[{position}]")


@pytest.mark.parametrize("case", CASES, ids=lambda case: str(case.name))
def test_corpus_form_gets_the_document_written_for_it(case: Path, request: pytest.FixtureRequest) -> None:
    with contextlib.ExitStack() as stack:
        reply = answer((case / "form").read_bytes(), context_of(case, request, stack))
    assert reply.status == 200
    assert_same(etree.fromstring(reply.body), etree.fromstring((case / "expected.xml").read_bytes()), "")
    assert_output_rules(reply.body)
    if case.name.startswith(("dialplan", "capture-dialplan")):
        assert len(reply.body) <= 2048


def assert_output_rules(body: bytes) -> None:
    """Nothing in the answer makes FreeSWITCH's line-based pre-processor act (contract 1.5), and each line holds at most one element."""
    assert b"$" not in body
    for forbidden in (b"<?", b"<!--", b"x-pre-process", b"<include"):
        assert forbidden not in body.lower()
    assert all(line.count(b"<") == 1 for line in body.splitlines())


def test_corpus_covers_every_kind_of_request() -> None:
    assert len(CASES) >= 100
    assert sum(case.name.startswith("capture-") for case in CASES) == 56
