"""Options whose order among each other means something: `--play a --sleep 200 --play b` is not `--play a --play b --sleep 200`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import typer
from typer.core import TyperCommand

_ORDER = "r2a.order"


class InOrder(TyperCommand):
    """A command that remembers in which order its options were given."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        # The parser names an option as often as it meets it; what it makes of the values keeps their order only within one option.
        _, _, order = self.make_parser(ctx).parse_args(args=list(args))
        ctx.meta[_ORDER] = [parameter.name for parameter in order]
        return super().parse_args(ctx, args)


def given(context: typer.Context, names: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (option, value) for each time that one of the repeatable options `names` was given, in order."""
    values = {name: iter(context.params[name] or ()) for name in names}
    return ((name, next(values[name])) for name in context.meta[_ORDER] if name in values)
