"""`r2a migrate`: brings the database to the version of this program."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, migrations, session
from r2a_admin.commands.options import DryRun
from r2a_core import database


def migrate(
    check: Annotated[bool, typer.Option("--check", help="Change nothing; exit 1 when something is missing, edited or unknown.")] = False,
    dry_run: DryRun = False,
) -> None:
    """Apply the migrations that the database lacks. The login must own the database; r2a's roles are made if it may."""
    wanted = migrations.read()
    # The login itself, not r2a_operator: an operator writes rows, and does not own tables.
    with database.connect(session.settings(), application="r2a-migrate", role=None) as connection:
        if check:
            found = migrations.standing(connection, wanted)
            _report(found)
            return
        applied = migrations.apply(connection, wanted, dry_run=dry_run, progress=console.note)
    names = ", ".join(migration.title for migration in applied)
    console.done(f"applied {names}" if applied else f"nothing to do: the database is at {wanted[-1].title}", dry_run=dry_run)


def _report(found: migrations.Standing) -> None:
    lines = list(found.problems)
    if found.missing:
        lines.append(f"missing: {', '.join(migration.title for migration in found.missing)}; run `r2a migrate`")
    if lines:
        raise migrations.MigrationRefusedError("; ".join(lines))
    console.done(f"the database is at {found.applied[-1].title}", dry_run=False)
