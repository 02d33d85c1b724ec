"""Asks what is known of the queues, the music and the documents that changes speak of: each only if they do."""

from __future__ import annotations

from collections.abc import Mapping

from r2a_esl.changes.known import Agent, Applications, Concerned, Document, Domain, Queue, Row, Stream, Tier
from r2a_esl.store.connection import WorkerConnection

_SETTINGS = ("initial_status", "ring_timeout_s", "max_no_answer", "wrap_up_s", "reject_delay_s", "busy_delay_s", "no_answer_delay_s")


def look_up(connection: WorkerConnection, node_id: int | None, concerned: Concerned, domains: Mapping[int, Domain]) -> Applications:
    """Return what is known of all that `concerned` names, as it is now; raise StoreUnavailable."""
    moved = concerned.moved_domains | concerned.moved_tenants
    queues = _queues(connection, concerned) if concerned.queues or concerned.streams or moved else {}
    agents = _agents(connection, concerned) if concerned.agents or concerned.moved_extensions or moved else {}
    tiers = _tiers(connection, concerned) if concerned.agents or concerned.moved_extensions else {}
    streams = _streams(connection, concerned) if concerned.streams or moved else {}
    documents, own, contents = _documents(connection, node_id, concerned)
    return Applications(
        domains=domains, queues=queues, agents=agents, tiers=tiers, streams=streams, documents=documents, own_documents=own, contents=contents
    )


def _asked(concerned: Concerned, *names: str) -> dict[str, object]:
    return {name: sorted(getattr(concerned, name)) for name in names}


def _queues(connection: WorkerConnection, concerned: Concerned) -> dict[int, Queue]:
    rows = connection.ask("change_queues", _asked(concerned, "queues", "moved_domains", "moved_tenants", "streams"))
    return {row[0]: Queue(domain_id=row[1], name=row[2], here=row[3], moh_class_id=row[4]) for row in rows}


def _agents(connection: WorkerConnection, concerned: Concerned) -> dict[int, Agent]:
    rows = connection.ask("change_agents", _asked(concerned, "agents", "moved_extensions", "moved_domains", "moved_tenants"))
    return {
        row[0]: Agent(domain_id=row[1], extension_id=row[2], name=row[3], here=row[4], settings=dict(zip(_SETTINGS, row[5:], strict=True)))
        for row in rows
    }


def _tiers(connection: WorkerConnection, concerned: Concerned) -> dict[tuple[int, int], Tier]:
    rows = connection.ask("change_tiers", _asked(concerned, "agents", "moved_extensions"))
    return {(row[0], row[1]): Tier(queue=row[2], agent=row[3], here=row[4], level=row[5], position=row[6]) for row in rows}


def _streams(connection: WorkerConnection, concerned: Concerned) -> dict[int, Stream]:
    rows = connection.ask("change_streams", _asked(concerned, "streams", "moved_domains", "moved_tenants"))
    return {row[0]: Stream(domain_id=row[1], name=row[2], here=row[3]) for row in rows}


def _documents(
    connection: WorkerConnection, node_id: int | None, concerned: Concerned
) -> tuple[dict[int, Document], frozenset[str], dict[str, tuple[tuple[str, Row], ...]]]:
    found: dict[int, Document] = {}
    contents: dict[str, list[tuple[str, Row]]] = {}
    served: dict[str, int] = {}
    if not concerned.documents and not concerned.document_names:
        return found, frozenset(), {}
    for number, name, of_node, enabled, tag, attributes in connection.ask(
        "change_documents", {**_asked(concerned, "documents", "document_names"), "node_id": node_id}
    ):
        found[number] = Document(name=name, node_id=of_node)
        # The node's own comes first, and hides the other also when it is disabled.
        if served.setdefault(name, number) == number and enabled and tag is not None:
            contents.setdefault(name, []).append((tag, attributes))
    own = frozenset(document.name for document in found.values() if document.node_id is not None)
    return found, own, {name: tuple(rows) for name, rows in contents.items()}
