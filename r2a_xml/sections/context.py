"""What a section may use to answer, and what it answers with."""

from __future__ import annotations

from dataclasses import dataclass

from r2a_core.database import Database
from r2a_xml.builders.document import Element
from r2a_xml.settings import XmlSettings


@dataclass(frozen=True, slots=True)
class Context:
    """The database and the settings of this process."""

    database: Database
    settings: XmlSettings


#: The document that answers, or None: no such thing.
Answer = Element | None
