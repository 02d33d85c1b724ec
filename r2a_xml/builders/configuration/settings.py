"""Documents that are nothing but settings: event_socket.conf and json_cdr.conf, from the service's own environment."""

from __future__ import annotations

from r2a_xml.builders.configuration.tree import configuration
from r2a_xml.builders.document import Element
from r2a_xml.builders.elements import element, param


def event_socket(host: str, port: int, password: str) -> Element:
    """Return event_socket.conf: one address, never the well-known password, loopback only."""
    return _settings(
        "event_socket.conf",
        {
            "nat-map": "false",
            "listen-ip": host,
            "listen-port": str(port),
            "password": password,
            "apply-inbound-acl": "loopback.auto",
            "stop-on-bind-error": "true",
        },
    )


def json_cdr(journal: str) -> Element:
    """Return json_cdr.conf: each leg one file in `journal`, the write-ahead log of its CDR; nothing is posted anywhere.

    encode-values=false: with it mod_json_cdr cuts the last byte of what it encodes (contract 7.2).
    """
    return _settings(
        "json_cdr.conf",
        {"log-b-leg": "true", "prefix-a-leg": "false", "encode": "false", "encode-values": "false", "log-dir": journal, "rotate": "false"},
    )


def _settings(name: str, values: dict[str, str]) -> Element:
    root, conf = configuration(name)
    tag = element(conf, "settings")
    for key, value in values.items():
        param(tag, key, value)
    return root
