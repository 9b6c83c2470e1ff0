"""The reports of all shards together are the report of a run in one place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migcheck import Report, verify
from migcheck.errors import UsageError
from migcheck.merging import merged
from migcheck.reporters.reading import read_report
from tests.integration.documents import without_times, without_values
from tests.integration.test_jobs import FAULTS, REVISIONS, project, text

SHARDS = 3
pytestmark = pytest.mark.slow


def sharded(ini: Path, folder: Path, **settings: Any) -> Report:
    """The report that is merged from files, as `migcheck report merge` does it."""
    files = []
    for number in range(SHARDS, 0, -1):
        files.append(folder / f"{number}.json")
        files[-1].write_text(text(verify(ini, shard=f"{number}/{SHARDS}", **settings)))
    return merged([read_report(file) for file in files], [file.name for file in files])


@pytest.mark.parametrize("rows", [0, 2])
def test_shards_merged_are_a_run_in_one_place(tmp_path: Path, server_url: str, rows: int) -> None:
    ini = project(tmp_path, FAULTS)
    whole = verify(ini, database=server_url, seed_rows=rows)
    assert len(whole.findings) > len(FAULTS) - 2
    together = sharded(ini, tmp_path, database=server_url, seed_rows=rows)
    assert without_values(text(together)) == without_values(text(whole))


@pytest.mark.parametrize("broken", [25, 42])
def test_what_stands_on_a_failing_upgrade_is_skipped_in_later_shards_too(
    tmp_path: Path, server_url: str, broken: int
) -> None:
    ini = project(tmp_path, {**FAULTS, broken: ("upgrade", 'op.execute("SELECT 1/0")')})
    whole = verify(ini, database=server_url, seed_rows=0)
    assert [r.status for r in whole.revisions][broken - 1 :] == ["failed"] + ["skipped"] * (
        REVISIONS - broken
    )
    together = sharded(ini, tmp_path, database=server_url, seed_rows=0)
    assert without_times(text(together)) == without_times(text(whole))


def test_shards_of_a_part(tmp_path: Path, server_url: str) -> None:
    ini = project(tmp_path, FAULTS)
    whole = verify(ini, database=server_url, seed_rows=0, last=20)
    together = sharded(ini, tmp_path, database=server_url, seed_rows=0, last=20)
    assert together.verified == 20
    assert without_times(text(together)) == without_times(text(whole))


def test_shards_of_something_else_are_refused(tmp_path: Path, server_url: str) -> None:
    folders = [tmp_path / name for name in ("this", "other")]
    for folder in folders:
        folder.mkdir()
    ini, other = project(folders[0], {}), project(folders[1], {63: FAULTS[63]})
    other_id = folders[1] / "versions" / "r0063.py"
    other_id.write_text(other_id.read_text().replace('revision = "r0063"', 'revision = "another"'))
    settings: dict[str, Any] = {"database": server_url, "seed_rows": 0}
    first = verify(ini, shard="1/20", last=20, **settings)
    for second in (
        verify(other, shard="2/20", last=20, **settings),
        verify(ini, shard="2/20", last=40, **settings),
    ):
        with pytest.raises(UsageError, match="not stretches of the same revisions"):
            merged([first, second], ["first", "second"])


def test_a_shard_without_revisions_says_so(tmp_path: Path, server_url: str) -> None:
    ini = project(tmp_path, {})
    empty = verify(ini, database=server_url, seed_rows=0, last=2, shard="1/5")
    assert empty.ok
    assert empty.verified == 0
    assert "shard 1/5 has no revision" in empty.notes
