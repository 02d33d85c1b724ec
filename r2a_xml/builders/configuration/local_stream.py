"""Music on hold -> local_stream.conf (mod_local_stream.c, launch_thread)."""

from __future__ import annotations

from collections.abc import Iterable

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import boolean, element, param
from r2a_xml.store.rows import MohClass


def local_stream(classes: Iterable[MohClass]) -> Element:
    """Return local_stream.conf with a stream for each of `classes`: NAME, or DOMAIN/NAME where it is a domain's own."""
    root, conf = configuration("local_stream.conf")
    for row in classes:
        stream = element(conf, "directory", name=f"{row.domain}/{row.name}" if row.domain else row.name, path=row.path)
        param(stream, "rate", str(row.rate_hz))
        param(stream, "shuffle", boolean(row.shuffle))
        param(stream, "channels", "1")
        param(stream, "interval", str(row.interval_ms))
        param(stream, "timer-name", "soft")
    return root
