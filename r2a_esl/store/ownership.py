"""Asks whose registrations are whose."""

from __future__ import annotations

from collections.abc import Sequence

from r2a_esl.belonging import Ownership
from r2a_esl.registrations import Registration
from r2a_esl.store.connection import WorkerConnection


def ask(connection: WorkerConnection, registrations: Sequence[Registration]) -> list[Ownership]:
    """Return what the database knows of each of `registrations`, in their order; raise StoreUnavailable."""
    values = {
        "users": [one.user for one in registrations],
        "hosts": [one.host for one in registrations],
        "usernames": [one.username for one in registrations],
        "realms": [one.realm for one in registrations],
    }
    rows = connection.ask("registration_ownership", values)
    return [Ownership(same_domain=bool(same_domain), same_extension=bool(same_extension)) for same_domain, same_extension in rows]
