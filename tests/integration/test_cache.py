"""What is kept from run to run: it saves work, and never changes what is found."""

from __future__ import annotations

import copy
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bench import histories
from migcheck import Report, verify
from migcheck.cache.entries import entries
from migcheck.errors import UsageError
from migcheck.reporters.base import Presentation, reporter_for
from tests.integration.documents import without_times

REVISIONS = 26
FIRST = """
    from pathlib import Path
    with (Path(__file__).parents[2] / "counted").open("a") as file:
        file.write("x")
"""


class Project:
    """A history of `REVISIONS` whose first upgrade leaves a mark each time it is run."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.cache, self._counted = folder / "project", folder / "cache", folder / "counted"
        self.folder.mkdir()
        histories.write(self.folder, REVISIONS)
        self.ini = histories.configure(self.folder, "alembic", histories.NEVER_OPENED)
        self.ini.write_text(self.ini.read_text().replace(str(self.folder), "%(here)s"))
        self.change(2, "def upgrade():", "def upgrade():\n    import helper")
        (self.folder / "helper.py").write_text("")
        self.change(3, "def upgrade():", "def upgrade():\n    'reads it from three.sql'")
        (self.folder / "versions" / "three.sql").write_text("SELECT 3")
        self.change(1, "def upgrade():", "def upgrade():" + FIRST)

    def moved(self, folder: Path) -> Project:
        """The same in another folder, with what is kept, as another job in CI has it."""
        shutil.copytree(self.folder.parent, folder, dirs_exist_ok=True)
        other = copy.copy(self)
        other.folder, other.cache, other._counted = folder / "project", folder / "cache", folder / "counted"
        other.ini = other.folder / self.ini.name
        return other

    def revision(self, number: int) -> Path:
        return self.folder / "versions" / f"r{number:04}.py"

    def change(self, number: int, old: str, new: str) -> None:
        text = self.revision(number).read_text()
        assert old in text
        self.revision(number).write_text(text.replace(old, new, 1))

    def verified(self, **settings: Any) -> tuple[dict[str, Any], int]:
        """The report of its last revisions, and how often the first one was applied for that."""
        self._counted.unlink(missing_ok=True)
        given = {"database": "embedded", "seed_rows": 0, "last": 2, "cache_dir": self.cache, **settings}
        report: Report = verify(self.ini, **given)
        text = reporter_for("json").render(report, Presentation(folder=self.folder, width=100, color=False))
        return without_times(text), self._counted.stat().st_size if self._counted.exists() else 0


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture(scope="module")
def verified(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project whose last revisions have been verified."""
    made = Project(tmp_path_factory.mktemp("verified"))
    assert made.verified()[1] == 1
    return made


@pytest.fixture
def known(verified: Project, tmp_path: Path) -> Project:
    """The same elsewhere."""
    return verified.moved(tmp_path)


def test_the_report_is_the_same_with_rows_and_without_and_nothing_is_applied_twice(project: Project) -> None:
    # A fault, for which states are needed beyond the first.
    project.change(REVISIONS - 1, "def downgrade():", "def downgrade():\n    return")
    for rows in (0, 2):
        without, _ = project.verified(cache=False, seed_rows=rows)
        assert "MC204" in {finding["code"] for finding in without["findings"]}
        cold, applied = project.verified(seed_rows=rows, cache_dir=project.cache / str(rows))
        assert applied == 1
        warm, applied = project.verified(seed_rows=rows, cache_dir=project.cache / str(rows))
        assert applied == 0
        assert cold == without
        assert warm == without


CHANGES: dict[str, Callable[[Project], object]] = {
    "a revision": lambda project: project.change(5, "def downgrade", "# changed\ndef downgrade"),
    "what one imports": lambda project: (project.folder / "helper.py").write_text("VALUE = 1\n"),
    "what one names": lambda project: (project.folder / "versions" / "three.sql").write_text("SELECT 4"),
    "env.py": lambda project: (project.folder / "env.py").open("a").write("# changed\n"),
    "alembic.ini": lambda project: project.ini.open("a").write("# changed\n"),
    "a revision between": lambda project: _insert(project),
    "a revision that is gone": lambda project: _remove(project),
}


def _insert(project: Project) -> None:
    text = project.revision(10).read_text()
    between = text.replace('revision = "r0010"', 'revision = "between"')
    body = between[: between.index("def upgrade")] + "def upgrade(): pass\ndef downgrade(): pass\n"
    (project.folder / "versions" / "between.py").write_text(body)
    project.change(10, "down_revision = 'r0009'", "down_revision = 'between'")


