"""Loads the .sql files: one question each, its first line a comment that says what is asked."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import LiteralString


@cache
def load(package: str, name: str) -> LiteralString:
    """Return the text of sql/`name`.sql in `package`; raise FileNotFoundError when there is none."""
    # A query is as good as a literal: it is read from the package's own files and never put together from values.
    return resources.files(package).joinpath("sql", f"{name}.sql").read_text(encoding="utf-8")
