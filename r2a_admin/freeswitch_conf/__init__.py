"""`r2a freeswitch-conf`: the small static tree with which a node's FreeSWITCH starts; the rest it asks the XML service for."""

from __future__ import annotations
