"""The options --codecs and --no-codecs, which several nouns have."""

from __future__ import annotations

from typing import Annotated

import typer

from r2a_admin import codec_names

Codecs = Annotated[str | None, typer.Option(metavar="NAME,NAME", help="Wanted codecs, the best first, like OPUS,G722,PCMU@20i.")]
NoCodecs = Annotated[bool, typer.Option("--no-codecs", help="What the profile prefers.")]


def wanted(codecs: str | None, *, no_codecs: bool = False) -> str | None:
    """Return the list as it is stored, empty to take it away, None to leave it. Raises CodecRefusedError, or BadParameter for both."""
    if codecs is not None and no_codecs:
        raise typer.BadParameter("give --codecs or --no-codecs, not both")
    if codecs is not None:
        return codec_names.read(codecs)
    return "" if no_codecs else None
