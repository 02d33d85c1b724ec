"""The errors that cross a boundary: what was wrong with the settings, with the question, or with the database."""

from __future__ import annotations


class R2aError(Exception):
    """Something that can be told to a person in one line: its text is that line."""


class SettingsError(R2aError):
    """The environment does not describe a service that could run; the text names each variable and what it should be."""


class StoreUnavailable(R2aError):
    """The database did not answer in time, or not at all. Nothing is known about what was asked."""


class SchemaMissing(StoreUnavailable):
    """The database answers, and has not been migrated, or to another version. It works otherwise: this can change at any moment."""


class StoreRefused(R2aError):
    """The database answered, and said no: a constraint, a privilege, a missing object. The text is for a person."""
