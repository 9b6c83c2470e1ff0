"""Help, suggestions, errors and exit codes of the command line, before anything is started."""

from __future__ import annotations

import dataclasses
import inspect
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import migcheck
from migcheck import Settings, __version__
from migcheck.cli.app import app

INI = "[alembic]\nscript_location = %(here)s/migrations\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, and an environment without settings."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("MIGCHECK_") or name in ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "ALEMBIC_CONFIG"):
            monkeypatch.delenv(name)
    return tmp_path


def run(*words: str) -> Result:
    # click 8.2 always keeps the two streams apart, 8.1 has to be asked.
    apart = {"mix_stderr": False} if "mix_stderr" in inspect.signature(CliRunner).parameters else {}
    return CliRunner(**apart).invoke(app, list(words))


def test_help_shows_commands_examples_and_exit_codes() -> None:
    result = run("--help")
    assert result.exit_code == 0
    for word in ("verify", "checks", "doctor", "Examples:", "Exit codes: 0 clean"):
        assert word in result.output
    assert run("-h").output == result.output


def test_help_of_verify_names_every_setting_in_groups() -> None:
    result = run("verify", "--help")
    assert result.exit_code == 0
    headings = ("Project:", "Database:", "What is verified:", "Report:", "Examples:")
    places = [result.output.index(heading) for heading in headings]
    assert places == sorted(places)
    parameters = {p.name for p in app.get_command(None, "verify").params}  # type: ignore[arg-type,union-attr]
    assert parameters == {field.name for field in dataclasses.fields(Settings)} | {
        "show",
        "write_baseline",
        "reason",
        "expires",
    }


def test_version() -> None:
    assert run("--version").output == f"migcheck {__version__}\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chekcs",), "error: there is no command 'chekcs'\nhint: did you mean `migcheck checks`?\n"),
        (("xyzzy",), "hint: commands: verify, report, drift, snapshot, checks, cache, doctor\n"),
        (("backend/alembic.ini",), "hint: did you mean `migcheck verify --url backend/alembic.ini`?\n"),
        (("verify", "--formt", "json"), "error: there is no option --formt\nhint: did you mean --format?\n"),
        (("verify", "--zzzzz"), "hint: `migcheck verify --help` shows what there is\n"),
        (("verify", "--format", "jsn"), "hint: did you mean json?\n"),
        (("verify", "--fail-on", "warnings"), "hint: did you mean warning?\n"),
        (("verify", "--step-timeout", "soon"), "'soon' is not a valid float"),
        (
            ("verify", "--step-timeout", "0"),
            "error: --step-timeout must be a number of seconds greater than 0",
        ),
        (("verify", "--seed-rows", "-1"), "error: --seed-rows must be a whole number, 0 or more"),
        (("verify", "--seed-rows", "many"), "'many' is not a valid integer"),
        (("verify", "--random-seed", "-1"), "error: --random-seed must be a whole number, 0 or more"),
        (("verify", "--url"), "Option '--url' requires an argument"),
        (("verify", "extra"), "unexpected extra argument"),
        (("verify", "--database", "embeded"), "hint: Did you mean 'embedded'?"),
        (("verify", "--revisions", "ab12"), "error: --revisions must be a range of revisions, FROM:TO"),
        (("verify", "--env", "A"), "'A' lacks the = between key and value"),
        (("checks", "MC024"), "hint: did you mean MC2"),
        (("checks", "not-reversable"), "did you mean MC204"),
    ],
)
def test_what_is_mistyped_gets_one_message_and_a_suggestion(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert result.stderr.startswith("error: ")
    assert said in result.stderr
    assert "Traceback" not in result.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "error: no Alembic project in {folder}: there is neither an alembic.ini"),
        (("--url", "nowhere.ini"), "error: there is no {folder}/nowhere.ini"),
        (("--url", "postgresql://me:secret@h/d"), "is the URL of a database"),
        (("--url", "empty.ini"), "error: {folder}/empty.ini is empty"),
        (("-c", "good.ini", "--select", "MC8"), "error: select: no check has the code 'MC8'"),
        (("-c", "good.ini", "--ignore", "not-reversable"), "did you mean MC204 (not-reversible)?"),
        (("-c", "good.ini", "--setup", "base.sql"), "--setup base.sql cannot be read: No such file"),
        (("-c", "good.ini", "--output", "no/r.json"), "--output no/r.json: there is no folder {folder}/no"),
        (("-c", "good.ini", "--seeds", "rows"), "error: --seeds rows: there is no such folder"),
        (("-c", "good.ini", "-n", "shop"), "no script_location in the section [shop]"),
    ],
)
def test_what_is_wrong_is_said_before_anything_starts(
    folder: Path, words: tuple[str, ...], said: str
) -> None:
    (folder / "good.ini").write_text(INI)
    (folder / "empty.ini").write_text("")
    result = run("verify", *words)
    assert result.exit_code == 2
    assert said.format(folder=folder) in result.stderr
    assert "secret" not in result.stderr
    assert result.stdout == ""


