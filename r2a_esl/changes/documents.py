"""What a change of a generic document means to the module that reads it, on this node. A rule for each document; most are read once, at load."""

from __future__ import annotations

import re
from collections.abc import Callable

from r2a_esl.changes import commands
from r2a_esl.changes.commands import Command
from r2a_esl.changes.draft import Draft
from r2a_esl.changes.known import Change, Row

_MODULE = re.compile(r"mod_[a-z0-9_]{1,60}")
_WORD = re.compile(r"[A-Za-z0-9_.-]{1,64}")
_COUNT = re.compile(r"[1-9][0-9]{0,6}")

#: Params of the core that a running FreeSWITCH can be told, what with, and what their values look like.
_RUNNING: dict[str, tuple[str, re.Pattern[str]]] = {
    "max-sessions": ("max_sessions", _COUNT),
    "sessions-per-second": ("sps", _COUNT),
    "min-idle-cpu": ("min_idle_cpu", re.compile(r"[0-9]{1,2}(\.[0-9]{1,3})?")),
    "loglevel": ("loglevel", re.compile(r"console|alert|crit|err|warning|notice|info|debug|[0-9]", re.IGNORECASE)),
    "debug-level": ("debug_level", re.compile(r"[0-9]|10")),
    "max-dtmf-duration": ("max_dtmf_duration", _COUNT),
    "min-dtmf-duration": ("min_dtmf_duration", _COUNT),
    "default-dtmf-duration": ("default_dtmf_duration", _COUNT),
}
#: Read from FreeSWITCH's own files, before anybody is asked.
_OWN_FILES = ("switch.conf", "modules.conf", "pre_load_modules.conf", "xml_curl.conf")


def config_document(draft: Draft, change: Change) -> None:
    for row in change.versions:
        hidden = row["node_id"] is None and row["name"] in draft.known.applications.own_documents
        if row["node_id"] in (None, draft.known.node_id) and not hidden:
            draft.whole_documents.add(row["name"])
            draft.deleted_documents |= {row["id"]: row["name"]} if change.after is None else {}


def config_element(draft: Draft, change: Change) -> None:
    # Another node's is not known here.
    number = change.row["document_id"]
    found = draft.known.applications.documents.get(number)
    if found is not None and (found.node_id is not None or found.name not in draft.known.applications.own_documents):
        draft.documents[found.name].append(change)
    elif found is None and number in draft.deleted_documents:
        draft.documents[draft.deleted_documents[number]].append(change)


def commands_of(draft: Draft) -> list[Command]:
    """Return what the documents in `draft` need, each command once."""
    found: list[Command] = []
    for name in sorted(draft.whole_documents | set(draft.documents)):
        found += DOCUMENTS.get(name, _read_at_load)(draft, name)
    return list(dict.fromkeys(found))


def _modules(draft: Draft, name: str) -> list[Command]:
    listed = _named(draft, name, "load", "module")
    changed = set(listed) if name in draft.whole_documents else set()
    before: set[str] = set()
    for change in draft.documents.get(name, ()):
        changed |= _attribute(change.after, "load", "module")
        before |= _attribute(change.before, "load", "module")
    for module in sorted(before - set(listed)):
        draft.remark(f"{_said(module)} is no longer in {name}: unload it by hand, it may carry calls")
    for module in sorted(set(listed) & changed):
        if not _MODULE.fullmatch(module):
            draft.remark(f"{_said(module)} in {name} is no name of a module; it is left out")
    return [Command(kind="load_module", texts=(f"load {module}",)) for module in listed if module in changed and _MODULE.fullmatch(module)]


def _voicemail(draft: Draft, name: str) -> list[Command]:
    profiles = set(_named(draft, name, "profile", "name"))
    for change in draft.documents.get(name, ()):
        profiles |= _attribute(change.before, "profile", "name") | _attribute(change.after, "profile", "name")
    for profile in sorted(profiles):
        if not _WORD.fullmatch(profile):
            draft.remark(f"the voicemail profile {_said(profile)} is not read again: `voicemail reload` it by hand")
    return [Command(kind="document", texts=(f"voicemail reload {profile}",)) for profile in sorted(profiles) if _WORD.fullmatch(profile)]


def _core(draft: Draft, name: str) -> list[Command]:
    now = {str(row.get("name", "")): str(row.get("value", "")) for tag, row in draft.known.applications.contents.get(name, ()) if tag == "param"}
    changed = set(now) if name in draft.whole_documents else set()
    for change in draft.documents.get(name, ()):
        changed |= _attribute(change.before, "param", "name") | _attribute(change.after, "param", "name")
    found = []
    for param in sorted(changed):
        command, values = _RUNNING.get(param, ("", _COUNT))
        if command and param in now and values.fullmatch(now[param]):
            found.append(Command(kind="document", texts=(f"fsctl {command} {now[param]}",)))
        else:
            draft.remark(f"{_said(param)} in {name} comes into effect when FreeSWITCH is started again")
    return found


def _one(text: str) -> Callable[[Draft, str], list[Command]]:
    return lambda _draft, _name: [Command(kind="document", texts=(text,))]


def _read_at_load(draft: Draft, name: str) -> list[Command]:
    if name in _OWN_FILES:
        draft.remark(f"FreeSWITCH reads {name} from its own files only; `r2a freeswitch-conf` writes those")
        return []
    module = f"mod_{name.removesuffix('.conf')}"
    draft.remark(f"{name} changed: {module} reads it when it is loaded; `reload {module}` when no call needs it")
    return []


def _named(draft: Draft, name: str, tag: str, attribute: str) -> list[str]:
    found = [str(row[attribute]) for one, row in draft.known.applications.contents.get(name, ()) if one == tag and row.get(attribute)]
    return list(dict.fromkeys(found))


def _attribute(row: Row | None, tag: str, attribute: str) -> set[str]:
    value = row["attributes"].get(attribute) if row is not None and row["tag"] == tag else None
    return {str(value)} if value else set()


def _said(name: str) -> str:
    return name if _WORD.fullmatch(name) else repr(name[:40])


#: What listens for RELOADXML reads its document again then; the core does so for time zones.
_RELOADED = ("timezones", "spandsp", "fax", "loopback", "enum", "curl", "memcache", "cidlookup", "translate", "avmd", "tts_commandline")
DOCUMENTS: dict[str, Callable[[Draft, str], list[Command]]] = {
    "post_load_modules.conf": _modules,
    "post_load_switch.conf": _core,
    "voicemail.conf": _voicemail,
    "fifo.conf": _one("fifo reparse"),
    "distributor.conf": _one("distributor_ctl reload"),
    **{f"{name}.conf": _one(commands.RELOAD_XML) for name in _RELOADED},
}