def _remove(project: Project) -> None:
    before = project.revision(23).read_text()
    assert "create" not in before.partition("\n")[0]
    project.change(24, "down_revision = 'r0023'", "down_revision = 'r0022'")
    project.revision(23).unlink()


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGES)
def test_a_state_is_not_used_once_something_has_changed_that_it_was_made_of(
    known: Project, what: str
) -> None:
    CHANGES[what](known)
    _, applied = known.verified()
    assert applied > 0


@pytest.mark.parametrize("by", ["a relative path", "a link"])
def test_it_does_not_matter_on_which_way_the_project_is_reached(
    known: Project, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    if by == "a link":
        (known.folder.parent / "link").symlink_to(known.folder)
        known.ini = known.folder.parent / "link" / known.ini.name
    else:
        monkeypatch.chdir(known.folder.parent)
        # As many projects have it: then Alembic's own paths are relative, too.
        known.ini.write_text(known.ini.read_text().replace("%(here)s", known.folder.name))
        known.ini = known.ini.relative_to(known.folder.parent)
        known.verified()
    assert known.verified()[1] == 0


def test_what_comes_later_or_concerns_nothing_does_not_matter(known: Project) -> None:
    known.change(REVISIONS, "def downgrade", "# changed\ndef downgrade")
    (known.folder / "versions" / "other.sql").write_text("not named")
    assert known.verified()[1] == 0
    # One more revision: the state from before is near enough, and no other is kept.
    text = known.revision(REVISIONS).read_text()
    new = text.replace("r0026", "r0027").replace("r0025", "r0026")
    known.revision(27).write_text(
        new[: new.index("def upgrade")] + "def upgrade(): pass\ndef downgrade(): pass\n"
    )
    assert known.verified()[1] == 0
    assert [len(entry.revisions) for entry in entries(known.cache)] == [REVISIONS - 2]


@pytest.mark.parametrize("damage", ["cut off", "not ours"])
def test_a_damaged_state_is_noticed_and_made_again(known: Project, damage: str) -> None:
    whole, applied = known.verified()
    assert applied == 0
    (entry,) = entries(known.cache)
    content = entry.path.read_bytes()
    entry.path.write_bytes(content[: len(content) * 3 // 4] if damage == "cut off" else b"damaged")
    again, applied = known.verified()
    assert (again, applied) == (whole, 1)
    assert known.verified() == (whole, 0)


@pytest.mark.parametrize("place", ["by its URL", "in a container"])
def test_on_other_servers_a_dump_is_kept(
    project: Project, server_url: str, request: pytest.FixtureRequest, place: str
) -> None:
    if place == "in a container":
        request.getfixturevalue("engine")
    database = server_url if place == "by its URL" else "docker:postgres:15"
    cold, applied = project.verified(database=database, seed_rows=2)
    assert applied == 1
    (entry,) = entries(project.cache)
    assert entry.size < 100_000
    assert project.verified(database=database, seed_rows=2) == (cold, 0)
    entry.path.write_bytes(entry.path.read_bytes()[:-100])
    assert project.verified(database=database, seed_rows=2) == (cold, 1)


def test_what_a_dump_does_not_make_the_same_is_not_kept(project: Project, server_url: str) -> None:
    # What belongs to a database as a whole is in no dump.
    name = "op.get_bind().engine.url.database"
    project.change(
        4, "def upgrade():", f"def upgrade():\n    op.execute(f'COMMENT ON DATABASE {{{name}}} IS 5')"
    )
    project.change(4, "IS 5", "IS $$five$$")
    report = verify(project.ini, database=server_url, last=2, cache_dir=project.cache, seed_rows=0)
    assert report.verified == 2
    assert any("does not make the same schema" in note for note in report.notes)
    assert entries(project.cache) == []


def test_a_cache_that_cannot_be_written_costs_nothing_but_time(project: Project) -> None:
    project.cache.write_text("")
    with pytest.raises(UsageError, match=r"--cache-dir .*: not a folder"):
        project.verified()
    report = verify(project.ini, database="embedded", last=2, cache_dir="/proc/nowhere")
    assert report.verified == 2
    assert any("could not be kept for the next run" in note for note in report.notes)


def test_a_state_with_roles_is_not_kept(project: Project) -> None:
    # In no words that would tell before it is run.
    project.change(4, "def upgrade():", "def upgrade():\n    op.execute('create ' + 'role made_by_four')")
    project.change(4, "def downgrade():", "def downgrade():\n    op.execute('drop ' + 'role made_by_four')")
    project.verified()
    assert entries(project.cache) == []


def test_the_whole_history_needs_no_state(project: Project) -> None:
    project.verified(last=None)
    assert not os.path.exists(project.cache)
