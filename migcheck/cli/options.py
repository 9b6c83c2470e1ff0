"""Options in groups, and suggestions for what was mistyped."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

from migcheck.spelling import nearest

F = TypeVar("F", bound=Callable[..., Any])


class GroupedOption(click.Option):
    """An option that `--help` shows under the heading `group`."""

    def __init__(self, param_decls: Sequence[str], group: str = "Options", **attributes: Any) -> None:
        super().__init__(param_decls, **attributes)
        self.group = group


def option(*names: str, group: str = "Options", **attributes: Any) -> Callable[[F], F]:
    """An option under a heading; `attributes` are those of click's."""
    return click.option(*names, cls=GroupedOption, group=group, **attributes)


class VerbatimEpilog(click.Command):
    """A command whose epilog is shown as it stands: its lines are examples, not prose to be filled."""

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the epilog."""
        if self.epilog:
            formatter.write_paragraph()
            for line in self.epilog.strip("\n").splitlines():
                formatter.write(f"{line}\n")


class PlainGroup(VerbatimEpilog, click.Group):
    """A group of commands with such an epilog."""


class GroupedCommand(VerbatimEpilog):
    """A command whose options are shown in groups, in the order in which they were declared."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one section for each group; what has no group (--help) comes last."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                groups.setdefault(getattr(parameter, "group", "Other options"), []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class SuggestedChoice(click.Choice):  # type: ignore[type-arg,unused-ignore]
    """A choice that answers a mistyped word with the nearest one."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The choice, or BadParameter with "did you mean ...?" where one is near."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter as error:
            match = nearest(str(value), [str(choice) for choice in self.choices])
            if match is None:
                raise
            message = f"{error.message.rstrip('.')}. Did you mean {match}?"
            raise click.BadParameter(message, ctx, param) from None
