"""What `r2a run` starts, and where it keeps its data."""

from __future__ import annotations

import socket
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from r2a_core.dsn import DatabaseSettings
from r2a_core.environ import Environment

#: The checkout: wsgi.py, deploy/ and sql/ are in it.
ROOT = Path(__file__).resolve().parent.parent.parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where something listens, and the variable that says so."""

    variable: str
    host: str
    port: int

    @property
    def url(self) -> str:
        """The address as somebody on this machine reaches it."""
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(self.host, f"[{self.host}]" if ":" in self.host else self.host)  # noqa: S104  # not bound to
        return f"http://{host}:{self.port}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackSettings:
    """The settings of one `r2a run`. database is None when PostgreSQL is to be started, with its data in var."""

    var: Path
    xml: Address
    worker: Address
    node_name: str
    with_credentials: bool
    database: DatabaseSettings | None


def from_environment(variables: Mapping[str, str]) -> StackSettings:
    """Return the settings in `variables`; raise SettingsError that names everything wrong with them."""
    env = Environment(variables)
    settings = StackSettings(
        var=env.path("R2A_VAR", str(Path.cwd() / "var")).absolute(),
        xml=_address(env, "R2A_XML_BIND", "127.0.0.1:8090"),
        worker=_address(env, "R2A_ESL_HTTP_BIND", "127.0.0.1:8091"),
        node_name=env.text("R2A_NODE_NAME", socket.gethostname()).lower(),
        with_credentials=env.secret("R2A_XML_CREDENTIALS") is not None,
        database=DatabaseSettings.from_environment(env) if env.given("R2A_WRITE_DSN") else None,
    )
    if env.given("R2A_READ_DSN") and settings.database is None:
        env.problem("R2A_WRITE_DSN", "is not set but R2A_READ_DSN is; set both, or neither for an embedded PostgreSQL")
    if (settings.xml.host, settings.xml.port) == (settings.worker.host, settings.worker.port):
        env.problem("R2A_ESL_HTTP_BIND", "is the address of R2A_XML_BIND; the two need one each")
    env.check()
    return settings


def _address(env: Environment, variable: str, default: str) -> Address:
    host, port = env.address(variable, default)
    return Address(variable=variable, host=host, port=port)
