"""The command line: flags -> Settings -> verify -> render -> exit code, and nothing else."""

from __future__ import annotations


def main() -> None:
    """The entry point `migcheck`; ends the process with the exit code."""
    try:
        from migcheck.cli.app import app
    except KeyboardInterrupt:  # Ctrl-C before anything of ours could hear it
        raise SystemExit(130) from None

    app.main(prog_name="migcheck")
