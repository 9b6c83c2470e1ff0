"""The command line: flags -> Settings -> verify -> render -> exit code, and nothing else."""

from __future__ import annotations

import os


def main() -> None:
    """The entry point `migcheck`; ends the process with the exit code."""
    _open_standard_descriptors()
    try:
        from migcheck.cli.app import app
    except KeyboardInterrupt:  # Ctrl-C before anything of ours could hear it
        raise SystemExit(130) from None

    app.main(prog_name="migcheck")


def _open_standard_descriptors() -> None:
    """Where the caller closed one of the three (`2>&-`), what is opened next would take its number."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # Gets the lowest number that is free; for our own processes, too.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
