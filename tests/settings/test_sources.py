"""Defaults < settings file < environment < flags, and where each value came from."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.errors import UsageError
from migcheck.settings import find_settings_file, load_settings


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def pyproject(folder: Path, body: str) -> Path:
    return write(folder / "pyproject.toml", f"[tool.migcheck]\n{body}")


def test_without_any_source_all_is_default(tmp_path: Path) -> None:
    settings, origins = load_settings({}, tmp_path, {})
    assert settings.fail_on == "error"
    assert set(origins.values()) == {"default"}


def test_each_source_goes_before_the_earlier_ones(tmp_path: Path) -> None:
    path = pyproject(tmp_path, 'fail-on = "warning"\nname = "one"\nlocale = "C"\nselect = ["MC2", "MC1"]')
    environ = {"MIGCHECK_NAME": "two", "MIGCHECK_LOCALE": "de_DE.UTF-8", "MIGCHECK_X": "a=b, c=d"}
    settings, origins = load_settings({"locale": "POSIX", "select": (), "format": None}, tmp_path, environ)
    assert settings.fail_on == "warning"
    assert settings.name == "two"
    assert settings.locale == "POSIX"
    assert settings.select == ("MC1", "MC2")
    assert settings.x == ("a=b", "c=d")
    assert origins["fail_on"] == origins["select"] == str(path)
    assert (origins["name"], origins["locale"]) == ("MIGCHECK_NAME", "--locale")
    assert (origins["x"], origins["format"]) == ("MIGCHECK_X", "default")


def test_tables_are_joined_and_lists_replaced(tmp_path: Path) -> None:
    path = pyproject(tmp_path, 'ignore = ["MC1"]\n[tool.migcheck.env]\nA = "file"\nB = 2\n')
    settings, origins = load_settings({"env": ("A=flag",), "ignore": ("MC209",)}, tmp_path, {})
    assert settings.env == (("A", "flag"), ("B", "2"))
    assert settings.ignore == ("MC209",)
    assert origins["env"] == f"{path}, --env"


def test_the_part_of_the_history_is_that_of_the_latest_source(tmp_path: Path) -> None:
    (tmp_path / "migcheck.toml").write_text('since = "origin/main"\n')
    environ = {"MIGCHECK_LAST": "3"}
    assert load_settings({}, tmp_path, {})[0].since == "origin/main"
    settings, origins = load_settings({}, tmp_path, environ)
    assert (settings.since, settings.last, origins["since"]) == (None, 3, "default")
    settings, origins = load_settings({"revisions": "a:b"}, tmp_path, environ)
    assert (settings.since, settings.last, settings.revisions) == (None, None, "a:b")
    assert (origins["last"], origins["revisions"]) == ("default", "--revisions")
    with pytest.raises(UsageError, match="revisions and last are given"):
        load_settings({"revisions": "a:b", "last": 2}, tmp_path, environ)


def test_paths_in_a_file_are_meant_from_its_folder(tmp_path: Path) -> None:
    pyproject(
        tmp_path,
        'url = "db/alembic.ini"\nsetup = ["base.sql"]\ndatabase = "local:pg/bin"\n'
        'output = ["r.txt", "json:r.json", "-"]',
    )
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    settings, _ = load_settings({}, below, {})
    assert settings.url == str(tmp_path / "db" / "alembic.ini")
    assert settings.setup == (str(tmp_path / "base.sql"),)
    assert settings.output == (str(tmp_path / "r.txt"), f"json:{tmp_path / 'r.json'}", "-")
    assert settings.database == (f"local:{tmp_path / 'pg' / 'bin'}",)
    flags, _ = load_settings({"setup": ("base.sql",)}, below, {})
    assert flags.setup == ("base.sql",)


def test_the_file_of_the_project_goes_before_that_of_the_working_directory(tmp_path: Path) -> None:
    here, project = tmp_path / "here", tmp_path / "project"
    mine = pyproject(here, 'name = "here"')
    theirs = pyproject(project, 'name = "there"')
    (project / "db").mkdir()
    assert find_settings_file(None, here) == mine
    assert find_settings_file("../project/db", here) == theirs
    assert find_settings_file("../project/db/alembic.ini", here) == theirs
    assert find_settings_file("../elsewhere/alembic.ini", here) == mine
    settings, _ = load_settings({}, here, {"MIGCHECK_URL": str(project)})
    assert settings.name == "there"


def test_own_file_goes_before_pyproject_and_pyproject_without_table_is_passed_over(tmp_path: Path) -> None:
    outer = write(tmp_path / "migcheck.toml", 'name = "outer"')
    write(tmp_path / "in" / "pyproject.toml", "[tool.ruff]\n")
    assert find_settings_file(None, tmp_path / "in") == outer
    pyproject(tmp_path, 'name = "other"')
    assert load_settings({}, tmp_path / "in", {})[0].name == "outer"


@pytest.mark.parametrize(
    ("body", "said", "hint"),
    [
        ('fail-onn = "error"', "unknown key 'fail-onn'", "did you mean fail_on?"),
        ("zzz = 1", "unknown key 'zzz'", "known keys: baseline, cache, cache_dir"),
        ('url-env = ["A"]\nurl_env = ["B"]', "'url_env' twice", None),
        ('step-timeout = "5"', "step-timeout must be a number of seconds greater than 0, not '5'", None),
        ("select = 5", "select must be a list of codes", None),
        ('env = "A"', "env must be a table", None),
        ('fail_on = "warn"', "fail_on must be error, warning or never", "did you mean warning?"),
    ],
)
def test_a_wrong_settings_file_is_named(tmp_path: Path, body: str, said: str, hint: str | None) -> None:
    path = pyproject(tmp_path, body)
    with pytest.raises(UsageError) as caught:
        load_settings({}, tmp_path, {})
    assert str(path) in caught.value.message
    assert said in caught.value.message
    assert (hint is None) == (caught.value.hint is None)
    assert hint is None or hint in str(caught.value.hint)


def test_a_heading_in_the_own_file_is_explained(tmp_path: Path) -> None:
    write(tmp_path / "migcheck.toml", '[tool.migcheck]\nname = "x"')
    with pytest.raises(UsageError) as caught:
        load_settings({}, tmp_path, {})
    assert "without [tool.migcheck]" in str(caught.value.hint)


def test_broken_toml_is_named_only_where_it_matters(tmp_path: Path) -> None:
    write(tmp_path / "pyproject.toml", "[tool.other\n")
    assert load_settings({}, tmp_path, {})[0].name == "alembic"
    write(tmp_path / "pyproject.toml", "[tool.migcheck\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml is not valid TOML.*line 1"):
        load_settings({}, tmp_path, {})
    (tmp_path / "pyproject.toml").write_bytes(b"[tool.migcheck]\nname = '\xff'")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_settings({}, tmp_path, {})


def test_variables_are_read_as_their_settings_need(tmp_path: Path) -> None:
    environ = {
        "MIGCHECK_STEP_TIMEOUT": "1.5",
        "MIGCHECK_QUIET": "2",
        "MIGCHECK_SEVERITY": "MC401=warning, MC211=error",
        "MIGCHECK_COLOR": "always",
        "MIGCHECK_OUTPUT": "",
        "MIGCHECK_SOMETHING_OF_OTHERS": "1",
        "NO_COLOR": "1",
    }
    settings, origins = load_settings({}, tmp_path, environ)
    assert (settings.step_timeout, settings.quiet, settings.color) == (1.5, 2, True)
    assert settings.severity == (("MC211", "error"), ("MC401", "warning"))
    assert (settings.output, origins["output"]) == ((), "default")


@pytest.mark.parametrize(
    ("environ", "color", "origin"),
    [
        ({"NO_COLOR": "1"}, False, "NO_COLOR"),
        ({"FORCE_COLOR": "1"}, True, "FORCE_COLOR"),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, "NO_COLOR"),
        ({"NO_COLOR": ""}, None, "default"),
    ],
)
def test_usual_colour_variables(
    tmp_path: Path, environ: dict[str, str], color: bool | None, origin: str
) -> None:
    settings, origins = load_settings({}, tmp_path, environ)
    assert (settings.color, origins["color"]) == (color, origin)


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("MIGCHECK_FAILON", "error", "MIGCHECK_FAIL_ON"),
        ("MIGCHECK_ENV", "A=b", "--env K=V"),
        ("MIGCHECK_STEP_TIMEOUT", "soon", "MIGCHECK_STEP_TIMEOUT must be a number"),
        ("MIGCHECK_FORMAT", "xml", "MIGCHECK_FORMAT must be terminal or json"),
    ],
)
def test_wrong_variables(tmp_path: Path, variable: str, value: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_settings({}, tmp_path, {variable: value})
    assert said in f"{caught.value.message} {caught.value.hint}"


def test_a_wrong_flag_is_named_as_it_was_given(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"^--step-timeout must be"):
        load_settings({"step_timeout": -1.0}, tmp_path, {})
