"""Generated histories are what they say: valid, as long as asked, the same each time, and free of faults."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.config import Config
from alembic.script import ScriptDirectory

from bench import histories, rich, simple
from bench.field import url
from migcheck import verify
from migcheck.providers.base import Server


def read(folder: Path, revisions: int, kind: str = "simple") -> ScriptDirectory:
    histories.write(folder, revisions, kind)
    return ScriptDirectory.from_config(Config(str(histories.configure(folder, "a", "postgresql:///a%20b"))))


def test_a_simple_history_is_linear_and_as_long_as_asked(tmp_path: Path) -> None:
    script = read(tmp_path / "h", 30)
    revisions = list(script.walk_revisions())
    assert [revision.revision for revision in reversed(revisions)] == [f"r{n:04}" for n in range(1, 31)]
    assert script.get_heads() == ["r0030"]
    assert all(revision.module.upgrade and revision.module.downgrade for revision in revisions)


@pytest.mark.parametrize("revisions", range(1, 2 * len(rich.CHANGES) + 1))
def test_a_rich_history_has_one_head_wherever_it_ends(tmp_path: Path, revisions: int) -> None:
    script = read(tmp_path / "h", revisions, "rich")
    assert len(list(script.walk_revisions())) == revisions
    assert script.get_heads() == [histories.named(revisions - 1)]


def test_a_rich_history_branches_and_merges(tmp_path: Path) -> None:
    script = read(tmp_path / "h", len(rich.CHANGES), "rich")
    first, second = (histories.named(number) for number in rich.BRANCHES)
    merge = script.get_revision(histories.named(rich.MERGE))
    assert merge.down_revision == (first, second)
    assert script.get_revision(first).down_revision == script.get_revision(second).down_revision


@pytest.mark.parametrize("kind", histories.KINDS)
def test_a_generated_history_is_the_same_each_time(tmp_path: Path, kind: str) -> None:
    texts = []
    for name in ("one", "two"):
        histories.write(tmp_path / name, 20, kind)
        texts.append([path.read_text() for path in sorted((tmp_path / name).rglob("*.py"))])
    assert texts[0] == texts[1]


@pytest.mark.parametrize(
    ("kind", "operations"),
    [
        ("simple", ("create_table(", "add_column(", "create_index(", "create_check_constraint(")),
        (
            "rich",
            ("CREATE TYPE", "CREATE VIEW", "CREATE TRIGGER", "postgresql_where", "UPDATE", "bulk_insert("),
        ),
    ],
)
def test_every_kind_of_change_is_in_the_history(tmp_path: Path, kind: str, operations: list[str]) -> None:
    histories.write(tmp_path / "h", len(histories.KINDS[kind].changes), kind)
    text = "".join(path.read_text() for path in (tmp_path / "h" / "versions").iterdir())
    assert [operation for operation in operations if operation not in text] == []


# In the middle of a second round, where the models go by how far it has come, and at the end of the first.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "revisions"),
    [
        ("simple", len(simple.CHANGES) + 3),
        ("rich", len(rich.CHANGES)),
        ("rich", len(rich.CHANGES) + rich.BRANCHES[1]),
    ],
)
def test_migcheck_finds_nothing_in_a_generated_history(
    tmp_path: Path, server: Server, kind: str, revisions: int
) -> None:
    histories.write(tmp_path / "h", revisions, kind)
    ini = histories.configure(tmp_path / "h", "alembic", histories.NEVER_OPENED)
    place = url(server.address, server.address.database)
    report = verify(ini, database=place, seed_rows=0)
    assert report.ok, report.findings
    assert report.findings == ()
    assert len(report.revisions) == revisions
    assert "MC401" not in {skipped.code for skipped in report.skipped}


def test_a_percent_sign_in_the_url_survives_the_ini_file(tmp_path: Path) -> None:
    histories.write(tmp_path / "h", 1)
    ini = histories.configure(tmp_path / "h", "a", "postgresql:///a%20b")
    assert Config(str(ini)).get_main_option("sqlalchemy.url") == "postgresql:///a%20b"
