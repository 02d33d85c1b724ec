"""`r2a secret-key`: a key for R2A_SECRET_KEY."""

from __future__ import annotations

import typer

from r2a_core import sealing


def secret_key() -> None:
    """Print a new key for R2A_SECRET_KEY_FILE, which seals the passwords of gateways. Every node needs the same one; keep a copy."""
    typer.echo(sealing.new_key())
