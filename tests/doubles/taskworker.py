"""Plays the worker of a node for those who watch and steer one: it reports, applies changes and does tasks, in a thread, and misbehaves on demand."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from typing import Any

import psycopg

Answer = tuple[str, dict[str, Any]]

CORE_UUID = "2d3a1a8e-0b5c-4c63-9a5e-6f0f4b7c1d2e"
SOFIA = {"profiles": [{"name": "external", "state": "RUNNING", "calls": 1}, {"name": "internal", "state": "RUNNING", "calls": 12}], "gateways": []}


class TaskWorker:
    """Use as a context manager; its traits may be changed while it runs. `done` are (kind, argument) of the tasks it began, in order."""

    def __init__(self, dsn: str, node: str = "tele-node-01") -> None:
        self.node = node
        self.beats = True
        self.applies = True
        #: Takes no task while False.
        self.works = True
        self.freeswitch_up = True
        self.last_error: str | None = None
        self.sofia: dict[str, Any] | None = SOFIA
        #: Kind -> what comes of it; what is not in it is done.
        self.answers: dict[str, Callable[[dict[str, Any]], Answer]] = {}
        self.task_s = 0.0
        self.done: list[tuple[str, dict[str, Any]]] = []
        self._dsn = dsn
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> TaskWorker:
        self._beat()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stopping.set()
        self._thread.join(10)

    def _connect(self) -> psycopg.Connection[Any]:
        return psycopg.connect(self._dsn, autocommit=True, options="-c role=r2a_worker")

    def _beat(self) -> None:
        with self._connect() as db:
            self._report(db)

    def _run(self) -> None:
        with self._connect() as db:
            while not self._stopping.wait(0.05):
                if self.applies:
                    db.execute(
                        "UPDATE rt.node_status SET applied_revision = (SELECT max(revision) FROM cfg.change_log) WHERE node_name = %s", (self.node,)
                    )
                if self.beats:
                    self._report(db)
                if self.works:
                    self._work(db)

    def _report(self, db: psycopg.Connection[Any]) -> None:
        db.execute(
            "INSERT INTO rt.node_status AS n (node_name, freeswitch_up, core_uuid, freeswitch_version, sessions, last_error, sofia, sofia_at)"
            " VALUES (%(node)s, %(up)s, %(core)s, '1.11.3-dev+git~x', 13, %(error)s, %(sofia)s, now()) ON CONFLICT (node_name) DO UPDATE SET"
            " heartbeat_at = clock_timestamp(), freeswitch_up = %(up)s, last_error = %(error)s, sofia = %(sofia)s",
            {
                "core": CORE_UUID,
                "node": self.node,
                "up": self.freeswitch_up,
                "error": self.last_error,
                "sofia": json.dumps(self.sofia) if self.sofia else None,
            },
        )

    def _work(self, db: psycopg.Connection[Any]) -> None:
        task = db.execute(
            "UPDATE rt.node_task t SET state = 'running', started_at = now() WHERE t.id = (SELECT id FROM rt.node_task WHERE node_name = %s"
            " AND state = 'waiting' AND expires_at > now() ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, kind, argument",
            (self.node,),
        ).fetchone()
        if task is None:
            return
        number, kind, argument = task
        self.done.append((kind, argument))
        time.sleep(self.task_s)
        answer = self.answers.get(kind)
        state, result = answer(argument) if answer else ("done", {})
        db.execute("UPDATE rt.node_task SET state = %s, finished_at = now(), result = %s WHERE id = %s", (state, json.dumps(result), number))
