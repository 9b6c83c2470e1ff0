"""migcheck snapshot and --check-snapshot: the same bytes each time, and every change is seen."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from migcheck import verify
from migcheck.model import Report, SnapshotFile
from migcheck.snapshots import read, snapshot
from tests.cli.test_usage import run

SHOP = Path(__file__).resolve().parents[2] / "examples" / "shop"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the example whose faults are no matter here, and the working directory."""
    shutil.copytree(SHOP, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


def judged(**options: object) -> Report:
    return verify(select="MC403", check_snapshot="schema.sql", **options)  # type: ignore[arg-type]


def test_it_is_the_same_each_time_and_on_each_way_there(shop: Path, server_url: str) -> None:
    first = run("snapshot", "--database", server_url)
    assert first.exit_code == 0
    assert first.stdout == snapshot(database="embedded:18")
    assert first.stdout.startswith("-- migcheck snapshot 1: postgresql 18\n-- revision 0005\n")
    assert "    CONSTRAINT customers_email_key UNIQUE (email)," in first.stdout
    assert "alembic_version" not in first.stdout
    (shop / "schema.sql").write_text(first.stdout)
    assert judged(database=server_url).findings == ()
    assert judged(database=server_url, last=2).findings == ()
    assert judged(database=server_url, jobs=2).findings == ()


def test_what_has_changed_is_shown_and_how_to_renew_it(shop: Path, server_url: str) -> None:
    earlier = run("snapshot", "--database", server_url, "--revision", "0003", "-o", "schema.sql")
    assert earlier.exit_code == 0 and earlier.stdout == ""
    result = run(
        "verify", "--database", server_url, "--select", "MC403", "--check-snapshot", "schema.sql", "-v"
    )
    assert result.exit_code == 1
    said = " ".join(result.stdout.split())
    assert "schema.sql is not what the history makes" in said
    assert "+     status public.order_status" in result.stdout
    assert "migcheck snapshot -o schema.sql" in said
    assert run("snapshot", "--database", server_url, "-o", "schema.sql").exit_code == 0
    assert judged(database=server_url).findings == ()


def test_where_it_cannot_be_judged(shop: Path, server_url: str) -> None:
    text = snapshot(database=server_url)
    (shop / "schema.sql").write_text(text.replace("postgresql 18", "postgresql 9", 1))
    [finding] = judged(database=server_url).findings
    assert (
        finding.message
        == "the snapshot schema.sql is of postgresql 9, and the history was verified on postgresql 18"
    )
    (shop / "schema.sql").write_text(text)
    report = judged(database=server_url, revisions="base:0003")
    assert report.findings == ()
    assert ("MC403", "the walk did not get to the heads") in [(s.code, s.reason) for s in report.skipped]


def test_files_that_are_none_of_ours(shop: Path) -> None:
    missing = run("verify", "--check-snapshot", "schema.sql")
    assert missing.exit_code == 2 and "migcheck snapshot -o " in missing.stderr
    (shop / "schema.sql").write_text("CREATE TABLE t (id int);\n")
    for command in (("verify", "--check-snapshot", "schema.sql"), ("snapshot", "-o", "schema.sql")):
        result = run(*command)
        assert result.exit_code == 2 and "is no snapshot of migcheck's" in result.stderr
    assert (shop / "schema.sql").read_text() == "CREATE TABLE t (id int);\n"
    (shop / "schema.sql").write_text("-- migcheck snapshot 1: postgresql 18\n")
    assert isinstance(read(shop / "schema.sql"), SnapshotFile)


def test_other_databases_have_one_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = next(iter(sorted(SHOP.parents[1].glob("fixtures/honest_sqlite/*/alembic.ini"))))
    text = snapshot(project, database="sqlite")
    assert text.startswith("-- migcheck snapshot 1: sqlite 3.")
    assert text == snapshot(project, database="sqlite") and "CREATE TABLE" in text