def test_errors_do_not_let_names_drive_the_terminal(folder: Path) -> None:
    result = run("verify", "--url", "a\x1b[2Jb")
    assert result.exit_code == 2
    assert "a\\x1b[2Jb" in result.stderr
    assert "\x1b" not in result.stderr


def test_show_settings_tells_values_and_origins_and_masks_secrets(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "migcheck.toml").write_text(
        'fail_on = "warning"\n[env]\nAPI_TOKEN = "t0ps3cret"\nMODE = "ci"\n'
    )
    monkeypatch.setenv("MIGCHECK_LOCALE", "C")
    result = run(
        "verify", "--show-settings", "--database", "postgresql://me:t0ps3cret@h/d", "-vv", "-x", "a=b"
    )
    assert result.exit_code == 0
    lines = {line.split()[0]: line.split(maxsplit=1)[1] for line in result.stdout.splitlines()}
    assert list(lines)[1:] == [field.name for field in dataclasses.fields(Settings)]
    assert lines["fail_on"].split() == ["warning", str(folder / "migcheck.toml")]
    assert lines["locale"].split() == ["C", "MIGCHECK_LOCALE"]
    assert lines["database"].split() == ["postgresql://me:***@h/d", "--database"]
    assert lines["verbose"].split() == ["2", "--verbose"]
    assert lines["x"].split() == ["a=b", "-x"]
    assert lines["env"].startswith("API_TOKEN=***, MODE=ci")
    assert lines["name"].split() == ["alembic", "default"]
    assert "t0ps3cret" not in result.output


def test_checks_lists_and_explains(folder: Path) -> None:
    listing = run("checks").stdout
    assert "MC204  not-reversible" in listing
    assert all(line == line.rstrip() for line in listing.splitlines())
    assert len(run("checks", "mc2").stdout.splitlines()) < len(listing.splitlines())
    by_code, by_name = run("checks", "mc204"), run("checks", "not-reversible")
    assert by_code.exit_code == 0
    assert by_code.stdout == by_name.stdout
    for heading in ("What it proves", "Why it matters", "How to mend it", "How to acknowledge it"):
        assert heading in by_code.stdout
    for words in ("An example that fails", "def downgrade() -> None:", "is left behind by the downgrade"):
        assert words in by_code.stdout


def process(*words: str, **options: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "migcheck", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, **options)


def test_python_m_migcheck_works_and_no_color_is_heard(folder: Path) -> None:
    assert process("--version").stdout == f"migcheck {__version__}\n"
    plain = process("verify", env={**os.environ, "NO_COLOR": "1"})
    colored = process("verify", env={**os.environ, "FORCE_COLOR": "1"})
    assert (plain.returncode, colored.returncode) == (2, 2)
    assert plain.stderr.startswith("error: ")
    assert colored.stderr.startswith("\x1b[31m\x1b[1merror:")
    assert "\x1b" not in process("verify", "--no-color", env={**os.environ, "FORCE_COLOR": "1"}).stderr


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys\nfrom migcheck.cli.app import app\n"
        "try: app.main(['verify', '--help'], prog_name='migcheck')\nexcept SystemExit: pass\n"
        "heavy = {'alembic', 'sqlalchemy', 'psycopg', 'rich', 'migcheck.checks'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_reader_that_leaves_causes_no_traceback() -> None:
    shell = f"'{sys.executable}' -m migcheck checks | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60)
    assert done.stderr == ""
    assert done.returncode in (0, 141)


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_closed_standard_output_is_a_usage_error(folder: Path) -> None:
    (folder / "alembic.ini").write_text(INI)
    shell = f"'{sys.executable}' -m migcheck verify >&-"
    done = subprocess.run(["bash", "-c", shell], capture_output=True, text=True, timeout=60)
    assert done.returncode == 2
    assert "standard output is closed" in done.stderr


def test_the_public_names_are_there_and_come_late() -> None:
    assert set(migcheck.__all__) <= set(dir(migcheck))
    assert migcheck.Settings is Settings
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = migcheck.nothing


