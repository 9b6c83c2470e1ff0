"""Zygotes that share their imports: forks of one, each with the environment of its moment, none left."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from migcheck import verify
from migcheck.walk import zygotes
from migcheck.walk.processes import Zygote
from migcheck.walk.zygotes import begun_ahead, shared_imports


@pytest.fixture(autouse=True)
def _begin_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """The tests' own shared imports are of no concern here."""
    monkeypatch.setattr(zygotes, "_shared", None)


ENV = """
import json, os, sys
from alembic import context
from sqlalchemy import create_engine
import application

line = {
    "word": os.environ.get("WORD"),
    "folder": os.getcwd(),
    "zygote": os.getppid(),
    "application": application.NAME,
    "seed": os.environ.get("PYTHONHASHSEED"),
}
with open(os.environ["SEEN"], "a") as seen:
    seen.write(json.dumps(line) + "\\n")
engine = create_engine("sqlite://")
with engine.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project whose env.py notes where it runs, and imports an application that takes long to import."""
    monkeypatch.setenv("SEEN", str(tmp_path / "seen"))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "versions").mkdir()
    (tmp_path / "versions" / "a.py").write_text(
        "revision = 'a'\ndown_revision = None\ndef upgrade():\n    pass\n\ndef downgrade():\n    pass\n"
    )
    (tmp_path / "env.py").write_text(ENV)
    (tmp_path / "alembic.ini").write_text(
        "[alembic]\nscript_location = %(here)s\nprepend_sys_path = %(here)s\n"
    )
    application(tmp_path, "one")
    return tmp_path


def application(project: Path, name: str) -> None:
    (project / "application.py").write_text(f"import time\ntime.sleep(0.3)\nNAME = {name!r}\n")


def zygotes_seen(project: Path) -> list[dict[str, str]]:
    """What env.py noted in its last run; its zygotes all differ from those of other runs."""
    lines = [json.loads(line) for line in (project / "seen").read_text().splitlines()]
    (project / "seen").unlink()
    return lines


def run(project: Path) -> list[dict[str, str]]:
    assert verify(project, database="sqlite").ok
    return zygotes_seen(project)


def alive(pid: int) -> bool:
    return subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True).stdout[:1] not in (
        b"",
        b"Z",
    )


def shared_pids() -> list[int]:
    return [process.pid for _, process in (zygotes._shared or {}).values()]


def test_each_run_has_a_zygote_of_its_own_moment(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORD", "first")
    with shared_imports():
        first = run(project)
        [root] = shared_pids()
        monkeypatch.setenv("WORD", "second")
        (project / "below").mkdir()
        monkeypatch.chdir(project / "below")
        application(project, "two")
        second = run(project)
        assert shared_pids() == [root]
        assert {line["word"] for line in first} == {"first"}
        assert {line["word"] for line in second} == {"second"}
        assert {line["folder"] for line in second} == {str(project / "below")}
        assert {line["application"] for line in second} == {"two"}, "a preload stays in its own run"
        assert not {line["zygote"] for line in first} & {line["zygote"] for line in second}
        assert not any(alive(int(line["zygote"])) for line in (*first, *second))
        assert alive(root)
    assert not alive(root)


def test_what_python_takes_from_the_environment_makes_another_one(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shared_imports():
        run(project)
        monkeypatch.setenv("PYTHONHASHSEED", "7")
        assert {line["seed"] for line in run(project)} == {"7"}
        assert len(shared_pids()) == 2


def test_a_shared_one_that_was_killed_is_begun_again(project: Path) -> None:
    with shared_imports():
        run(project)
        [killed] = shared_pids()
        os.kill(killed, signal.SIGKILL)
        while alive(killed):
            pass
        run(project)
        assert shared_pids() != [killed]


def test_a_fork_that_does_not_end_is_ended() -> None:
    with shared_imports():
        with Zygote("sqlite") as zygote:
            process = zygote._process
            assert isinstance(process, zygotes._Fork)
            while not process._said:
                with pytest.raises(subprocess.TimeoutExpired):
                    process.wait(timeout=0.5)
            [pid] = zygotes.PID.unpack(process._said)
            os.kill(pid, signal.SIGSTOP)
        deadline = time.monotonic() + 10
        while alive(pid):  # its line is closed a moment before it has ended
            assert time.monotonic() < deadline


def test_one_that_was_begun_ahead_serves_the_first_run(project: Path) -> None:
    with begun_ahead():
        [(_, ahead)] = zygotes._waiting
        first = run(project)
        assert not zygotes._waiting
        assert {int(line["zygote"]) for line in run(project)}.isdisjoint(
            int(line["zygote"]) for line in first
        )
    # The application takes long to import: a successor with it serves the rest of the run.
    assert int(first[0]["zygote"]) == ahead.pid
    assert not alive(ahead.pid)


def test_one_that_no_run_has_taken_is_ended() -> None:
    with begun_ahead():
        [(_, ahead)] = zygotes._waiting
        assert alive(ahead.pid)
    assert not alive(ahead.pid)
    assert not zygotes._waiting


def test_none_is_begun_ahead_where_imports_are_shared(project: Path) -> None:
    with shared_imports(), begun_ahead():
        assert not zygotes._waiting
        run(project)
        assert len(shared_pids()) == 1


def test_contexts_can_be_nested(project: Path) -> None:
    with shared_imports():
        with shared_imports():
            run(project)
            [root] = shared_pids()
        assert shared_pids() == [root] and alive(root)
    assert shared_pids() == [] and not alive(root)
