"""`migcheck report open`: the page of a report, and a browser that shows it where there is one."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from migcheck.cli.app import app
from migcheck.reporters.base import Presentation, render
from tests.reporters.reports import FOLDER, broken


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A JSON report in the working directory."""
    monkeypatch.chdir(tmp_path)
    render(broken(), "json", Presentation(folder=Path(FOLDER)), str(tmp_path / "report.json"), sys.stdout)
    return tmp_path / "report.json"


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["report", "open", *words])


def test_the_page_of_a_json_report_is_made_beside_it_and_again(file: Path) -> None:
    for _ in range(2):
        result = run("report.json")
        assert (result.exit_code, result.output) == (0, "report.html\n")
        assert "MC204" in file.with_suffix(".html").read_text()


def test_a_browser_gets_its_address(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = file.with_name("browser")
    browser.write_text('#!/bin/sh\necho "$1" > shown\n')
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")
    assert run("report.json", "--no-browser").exit_code == 0
    assert not file.with_name("shown").exists()
    assert run("report.html", "--browser").exit_code == 0
    assert file.with_name("shown").read_text().strip() == file.with_suffix(".html").as_uri()


def test_without_a_browser_it_says_where_the_page_is(file: Path) -> None:
    # A process of its own: Python looks for browsers once.
    done = subprocess.run(
        [sys.executable, "-m", "migcheck", "report", "open", file.name, "--browser"],
        env={"PATH": "/nowhere"},
        cwd=file.parent,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "report.html\n")
    assert "no browser could be started" in done.stderr


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("missing.json", "cannot be read"),
        ("missing.html", "there is no file missing.html"),
        ("other.json", "in the way"),
    ],
)
def test_what_cannot_be_opened(file: Path, name: str, said: str) -> None:
    file.with_name("other.html").write_text("<title>my own page</title>")
    file.with_name("other.json").write_bytes(file.read_bytes())
    result = run(name)
    assert result.exit_code == 2
    assert said in result.output and "Traceback" not in result.output
    assert file.with_name("other.html").read_text() == "<title>my own page</title>"
