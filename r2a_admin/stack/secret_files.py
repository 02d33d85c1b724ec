"""Secrets that nobody has given yet: made once, each in a file only its owner reads."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

from r2a_core import sealing

_MAKERS: Mapping[str, Callable[[], str]] = {
    "R2A_SECRET_KEY": sealing.new_key,
    "R2A_ESL_PASSWORD": lambda: secrets.token_urlsafe(24),
}


def ensure(folder: Path, environment: Mapping[str, str]) -> dict[str, str]:
    """Return NAME_FILE = path for each secret that `environment` does not give, making the missing files in `folder`."""
    folder.mkdir(mode=0o700, exist_ok=True)
    folder.chmod(0o700)
    missing = {}
    for name, make in _MAKERS.items():
        if not environment.get(name, "").strip() and not environment.get(f"{name}_FILE", "").strip():
            missing[f"{name}_FILE"] = str(_file(folder / name, make))
    return missing


def _file(path: Path, make: Callable[[], str]) -> Path:
    if not path.exists():
        write_private(path, make() + "\n")
    return path


def write_private(path: Path, text: str) -> None:
    """Write `text` to `path` with mode 0600; nobody ever sees half of it, or reads it in between."""
    fresh = path.with_name(path.name + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
