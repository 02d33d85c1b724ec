"""The questions and changes that `r2a` puts to PostgreSQL: SQL in sql/, one module a noun."""

from __future__ import annotations
