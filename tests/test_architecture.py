"""Who may import whom (ARCHITECTURE.md, "Import rules"), how large a file may be, and that the tables of the service are complete."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

from r2a_core.database import Question
from r2a_xml import request
from r2a_xml.sections import SECTIONS
from r2a_xml.store import questions

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("r2a_core", "r2a_xml", "r2a_esl", "r2a_admin")
MODULES = sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py"))

#: Module prefix -> prefixes of this repository's modules that it may import. The longest prefix that fits decides.
MAY_IMPORT = {
    "r2a_core": ("r2a_core",),
    "r2a_xml.form": ("r2a_core.errors",),
    "r2a_xml.request": ("r2a_xml.form",),
    "r2a_xml.settings": ("r2a_core",),
    "r2a_xml.metrics": (),
    "r2a_xml.arrival": (),
    # Loaded by gunicorn before the counters have a place.
    "r2a_xml.serving": ("r2a_xml.arrival", "r2a_xml.settings", "r2a_core"),
    "r2a_xml.store.rows": (),
    "r2a_xml.store.application_rows": (),
    "r2a_xml.store": ("r2a_xml.store", "r2a_core"),
    "r2a_xml.builders": ("r2a_xml.builders", "r2a_xml.store.rows", "r2a_xml.store.application_rows"),
    "r2a_xml.sections": ("r2a_xml.sections", "r2a_xml.store", "r2a_xml.builders", "r2a_xml.request", "r2a_xml.settings", "r2a_core"),
    "r2a_xml": ("r2a_xml", "r2a_core"),
    "r2a_esl": ("r2a_esl", "r2a_core"),
    # The command shows what the service would answer and what the worker would send, through one door each.
    "r2a_admin": ("r2a_admin", "r2a_core", "r2a_xml.preview", "r2a_esl.preview"),
}

#: Third-party package -> the only places that may import it.
ONLY_HERE = {
    "lxml": ("r2a_xml.builders", "r2a_admin"),
    "psycopg": ("r2a_core", "r2a_esl.store", "r2a_admin"),
    "psycopg_pool": ("r2a_core.database", "r2a_core.pooling"),
    "flask": ("r2a_xml.app",),
    "gunicorn": ("r2a_xml.serving",),
    "greenswitch": ("r2a_esl.link",),
    "gevent": ("r2a_esl.link", "r2a_esl.__main__", "r2a_esl.http"),
    "cryptography": ("r2a_core.sealing",),
    "typer": ("r2a_admin",),
    "rich": ("r2a_admin",),
}

OURS = tuple(f"{package}." for package in PACKAGES)


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def below(name: str, prefixes: tuple[str, ...]) -> bool:
    return any(name == prefix or name.startswith(f"{prefix}.") for prefix in prefixes)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_module_imports_only_what_its_room_may(path: Path) -> None:
    name = name_of(path)
    allowed = MAY_IMPORT[max((prefix for prefix in MAY_IMPORT if below(name, (prefix,))), key=len)]
    for imported in imports(path):
        if imported.startswith(OURS):
            assert below(imported, allowed), f"{name} may not import {imported}"
        places = ONLY_HERE.get(imported.partition(".")[0])
        assert places is None or below(name, places), f"{name} may not import {imported}: only {', '.join(places)} may"


@pytest.mark.parametrize("path", [*MODULES, *sorted((ROOT / "tests").rglob("*.py"))], ids=lambda path: str(path.relative_to(ROOT)))
def test_file_stays_readable_in_one_sitting(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= (300 if path in MODULES else 400)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_functions_stay_short_and_files_have_telling_names(path: Path) -> None:
    assert path.stem not in ("utils", "helpers", "common", "misc")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 50, f"{name_of(path)}.{node.name}"


def test_core_stays_small() -> None:
    assert sum(len(path.read_text().splitlines()) for path in (ROOT / "r2a_core").rglob("*.py")) <= 900


def test_every_kind_of_request_has_a_section_or_is_not_found_on_purpose() -> None:
    assert set(get_args(request.Request)) - set(SECTIONS) == {request.Impossible, request.Unknown}


@pytest.mark.parametrize("path", sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.sql")), ids=lambda path: str(path.stem))
def test_query_file_is_one_statement_that_says_what_it_asks(path: Path) -> None:
    text = path.read_text()
    assert text.startswith("-- ")
    assert ";" not in re.sub(r"--.*|'[^']*'", "", text).rstrip().rstrip(";"), "one statement a file"


def test_every_query_of_the_service_is_asked() -> None:
    files = {path.stem for path in (ROOT / "r2a_xml/store/sql").glob("*.sql")}
    assert files == {value.name for value in vars(questions).values() if isinstance(value, Question)}


def test_all_init_files_of_the_top_packages_are_empty() -> None:
    # psycopg picks how it waits when it is imported: an import order nobody sees would decide for the worker.
    assert all((ROOT / package / "__init__.py").read_text() == "" for package in PACKAGES)
