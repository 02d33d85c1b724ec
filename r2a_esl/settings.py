"""What the worker is told by its environment, read once and checked as a whole."""

from __future__ import annotations

import ipaddress
import re
import socket
from collections.abc import Mapping
from dataclasses import dataclass

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Environment, Secret
from r2a_core.logs import LEVELS

_NODE_NAME = re.compile(r"[a-z0-9]([a-z0-9._:-]{0,251}[a-z0-9])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Where FreeSWITCH and the database are, and how patient the worker is with them."""

    node_name: str
    esl_host: str
    esl_port: int
    esl_password: Secret
    esl_deadline_s: float
    heartbeat_s: int
    http_host: str
    http_port: int
    #: Where the XML service of this node answers.
    xml_host: str
    xml_port: int
    #: USER:PASSWORD that it wants; None = nothing.
    xml_credentials: Secret | None
    #: How long the change log is kept, in days.
    change_log_days: int
    log_level: str
    database: DatabaseSettings

    @property
    def esl_place(self) -> str:
        return f"{self.esl_host}:{self.esl_port}"


def from_environment(variables: Mapping[str, str]) -> WorkerSettings:
    """Return the settings in `variables`; raise SettingsError that names everything wrong with them."""
    env = Environment(variables)
    http_host, http_port = env.address("R2A_ESL_HTTP_BIND", "127.0.0.1:8091")
    if not _is_loopback(http_host):
        env.problem("R2A_ESL_HTTP_BIND", f"should be a loopback address like 127.0.0.1:8091, is {http_host}: what it serves has no password")
    xml_host, xml_port = env.address("R2A_XML_BIND", "127.0.0.1:8090")
    password = env.secret("R2A_ESL_PASSWORD")
    if password is None and not env.given("R2A_ESL_PASSWORD_FILE"):
        env.problem("R2A_ESL_PASSWORD", "is not set; set it or R2A_ESL_PASSWORD_FILE to the event socket's password (event_socket.conf)")
    settings = WorkerSettings(
        node_name=_node_name(env),
        esl_host=env.text("R2A_ESL_HOST", "127.0.0.1"),
        esl_port=env.integer("R2A_ESL_PORT", 8021, 1, 65535),
        esl_password=password or Secret(""),
        esl_deadline_s=env.integer("R2A_ESL_DEADLINE_MS", 5000, 100, 60000) / 1000,
        heartbeat_s=env.integer("R2A_ESL_HEARTBEAT_S", 5, 1, 60),
        http_host=http_host,
        http_port=http_port,
        xml_host=_reachable(xml_host),
        xml_port=xml_port,
        xml_credentials=env.secret("R2A_XML_CREDENTIALS"),
        change_log_days=env.integer("R2A_CHANGE_LOG_DAYS", 30, 1, 3650),
        log_level=_log_level(env),
        database=DatabaseSettings.from_environment(env),
    )
    env.check()
    return settings


def _node_name(env: Environment) -> str:
    name = env.text("R2A_NODE_NAME", socket.gethostname()).lower()
    if not _NODE_NAME.fullmatch(name):
        env.problem("R2A_NODE_NAME", f"should be FreeSWITCH's switchname (letters, digits, dot, dash, underscore), is {name!r}")
    return name


def _log_level(env: Environment) -> str:
    level = env.text("R2A_LOG_LEVEL", "info").lower()
    if level not in LEVELS:
        env.problem("R2A_LOG_LEVEL", f"should be one of {', '.join(LEVELS)}, is {level!r}")
        return "info"
    return level


def _reachable(host: str) -> str:
    # What is bound to a wildcard is reached over loopback.
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
