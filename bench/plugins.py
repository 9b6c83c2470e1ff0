"""The two plugins of pytest that run migrations, as their documentation says to set them up.

Each runs `python -m pytest` in a small project of its own, with no other plugin loaded.
"""

from __future__ import annotations

import re
import shutil

from bench.field import DidNotRun, Field, Project, database, timed

ALEMBIC_TESTS = ("test_single_head_revision", "test_upgrade", "test_up_down_consistency")
MODELS_TEST = "test_model_definitions_match_ddl"
# single_head, upgrade, downgrade_base, up_down_consistency, schema_matches_models; not its scan of the text
MRT_TESTS = 5

# Its tests leave the database at heads, so each gets an empty schema, as a fixture of a user's would do.
ALEMBIC_CONFTEST = """\
import pytest
import sqlalchemy


@pytest.fixture
def alembic_config():
    return {{"file": {ini!r}}}


@pytest.fixture
def alembic_engine():
    engine = sqlalchemy.create_engine({url!r})
    yield engine
    with engine.begin() as connection:
        connection.execute(sqlalchemy.text("DROP SCHEMA public CASCADE"))
        connection.execute(sqlalchemy.text("CREATE SCHEMA public"))
    engine.dispose()
"""

# By name, which is documented too: the collection by --test-alembic of 0.13.1 fails under pytest 9.2.
ALEMBIC_FILE = """\
from pytest_alembic.tests import {tests}
"""

MRT_CONFTEST = """\
from pytest_mrt import MRTConfig


def pytest_configure(config):
    config._mrt_config = MRTConfig(alembic_ini={ini!r}, db_url={url!r}, target_metadata="models:metadata")
"""


def passed(output: str) -> int:
    """How many tests passed, as pytest's last line says."""
    found = re.search(r"\b(\d+) passed", output)
    return int(found[1]) if found else 0


def why(output: str) -> str:
    """Which tests failed, from pytest's short summary; the last line where there is none."""
    failed = re.findall(r"^(?:FAILED|ERROR) \S*?(\w+)(?: - .*)?$", output, re.MULTILINE)
    return f"{', '.join(failed)} failed" if failed else (output.strip().splitlines() or ["no output"])[-1]


def _pytest(project: Project, files: dict[str, str], *arguments: str, wanted: int) -> float:
    """Seconds of `python -m pytest ARGUMENTS` on `files`. DidNotRun unless `wanted` tests passed."""
    folder = project.scratch / "pytest"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    try:
        seconds, output = timed(
            project,
            *("-m", "pytest", "-p", "no:cacheprovider", *arguments),
            folder=folder,
            environment={"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""},
        )
    except DidNotRun as error:
        raise DidNotRun(why(str(error))) from error
    if passed(output) != wanted:
        raise DidNotRun(f"{passed(output)} tests passed, not {wanted}:\n{output}")
    return seconds


def pytest_alembic(field: Field) -> float:
    """pytest-alembic's four built-in tests; three where a history has no models to compare with."""
    tests = (*ALEMBIC_TESTS, MODELS_TEST) if field.project.generated else ALEMBIC_TESTS
    with database(field) as (ini, url):
        files = {
            "pytest.ini": "[pytest]\n",
            "conftest.py": ALEMBIC_CONFTEST.format(ini=str(ini), url=url),
            "test_migrations.py": ALEMBIC_FILE.format(tests=", ".join(tests)),
        }
        return _pytest(field.project, files, "-p", "pytest_alembic.plugin", wanted=len(tests))


def pytest_mrt(field: Field) -> float:
    """pytest-mrt's built-in tests that run migrations."""
    with database(field) as (ini, url):
        # It hands the URL to ConfigParser as it is, which takes no percent sign.
        conftest = MRT_CONFTEST.format(ini=str(ini), url=url.replace("%2F", "/"))
        files = {"pytest.ini": "[pytest]\n", "conftest.py": conftest}
        return _pytest(field.project, files, "-p", "pytest_mrt.plugin", "-k", "not static", wanted=MRT_TESTS)
