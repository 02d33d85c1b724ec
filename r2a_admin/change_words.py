"""A change in words: what the row is called, and what of it is different."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from r2a_admin.store import changes as store
from r2a_admin.store.changes import Change, Names
from r2a_core.database import Connection
from r2a_core.logs import one_line

#: Column -> table of the row that it names.
_REFERENCES = {
    "tenant_id": "tenant", "domain_id": "domain", "extension_id": "extension", "device_id": "device", "call_group_id": "call_group",
    "node_id": "node", "sip_profile_id": "sip_profile", "gateway_id": "gateway", "acl_id": "acl", "document_id": "config_document",
    "phrase_id": "phrase", "moh_class_id": "moh_class", "ivr_menu_id": "ivr_menu", "target_menu_id": "ivr_menu", "queue_id": "queue",
    "queue_agent_id": "queue_agent",
    "conference_profile_id": "conference_profile",
}  # fmt: skip
#: Table -> what its rows are called: columns of which the first that is set counts, and columns that say of what it is one.
_CALLED: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "domain": (("name",), ()),
    "domain_alias": (("name",), ("domain_id",)),
    "extension": (("number",), ("domain_id",)),
    "device": (("auth_user",), ("domain_id",)),
    "device_credential": (("realm",), ("device_id",)),
    "voicemail_credential": (("realm",), ("extension_id",)),
    "call_group_member": (("extension_id",), ("call_group_id",)),
    "directory_entry": (("name",), ("device_id", "extension_id", "call_group_id", "domain_id")),
    "feature_code": (("code",), ("domain_id",)),
    "node_address": (("alias",), ("node_id",)),
    "sip_profile_param": (("name",), ("sip_profile_id",)),
    "sip_profile_domain": (("name",), ("sip_profile_id",)),
    "sip_profile_node": (("node_id",), ("sip_profile_id",)),
    "gateway_param": (("name",), ("gateway_id",)),
    "acl_entry": (("cidr", "domain"), ("acl_id",)),
    "config_element": (("tag",), ("document_id",)),
    "voice_guide": (("language",), ()),
    "phrase_step": (("position",), ("phrase_id",)),
    "ivr_option": (("digits", "action"), ("ivr_menu_id",)),
    "queue_agent": (("extension_id",), ()),
    "queue_tier": (("queue_agent_id",), ("queue_id",)),
    "conference_profile_param": (("name",), ("conference_profile_id",)),
    "conference_control": (("digits",), ("control_group",)),
    "conference_room": (("number",), ("domain_id",)),
}
#: Of a table that has no line above: its name, and whose it is.
_USUALLY = (("name",), ("domain_id",))
#: What a person does not want to see of a row that came or went.
_OBVIOUS = ("id", "owner", "created_at", "updated_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A column whose value is another; None = NULL, or no row."""

    column: str
    before: Any
    after: Any


class Words:
    """Names for the rows that some changes speak of: as they are called today, else as they were called in these changes, else by number."""

    def __init__(self, changes: Iterable[Change], names: Names) -> None:
        self._names = names
        self._rows = {(change.table, row["id"]): row for change in changes for row in (change.before, change.after) if row and "id" in row}

    def title(self, change: Change) -> str:
        """Return what the row is called, with what it belongs to."""
        # One that was renamed is looked for under the name that it had.
        return self._title(change.table, change.before or change.row)

    def value(self, column: str, value: Any) -> str:
        """Return a value of a row for a person; a number that stands for a row as its name."""
        if column in _REFERENCES and isinstance(value, int):
            return self._called(_REFERENCES[column], value)
        if value is None:
            return "-"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return one_line(value if isinstance(value, str) else orjson.dumps(value).decode(), 1100)

    def line(self, change: Change) -> str:
        """Return the differences of a change in one line."""
        return "; ".join(f"{one.column}: {self.value(one.column, one.before)} -> {self.value(one.column, one.after)}" for one in differences(change))

    def _title(self, table: str, row: Mapping[str, Any]) -> str:
        own, of = _CALLED.get(table, _USUALLY)
        called = next((self.value(column, row[column]) for column in own if row.get(column) is not None), f"number {row.get('id', '?')}")
        for column in of:
            if row.get(column) is not None:
                parent = self.value(column, row[column])
                return f"{called}@{parent}" if column == "domain_id" and table not in ("domain_alias", "directory_entry") else f"{called} of {parent}"
        return called

    def _called(self, table: str, number: int) -> str:
        if (table, number) in self._names:
            return self._names[(table, number)]
        row = self._rows.get((table, number))
        return self._title(table, row) if row is not None else f"{table} number {number}"


def look_up(connection: Connection, changes: Sequence[Change]) -> Words:
    """Return names for all that `changes` speak of."""
    return Words(changes, store.names(connection, references(changes)))


def references(changes: Iterable[Change]) -> dict[str, Sequence[int]]:
    """Return the ids that `changes` speak of, by table."""
    found: dict[str, set[int]] = defaultdict(set)
    for change in changes:
        for row in (change.before, change.after):
            for column, table in _REFERENCES.items():
                if row and isinstance(row.get(column), int):
                    found[table].add(row[column])
    return {table: sorted(numbers) for table, numbers in found.items()}


def differences(change: Change) -> list[Difference]:
    """Return the columns that differ; of a row that came or went, those that say something. A changed secret is *** on both sides."""
    before, after = change.before or {}, change.after or {}
    columns = dict.fromkeys([*before, *after])
    if change.operation == "UPDATE":
        found = [column for column in columns if column != "updated_at" and before.get(column) != after.get(column)]
        # Nothing differs but what the log does not keep.
        found = found or [column for column in columns if before.get(column) == "***"]
    else:
        found = [column for column in columns if column not in _OBVIOUS and (before.get(column), after.get(column)) != (None, None)]
    return [Difference(column=column, before=before.get(column), after=after.get(column)) for column in found]
