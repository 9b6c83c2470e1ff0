"""What a report tells of each revision: its place, its statements with their time, its changes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from bench import histories
from migcheck import Report, verify
from migcheck.reporters.base import Presentation, reporter_for
from migcheck.reporters.reading import report_of

SLOW = """WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 300000)
    INSERT INTO long SELECT max(i) FROM n"""
FIRST = f'''"""tables"""
revision, down_revision = "0001", None
from alembic import op

def upgrade():
    op.execute("CREATE TABLE long (i integer)")
    op.execute("""{SLOW}""")
    op.execute("INSERT INTO long SELECT 1 /* " + 9_000 * "x" + " */")
    op.execute("INSERT INTO long SELECT 1 /* " + 30_000 * "x" + " */")

def downgrade():
    op.execute("DROP TABLE long")
'''
SECOND = '''"""many"""
revision, down_revision, depends_on = "0002", "0001", None
from alembic import op

def upgrade():
    for number in range(1_000):
        op.execute(f"INSERT INTO long VALUES ({number})")
    for number in range(250):
        op.execute(f"CREATE VIEW v{number} AS SELECT {number} AS i")

def downgrade():
    for number in range(250):
        op.execute(f"DROP VIEW v{number}")
    op.execute("DROP TABLE nothing_like_it")
'''


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Report:
    """The report of both revisions on SQLite."""
    folder = tmp_path_factory.mktemp("project")
    histories.write(folder, 1)
    ini = histories.configure(folder, "alembic", histories.NEVER_OPENED)
    versions = next(folder.rglob("versions"))
    for file in versions.glob("*.py"):
        file.unlink()
    (versions / "first.py").write_text(FIRST)
    (versions / "second.py").write_text(SECOND)
    return verify(ini, database="sqlite", seed_rows=0)


@pytest.fixture(scope="module")
def document(verified: Report) -> dict[str, Any]:
    """The same as JSON."""
    told: dict[str, Any] = json.loads(reporter_for("json").render(verified, Presentation(folder=Path.cwd())))
    return told


def test_statements_have_their_line_and_the_time_that_the_server_took(document: dict[str, Any]) -> None:
    first = document["revisions"][0]
    create, slow, *_ = first["ran"]["upgrade"]
    assert (create["sql"], create["line"], create["length"]) == ("CREATE TABLE long (i integer)", 6, None)
    assert (slow["sql"], slow["line"]) == (SLOW, 7)
    assert create["seconds"] < slow["seconds"] <= first["seconds"]["upgrade"]
    assert slow["seconds"] > 0.01
    assert [statement["sql"] for statement in first["ran"]["downgrade"]] == ["DROP TABLE long"]


def test_a_statement_that_fails_has_its_time_too(document: dict[str, Any]) -> None:
    failing = [f for f in document["findings"] if f["code"] == "MC202"]
    assert [f["revision"] for f in failing] == ["0002"]
    statements = document["revisions"][1]["ran"]["downgrade"]
    assert all(statement["seconds"] > 0 for statement in statements)


def test_long_statements_are_cut_off_and_say_so(document: dict[str, Any]) -> None:
    _, _, long, longer = document["revisions"][0]["ran"]["upgrade"]
    assert (len(long["sql"]), long["length"]) == (4_000, 9_000 + len("INSERT INTO long SELECT 1 /*  */"))
    assert (len(longer["sql"]), longer["length"]) == (4_000, 30_000 + len("INSERT INTO long SELECT 1 /*  */"))


def test_of_many_the_first_are_kept_and_all_are_counted(document: dict[str, Any]) -> None:
    second = document["revisions"][1]
    assert second["down_revisions"] == ["0001"]
    assert (len(second["ran"]["upgrade"]), second["statements"]["upgrade"]) == (200, 1_250)
    assert (len(second["changes"]["differences"]), second["changes"]["count"]) == (200, 250)
    assert second["changes"]["differences"][0]["kind"] == "added"


def test_what_the_upgrade_changed(document: dict[str, Any]) -> None:
    (change,) = document["revisions"][0]["changes"]["differences"]
    assert (change["object_type"], change["kind"], change["before"]) == ("table", "added", None)
    assert "CREATE TABLE long" in change["after"]


def test_it_comes_back_from_json(verified: Report, document: dict[str, Any]) -> None:
    back = report_of(document)
    again = json.loads(reporter_for("json").render(back, Presentation(folder=Path.cwd())))
    assert again == document
    assert [r.info.down_revisions for r in back.revisions] == [
        r.info.down_revisions for r in verified.revisions
    ]
