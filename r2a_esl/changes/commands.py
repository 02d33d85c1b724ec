"""The commands that a change can lead to, as FreeSWITCH's modules read them. None of them ends a call or restarts a profile."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from r2a_esl.changes.known import Row, Tier
from r2a_esl.eviction import argument
from r2a_esl.registrations import Registration

Name = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One step, its kind one of metrics.KINDS: `texts` in this order, all again when one fails. A `drop` has no texts, but whose registrations go.

    logins are (user, realm) as authenticated, aors (user, host) as registered, realms whole domains; domains in lower case.
    swept: what else goes, as far as it is there: queues and agents (NAME@DOMAIN), all of a domain (@DOMAIN); streams of a domain (DOMAIN/).
    first_status: (agent, status) for one that has never had any. module: what is loaded if nobody knows the command.
    """

    kind: str
    texts: tuple[str, ...] = ()
    logins: frozenset[Name] = frozenset()
    aors: frozenset[Name] = frozenset()
    realms: frozenset[str] = frozenset()
    swept: frozenset[str] = frozenset()
    first_status: tuple[str, str] | None = None
    module: str = ""

    @property
    def says_all(self) -> bool:
        """Whether FreeSWITCH reads nothing because of it, so that nobody who is behind can have answered."""
        return self.kind in ("callcenter", "agent", "tier")

    def __str__(self) -> str:
        return f"`{'`, `'.join(self.texts)}`" if self.texts else f"removing {', '.join(sorted(self.swept)) or 'registrations'}"

    def drops(self, registration: Registration) -> bool:
        """Return whether `registration` is one that has to go."""
        realm, host = registration.realm.lower(), registration.host.lower()
        if (registration.username, realm) in self.logins or (registration.user, host) in self.aors:
            return True
        return realm in self.realms or host in self.realms


FLUSH_ALL = Command(kind="flush_all", texts=("xml_flush_cache",))
RELOAD_ACL = Command(kind="reload_acl", texts=("reloadacl",))
RELOAD_XML = "reloadxml"
#: First words of commands that modules bring which a node need not have; a module that comes later reads its configuration then.
OPTIONAL = frozenset({"callcenter_config", "local_stream", "voicemail", "fifo", "distributor_ctl"})

#: What mod_callcenter gives an agent that it did not know.
LOGGED_OUT = "Logged Out"
#: Column of cfg.queue_agent -> what mod_callcenter calls it. ring_timeout_s is in the contact.
_AGENT = {
    "ring_timeout_s": "contact", "max_no_answer": "max_no_answer", "wrap_up_s": "wrap_up_time", "reject_delay_s": "reject_delay_time",
    "busy_delay_s": "busy_delay_time", "no_answer_delay_s": "no_answer_delay_time",
}
#: A command, and what it answers when all was as wanted before.
_SO_ALREADY = (
    (" killgw ", "-ERR no such gateway"),
    ("callcenter_config agent add ", "-ERR Agent already exist!"),
    ("callcenter_config tier add ", "-ERR Tier already exist!"),
    ("local_stream stop ", "-ERR Cannot locate local_stream"),
    ("load ", "-ERR [Module already loaded]"),
)
#: A command, and what it answers when what it names is in no document, or is not loaded: it went meanwhile, and another change says so.
_GONE = (
    ("callcenter_config queue load ", "-ERR Invalid Queue not found!"),
    ("callcenter_config agent set ", "-ERR Agent not found!"),
    ("callcenter_config tier add ", "-ERR Queue not found!"),
    ("callcenter_config tier add ", "-ERR Agent not found!"),
    # What `tier set` has for a tier it does not know.
    ("callcenter_config tier set ", "-ERR Unknown Error!"),
    ("callcenter_config tier set ", "-ERR Agent not found!"),
    # What the event socket makes of no answer at all.
    ("local_stream start ", "-ERR no reply"),
)


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


def callcenter(*words: str) -> str:
    """Return the command of mod_callcenter with `words`, which may be any text."""
    return f"callcenter_config {' '.join(map(argument, words))}"


def local_stream(step: str, name: str) -> str:
    """Return the command that starts or stops the stream `name`."""
    return f"local_stream {step} {argument(name)}"


def load_queue(name: str) -> Command:
    """Have mod_callcenter read the queue with its agents and tiers, whether it knows it or not; 8 kB of the old one stay behind.

    `queue reload` would throw it away first: callers who wait in it are lost when nobody answers then, and the module reads it after it is freed.
    """
    return Command(kind="queue", texts=(callcenter("queue", "load", name),))


def add_agent(name: str, settings: Row) -> Command:
    """Have mod_callcenter know the agent; who logged in before stays so. `agent reload` would set the status of the row again."""
    texts = (callcenter("agent", "add", name, "callback"), *(_agent_setting(name, settings, column) for column in _AGENT))
    status = str(settings["initial_status"])
    return Command(kind="agent", texts=texts, first_status=None if status == LOGGED_OUT else (name, status))


def set_agent(name: str, settings: Row, columns: Iterable[str]) -> list[Command]:
    """Return what tells mod_callcenter of the changed `columns`, never of the status: that is the agent's own doing."""
    texts = tuple(_agent_setting(name, settings, column) for column in sorted(columns) if column in _AGENT)
    return [Command(kind="agent", texts=texts)] if texts else []


def add_tier(tier: Tier) -> Command:
    """Have the agent sit in the queue, whether he does or not."""
    add = callcenter("tier", "add", tier.queue, tier.agent, str(tier.level), str(tier.position))
    return Command(kind="tier", texts=(add, *(_tier_setting(tier, column) for column in ("level", "position"))))


def set_tier(tier: Tier, columns: Iterable[str]) -> list[Command]:
    """Return what tells mod_callcenter of the changed `columns`, level or position."""
    texts = tuple(_tier_setting(tier, column) for column in sorted(columns))
    return [Command(kind="tier", texts=texts)] if texts else []


def succeeded(text: str, reply: str) -> bool:
    """Return whether `reply` says that the command `text` did what it is for, or that there was nothing left to do."""
    last = (reply.strip().splitlines() or [""])[-1]
    return last.startswith("+OK") or _says(_SO_ALREADY, text, last)


def gone(text: str, reply: str) -> bool:
    """Return whether `reply` says that FreeSWITCH finds nowhere what `text` names."""
    return _says(_GONE, text, reply.strip())


def unknown(text: str, reply: str) -> bool:
    """Return whether `reply` says that the module which brings the command is not loaded, and need not be."""
    word = text.partition(" ")[0]
    return word in OPTIONAL and reply.startswith(f"-ERR {word} Command not found!")


def not_there(reply: str) -> bool:
    """Return whether `reply` says that the profile, or mod_sofia, does not run: it reads the configuration when it starts."""
    return reply.startswith("Invalid Profile") or "sofia Command not found" in reply


def _rescan(profile: str) -> str:
    return f"sofia profile {argument(profile)} rescan"


def _says(table: Iterable[tuple[str, str]], text: str, reply: str) -> bool:
    return any((text.startswith(command) or (command[0] == " " and command in text)) and reply.startswith(answer) for command, answer in table)


def _agent_setting(name: str, settings: Row, column: str) -> str:
    value = f"[leg_timeout={settings[column]}]user/{name}" if column == "ring_timeout_s" else str(settings[column])
    return callcenter("agent", "set", _AGENT[column], name, value)


def _tier_setting(tier: Tier, column: str) -> str:
    return callcenter("tier", "set", column, tier.queue, tier.agent, str(getattr(tier, column)))
