"""What kind of database a project's own URL is for."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import Settings
from migcheck.settings.own_url import own_dialect

ENV_PY = "import os\nurl = os.environ['DATABASE_URL']\n"


def project(folder: Path, url: str, env_py: str = "") -> Path:
    """An alembic.ini with that URL, and an env.py beside it."""
    (folder / "migrations").mkdir()
    (folder / "migrations" / "env.py").write_text(env_py)
    config = folder / "alembic.ini"
    config.write_text(f"[alembic]\nscript_location = %(here)s/migrations\nsqlalchemy.url = {url}\n")
    return config


@pytest.mark.parametrize(
    ("url", "dialect"),
    [
        ("postgresql+asyncpg://u:p@h/d", "postgresql"),
        ("postgres://u:p@h/d", "postgresql"),
        ("mysql+pymysql://u:p@h/d", "mysql"),
        ("mariadb+mariadbconnector://u:p@h/d", "mariadb"),
        ("sqlite:///app.db", "sqlite"),
        ("mssql+pyodbc://u:p@h/d", "mssql"),
        ("driver://user:pass@localhost/dbname", None),
        ("%(scheme)s://h/d", None),
        ("", None),
    ],
)
def test_the_scheme_in_the_config_file(tmp_path: Path, url: str, dialect: str | None) -> None:
    assert own_dialect(project(tmp_path, url), Settings(), {}) == dialect


def test_a_variable_that_env_py_mentions_goes_before_the_config_file(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "mysql://h/d"}
    config = project(tmp_path, "sqlite:///app.db", ENV_PY)
    assert own_dialect(config, Settings(), environ) == "mysql"
    assert own_dialect(config, Settings(), {}) == "sqlite"
    given = Settings(env={"DATABASE_URL": "mariadb://h/d"})
    assert own_dialect(config, given, environ) == "mariadb"


def test_a_variable_that_happens_to_be_set_is_believed_only_without_better(tmp_path: Path) -> None:
    environ = {"DATABASE_URL": "mysql://h/d", "APP_DB": "sqlite:///x"}
    config = project(tmp_path, "postgresql://h/d")
    assert own_dialect(config, Settings(), environ) == "postgresql"
    assert own_dialect(config, Settings(url_env="APP_DB"), environ) == "sqlite"


def test_pyproject(tmp_path: Path) -> None:
    config = tmp_path / "pyproject.toml"
    config.write_text('[tool.alembic]\nscript_location = "migrations"\n"sqlalchemy.url" = "sqlite:///a"\n')
    assert own_dialect(config, Settings(), {}) == "sqlite"
