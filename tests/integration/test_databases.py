"""One history on several databases, and which database `auto` takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import Report, verify
from migcheck.errors import GuardError
from migcheck.reporters.base import Presentation, reporter_for
from migcheck.reporters.json import to_json

ENV = """\
from alembic import context
from sqlalchemy import create_engine, pool

engine = create_engine({url}, poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = '''\
"""a table"""

from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.execute("{upgrade}")


def downgrade() -> None:
    op.execute("DROP TABLE t")
'''
FROM_INI = 'context.config.get_main_option("sqlalchemy.url")'
# The embedded PostgreSQL 16 does not know it.
VIRTUAL = "CREATE TABLE t (a integer, b integer GENERATED ALWAYS AS (a * 2) VIRTUAL)"


def project(folder: Path, upgrade: str, ini_url: str, env_url: str = FROM_INI) -> Path:
    """A history of one revision; what alembic.ini names, and what env.py connects to."""
    (folder / "m" / "versions").mkdir(parents=True)
    (folder / "m" / "env.py").write_text(ENV.format(url=env_url))
    (folder / "m" / "versions" / "0001_t.py").write_text(REVISION.format(upgrade=upgrade))
    config = folder / "alembic.ini"
    config.write_text(f"[alembic]\nscript_location = %(here)s/m\nsqlalchemy.url = {ini_url}\n")
    return config


@pytest.fixture(scope="module")
def on_two(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of a history that the older of two versions cannot run."""
    config = project(tmp_path_factory.mktemp("two"), VIRTUAL, "postgresql://nobody@nowhere.invalid/x")
    return verify(config, database=("embedded:18", "embedded:16"))


def test_a_report_of_several_databases_has_a_target_each(on_two: Report) -> None:
    labels = [target.label for target in on_two.targets]
    assert [label.split(".")[0] for label in labels] == ["postgresql 18", "postgresql 16"]
    assert [label.partition(" (")[2] for label in labels] == ["embedded:18)", "embedded:16)"]
    document = to_json(on_two, Path.cwd())
    assert [target["label"] for target in document["targets"]] == labels
    assert document["target"]["server_version"].startswith("18.")


def test_what_one_of_them_finds_says_so(on_two: Report) -> None:
    (finding,) = on_two.findings
    assert (finding.code, finding.targets) == ("MC201", (on_two.targets[1].label,))
    shown = " ".join(reporter_for("terminal").render(on_two, Presentation(folder=Path.cwd())).split())
    assert f"(only on {on_two.targets[1].label})" in shown
    assert "on PostgreSQL 18." in shown and "and on PostgreSQL 16." in shown
    assert on_two.revisions[0].status == "failed"


def test_what_all_of_them_find_is_told_once(tmp_path: Path) -> None:
    config = project(tmp_path, "CREATE TABLE u (a integer)", "postgresql://nobody@nowhere.invalid/x")
    report = verify(config, database=("embedded:18", "embedded:16"))
    labels = tuple(target.label for target in report.targets)
    assert {finding.code for finding in report.findings} == {"MC202"}
    assert all(finding.targets == labels for finding in report.findings)
    shown = reporter_for("terminal").render(report, Presentation(folder=Path.cwd()))
    assert "only on" not in shown


def test_auto_goes_by_the_url_of_the_config_file(tmp_path: Path) -> None:
    config = project(tmp_path, "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)", "sqlite:///shop.db")
    report = verify(config)
    assert (report.target.dialect, report.findings) == ("sqlite", ())
    assert any("on SQLite" in note for note in report.notes)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alembic.ini", "m"]


def test_auto_goes_by_what_env_py_connects_to(tmp_path: Path) -> None:
    """Nothing tells before env.py runs; then its connection is refused, and what it asked for is taken."""
    upgrade = "CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT)"
    report = verify(project(tmp_path, upgrade, "", "'sqlite:///shop.db'"))
    assert (report.target.dialect, report.findings) == ("sqlite", ())
    assert not (tmp_path / "shop.db").exists()


def test_a_database_that_is_named_is_the_one(tmp_path: Path) -> None:
    config = project(tmp_path, "CREATE TABLE t (a INTEGER)", "", "'sqlite:///shop.db'")
    with pytest.raises(GuardError, match="sqlite database"):
        verify(config, database="embedded")


def test_another_dialect_than_productions_is_a_weaker_proof(tmp_path: Path) -> None:
    config = project(tmp_path, "CREATE TABLE t (a INTEGER)", "postgresql://nobody@nowhere.invalid/x")
    report = verify(config, database="sqlite")
    assert report.findings == ()
    assert any("weaker proof" in note for note in report.notes)
