"""README.md and ARCHITECTURE.md speak of things that exist: settings, modules, names, tables, files, make targets."""

from __future__ import annotations

import importlib
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README, ARCHITECTURE = (ROOT / "README.md").read_text(), (ROOT / "ARCHITECTURE.md").read_text()
FOLDERS = ("r2a_core", "r2a_xml", "r2a_esl", "r2a_admin", "deploy")
SOURCES = [ROOT / "wsgi.py", *(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))]
TESTS = [path for path in (ROOT / "tests").rglob("*.py") if path != Path(__file__)]
SCHEMA = "".join(path.read_text() for path in (ROOT / "sql").rglob("*.sql"))

SETTING = re.compile(r"\bR2A_[A-Z_]*[A-Z]\b")
#: A dotted name in backticks below one of our packages, or below the package a paragraph speaks of.
NAME = re.compile(r"`((?:r2a_\w+|core|form|request|sections|store|builders|document|deadline|endpoint)(?:\.\w+)+)`")
SHORT = {"core": "r2a_core", "deadline": "r2a_core.deadline", "document": "r2a_xml.builders.document"}


def settings_of(paths: list[Path]) -> set[str]:
    """Return the settings that the sources read: a secret can also come as a file."""
    found = {name for path in paths for name in SETTING.findall(path.read_text())}
    secrets = {name for path in paths for name in re.findall(r'\.secret\("(R2A_\w+)"\)', path.read_text())}
    return found | {f"{name}_FILE" for name in secrets}


def test_every_setting_is_in_the_readme_and_every_setting_there_is_read() -> None:
    told = set(SETTING.findall(README))
    assert settings_of(SOURCES) <= told
    assert told <= settings_of(SOURCES) | settings_of(TESTS)


@pytest.mark.parametrize("name", sorted(set(NAME.findall(ARCHITECTURE))))
def test_name_in_the_architecture_exists(name: str) -> None:
    head, _, rest = name.partition(".")
    full = f"{SHORT.get(head, head if head.startswith('r2a_') else f'r2a_xml.{head}')}.{rest}"
    parts = full.split(".")
    for length in range(len(parts), 0, -1):
        try:
            thing = importlib.import_module(".".join(parts[:length]))
        except ModuleNotFoundError:
            continue
        for attribute in parts[length:]:
            thing = getattr(thing, attribute)
        return
    raise AssertionError(f"{name} is no module of ours")


@pytest.mark.parametrize("name", sorted(set(re.findall(r"\b((?:cfg|rt)\.\w+)\b", README + ARCHITECTURE))))
def test_table_in_the_documents_exists(name: str) -> None:
    assert f"CREATE TABLE {name} " in SCHEMA


@pytest.mark.parametrize("name", sorted(set(re.findall(r"[`(]((?:sql|deploy|tests|r2a_\w+)/[\w./]+|\w+\.md)[`)]", README + ARCHITECTURE))))
def test_file_in_the_documents_exists(name: str) -> None:
    assert (ROOT / name).exists()


def test_make_targets_in_the_documents_exist() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"\bmake (run|test|bench|lint|clean)\b", README + ARCHITECTURE)):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
