"""Tests on a real FreeSWITCH: it is started with the tree of `r2a freeswitch-conf`, asks a running r2a, and SIPp phones use it."""

from __future__ import annotations
