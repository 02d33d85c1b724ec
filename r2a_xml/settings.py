"""What the XML service is told by its environment."""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Environment, Secret
from r2a_core.logs import LEVELS
from r2a_core.sealing import SealingKey


@dataclass(frozen=True, slots=True, kw_only=True)
class XmlSettings:
    """Settings of one process of the XML service. user_cache_ms = how long FreeSWITCH may keep a user where one domain is alone."""

    bind: tuple[str, int]
    credentials: Secret | None
    node_name: str
    max_body_bytes: int
    processes: int
    threads: int
    user_cache_ms: int
    event_socket: tuple[str, int]
    event_socket_password: Secret | None
    cdr_journal: Path
    log_level: str
    sealing: SealingKey
    database: DatabaseSettings

    @classmethod
    def from_environment(cls, variables: Mapping[str, str]) -> XmlSettings:
        """Return the settings in `variables`; raise SettingsError that names everything wrong with them."""
        env = Environment(variables)
        settings = cls(
            bind=env.address("R2A_XML_BIND", "127.0.0.1:8090"),
            credentials=env.secret("R2A_XML_CREDENTIALS"),
            node_name=env.text("R2A_NODE_NAME", socket.gethostname()).lower(),
            max_body_bytes=env.integer("R2A_XML_MAX_BODY_BYTES", 1 << 20, 1 << 14, 1 << 26),
            processes=env.integer("WEB_CONCURRENCY", min(4, os.cpu_count() or 1), 1, 64),
            threads=env.integer("R2A_XML_THREADS", 8, 1, 256),
            user_cache_ms=env.integer("R2A_USER_CACHE_MS", 600_000, 0, 2_000_000),
            event_socket=(env.text("R2A_ESL_HOST", "127.0.0.1"), env.integer("R2A_ESL_PORT", 8021, 1, 65535)),
            event_socket_password=env.secret("R2A_ESL_PASSWORD"),
            cdr_journal=env.path("R2A_CDR_JOURNAL", "/var/spool/r2a/cdr"),
            log_level=env.text("R2A_LOG_LEVEL", "info").lower(),
            sealing=SealingKey.from_environment(env),
            database=DatabaseSettings.from_environment(env),
        )
        if settings.log_level not in LEVELS:
            env.problem("R2A_LOG_LEVEL", f"should be one of {', '.join(LEVELS)}, is {settings.log_level!r}")
        if settings.credentials and not all(settings.credentials.reveal().partition(":")):
            env.problem("R2A_XML_CREDENTIALS", "should be USER:PASSWORD, neither of them empty")
        if not settings.credentials and not _is_loopback(settings.bind[0]):
            env.problem("R2A_XML_BIND", "is not a loopback address, so R2A_XML_CREDENTIALS=USER:PASSWORD must be set: the answers hold credentials")
        env.check()
        return settings


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
