"""Reads settings from environment variables, and reports everything that is wrong with them at once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from r2a_core.errors import SettingsError


class Secret:
    """A text that must not reach a log: printing it shows ***, reveal() gives it."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def __repr__(self) -> str:
        return "Secret(***)"

    def __bool__(self) -> bool:
        return bool(self._text)


class Environment:
    """A view of the environment whose readers never raise: they note what is wrong, and check() raises it all as one SettingsError."""

    def __init__(self, variables: Mapping[str, str]) -> None:
        self._variables = variables
        self._problems: list[str] = []

    def problem(self, name: str, what: str) -> None:
        """Note that variable `name` is unusable; `what` says what it should be."""
        self._problems.append(f"{name}: {what}")

    def check(self) -> None:
        """Raise SettingsError when anything noted so far is wrong."""
        if self._problems:
            raise SettingsError("; ".join(self._problems))

    def given(self, name: str) -> bool:
        return bool(self._variables.get(name, "").strip())

    def text(self, name: str, default: str) -> str:
        return self._variables.get(name, "").strip() or default

    def integer(self, name: str, default: int, low: int, high: int) -> int:
        """Return the whole number in `name`, between `low` and `high` inclusive, or `default` when it is unset."""
        raw = self.text(name, str(default))
        try:
            number = int(raw)
        except ValueError:
            self.problem(name, f"should be a whole number from {low} to {high}, is {raw!r}")
            return default
        if not low <= number <= high:
            self.problem(name, f"should be from {low} to {high}, is {number}")
            return default
        return number

    def address(self, name: str, default: str) -> tuple[str, int]:
        """Return (host, port) from HOST:PORT; an IPv6 host stands in brackets."""
        raw = self.text(name, default)
        host, _, port = raw.rpartition(":")
        host = host.removeprefix("[").removesuffix("]")
        if not host or not (port.isascii() and port.isdecimal()) or not 0 < int(port) < 65536:
            self.problem(name, f"should be HOST:PORT like {default}, is {raw!r}")
            host, _, port = default.rpartition(":")
        return host, int(port)

    def path(self, name: str, default: str) -> Path:
        return Path(self.text(name, default))

    def secret(self, name: str) -> Secret | None:
        """Return the secret in `name`, else the first line of the file that `name`_FILE points to, else None."""
        if self.given(name):
            return Secret(self.text(name, ""))
        file_name = self.text(f"{name}_FILE", "")
        if not file_name:
            return None
        try:
            lines = Path(file_name).read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError) as error:
            self.problem(f"{name}_FILE", f"cannot be read: {error}")
            return None
        if not lines or not lines[0].strip():
            self.problem(f"{name}_FILE", f"{file_name} is empty; its first line should be the secret")
            return None
        return Secret(lines[0].strip())
