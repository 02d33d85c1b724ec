"""Form -> **request**: what is being asked, typed. The kinds are those of the contract, section 2; everything else is Unknown."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from r2a_xml.form import Form

_SIP_USER = re.compile(r"[+]?[A-Za-z0-9][A-Za-z0-9._-]{0,62}\Z")
_TOKEN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}\Z")
_DOCUMENT = re.compile(r"[a-z0-9_]{1,40}\.conf\Z")
_DESTINATION = re.compile(r"[A-Za-z0-9+*#][A-Za-z0-9+*#._-]{0,62}\Z")
_CONTEXT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}\Z")
_CORE_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\Z")
_DOMAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,252}\Z")
_NAME_AT_DOMAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}@[A-Za-z0-9][A-Za-z0-9._:-]{0,252}\Z")
_CONFERENCE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._:-]{0,270}\Z")
_CONTROLS = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,62}([+]moderators)?\Z")

#: What narrows a document down, and how that may look where it is sent at all: an empty name never means everything.
_NARROWING = {
    b"Menu-Name": _NAME_AT_DOMAIN,
    b"CC-Queue": _NAME_AT_DOMAIN,
    b"conference_name": _CONFERENCE,
    b"profile_name": _TOKEN,
    b"Controls": _CONTROLS,
}

#: What `say` asks for instead of a phrase (switch_ivr.c): it needs the language and nothing else, and the static tree has that.
_SAY = "say_app"

#: Questions about one user that are answered with that user, whoever asks (contract 2.2). An empty action is a plain look-up.
USER_ACTIONS = frozenset(
    ("", "sip_auth", "user_call", "message-count", "web-vm", "voicemail-lookup", "reverse-auth-lookup", "jsonrpc-authenticate", "group_call")
)


@dataclass(frozen=True, slots=True)
class SipRequest:
    """What a phone wants to do with its password: method in capitals, To and From as (user, host), empty where nothing was sent."""

    method: str
    to: tuple[str, str]
    sender: tuple[str, str]


@dataclass(frozen=True, slots=True)
class DirectoryUser:
    """One user of one domain. sip is what a phone asks with (action sip_auth), None when the switch asks for itself."""

    domain: str
    user: str
    action: str
    sip: SipRequest | None


@dataclass(frozen=True, slots=True)
class DirectoryGroup:
    """The members of a call group, to be dialled (group_call) or looked up (in_group)."""

    domain: str
    group: str


@dataclass(frozen=True, slots=True)
class DirectoryDomain:
    """Does this domain exist, what are its params. Also what a profile asks before it makes a domain its alias (purpose=gateways)."""

    domain: str


@dataclass(frozen=True, slots=True)
class DirectoryAllDomains:
    """The domains of this node's switch, for a profile whose <domains> says `all` (purpose=gateways without a domain)."""


@dataclass(frozen=True, slots=True)
class NetworkList:
    """The addresses of a domain's users that are let in without a digest (ACL entries with a domain)."""

    domain: str


@dataclass(frozen=True, slots=True)
class PublishVoicemail:
    """The mailboxes a message is delivered to: one user, the members of a group, or all of the domain (user `_all_`)."""

    domain: str
    user: str
    group: str


@dataclass(frozen=True, slots=True)
class ChangeVoicemailPassword:
    """mod_voicemail asks whether it may store a new PIN on its node."""

    domain: str
    user: str


@dataclass(frozen=True, slots=True)
class Dialplan:
    """Where does this call go: the hunt's context and number, never the caller's copies of them."""

    context: str
    destination: str
    call_uuid: str


