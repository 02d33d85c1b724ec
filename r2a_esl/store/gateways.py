"""Renews this node's lease on the gateways that it registers."""

from __future__ import annotations

from r2a_esl.ownership.held import Answer, Gateway, Word
from r2a_esl.store.connection import WorkerConnection


def keep(connection: WorkerConnection, word: Word) -> Answer:
    """Tell the database `word` and return what it answers; raise StoreUnavailable."""
    values: dict[str, object] = {"node": word.node, "core": word.core, "sent": word.sent, "armed_s": word.armed_s}
    values |= {"armed_terms": list(word.armed_terms), "let_go": list(word.let_go), "refused": list(word.refused)}
    rows = connection.ask("gateway_keep", values)
    gateways = tuple(
        Gateway(id=number, name=name, profile=profile, term=term, state=state, why=why, for_s=for_s)
        for _, _, number, name, profile, term, state, why, for_s in rows
        if number is not None
    )
    return Answer(at=rows[0][0], accepted=rows[0][1], gateways=gateways)
