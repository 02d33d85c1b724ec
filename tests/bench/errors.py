"""What stops the bench."""

from __future__ import annotations

from r2a_core.errors import R2aError


class BenchError(R2aError):
    """The bench cannot measure, or what it measured does not count; the text says why, and what to do."""
