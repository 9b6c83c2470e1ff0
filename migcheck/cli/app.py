"""The group of commands, and the one place where errors are printed and become exit codes."""

from __future__ import annotations

import contextlib
import io
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from typing import Any

import click

from migcheck import __version__
from migcheck.cli.options import VerbatimEpilog
from migcheck.cli.stopping import Interrupted, stoppable
from migcheck.errors import MigcheckError, PluginError, UsageError
from migcheck.spelling import nearest

COULD_NOT_VERIFY = 3
# As a shell shows programs that SIGINT and SIGPIPE ended.
INTERRUPTED = 130
BROKEN_PIPE = 141
MAX_DETAILS = 40
EPILOG = """
Examples:
  migcheck verify --url alembic.ini   prove a project
  migcheck verify --help              all that can be told to it
  migcheck checks MC204               explain a finding

Exit codes: 0 clean, 1 findings at or above --fail-on, 2 wrong usage or
configuration, 3 could not verify.
"""
_COMMANDS = {
    "verify": ("migcheck.cli.verify", "Prove every revision on a real, disposable database."),
    "report": ("migcheck.cli.report", "Write a report in other formats; make one of several."),
    "drift": ("migcheck.cli.drift", "Compare a living database with its history."),
    "snapshot": ("migcheck.cli.snapshot", "Write the schema as a file to be committed."),
    "checks": ("migcheck.cli.checks", "List the checks, or explain one."),
    "cache": ("migcheck.cli.cache", "Show what is kept between runs, or remove it."),
    "doctor": ("migcheck.cli.doctor", "Show which database providers work here."),
}


class App(VerbatimEpilog, click.Group):
    """Commands that are imported when they are wanted, so that --help is quick."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names in the order of use."""
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, imported now."""
        if cmd_name not in _COMMANDS:
            return None
        import importlib

        command: click.Command = importlib.import_module(_COMMANDS[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in _COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command meant; for an unknown one a UsageError with a suggestion."""
        word = args[0]
        if word in _COMMANDS or word.startswith("-"):
            return super().resolve_command(ctx, args)
        match = nearest(word, _COMMANDS)
        if match is not None:
            hint = f"did you mean `migcheck {match}`?"
        elif word.endswith((".ini", ".toml")) or os.path.exists(word):
            hint = f"did you mean `migcheck verify --url {word}`?"
        else:
            hint = f"commands: {', '.join(_COMMANDS)}"
        raise UsageError(f"there is no command {word!r}", hint)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; a reader that leaves (`| head`) ends it without a word."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            leave_pipe()
            return BROKEN_PIPE

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> Any:
        """Run, print whatever went wrong in one way, and exit; with `standalone_mode` False, raise."""

        def run() -> Any:
            return super(App, self).main(args, prog_name, complete_var, standalone_mode=False, **extra)

        if not standalone_mode:
            return run()
        words = list(sys.argv[1:] if args is None else args)
        sys.exit(_exit_code(run, words))


def _exit_code(run: Callable[[], Any], words: Sequence[str]) -> int:
    """Run a command and turn each way in which it can end into an exit code."""
    try:
        with stoppable():
            result = run()
            _flush()
            return result if isinstance(result, int) else 0
    except click.exceptions.Exit as exit_:
        return exit_.exit_code
    except click.ClickException as error:
        _print_usage(error)
        return error.exit_code
    except (KeyboardInterrupt, click.Abort) as error:
        _say("interrupted; everything that was started is gone", "yellow")
        return _interruption(error) or INTERRUPTED
    except MigcheckError as error:
        # What a plugin's author needs is in the message; a user needs no traceback.
        most = 0 if isinstance(error, PluginError) else MAX_DETAILS
        print_error(error, None if _verbose(words) else most)
        return _interruption(error) or error.exit_code
    except BrokenPipeError:
        leave_pipe()
        return BROKEN_PIPE
    except OSError as error:
        print_error(_out_of_reach(error))
        return COULD_NOT_VERIFY
    except Exception as error:
        _print_unexpected(error, words)
        return COULD_NOT_VERIFY


def _out_of_reach(error: OSError) -> MigcheckError:
    """What the system refused: a folder without permission or that is gone, a full disk."""
    what = f": {error.filename}" if error.filename else ""
    return MigcheckError(
        f"the system refuses: {error.strerror or error}{what}",
        "is the working directory still there, may it be read, and is there room where the output goes?",
    )


