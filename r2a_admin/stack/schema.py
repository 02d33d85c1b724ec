"""Brings the database of `r2a run` to the version of this checkout, with the demo tenant when it has no other."""

from __future__ import annotations

from collections.abc import Callable

import psycopg

from r2a_admin import migrations
from r2a_admin.commands import demo
from r2a_admin.stack.errors import StackError
from r2a_core import database
from r2a_core.dsn import DatabaseSettings


def migrate(settings: DatabaseSettings, say: Callable[[str], None]) -> None:
    """Apply the missing migrations; raise StoreUnavailable, StackError or what migrations raises."""
    with database.connect(settings, application="r2a-run", role=None) as connection:
        try:
            migrations.apply(connection, migrations.read(), progress=lambda text: say(f"  {text}"))
        except psycopg.Error as error:
            raise StackError(f"the schema cannot be brought up to date: {error.diag.message_primary or type(error).__name__}") from error


def load_demo(say: Callable[[str], None]) -> None:
    """Do what `r2a demo` does, in the database that os.environ names; leave a database that somebody uses as it is."""
    try:
        demo.demo(dry_run=False)
    except demo.DemoRefusedError as error:
        say(f"no demo tenant: {error}")
    except psycopg.Error as error:
        raise StackError(f"the demo tenant cannot be loaded: {error.diag.message_primary or type(error).__name__}") from error
