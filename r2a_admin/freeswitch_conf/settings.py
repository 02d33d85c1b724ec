"""What one node's static tree depends on: the node, the service's address, the event socket, the folders."""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from pathlib import Path

from r2a_core.environ import Environment, Secret

#: The same rule as the column cfg.node.name.
_NODE_NAME = re.compile(r"[a-z0-9]([a-z0-9._:-]{0,251}[a-z0-9])?")
#: FreeSWITCH's pre-processor reads the file before its XML parser does, and drops or executes a line that holds one of these.
_EATEN = re.compile(r"x-pre-process|<!--#|<\?", re.IGNORECASE)
#: What everybody tries first, on every FreeSWITCH in the world.
_WELL_KNOWN = "ClueCon"
LOG_LEVELS = ("debug", "info", "notice", "warning", "err", "crit", "alert")


@dataclass(frozen=True, slots=True, kw_only=True)
class TreeSettings:
    """Everything that goes into the tree of the node `node_name`. gateway_url is where this node's FreeSWITCH finds r2a.

    phrases: it asks r2a for phrases, too.
    """

    node_name: str
    gateway_url: str
    gateway_credentials: Secret | None
    esl_host: str
    esl_port: int
    esl_password: Secret
    cdr_journal: Path
    log_file: Path
    log_level: str
    max_sessions: int
    sessions_per_second: int
    rtp_start_port: int
    rtp_end_port: int
    phrases: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """What the operator chose on the command line; the rest of the settings comes from the environment."""

    node_name: str
    log_file: Path
    log_level: str
    max_sessions: int
    sessions_per_second: int
    rtp_start_port: int
    rtp_end_port: int
    phrases: bool


def read(env: Environment, choices: Choices) -> TreeSettings:
    """Return the settings of one node's tree; note in `env` what is wrong with the environment and with the choices."""
    _check(env, choices)
    credentials = env.secret("R2A_XML_CREDENTIALS")
    if credentials and ":" not in credentials.reveal():
        env.problem("R2A_XML_CREDENTIALS", "should be user:password")
    password = env.secret("R2A_ESL_PASSWORD") or Secret("")
    if not password:
        env.problem("R2A_ESL_PASSWORD", "is not set; without it FreeSWITCH would listen with its well-known default password")
    elif password.reveal() == _WELL_KNOWN:
        env.problem("R2A_ESL_PASSWORD", "is FreeSWITCH's well-known default; choose another one")
    for name, secret in (("R2A_XML_CREDENTIALS", credentials), ("R2A_ESL_PASSWORD", password)):
        _check_text(env, name, secret.reveal() if secret else "")
    journal = env.path("R2A_CDR_JOURNAL", "/var/spool/r2a/cdr")
    _check_folder(env, "R2A_CDR_JOURNAL", journal)
    esl_host = env.text("R2A_ESL_HOST", "127.0.0.1")
    _check_text(env, "R2A_ESL_HOST", esl_host)
    return TreeSettings(
        node_name=choices.node_name,
        gateway_url=gateway_url(*env.address("R2A_XML_BIND", "127.0.0.1:8090")),
        gateway_credentials=credentials,
        esl_host=esl_host,
        esl_port=env.integer("R2A_ESL_PORT", 8021, 1, 65535),
        esl_password=password,
        cdr_journal=journal,
        log_file=choices.log_file,
        log_level=choices.log_level,
        max_sessions=choices.max_sessions,
        sessions_per_second=choices.sessions_per_second,
        rtp_start_port=choices.rtp_start_port,
        rtp_end_port=choices.rtp_end_port,
        phrases=choices.phrases,
    )


def gateway_url(host: str, port: int) -> str:
    """Return the URL under which a process on this node reaches a service bound to `host`:`port`; a wildcard is reached over loopback."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return f"http://{host}:{port}/xml"
    if address.is_unspecified:
        address = ipaddress.ip_address("127.0.0.1" if address.version == 4 else "::1")
    return f"http://[{address}]:{port}/xml" if address.version == 6 else f"http://{address}:{port}/xml"


def _check(env: Environment, choices: Choices) -> None:
    if not _NODE_NAME.fullmatch(choices.node_name):
        env.problem("--node", f"should be lower-case letters, digits, dots and dashes like tele-node-01, is {choices.node_name!r}")
    if choices.log_level not in LOG_LEVELS:
        env.problem("--log-level", f"should be one of {', '.join(LOG_LEVELS)}, is {choices.log_level!r}")
    if choices.rtp_start_port >= choices.rtp_end_port:
        env.problem("--rtp-start-port", f"should be below --rtp-end-port, and {choices.rtp_start_port} is not below {choices.rtp_end_port}")
    _check_folder(env, "--log-file", choices.log_file)


def _check_folder(env: Environment, name: str, path: Path) -> None:
    if not path.is_absolute():
        env.problem(name, f"should be an absolute path, is {str(path)!r}")
    _check_text(env, name, str(path))


def _check_text(env: Environment, name: str, text: str) -> None:
    # The text itself stays out of the message: some of these are secrets.
    if not text.isprintable() or not text.isascii() or _EATEN.search(text):
        env.problem(name, "holds what cannot stand in a FreeSWITCH file: a control or non-ASCII character, x-pre-process, <!--# or <?")
