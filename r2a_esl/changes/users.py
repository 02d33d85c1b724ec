"""What a change means to users that FreeSWITCH keeps, and to their registrations."""

from __future__ import annotations

from r2a_esl.changes import callcenter, commands, music
from r2a_esl.changes.commands import FLUSH_ALL, Command
from r2a_esl.changes.draft import Draft
from r2a_esl.changes.known import Change

#: Above so many users one flush of everything costs FreeSWITCH less than telling it each name.
MANY_USERS = 50


def flushes(draft: Draft) -> list[Command]:
    """Return what has FreeSWITCH forget the users in `draft`."""
    if draft.flushes_all or len(draft.users) > MANY_USERS:
        return [FLUSH_ALL]
    names = {pair for user in draft.users.values() for domain_id, name in user for pair in draft.spelled(domain_id, name)}
    return [commands.flush_user(name, domain) for name, domain in sorted(names)]


def drops(draft: Draft) -> list[Command]:
    """Return what removes the registrations that `draft` has ended."""
    if not draft.logins and not draft.aors and not draft.realms:
        return []
    return [Command(kind="drop", logins=frozenset(draft.logins), aors=frozenset(draft.aors), realms=frozenset(draft.realms))]


def extension(draft: Draft, change: Change) -> None:
    numbers = {(row["domain_id"], row["number"]) for row in change.versions}
    draft.flush(change.row["id"], *numbers)
    gone = numbers if change.switched_off else set()
    if change.switched_off:
        gone |= draft.known.names.get(change.row["id"], frozenset())
    elif change.before is not None and change.differs("number"):
        gone.add((change.before["domain_id"], change.before["number"]))
    for domain_id, name in gone:
        draft.aors |= draft.spelled(domain_id, name)
        if change.switched_off:
            draft.logins |= draft.spelled(domain_id, name)
    draft.reloads_acl |= draft.known.trusts_addresses and change.before is not None and change.differs("enabled", "number")
    callcenter.extension(draft, change)


def extension_alias(draft: Draft, change: Change) -> None:
    for row in change.versions:
        draft.flush(row["extension_id"], (row["domain_id"], row["name"]))
    if change.before is not None:
        draft.aors |= draft.spelled(change.before["domain_id"], change.before["name"])


def device(draft: Draft, change: Change) -> None:
    draft.flush(change.row["extension_id"], *((row["domain_id"], row["auth_user"]) for row in change.versions))
    if change.before is not None and (change.switched_off or change.differs("auth_user")):
        draft.logins |= draft.spelled(change.before["domain_id"], change.before["auth_user"])
    # Lists of addresses hold devices that are let in without a digest.
    draft.reloads_acl |= any(row.get("trusted_cidr") for row in change.versions)


def device_credential(draft: Draft, change: Change) -> None:
    found = draft.known.devices.get(change.row["device_id"])
    if found is None:
        # The device went as well, and its own row says all.
        return
    extension_id, _, login = found
    draft.flush(extension_id)
    # An INSERT alone is a first password, or one for a new spelling of the domain.
    if change.before is not None:
        draft.logins.add((login, change.before["realm"]))


def of_extension(draft: Draft, change: Change) -> None:
    for row in change.versions:
        draft.flush(row["extension_id"])


def directory_entry(draft: Draft, change: Change) -> None:
    for row in change.versions:
        found = draft.known.devices.get(row["device_id"]) if row["device_id"] is not None else None
        if row["extension_id"] is not None:
            draft.flush(row["extension_id"])
        elif found is not None:
            draft.flush(found[0])
        elif row["device_id"] is None:
            draft.flushes_all = True


def everybody(draft: Draft, change: Change) -> None:
    """Something that answers about many users name or contain; a new one is in none yet."""
    if change.before is not None:
        draft.flushes_all = True


def domain(draft: Draft, change: Change) -> None:
    draft.flushes_all = True
    if change.switched_off and change.before is not None:
        draft.realms |= draft.known.spellings.get(change.row["id"], frozenset()) | {change.before["name"]}
    elif change.before is not None and change.differs("name"):
        draft.realms.add(change.before["name"])
    draft.reloads_acl |= draft.known.trusts_addresses and change.before is not None and change.differs("enabled", "name")
    callcenter.domain(draft, change)
    music.domain(draft, change)


def domain_alias(draft: Draft, change: Change) -> None:
    draft.flushes_all = True
    draft.realms |= {change.before["name"]} if change.before is not None else set()
    draft.reloads_acl |= draft.known.trusts_addresses


def tenant(draft: Draft, change: Change) -> None:
    draft.flushes_all = True
    if change.switched_off:
        for domain_id in draft.known.tenants.get(change.row["id"], ()):
            draft.realms |= draft.known.spellings.get(domain_id, frozenset())
    draft.reloads_acl |= draft.known.trusts_addresses and change.before is not None and change.differs("enabled")
    callcenter.tenant(draft, change)
    music.tenant(draft, change)
