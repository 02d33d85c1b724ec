"""The commands of `r2a`, one module a noun: arguments in, one call or a few of store/, words out."""

from __future__ import annotations
