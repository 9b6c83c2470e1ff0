"""The one place where errors are printed."""

from __future__ import annotations

import inspect
from collections.abc import Sequence

import click
import pytest
from click.testing import CliRunner, Result

from migcheck.cli.app import App
from migcheck.errors import MigcheckError, ProviderError, UsageError


def failing(error: BaseException, words: Sequence[str] = ()) -> Result:
    """What is printed when a command of the application raises `error`."""

    @click.command("migcheck", cls=App, invoke_without_command=True)
    @click.option("-v", "--verbose", count=True)
    def app(verbose: int) -> None:
        raise error

    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    return CliRunner(**apart).invoke(app, list(words))


def test_message_details_and_hint() -> None:
    result = failing(
        ProviderError("the server does not start", "free some memory", "FATAL:  no\nLOG:  bye\n")
    )
    assert result.exit_code == 3
    assert result.stderr == (
        "error: the server does not start\n  FATAL:  no\n  LOG:  bye\nhint: free some memory\n"
    )
    assert failing(UsageError("no such thing")).stderr == "error: no such thing\n"
    assert failing(UsageError("no such thing")).exit_code == 2


def test_long_details_keep_their_end_and_v_shows_all() -> None:
    error = MigcheckError("m", "h", "\n".join(f"line {n}" for n in range(100)))
    lines = failing(error).stderr.splitlines()
    assert lines[:3] == ["error: m", "  ... 60 lines before these, -v shows all", "  line 60"]
    assert lines[-2:] == ["  line 99", "hint: h"]
    assert "  line 0\n" in failing(error, ["-v"]).stderr


def test_an_exception_of_ours_is_short_and_v_shows_the_traceback() -> None:
    result = failing(KeyError("x"))
    assert result.exit_code == 3
    assert "broke at test_errors.py:" in result.stderr
    assert "KeyError: 'x'" in result.stderr
    assert "please report it, with the traceback that -v shows" in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback (most recent call last)" in failing(KeyError("x"), ["-v"]).stderr


@pytest.mark.parametrize(
    ("error", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 141), (SystemExit(7), 7)]
)
def test_other_ends(error: BaseException, code: int) -> None:
    result = failing(error)
    assert result.exit_code == code
    assert "Traceback" not in result.stderr
