"""Phrases: sentences made of sounds, of a domain or of everybody, one a language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from r2a_admin.store import asking, refusals
from r2a_admin.store.keys import Key, PhraseKey
from r2a_core.database import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One sound, pause or thing said. pattern: what the phrase must (matches) or must not have been called with; None = always."""

    pattern: str | None
    matches: bool
    function: str
    data: str
    say_type: str | None
    say_method: str | None


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase as it is shown; pause_ms stands between two sounds, steps are in their order."""

    name: str
    domain: str | None
    language: str
    pause_ms: int
    steps: list[dict[str, str | bool | None]]

    @property
    def spoken(self) -> str:
        """The steps on one line, as their options read."""
        return ", ".join(_spoken(Step(**step)) for step in self.steps)  # type: ignore[arg-type]


def listed(connection: Connection, domain: Key | None = None, only: PhraseKey | None = None) -> list[Phrase]:
    values = {"id": only.id if only else None, "domain_id": domain.id if domain else None}
    return asking.rows(connection, "phrase_rows", Phrase, values)


def add(connection: Connection, domain: Key | None, name: str, language: str) -> PhraseKey:
    """Add a phrase without steps; raise StoreRefused when there is one of that name in the language."""
    with refusals.within(domain.name if domain else "the phrases of everybody"):
        values = {"domain_id": domain.id if domain else None, "name": name, "language": language}
        return PhraseKey(asking.rows(connection, "phrase_add", int, values)[0], language)


def find(connection: Connection, domain: Key | None, name: str, voice: Key) -> PhraseKey | None:
    """Return the phrase in the language of the voice guide, or None."""
    found = asking.rows(connection, "phrase_keys", PhraseKey, {"domain_id": domain.id if domain else None, "name": name})
    return next((key for key in found if key.language == voice.name), None)


def set_pause(connection: Connection, key: PhraseKey, pause_ms: int | None) -> None:
    """Set the pause between two sounds, in milliseconds; None leaves it."""
    asking.execute(connection, "phrase_set", {"id": key.id, "pause_ms": pause_ms})


def put_steps(connection: Connection, key: PhraseKey, steps: Sequence[Step]) -> None:
    """Let the phrase consist of `steps`, in place of what it consisted of."""
    asking.execute(connection, "phrase_steps_clear", {"id": key.id})
    values = [{**asdict(step), "id": key.id, "position": position} for position, step in enumerate(steps, start=1)]
    asking.execute_each(connection, "phrase_step_add", values)


def delete(connection: Connection, key: PhraseKey) -> None:
    asking.execute(connection, "phrase_delete", {"id": key.id})


def _spoken(step: Step) -> str:
    what = {"play-file": "play", "say": f"say {step.say_type}:{step.say_method}:"}.get(step.function, step.function)
    text = f"{what}{step.data}" if step.function == "say" else f"{what} {step.data}"
    return text if step.pattern is None else f"{'when' if step.matches else 'unless'} {step.pattern}: {text}"
