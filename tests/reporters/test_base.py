"""Where reports go: the one place that opens files and looks at streams."""

from __future__ import annotations

import io
import os
import stat
import sys
from pathlib import Path

import pytest

from migcheck.errors import MigcheckError, UsageError
from migcheck.reporters import base
from migcheck.reporters.base import Presentation, check_writable, render, reporter_for, wants_color, width_of
from migcheck.settings.fields import FORMATS
from tests.reporters.reports import report


class Terminal(io.StringIO):
    """A stream that says that somebody looks at it."""

    def isatty(self) -> bool:
        return True


def test_each_format_of_the_settings_has_a_reporter() -> None:
    assert tuple(base.REPORTERS) == FORMATS
    assert [reporter_for(name).name for name in FORMATS] == list(FORMATS)
    with pytest.raises(UsageError):
        reporter_for("xml")


def test_a_file_is_written_whole_and_readable(tmp_path: Path) -> None:
    target = tmp_path / "report.json"
    render(report(), "json", Presentation(tmp_path), "report.json", io.StringIO())
    assert target.read_text().startswith("{\n")
    if os.name == "posix":
        mask = os.umask(0)
        os.umask(mask)
        assert stat.S_IMODE(target.stat().st_mode) == 0o666 & ~mask
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_a_failed_write_keeps_the_old_report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "report.json"
    target.write_text("old")

    def full(source: str, destination: str) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(base.os, "replace", full)
    with pytest.raises(MigcheckError, match="No space left on device") as caught:
        render(report(), "json", Presentation(tmp_path), "report.json", io.StringIO())
    assert caught.value.exit_code == 3
    assert target.read_text() == "old"
    assert [file.name for file in tmp_path.iterdir()] == ["report.json"]


def test_mode_and_link_of_an_existing_file_stay(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    render(report(), "json", Presentation(tmp_path), "link.json", io.StringIO())
    assert link.is_symlink()
    assert real.read_text().startswith("{")
    assert stat.S_IMODE(real.stat().st_mode) == 0o640


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs /dev/null")
def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    check_writable(os.devnull, tmp_path)
    render(report(), "json", Presentation(tmp_path), os.devnull, io.StringIO())
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("missing/report.json", "there is no folder"),
        (".", "is a folder"),
        ("file/report.json", "there is no folder"),
    ],
)
def test_an_impossible_output_is_known_beforehand(tmp_path: Path, output: str, said: str) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match=said):
        check_writable(output, tmp_path)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_known_beforehand(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(UsageError, match="no permission"):
        check_writable("report.json", tmp_path)


def test_a_closed_standard_output_is_known_beforehand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    with pytest.raises(UsageError, match="standard output is closed"):
        check_writable(None, tmp_path)
    check_writable("report.json", tmp_path)


def test_colours_are_for_terminals_unless_told() -> None:
    tty, pipe = Terminal(), io.StringIO()
    assert wants_color(None, tty, {})
    assert not wants_color(None, pipe, {})
    assert not wants_color(None, tty, {"NO_COLOR": "1"})
    assert not wants_color(None, tty, {"TERM": "dumb"})
    assert wants_color(None, pipe, {"FORCE_COLOR": "1"})
    assert wants_color(True, pipe, {"NO_COLOR": "1"})
    assert not wants_color(False, tty, {"FORCE_COLOR": "1"})
    pipe.close()
    assert not wants_color(None, pipe, {})


def test_what_is_piped_is_not_wrapped() -> None:
    assert width_of(io.StringIO(), {}) == base.UNLIMITED
    assert width_of(io.StringIO(), {"COLUMNS": "72"}) == 72
    assert width_of(io.StringIO(), {"COLUMNS": "5"}) == 40
    assert width_of(Terminal(), {"COLUMNS": "x"}) == 80
    assert width_of(None, {}) == base.UNLIMITED


def test_text_that_the_stream_cannot_hold_is_escaped(tmp_path: Path) -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    render(report(notes=("caf\u00e9 \u6f22",)), "terminal", Presentation(tmp_path), None, stream)
    assert b"note: caf\\xe9 \\u6f22\n" in raw.getvalue()
