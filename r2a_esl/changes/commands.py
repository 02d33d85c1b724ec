"""The commands that a change can lead to, as mod_commands and mod_sofia read them. None of them ends a call or restarts a profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from r2a_esl.eviction import argument
from r2a_esl.registrations import Registration

Name = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One step, its kind one of metrics.KINDS: `texts` in this order, all again when one fails. A `drop` has no texts, but whose registrations go.

    logins are (user, realm) as authenticated, aors (user, host) as registered, realms whole domains; domains in lower case.
    """

    kind: str
    texts: tuple[str, ...] = ()
    logins: frozenset[Name] = frozenset()
    aors: frozenset[Name] = frozenset()
    realms: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"`{'`, `'.join(self.texts)}`" if self.texts else "removing registrations"

    def drops(self, registration: Registration) -> bool:
        """Return whether `registration` is one that has to go."""
        realm, host = registration.realm.lower(), registration.host.lower()
        if (registration.username, realm) in self.logins or (registration.user, host) in self.aors:
            return True
        return realm in self.realms or host in self.realms


FLUSH_ALL = Command(kind="flush_all", texts=("xml_flush_cache",))
RELOAD_ACL = Command(kind="reload_acl", texts=("reloadacl",))


def flush_user(name: str, domain: str) -> Command:
    """Forget the user, under both keys that a look-up can have kept it by."""
    texts = tuple(f"xml_flush_cache {key} {argument(name)} {argument(domain)}" for key in ("id", "number-alias"))
    return Command(kind="flush_user", texts=texts)


def rescan(profile: str) -> Command:
    """Have the profile read its configuration again, its sockets and its calls untouched."""
    return Command(kind="rescan", texts=(_rescan(profile),))


def replace_gateways(profile: str, killed: Iterable[Name], *, rescans: bool) -> Command:
    """Take the gateways in `killed` (profile, name) away, then, if told so, have `profile` read those it should have."""
    texts = tuple(f"sofia profile {argument(of)} killgw {argument(name)}" for of, name in sorted(killed))
    return Command(kind="gateway", texts=(*texts, _rescan(profile)) if rescans else texts)


def succeeded(text: str, reply: str) -> bool:
    """Return whether `reply` says that the command `text` did what it is for."""
    last = (reply.strip().splitlines() or [""])[-1]
    # Gone already is what was wanted.
    return last.startswith("+OK") or (" killgw " in text and last.startswith("-ERR no such gateway"))


def not_there(reply: str) -> bool:
    """Return whether `reply` says that the profile, or mod_sofia, does not run: it reads the configuration when it starts."""
    return reply.startswith("Invalid Profile") or "sofia Command not found" in reply


def _rescan(profile: str) -> str:
    return f"sofia profile {argument(profile)} rescan"