@dataclass(frozen=True, slots=True)
class Configuration:
    """A configuration document for a node. profile and gateway narrow sofia.conf down, queue callcenter.conf; empty = all.

    menu (NAME@DOMAIN) is for ivr.conf; conference and conference_profile (joining), controls (a group of keys) and presence for conference.conf.
    core_uuid is the FreeSWITCH process that asks, empty when nobody says: a person who looks.
    """

    document: str
    node: str
    profile: str
    gateway: str
    menu: str = ""
    queue: str = ""
    conference: str = ""
    conference_profile: str = ""
    controls: str = ""
    presence: bool = False
    core_uuid: str = ""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase that is about to be spoken in a language. domain is empty for a phrase of everybody."""

    language: str
    name: str
    domain: str


@dataclass(frozen=True, slots=True)
class Impossible:
    """A question about something no row can be called (a name with characters that no name has): answered without asking."""

    kind: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """A question r2a does not own; reason is for the log."""

    kind: str
    reason: str


Request = (
    DirectoryUser
    | DirectoryGroup
    | DirectoryDomain
    | DirectoryAllDomains
    | NetworkList
    | PublishVoicemail
    | ChangeVoicemailPassword
    | Dialplan
    | Configuration
    | Phrase
    | Impossible
    | Unknown
)


def parse(form: Form) -> Request:
    """Return what `form` asks."""
    if form.section == "directory":
        return _directory(form)
    if form.section == "dialplan":
        return _dialplan(form)
    if form.section == "configuration":
        return _configuration(form)
    if form.section == "languages":
        return _phrase(form)
    return Unknown(form.section, "this section is not served; leave it unbound")


def _directory(form: Form) -> Request:
    purpose, action = form.get(b"purpose"), form.get(b"action")
    if purpose == "gateways":
        return DirectoryDomain(form.key_value) if form.key_value else DirectoryAllDomains()
    if not form.key_value:
        return Unknown("directory", "a whole directory is never sent; ask for one domain")
    if form.tag_name != "domain" or form.key_name != "name":
        return Unknown("directory", "tag_name and key_name should be domain and name")
    if purpose == "network-list":
        return NetworkList(form.key_value)
    if purpose == "publish-vm":
        return _publish_voicemail(form)
    if purpose:
        return Unknown("directory", f"purpose {purpose} is not served")
    if form.get(b"VM-Action") == "change-password":
        return _user(form, lambda user: ChangeVoicemailPassword(form.key_value, user))
    group = form.get(b"group_name")
    if group:
        return DirectoryGroup(form.key_value, group) if _TOKEN.match(group) else Impossible("group")
    if b"user" not in form.fields:
        # A domain look-up has no action; ESL userauth, xml_rpc and others that name neither user nor group are not ours.
        return Unknown("directory", f"action {action} is not served") if action else DirectoryDomain(form.key_value)
    if action not in USER_ACTIONS:
        return Unknown("directory", f"action {action} is not served")
    return _user(form, lambda user: DirectoryUser(form.key_value, user, action, _sip(form, action)))


def _user(form: Form, make: Callable[[str], Request]) -> Request:
    user = form.get(b"user")
    return make(user) if _SIP_USER.match(user) else Impossible("user")


def _sip(form: Form, action: str) -> SipRequest | None:
    if action != "sip_auth":
        return None
    to, sender = (form.get(b"sip_to_user"), form.get(b"sip_to_host")), (form.get(b"sip_from_user"), form.get(b"sip_from_host"))
    return SipRequest(form.get(b"sip_auth_method").upper(), to, sender)


def _publish_voicemail(form: Form) -> Request:
    user, group = form.get(b"user"), form.get(b"group")
    if user != "_all_" and not _SIP_USER.match(user) and not _TOKEN.match(group):
        return Impossible("user")
    return PublishVoicemail(form.key_value, user, group)


def _dialplan(form: Form) -> Request:
    context, destination = form.get(b"Hunt-Context"), form.get(b"Hunt-Destination-Number")
    if not context:
        return Unknown("dialplan", "Hunt-Context is missing")
    if not _CONTEXT.match(context) or not _DESTINATION.match(destination):
        return Impossible("dialplan")
    return Dialplan(context, destination, form.get(b"Hunt-Unique-ID"))


def _configuration(form: Form) -> Request:
    if form.tag_name != "configuration" or form.key_name != "name":
        return Unknown("configuration", "tag_name and key_name should be configuration and name")
    profile, gateway = form.get(b"profile"), form.get(b"gateway")
    if not _DOCUMENT.match(form.key_value) or (profile and not _TOKEN.match(profile)) or (gateway and not _TOKEN.match(gateway)):
        return Impossible("configuration")
    if any(name in form.fields and not pattern.match(form.get(name)) for name, pattern in _NARROWING.items()):
        return Impossible("configuration")
    return Configuration(
        form.key_value,
        form.hostname,
        profile,
        gateway,
        menu=form.get(b"Menu-Name"),
        queue=form.get(b"CC-Queue"),
        conference=form.get(b"conference_name"),
        conference_profile=form.get(b"profile_name"),
        controls=form.get(b"Controls") if form.get(b"Action") == "request-controls" else "",
        presence=form.get(b"presence") == "true",
        core_uuid=core_uuid if _CORE_UUID.match(core_uuid := form.get(b"Core-UUID")) else "",
    )


def _phrase(form: Form) -> Request:
    name, at, domain = form.get(b"macro_name").partition("@")
    language = form.get(b"lang")
    if name == _SAY and not at:
        return Impossible("say")
    if not _TOKEN.match(name) or not _TOKEN.match(language) or (at and not _DOMAIN.match(domain)):
        return Impossible("phrase")
    return Phrase(language, name, domain)
