"""What `r2a freeswitch-conf` asks the database."""

from __future__ import annotations
