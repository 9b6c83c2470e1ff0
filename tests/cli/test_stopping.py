"""Signals: one way out, through every `with`, with the shell's exit code."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs POSIX signals")

RUN = """
import sys, time
from contextlib import contextmanager
import click
from migcheck.cli.app import App
from migcheck.errors import DatabaseError

@contextmanager
def server(slow, failing):
    try:
        print("started", flush=True)
        yield
    finally:
        if slow:
            print("stopping", flush=True)
            time.sleep(1)
        print("gone", flush=True)
        if failing:
            raise DatabaseError("the server was gone already")

@click.command(cls=App, invoke_without_command=True)
def app():
    with server("slow" in sys.argv, "failing" in sys.argv):
        time.sleep(60)

app.main([])
"""


def start(*words: str, **options: object) -> subprocess.Popen[str]:
    run = subprocess.Popen(
        [sys.executable, "-c", RUN, *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,  # type: ignore[call-overload]
    )
    assert run.stdout.readline() == "started\n"
    return run  # type: ignore[no-any-return]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_unwinds_everything(number: signal.Signals) -> None:
    run = start()
    run.send_signal(number)
    out, err = run.communicate(timeout=20)
    assert out == "gone\n"
    assert err.strip() == "interrupted; everything that was started is gone"
    assert run.returncode == 128 + number


def test_an_impatient_second_signal_does_not_tear_the_unwinding() -> None:
    run = start("slow")
    run.send_signal(signal.SIGINT)
    assert run.stdout is not None
    assert run.stdout.readline() == "stopping\n"
    run.send_signal(signal.SIGINT)
    out, _ = run.communicate(timeout=20)
    assert out == "gone\n"
    assert run.returncode == 130


def test_an_error_while_unwinding_is_told_and_the_exit_code_stays() -> None:
    run = start("failing")
    run.send_signal(signal.SIGTERM)
    out, err = run.communicate(timeout=20)
    assert out == "gone\n"
    assert "error: the server was gone already" in err
    assert "Traceback" not in err
    assert run.returncode == 143


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    run = start(preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    run.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        run.wait(timeout=0.5)
    run.send_signal(signal.SIGTERM)
    assert run.communicate(timeout=20)[0] == "gone\n"
    assert run.returncode == 143
