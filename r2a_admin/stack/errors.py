"""Why `r2a run` gives up, or ends."""

from __future__ import annotations

from r2a_core.errors import R2aError


class StackError(R2aError):
    """Something that `r2a run` needs does not work; the text is one line for a person."""


class StopRequested(BaseException):  # not an error
    """Somebody asked `r2a run` to stop. A BaseException, like KeyboardInterrupt, so that nothing on its way takes it for a failure."""
