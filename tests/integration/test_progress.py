"""Who watches a run and breaks does not end it; who wants to end it can."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import Progress, verify
from migcheck.model import RevisionEvidence
from migcheck.providers import directories

INI = "[alembic]\nscript_location = %(here)s\nsqlalchemy.url = sqlite:///never-opened.db\n"
ENV = """
from alembic import context
from sqlalchemy import create_engine

url = context.config.get_main_option("sqlalchemy.url")
with create_engine(url).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""
REVISION = """
from alembic import op
revision, down_revision = "{}", {}
def upgrade():
    op.execute("CREATE TABLE t{} (id INTEGER PRIMARY KEY)")
def downgrade():
    op.execute("DROP TABLE t{}")
"""


@pytest.fixture
def ini(tmp_path: Path) -> Path:
    (tmp_path / "versions").mkdir()
    (tmp_path / "env.py").write_text(ENV)
    for number in (1, 2, 3):
        parent = repr(f"r{number - 1}") if number > 1 else None
        text = REVISION.format(f"r{number}", parent, number, number)
        (tmp_path / "versions" / f"r{number}.py").write_text(text)
    (tmp_path / "alembic.ini").write_text(INI)
    return tmp_path / "alembic.ini"


class Breaking(Progress):
    """Raises `error` once a revision has been walked."""

    def __init__(self, error: BaseException) -> None:
        self.error, self.ended, self.folders = error, 0, set[Path]()

    def walked(self, evidence: RevisionEvidence) -> None:
        self.folders = {path for place in directories.places() for path in place.glob("migcheck-*")}
        raise self.error

    def done(self) -> None:
        self.ended += 1


def test_what_breaks_while_it_watches_is_a_note_of_a_whole_report(ini: Path) -> None:
    broken = Breaking(ZeroDivisionError("division by zero"))
    report = verify(ini, database="sqlite", progress=broken)
    assert report.ok and report.verified == 3 and broken.ended == 1
    assert any("Breaking.walked() raised ZeroDivisionError" in note for note in report.notes)


def test_an_interrupt_ends_the_run_and_leaves_nothing(ini: Path) -> None:
    before = {path for place in directories.places() for path in place.glob("migcheck-*")}
    interrupting = Breaking(KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        verify(ini, database="sqlite", progress=interrupting)
    ours = {path for path in interrupting.folders - before if (path / "databases").exists()}
    assert interrupting.ended == 1 and not ours