def test_no_command_shows_the_help(folder: Path) -> None:
    done = subprocess.run([sys.executable, "-m", "migcheck"], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("Usage: ")
    assert "error:" not in done.stderr and "could not verify.\n" in done.stderr


def test_nothing_is_left_to_check(folder: Path) -> None:
    result = run("verify", "--select", "MC204", "--ignore", "MC2")
    assert result.exit_code != 0
    assert "no check is left" in result.stderr


@pytest.mark.parametrize("name", ["alembic.ini", "pyproject.toml", "0001_users.py"])
def test_a_report_does_not_replace_a_file_of_the_project(folder: Path, name: str) -> None:
    (folder / "alembic.ini").write_text(INI)
    (folder / name).write_text(INI)
    result = run("verify", "--format", "json", "--output", name)
    assert "is a file of the project" in result.stderr
    assert (folder / name).read_text() == INI


def test_several_reports_of_one_run(folder: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "examples" / "shop", folder / "shop")
    options = ("--url", "shop", "--seed-rows", "0", "--output", "json:report.json", "-o", "short.txt")
    assert run("verify", *options).stdout == ""
    assert '"version": 1' in (folder / "report.json").read_text()
    assert "MC204" in (folder / "short.txt").read_text()
    assert run("report", "convert", "report.json", "--color").exit_code == 0
    again = run("report", "convert", "report.json", "-o", "json:again.json")
    assert again.exit_code == 0 and again.stdout == (folder / "short.txt").read_text()
    assert (folder / "again.json").read_text() == (folder / "report.json").read_text()
    assert "is no JSON" in run("report", "convert", "short.txt").stderr


def test_github_gets_annotations_a_summary_and_paths_from_the_repository(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(Path(__file__).parents[2] / "examples" / "shop", folder / "backend" / "shop")
    (folder / ".git").mkdir()
    (folder / "summary.md").write_text("of another step\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(folder / "summary.md"))
    monkeypatch.chdir(folder / "backend")
    verify = ("verify", "--url", "shop", "--seed-rows", "0")
    result = run(*verify, "--format", "github", "--output", "sarif:r.sarif")
    assert result.exit_code == 1
    assert "::error file=backend/shop/migrations/versions/0004_order_status.py,line=" in result.stdout
    summary = (folder / "summary.md").read_text()
    assert summary.startswith("of another step\n<!-- migcheck: backend/shop/alembic.ini -->")
    assert '"uri": "backend/shop/' in (folder / "backend" / "r.sarif").read_text()
    run(*verify, "--select", "MC1")
    assert (folder / "summary.md").read_text() == summary, "only with the format github"
    (folder / "summary.md").write_text("x" * (1024 * 1024 - 10))
    run(*verify, "--select", "MC1", "--format", "github")
    assert len((folder / "summary.md").read_text()) < 1024 * 1024, "GitHub would drop all of it"


def test_a_legacy_history_starts_today(folder: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "shop"
    verify = ("verify", "--url", str(example), "--seed-rows", "0", "--baseline", "known.yaml")
    assert "there is no baseline" in run(*verify).stderr
    first = run(*verify, "--write-baseline", "--baseline-reason", "shipped", "--baseline-expires", "never")
    assert first.exit_code == 0 and "written to known.yaml" in first.stdout
    again = run(*verify, "-v")
    assert again.exit_code == 0 and "baseline: shipped" in again.stdout
    known = (folder / "known.yaml").read_text()
    (folder / "known.yaml").write_text(known.replace("expires: null", "expires: 2020-01-01", 1))
    past = run(*verify)
    assert past.exit_code == 1 and "up to 2020-01-01: it counts again" in past.stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--write-baseline",), "add --baseline migcheck-baseline.yaml"),
        (("--write-baseline", "--baseline", "known.py"), "name it FILE.yaml"),
        (("--write-baseline", "--baseline", "no/known.yaml"), "make the folder first"),
        (("--write-baseline", "--baseline", "k.yaml", "--baseline-expires", "soon"), "'soon' is no day"),
        (("--write-baseline", "--baseline", "k.yaml", "--baseline-expires", "2001-01-01"), "is past"),
        (("--baseline-reason", "x"), "are of --write-baseline"),
    ],
)
def test_a_baseline_that_cannot_be_written(folder: Path, options: tuple[str, ...], said: str) -> None:
    result = run("verify", *options)
    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize("closed", ["2>&-", "<&- 2>&-"])
def test_closed_descriptors(folder: Path, closed: str) -> None:
    """What is opened next would get their numbers, and be taken for them by our own processes."""
    example = Path(__file__).parents[2] / "examples" / "shop"
    command = f"{sys.executable} -m migcheck verify --url {example} --format json -o report.json {closed}"
    done = subprocess.run(["sh", "-c", command], cwd=folder, timeout=120, check=False)
    assert done.returncode == 1
    assert (folder / "report.json").exists()
