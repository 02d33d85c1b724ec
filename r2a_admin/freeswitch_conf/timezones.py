"""The time zones of this machine in the form FreeSWITCH reads: a tenant's time zone is a name that FreeSWITCH itself does not know."""

from __future__ import annotations

import re
import zoneinfo
from pathlib import Path

#: Known on every machine, also where no time zone data is installed.
_ALWAYS = {"UTC": "UTC0"}
_QUOTED = re.compile(r"<[^>]*>")


def read() -> dict[str, str]:
    """Return the POSIX rule of each zone name that the system's tzdata has and FreeSWITCH can read; at least UTC."""
    found = dict(_ALWAYS)
    for name in zoneinfo.available_timezones():
        rule = _rule(name)
        if rule:
            found[name] = rule
    return dict(sorted(found.items()))


def readable(rule: str) -> str | None:
    """Return a POSIX rule as FreeSWITCH can read it, None when it cannot: it knows neither quoted names nor negative hours."""
    if "/-" in rule:
        return None
    for name in ("LST", "LDT"):
        # "<+03>-3" would be read as a zone three hours west. What stands between the angles is only a label.
        rule = _QUOTED.sub(name, rule, count=1)
    return rule if re.fullmatch(r"[A-Za-z]{3,6}[-+0-9:]+([A-Za-z]{3,6}[-+0-9:]*,[-+MJ0-9./:,]+)?", rule) else None


def _rule(name: str) -> str | None:
    for folder in zoneinfo.TZPATH:
        path = Path(folder) / name
        if path.is_file():
            # RFC 8536: from version 2 on the file ends in the rule, between two line feeds.
            lines = path.read_bytes().rsplit(b"\n", 2)
            return readable(lines[-2].decode("ascii", "replace")) if len(lines) == 3 and lines[-1] == b"" else None
    return None
