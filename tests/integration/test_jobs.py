"""The report is the same, however many parts of the history are walked side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import histories
from migcheck import Report, verify
from migcheck.reporters.base import Presentation, reporter_for
from tests.integration.documents import without_times

REVISIONS = 63
FAULTS = {
    # Not undone, found where a part begins, in its middle and where it ends.
    1: ("downgrade", "pass"),
    20: ("downgrade", "pass"),
    31: ("downgrade", 'op.execute("SELECT 1/0")'),
    33: ("upgrade", "op.execute(\"SET search_path TO 'nowhere', public\")"),
    34: ("downgrade", 'raise NotImplementedError("never")'),
    47: ("downgrade", "pass"),
    63: ("downgrade", "pass"),
}
pytestmark = pytest.mark.slow


def project(folder: Path, faults: dict[int, tuple[str, str]]) -> Path:
    """A history of `REVISIONS` with `faults`: number -> (function, what its body is instead)."""
    histories.write(folder, REVISIONS)
    for number, (function, body) in faults.items():
        path = folder / "versions" / f"r{number:04}.py"
        begins = path.read_text().index(f"def {function}()")
        path.write_text(path.read_text()[:begins] + f"def {function}():\n    {body}\n" + (
            "\n\ndef downgrade():\n    pass\n" if function == "upgrade" else ""
        ))  # fmt: skip
    return histories.configure(folder, "alembic", histories.NEVER_OPENED)


def shown(report: Report) -> dict[str, Any]:
    presentation = Presentation(folder=Path.cwd(), width=100, color=False)
    return without_times(reporter_for("json").render(report, presentation))


@pytest.mark.parametrize("rows", [0, 2])
def test_the_report_is_the_same_for_each_number_of_jobs(tmp_path: Path, server_url: str, rows: int) -> None:
    ini = project(tmp_path, FAULTS)
    reports = [shown(verify(ini, database=server_url, jobs=jobs, seed_rows=rows)) for jobs in (1, 2, 4)]
    at_fault = {f["revision"] for f in reports[0]["findings"] if f["code"] == "MC204"}
    assert {"r0001", "r0020", "r0047", "r0063"} <= at_fault
    assert reports[1] == reports[0]
    assert reports[2] == reports[0]


def test_what_stands_on_a_failing_upgrade_is_left_out_of_every_part(tmp_path: Path, server_url: str) -> None:
    ini = project(tmp_path, {**FAULTS, 25: ("upgrade", 'op.execute("SELECT 1/0")')})
    alone, several = (shown(verify(ini, database=server_url, jobs=jobs)) for jobs in (1, 4))
    statuses = [revision["status"] for revision in alone["revisions"]]
    assert statuses[24:] == ["failed"] + ["skipped"] * (REVISIONS - 25)
    assert several == alone