def _interruption(error: BaseException | None) -> int | None:
    """The exit code of the interruption that `error` came from, also where cleaning up after it failed."""
    while error is not None:
        if isinstance(error, Interrupted):
            return error.exit_code
        error = error.__cause__ or error.__context__
    return None


def print_error(error: MigcheckError, max_details: int | None = None) -> None:
    """Write message, details (the last `max_details` lines of them) and hint to standard error."""
    from migcheck.reporters.printable import printable

    _say(f"error: {printable(error.message)}", "red", "error:")
    details = printable((error.details or "").rstrip()).splitlines()
    if max_details is not None and len(details) > max_details:
        left = len(details) - max_details
        more = f"... {left} lines before these, -v shows all" if max_details else "-v shows the traceback"
        _say(f"  {more}")
        details = details[len(details) - max_details :]
    for line in details:
        _say(f"  {line}".rstrip())
    if error.hint:
        _say(f"hint: {printable(error.hint)}", "cyan", "hint:")


def leave_pipe() -> None:
    """After a BrokenPipeError: let the interpreter's last flush go nowhere instead of complaining."""
    try:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (OSError, ValueError, AttributeError):
        sys.stdout = io.StringIO()


def _flush() -> None:
    if sys.stdout is not None and not sys.stdout.closed:
        sys.stdout.flush()


def _print_usage(error: click.ClickException) -> None:
    if isinstance(error, getattr(click.exceptions, "NoArgsIsHelpError", ())):
        click.echo(error.format_message(), err=True)
        return
    message = error.format_message()
    possibilities = getattr(error, "possibilities", None)
    hint: str | None = None
    if isinstance(error, click.NoSuchOption):
        known = [name for p in (error.ctx.command.params if error.ctx else ()) for name in p.opts]
        match = nearest(error.option_name, possibilities or known)
        message = f"there is no option {error.option_name}"
        hint = f"did you mean {match}?" if match else None
    elif ". Did you mean " in message:
        message, _, rest = message.partition(". Did you mean ")
        hint = f"did you mean {rest}"
    context = getattr(error, "ctx", None)
    if hint is None and context is not None:
        hint = f"`{context.command_path} --help` shows what there is"
    print_error(UsageError(message.rstrip("."), hint))


def _print_unexpected(error: Exception, words: Sequence[str]) -> None:
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {os.path.basename(frames[-1].filename)}:{frames[-1].lineno}" if frames else ""
    wanted = _verbose(words)
    print_error(
        MigcheckError(
            f"migcheck {__version__} broke{place}: {type(error).__name__}: {error}",
            "this is a fault of migcheck's own: please report it, with the traceback"
            + ("" if wanted else " that -v shows"),
            "".join(traceback.format_exception(type(error), error, error.__traceback__)) if wanted else None,
        )
    )


def _verbose(words: Sequence[str]) -> bool:
    # Looked for in the words themselves: the settings may be what could not be read.
    return any(w == "--verbose" or (w[:1] == "-" and w[1:].strip("vq") == "" and "v" in w) for w in words)


def _say(line: str, color: str | None = None, part: str | None = None) -> None:
    """Write a line to standard error, `part` of it (its beginning; None: all) in a colour."""
    from migcheck.reporters.base import wants_color
    from migcheck.reporters.printable import encodable

    if sys.stderr is None or sys.stderr.closed:
        return
    line = encodable(line, sys.stderr.encoding)
    colored = wants_color(_color_flag(), sys.stderr, os.environ)
    if color and colored:
        length = len(part or line)
        line = click.style(line[:length], fg=color, bold=True) + line[length:]
    with contextlib.suppress(OSError):  # nobody reads it any more; the exit code still speaks
        click.echo(line, err=True, color=colored)


def _color_flag() -> bool | None:
    # The flags may be what is wrong, so they are looked for where the settings have not been read.
    last = [word for word in sys.argv if word in ("--color", "--no-color")][-1:]
    return {"--color": True, "--no-color": False}.get("".join(last))


@click.command(
    "migcheck",
    cls=App,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=EPILOG,
)
@click.version_option(__version__, "-V", "--version", prog_name="migcheck", message="%(prog)s %(version)s")
def app() -> None:
    """Prove Alembic migrations on a real, disposable database before they reach production.

    Every revision is applied, undone and applied again; the whole schema is compared at each moment.
    """
