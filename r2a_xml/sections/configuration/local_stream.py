"""local_stream.conf: the music that callers on hold hear. Without any the document is empty, and mod_local_stream does not load."""

from __future__ import annotations

from r2a_xml.builders.configuration import local_stream as build
from r2a_xml.request import Configuration
from r2a_xml.sections.context import Answer, Context
from r2a_xml.store import questions


def answer(_: Configuration, context: Context) -> Answer:
    return build.local_stream(questions.moh_classes(context.database))
