"""How many SQL statements an answer takes, by PostgreSQL's own log: the sessions of a service log each statement, and the lines are counted."""

from __future__ import annotations

import re
from pathlib import Path

from . import measure
from .errors import BenchError
from .questions import BASE, Question
from .servers import Service

ASKED = 200
#: What a session needs to have each of its statements logged, whatever the client calls it.
OPTIONS = "-c log_statement=all"
#: A line begins with the session's application_name (log_line_prefix of the bench's cluster); further lines of a statement with a tab.
_STATEMENT = re.compile(rb"^r2a-xml\|LOG:  (?:statement|execute|fastpath)", re.MULTILINE)


def per_answer(service: Service, question: Question, log: Path) -> float:
    """Return the number of statements for one answer of `service`, the mean of ASKED; its sessions must have OPTIONS."""
    # What a connection asks when it is new is not part of an answer.
    measure.warm(service, "/xml", question, ASKED)
    start = log.stat().st_size
    for number in range(ASKED):
        service.ask("/xml", question.form(str(BASE + 1 + number)))
    with log.open("rb") as lines:
        lines.seek(start)
        counted = len(_STATEMENT.findall(lines.read()))
    if counted < ASKED:
        raise BenchError(f"{counted} statements in the log for {ASKED} answers of {question.name}: that log cannot be right, or the answers are not")
    return counted / ASKED
