"""Which file --url means, and what is said when it means none."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.errors import UsageError
from migcheck.settings import Settings, check_setup_files, locate_config
from migcheck.settings.alembic_config import masked, require_script_location

INI = "[alembic]\nscript_location = %(here)s/migrations\n"


def test_what_url_may_be(tmp_path: Path) -> None:
    ini, toml = tmp_path / "alembic.ini", tmp_path / "pyproject.toml"
    toml.write_text('[tool.alembic]\nscript_location = "m"\n')
    assert locate_config(None, tmp_path) == toml
    assert locate_config("pyproject.toml", tmp_path) == toml
    ini.write_text(INI)
    assert locate_config(None, tmp_path) == ini
    assert locate_config(".", tmp_path) == ini
    assert locate_config(str(ini), tmp_path / "x") == ini
    other = tmp_path / "other.cfg"
    other.write_text(INI)
    assert locate_config("other.cfg", tmp_path) == other
    assert locate_config(None, tmp_path, {"ALEMBIC_CONFIG": "other.cfg"}) == other
    assert locate_config("alembic.ini", tmp_path, {"ALEMBIC_CONFIG": "other.cfg"}) == ini


def test_nothing_found_says_where_was_looked_and_what_is_near(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    with pytest.raises(UsageError) as caught:
        locate_config(None, tmp_path)
    assert f"no Alembic project in {tmp_path}" in caught.value.message
    assert "[tool.alembic]" in caught.value.message
    assert "--url PATH" in str(caught.value.hint)
    for folder in (".venv", "backend/db", "env"):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "alembic.ini").write_text(INI)
    (tmp_path / "env" / "pyvenv.cfg").write_text("")
    with pytest.raises(UsageError) as caught:
        locate_config("alembic.ini", tmp_path)
    assert caught.value.message == f"there is no {tmp_path / 'alembic.ini'}"
    assert caught.value.hint == "did you mean `--url backend/db/alembic.ini`?"


@pytest.mark.parametrize("url", ["postgresql://me:pw@host/db", "sqlite:///x.db", "jdbc:postgresql://h/d"])
def test_the_url_of_a_database_is_explained(tmp_path: Path, url: str) -> None:
    with pytest.raises(UsageError) as caught:
        locate_config(url, tmp_path)
    assert "--database URL" in str(caught.value.hint)
    assert ":pw@" not in caught.value.message


def test_a_toml_file_needs_its_table(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.ruff]\n")
    with pytest.raises(UsageError, match=r"has no table \[tool\.alembic\]"):
        locate_config("pyproject.toml", tmp_path)


@pytest.mark.parametrize(
    ("text", "said", "hint"),
    [
        ("", "is empty", "add `script_location"),
        ("[alembic]\n", "no script_location in the section [alembic]", "add `script_location"),
        (
            "[shop]\nscript_location = m\n",
            "section [alembic]",
            "sections that have one: shop; choose with --name",
        ),
        ("hello\n", "line 1 stands before any [section]", "alembic.ini"),
        ("[alembic]\n[alembic]\n", "no valid config file", None),
    ],
)
def test_an_ini_file_without_scripts(tmp_path: Path, text: str, said: str, hint: str | None) -> None:
    ini = tmp_path / "alembic.ini"
    ini.write_text(text)
    with pytest.raises(UsageError) as caught:
        require_script_location(ini, "alembic")
    assert str(ini) in caught.value.message
    assert said in caught.value.message
    assert hint is None or hint in str(caught.value.hint)


def test_the_scripts_may_be_named_in_the_other_file_or_section(tmp_path: Path) -> None:
    ini, toml = tmp_path / "alembic.ini", tmp_path / "pyproject.toml"
    ini.write_text("[alembic]\nsqlalchemy.url = x\n[shop]\nscript_location = m\n")
    require_script_location(ini, "shop")
    toml.write_text('[tool.alembic]\nscript_location = "m"\n')
    require_script_location(ini, "alembic")
    require_script_location(toml, "alembic")
    ini.write_text("[DEFAULT]\nscript_location = m\n[alembic]\n")
    require_script_location(ini, "alembic")
    toml.write_text("[tool.alembic]\n")
    with pytest.raises(UsageError, match="no script_location in"):
        require_script_location(toml, "alembic")


def test_setup_files_must_be_readable_text(tmp_path: Path) -> None:
    (tmp_path / "baseline.sql").write_text("SELECT 1")
    (tmp_path / "latin.sql").write_bytes(b"-- \xe4")
    check_setup_files(Settings(setup=("baseline.sql",)), tmp_path)
    with pytest.raises(UsageError) as caught:
        check_setup_files(Settings(setup=("basline.sql",)), tmp_path)
    assert caught.value.hint == "did you mean baseline.sql?"
    with pytest.raises(UsageError, match="not UTF-8"):
        check_setup_files(Settings(setup=("latin.sql",)), tmp_path)
    with pytest.raises(UsageError, match="cannot be read"):
        check_setup_files(Settings(setup=(".",)), tmp_path)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("postgresql://me:secret@h/d", "postgresql://me:***@h/d"),
        ("postgresql://me:se@c:r/et@h:5432/d", "postgresql://me:***@h:5432/d"),
        (
            "postgresql://h/d?user=me&password=secret&sslmode=off",
            "postgresql://h/d?user=me&password=***&sslmode=off",
        ),
        ("postgresql://me@h/d", "postgresql://me@h/d"),
        ("embedded:16", "embedded:16"),
    ],
)
def test_passwords_are_masked(url: str, shown: str) -> None:
    assert masked(url) == shown
