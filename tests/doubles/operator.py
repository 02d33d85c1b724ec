"""An operator in the database of a demo tenant: asks nodes for things, and looks at what came of it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import psycopg
from psycopg.rows import dict_row

from tests.doubles.worker import soon

ROOT = Path(__file__).resolve().parents[2]
NODE = "tele-node-01"


class Operator:
    """A superuser in a migrated database, in which he finds the demo tenant and two nodes with addresses."""

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.db = psycopg.connect(dsn, autocommit=True, row_factory=dict_row)
        self.db.execute((ROOT / "sql" / "demo.sql").read_bytes())
        self.db.execute("INSERT INTO cfg.node (name) VALUES ('tele-node-01'), ('tele-node-02')")
        addresses = "SELECT id, alias, inet '192.0.2.11' FROM cfg.node, unnest(ARRAY['sip', 'rtp']) AS alias"
        self.db.execute(f"INSERT INTO cfg.node_address (node_id, alias, listen) {addresses}")

    def row(self, statement: str, *values: object) -> dict[str, Any]:
        """Return the first row, empty when there is none."""
        return self.db.execute(statement, values).fetchone() or {}

    def ask(self, kind: str, *, to: str = NODE, expires_in: str = "1 minute", **argument: Any) -> int:
        """Ask a node for something; return the task's number."""
        return int(
            self.row(
                "INSERT INTO rt.node_task (node_name, kind, argument, asked_by, expires_at)"
                " VALUES (%s, %s, %s::jsonb, 'operator', now() + %s::interval) RETURNING id",
                to,
                kind,
                json.dumps(argument),
                expires_in,
            )["id"]
        )

    def task(self, number: int) -> dict[str, Any]:
        return self.row("SELECT * FROM rt.node_task WHERE id = %s", number)

    def outcome(self, number: int, within_s: float = 15) -> tuple[str, dict[str, Any]]:
        """Return state and result of a task, once it came to an end."""
        row = soon(lambda: (found := self.task(number))["finished_at"] and found, within_s)
        return row["state"], row["result"]

    def do(self, kind: str, **argument: Any) -> tuple[str, dict[str, Any]]:
        return self.outcome(self.ask(kind, **argument))

    def status(self) -> dict[str, Any]:
        return self.row("SELECT * FROM rt.node_status WHERE node_name = %s", NODE)

    def needed(self, profile: str = "internal") -> list[str]:
        found = self.db.execute("SELECT why FROM rt.restart_needed WHERE node_name = %s AND profile = %s ORDER BY revision", (NODE, profile))
        return [row["why"] for row in found]

    def newest(self) -> int:
        return int(self.row("SELECT max(revision) AS newest FROM cfg.change_log")["newest"])

    def wait_until_applied(self) -> None:
        soon(lambda: self.status().get("applied_revision") == self.newest())

    def set_port(self, port: int, profile: str = "internal") -> None:
        self.db.execute("UPDATE cfg.sip_profile SET port = %s WHERE name = %s", (port, profile))
