"""What still uses a thing that somebody wants to delete: the schema keeps it from going, and this says by name what has to change first."""

from __future__ import annotations

from r2a_admin.store import asking
from r2a_core.database import Connection
from r2a_core.errors import R2aError

#: So many users are named; of more it is said that there are more.
NAMED = 5


class StillUsedError(R2aError):
    """Something else would lead nowhere; the text names it."""


def refuse(connection: Connection, noun: str, key_id: int, reason: str, remedy: str) -> None:
    """Raise StillUsedError when sql/`noun`_used.sql finds a user of the row: "`reason`: the users; `remedy`"."""
    found = asking.rows(connection, f"{noun}_used", str, {"id": key_id, "limit": NAMED + 1})
    if found:
        more = " and more" if len(found) > NAMED else ""
        raise StillUsedError(f"{reason}: {', '.join(found[:NAMED])}{more}; {remedy}")
