"""Shows what `r2a run` is doing: a spinner on a terminal, a line before and after each step elsewhere."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator

from rich.console import Console


class Progress:
    """Tells of steps and results on standard output, in plain text without markup."""

    def __init__(self, console: Console) -> None:
        self._console = console

    @contextlib.contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Show that `title` is under way; when it worked, show how long it took."""
        began = time.monotonic()
        if self._console.is_terminal:
            with self._console.status(title):
                yield
        else:
            self.say(f"{title} ...")
            yield
        self.say(f"{title}: done in {time.monotonic() - began:.1f} s")

    def say(self, text: str) -> None:
        """Print `text` as it is: a command in it can be copied, whatever the width of the terminal."""
        self._console.print(text, markup=False, highlight=False, soft_wrap=True)
        self._console.file.flush()
