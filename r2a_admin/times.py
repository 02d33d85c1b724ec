"""Points in time and in the change log, as people type them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_AGO = re.compile(r"(\d{1,6})\s*(s|m|min|h|d)")
_UNITS_S = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86400}


def since(text: str, now: datetime | None = None) -> int | datetime | None:
    """Return the revision (only digits) or the time (2h ago, 03:00 today, 2026-08-29, 2026-08-29T03:00) that `text` means; None = neither.

    Local time, unless the text says another; `now` has a time zone.
    """
    text = text.strip()
    moment = now or datetime.now(UTC).astimezone()
    if text.isascii() and text.isdigit() and len(text) <= 18:
        return int(text)
    if ago := _AGO.fullmatch(text):
        return moment - timedelta(seconds=int(ago[1]) * _UNITS_S[ago[2]])
    if re.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?", text):
        text = f"{moment.date().isoformat()}T{text.zfill(5) if text.count(':') == 1 else text.zfill(8)}"
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.astimezone()
