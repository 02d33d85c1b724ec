"""Arguments and options that several commands share: the same name means the same everywhere."""

from __future__ import annotations

from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="Print JSON.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Do all of it in the transaction, roll it back, and say what would have been done.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
AllowWeak = Annotated[bool, typer.Option("--allow-weak", help="Take a password or PIN that is soon guessed.")]
PasswordStdin = Annotated[
    bool,
    typer.Option(
        "--password-stdin",
        help="Read the password from the first line of standard input. (As an argument it would stand in `ps` and the shell's history.)",
    ),
]

ExtensionName = Annotated[str, typer.Argument(metavar="NUMBER@DOMAIN", help="The domain may be left out while there is only one.")]
DeviceName = Annotated[str, typer.Argument(metavar="AUTH_USER@DOMAIN", help="The domain may be left out while there is only one.")]
GroupName = Annotated[str, typer.Argument(metavar="GROUP@DOMAIN", help="The domain may be left out while there is only one.")]
IvrName = Annotated[str, typer.Argument(metavar="NAME@DOMAIN", help="The domain may be left out while there is only one.")]
QueueName = Annotated[str, typer.Argument(metavar="NAME@DOMAIN", help="The domain may be left out while there is only one.")]
RoomName = Annotated[str, typer.Argument(metavar="NUMBER@DOMAIN", help="The domain may be left out while there is only one.")]
DomainName = Annotated[str, typer.Argument(metavar="DOMAIN", help="Its name or one of its aliases.")]
DomainOption = Annotated[str | None, typer.Option("--domain", metavar="DOMAIN", help="Only this domain.")]
NodeOption = Annotated[str | None, typer.Option("--node", metavar="NODE", help="Only on this node.")]
EntryName = Annotated[str, typer.Argument(metavar="NAME")]
EntryValue = Annotated[str, typer.Argument(metavar="VALUE")]
