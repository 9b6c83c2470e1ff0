"""The options that say what the project is, for commands that don't verify it."""

from __future__ import annotations

from migcheck.cli.options import F, option

GROUP = "Project"


def of_project(function: F) -> F:
    """Add them; they mean what they mean to `migcheck verify`."""
    for add in (
        option("--setup", "setup", group=GROUP, metavar="FILE.sql", multiple=True, help="As for verify."),
        option("--stamp", "stamp", group=GROUP, metavar="REV", multiple=True, help="As for verify."),
        option("--env", "env", group=GROUP, metavar="KEY=VALUE", multiple=True, help="As for verify."),
        option("-x", "x", group=GROUP, metavar="KEY=VALUE", multiple=True, help="As for verify."),
        option("-n", "--name", group=GROUP, metavar="SECTION", help="As for verify."),
        option(
            "--url",
            "-c",
            "--config",
            "url",
            group=GROUP,
            metavar="PATH",
            help="An alembic.ini, a pyproject.toml, or the folder of one. [default: the working directory]",
        ),
    ):
        function = add(function)
    return function
