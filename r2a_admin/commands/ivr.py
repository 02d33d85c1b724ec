"""`r2a ivr`: menus that callers hear, and where their keys lead."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import console, session
from r2a_admin.commands import ivr_tree, lifecycle
from r2a_admin.commands.options import DomainOption, DryRun, IvrName, Json
from r2a_admin.store import ivrs, keys, usage
from r2a_admin.store.ivrs import IvrChange, Option
from r2a_admin.store.keys import Key
from r2a_core.database import Connection

app = typer.Typer(help="IVR menus: what callers hear, and where their keys lead.", no_args_is_help=True)
option_app = typer.Typer(help="Options of a menu: where keys lead.", no_args_is_help=True)
app.add_typer(option_app, name="option")
GREETING = "What is played first: a file like ivr/welcome.wav, or phrase:NAME@DOMAIN."
GreetShort = Annotated[str | None, typer.Option(metavar="SOUND", help="What is played from the second time on; '' for the long one.")]
InvalidSound = Annotated[str | None, typer.Option(metavar="SOUND", help="After keys that lead nowhere; '' for none.")]
ExitSound = Annotated[str | None, typer.Option(metavar="SOUND", help="When the menu gives up; '' for none.")]
Timeout = Annotated[int | None, typer.Option("--timeout-ms", help="How long it waits for a key, 1000 to 60000 ms.")]
InterDigit = Annotated[int | None, typer.Option("--inter-digit-timeout-ms", help="How long it waits for the next key, 500 to 10000 ms.")]
DigitsMax = Annotated[int | None, typer.Option("--digits-max", help="Keys of a directly dialled number at most, 1 to 15.")]
FailuresMax = Annotated[int | None, typer.Option("--failures-max", help="Wrong keys before it gives up, 1 to 20.")]
TimeoutsMax = Annotated[int | None, typer.Option("--timeouts-max", help="Silences before it gives up, 1 to 20.")]
Digits = Annotated[str | None, typer.Argument(metavar="[DIGITS]", help="1 to 10 keys; none with --direct-dial.")]
DirectDial = Annotated[bool, typer.Option("--direct-dial", help="What no option takes is dialled as an extension.")]


@app.command()
def add(
    menu: IvrName,
    greet_long: Annotated[str, typer.Option(metavar="SOUND", help=GREETING)],
    greet_short: GreetShort = None,
    invalid_sound: InvalidSound = None,
    exit_sound: ExitSound = None,
    timeout_ms: Timeout = None,
    inter_digit_timeout_ms: InterDigit = None,
    digits_max: DigitsMax = None,
    failures_max: FailuresMax = None,
    timeouts_max: TimeoutsMax = None,
    dry_run: DryRun = False,
) -> None:
    """Add a menu without options."""
    wanted = IvrChange(
        greet_short=greet_short, invalid_sound=invalid_sound, exit_sound=exit_sound, timeout_ms=timeout_ms,
        inter_digit_timeout_ms=inter_digit_timeout_ms, digits_max=digits_max, failures_max=failures_max, timeouts_max=timeouts_max,
    )  # fmt: skip
    with session.changing(dry_run=dry_run) as connection:
        name, domain = keys.subject(connection, menu)
        ivrs.change(connection, ivrs.add(connection, domain, name, greet_long), wanted)
    console.done(f"added ivr {name}@{domain.name}", dry_run=dry_run)


@app.command("list")
def list_menus(domain: DomainOption = None, as_json: Json = False) -> None:
    """List menus and their options."""
    with session.reading() as connection:
        found = ivrs.listed(connection, keys.domain(connection, domain) if domain else None)
    console.listing(found, ("name", "domain", "enabled", "greet_long", "options"), as_json=as_json, what="menus")


@app.command()
def show(menu: IvrName, as_json: Json = False) -> None:
    """Show one menu, and as a tree where its keys lead."""
    with session.reading() as connection:
        key, domain = keys.within(connection, "ivr", menu)
        menus = ivrs.listed(connection, domain)
    found = next(one for one in menus if one.name == key.name)
    console.record(found, as_json=as_json, without=() if as_json else ("options",))
    if not as_json:
        console.tree(ivr_tree.of(found, menus))


@app.command("set")
def set_menu(
    menu: IvrName,
    greet_long: Annotated[str | None, typer.Option(metavar="SOUND", help=GREETING)] = None,
    greet_short: GreetShort = None,
    invalid_sound: InvalidSound = None,
    exit_sound: ExitSound = None,
    timeout_ms: Timeout = None,
    inter_digit_timeout_ms: InterDigit = None,
    digits_max: DigitsMax = None,
    failures_max: FailuresMax = None,
    timeouts_max: TimeoutsMax = None,
    dry_run: DryRun = False,
) -> None:
    """Change a menu."""
    wanted = IvrChange(
        greet_long=greet_long, greet_short=greet_short, invalid_sound=invalid_sound, exit_sound=exit_sound, timeout_ms=timeout_ms,
        inter_digit_timeout_ms=inter_digit_timeout_ms, digits_max=digits_max, failures_max=failures_max, timeouts_max=timeouts_max,
    )  # fmt: skip
    lifecycle.require_change(wanted)
    with session.changing(dry_run=dry_run) as connection:
        key, domain = keys.within(connection, "ivr", menu)
        ivrs.change(connection, key, wanted)
    console.done(f"changed ivr {key.name}@{domain.name}", dry_run=dry_run)


@option_app.command("set")
def option_set(
    menu: IvrName,
    digits: Digits = None,
    extension: Annotated[str | None, typer.Option(metavar="NUMBER", help="To this extension.")] = None,
    to_menu: Annotated[str | None, typer.Option("--menu", metavar="NAME", help="To another menu of the domain.")] = None,
    sound: Annotated[str | None, typer.Option(metavar="SOUND", help="Plays this and asks again.")] = None,
    back: Annotated[bool, typer.Option("--back", help="To the menu from which the caller came.")] = False,
    top: Annotated[bool, typer.Option("--top", help="To the first menu.")] = False,
    leave: Annotated[bool, typer.Option("--exit", help="Out of the menus.")] = False,
    direct_dial: DirectDial = False,
    dry_run: DryRun = False,
) -> None:
    """Say where keys lead, in place of where they led."""
    given = {"extension": extension, "menu": to_menu, "sound": sound, "back": back, "top": top, "exit": leave, "direct_dial": direct_dial}
    actions = [action for action, value in given.items() if value not in (None, False)]
    if len(actions) != 1:
        raise typer.BadParameter("give one of --extension, --menu, --sound, --back, --top, --exit and --direct-dial")
    _require_digits(digits, direct_dial=direct_dial)
    with session.changing(dry_run=dry_run) as connection:
        key, domain = keys.within(connection, "ivr", menu)
        option, title = _option(connection, domain, digits, actions[0], str(given[actions[0]]))
        ivrs.put_option(connection, key, domain, option)
    console.done(f"{digits or 'any other number'} in ivr {key.name}@{domain.name} {title}", dry_run=dry_run)


@option_app.command("remove")
def option_remove(menu: IvrName, digits: Digits = None, direct_dial: DirectDial = False, dry_run: DryRun = False) -> None:
    """Take an option of a menu away."""
    _require_digits(digits, direct_dial=direct_dial)
    with session.changing(dry_run=dry_run) as connection:
        key, domain = keys.within(connection, "ivr", menu)
        if not ivrs.remove_option(connection, key, digits):
            raise keys.UnknownNameError(f"ivr {key.name}@{domain.name} has no option {digits or '--direct-dial'}")
    console.done(f"{digits or 'any other number'} in ivr {key.name}@{domain.name} leads nowhere any more", dry_run=dry_run)


def _require_digits(digits: str | None, *, direct_dial: bool) -> None:
    if (digits is None) != direct_dial:
        raise typer.BadParameter("give either DIGITS or --direct-dial, which is for whatever no option takes")


def _option(connection: Connection, domain: Key, digits: str | None, action: str, value: str) -> tuple[Option, str]:
    """Return the option and what it does, in words; raise UnknownNameError for an extension or a menu of another domain."""
    if action == "extension":
        to = keys.extension_within(connection, domain, value, "a menu and where it leads")
        return Option(digits=digits, action=action, extension_id=to.id), f"leads to extension {to.title}"
    if action == "menu":
        target, of = keys.within(connection, "ivr", value if "@" in value else f"{value}@{domain.name}")
        if of.id != domain.id:
            raise keys.UnknownNameError(f"{target.name}@{of.name} is not of {domain.name}: a menu and where it leads share a domain")
        return Option(digits=digits, action=action, target_menu_id=target.id), f"leads to ivr {target.name}@{domain.name}"
    if action == "sound":
        return Option(digits=digits, action=action, sound=value), f"plays {value}"
    return Option(digits=digits, action=action), ivr_tree.WORDS[action]


def _switch(connection: Connection, name: str, enabled: bool) -> str:
    key, domain = keys.within(connection, "ivr", name)
    ivrs.change(connection, key, IvrChange(enabled=enabled))
    return f"{key.name}@{domain.name}"


def _delete(connection: Connection, name: str) -> str:
    key, domain = keys.within(connection, "ivr", name)
    title = f"{key.name}@{domain.name}"
    usage.refuse(connection, "ivr", key.id, f"other menus lead to ivr {title}", "take that away with `r2a ivr option remove`")
    ivrs.delete(connection, key)
    return title


lifecycle.add_switch(app, "ivr", "NAME@DOMAIN", _switch)
lifecycle.add_delete(app, "ivr", "NAME@DOMAIN", _delete)
