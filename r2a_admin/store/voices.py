"""Voice guides: a language, and where its recordings are."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from r2a_admin.store import asking
from r2a_admin.store.keys import Key
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True)
class VoiceGuide:
    """A voice guide as it is shown, with how many hear it."""

    language: str
    say_module: str
    sound_prefix: str
    tenants: int
    extensions: int
    phrases: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VoiceChange:
    """What to change; None leaves it."""

    say_module: str | None = None
    sound_prefix: str | None = None


def listed(connection: Connection) -> list[VoiceGuide]:
    return asking.rows(connection, "voice_rows", VoiceGuide)


def add(connection: Connection, language: str, say_module: str, sound_prefix: str) -> Key:
    return asking.added(connection, "voice_add", Key, {"language": language, "say_module": say_module, "sound_prefix": sound_prefix})


def change(connection: Connection, key: Key, wanted: VoiceChange) -> None:
    asking.execute(connection, "voice_set", {**asdict(wanted), "id": key.id})


def delete(connection: Connection, key: Key) -> None:
    asking.execute(connection, "voice_delete", {"id": key.id})
