"""A database with the demo tenant, the worker of one node on it, and the switch that is a double: what is committed, what is told."""

from __future__ import annotations

from pathlib import Path

import psycopg

from tests.doubles.freeswitch import FakeFreeSwitch
from tests.doubles.worker import soon

ROOT = Path(__file__).resolve().parents[2]
D = "pbx.example.com"
ASKED = ("xml_flush_cache", "reloadacl", "sofia profile", "load ")
FULL = ["xml_flush_cache", "sofia profile external rescan", "sofia profile internal rescan", "reloadacl"]


def flushed(*names: str, domain: str = D) -> list[str]:
    return [f"xml_flush_cache {key} {name} {domain}" for name in names for key in ("id", "number-alias")]


class Site:
    """A migrated database with the demo tenant and this node, and a superuser in it."""

    def __init__(self, dsn: str, freeswitch: FakeFreeSwitch) -> None:
        self.dsn = dsn
        self.db = psycopg.connect(dsn, autocommit=True)
        self.db.execute((ROOT / "sql" / "demo.sql").read_bytes())
        self.db.execute("INSERT INTO cfg.node (name) VALUES ('tele-node-01'), ('tele-node-02')")
        self._freeswitch = freeswitch
        self._seen = 0

    def newest(self) -> int:
        return int((self.db.execute("SELECT max(revision) FROM cfg.change_log").fetchone() or (0,))[0])

    def applied(self) -> int:
        return int((self.db.execute("SELECT applied_revision FROM rt.node_status").fetchone() or (0,))[0])

    def last_error(self) -> str:
        return str((self.db.execute("SELECT last_error FROM rt.node_status").fetchone() or ("",))[0])

    def sent(self) -> list[str]:
        """Return what FreeSWITCH was told since the last call, once the newest revision is applied."""
        soon(lambda: self.applied() == self.newest())
        return self.told()

    def told(self) -> list[str]:
        commands = [command.removeprefix("api ") for command in self._freeswitch.commands]
        found, self._seen = commands[self._seen :], len(commands)
        return [command for command in found if command.startswith(ASKED)]

    def set_extension(self, number: str, name: str) -> None:
        self.db.execute("UPDATE cfg.extension SET name = %s WHERE number = %s", (name, number))

    def add_gateway(self, name: str, proxy: str = "127.0.0.9") -> None:
        """Add a gateway that does not register, on the profile external."""
        self.db.execute(
            "INSERT INTO cfg.gateway (name, sip_profile_id, proxy) SELECT %s, id, %s FROM cfg.sip_profile WHERE name = 'external'", (name, proxy)
        )

    def log_changes(self, count: int) -> None:
        """Have the change log say that `count` users were renamed, none of whom is in the database any more."""
        self.db.execute(
            "INSERT INTO cfg.change_log (revision, actor, table_name, operation, before, after)"
            " SELECT nextval('cfg.change_revision'), 'x', 'extension', 'UPDATE', r.old || jsonb_build_object('id', 1000000 + n, 'number', n::text),"
            " r.old || jsonb_build_object('id', 1000000 + n, 'number', n::text, 'name', 'renamed')"
            " FROM generate_series(1, %s) AS n, (SELECT to_jsonb(e) AS old FROM cfg.extension e ORDER BY id LIMIT 1) AS r",
            (count,),
        )
