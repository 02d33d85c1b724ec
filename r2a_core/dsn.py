"""Where the database is: the two DSNs, the password beside them, and what every connection of r2a has in common."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from psycopg import ProgrammingError, conninfo

from r2a_core.environ import Environment, Secret

DEFAULT_WRITE_DSN = "host=127.0.0.1 port=5000 dbname=ss_telephony user=ss_db_user"
DEFAULT_READ_DSN = "host=127.0.0.1 port=5001 dbname=ss_telephony user=ss_db_user"
DEFAULT_CREDENTIALS = "/etc/softswitch/db-credentials"
#: The keys under which a credentials file may hold the password, in order of preference.
PASSWORD_KEYS = ("R2A_DB_PASSWORD", "DB_PASSWORD", "SS_DB_PASSWORD", "PGPASSWORD", "PASSWORD")


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """How to reach PostgreSQL. deadline_ms bounds one question as a whole, whatever the servers do."""

    write_dsn: Secret
    read_dsn: Secret
    deadline_ms: int

    @property
    def deadline_s(self) -> float:
        return self.deadline_ms / 1000

    @classmethod
    def from_environment(cls, env: Environment) -> DatabaseSettings:
        """Read R2A_WRITE_DSN, R2A_READ_DSN, R2A_DB_PASSWORD, R2A_DB_CREDENTIALS and R2A_DB_DEADLINE_MS; note problems in `env`."""
        password = _password(env)
        write_dsn = env.text("R2A_WRITE_DSN", DEFAULT_WRITE_DSN)
        # Somebody who names one server has no second one: the guide's two ports come as a pair, or not at all.
        read_dsn = env.text("R2A_READ_DSN", write_dsn if env.given("R2A_WRITE_DSN") else DEFAULT_READ_DSN)
        return cls(
            write_dsn=_complete(env, "R2A_WRITE_DSN", write_dsn, password),
            read_dsn=_complete(env, "R2A_READ_DSN", read_dsn, password),
            deadline_ms=env.integer("R2A_DB_DEADLINE_MS", 2000, 100, 30000),
        )


def with_options(dsn: Secret, *, application: str, role: str | None, connect_timeout_s: int, settings: dict[str, str]) -> str:
    """Return the connection string for one process: it takes on `role`, gives up connecting in time, and carries `settings` (GUCs)."""
    wanted = dict(settings)
    if role:
        wanted["role"] = role
    given = conninfo.conninfo_to_dict(dsn.reveal())
    options = " ".join([str(given.get("options") or ""), *(f"-c {name}={value}" for name, value in wanted.items())]).strip()
    # Keepalives find a peer that vanished between questions; during one, the watchdog is faster.
    return conninfo.make_conninfo(
        dsn.reveal(),
        application_name=application,
        options=options,
        connect_timeout=connect_timeout_s,
        keepalives_idle=5,
        keepalives_interval=2,
        keepalives_count=3,
    )


def place(dsn: Secret) -> str:
    """Return host, port and database of `dsn` for a message, never its password."""
    parts = conninfo.conninfo_to_dict(dsn.reveal())
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or parts.get('user') or '?'}"


def _complete(env: Environment, name: str, dsn: str, password: Secret | None) -> Secret:
    try:
        parts = conninfo.conninfo_to_dict(dsn)
    except ProgrammingError:
        # The parser's own text would repeat the DSN, and a password with it.
        env.problem(name, "is not a PostgreSQL connection string; like 'host=127.0.0.1 port=5000 dbname=ss_telephony user=ss_db_user'")
        return Secret(DEFAULT_WRITE_DSN)
    if password and not parts.get("password"):
        dsn = conninfo.make_conninfo(dsn, password=password.reveal())
    return Secret(dsn)


def _unquoted(text: str) -> str:
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text


def _password(env: Environment) -> Secret | None:
    given = env.secret("R2A_DB_PASSWORD")
    if given:
        return given
    path = env.path("R2A_DB_CREDENTIALS", DEFAULT_CREDENTIALS)
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        if env.given("R2A_DB_CREDENTIALS"):
            env.problem("R2A_DB_CREDENTIALS", f"{path} does not exist")
        return None
    except (OSError, UnicodeDecodeError) as error:
        env.problem("R2A_DB_CREDENTIALS", f"cannot be read: {error}")
        return None
    values = dict(line.split("=", 1) for line in map(str.strip, lines) if "=" in line and not line.startswith("#"))
    for key in PASSWORD_KEYS:
        if values.get(key, "").strip():
            return Secret(_unquoted(values[key].strip()))
    env.problem("R2A_DB_CREDENTIALS", f"{path} has none of {', '.join(PASSWORD_KEYS)}=...")
    return None
