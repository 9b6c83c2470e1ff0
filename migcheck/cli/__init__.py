"""The command line: flags -> Settings -> verify -> render -> exit code, and nothing else."""

from __future__ import annotations


def main() -> None:
    """The entry point `migcheck`; ends the process with the exit code."""
    from migcheck.cli.app import app

    app.main(prog_name="migcheck")
