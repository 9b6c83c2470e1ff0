"""The report is the same, however many parts of the history are walked side by side."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import histories
from migcheck import Progress, Report, verify
from migcheck.model import RevisionEvidence, Target
from migcheck.reporters.base import Presentation, reporter_for
from migcheck.walk.data import stretches
from tests.integration.documents import without_times, without_values

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


def text(report: Report) -> str:
    return reporter_for("json").render(report, Presentation(folder=Path.cwd(), width=100, color=False))


def shown(report: Report) -> dict[str, Any]:
    return without_times(text(report))


class Log(Progress):
    """Remembers all that it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.walked_: list[RevisionEvidence] = []

    def server(self, target: Target) -> None:
        self.told.append(f"server {target.dialect}")

    def history(self, total: int) -> None:
        self.told.append(f"history {total}")

    def revision(self, revision: str, doc: str, number: int) -> None:
        self.told.append(f"begins {revision}")

    def walked(self, evidence: RevisionEvidence) -> None:
        self.walked_.append(evidence)

    def done(self) -> None:
        self.told.append("done")


@pytest.mark.parametrize("rows", [0, 2])
def test_the_report_is_the_same_for_each_number_of_jobs(
    tmp_path: Path, server_url: str, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    monkeypatch.setattr(stretches, "_LENGTH", 20)  # as if the history were a long one
    ini = project(tmp_path, FAULTS)
    logs = [Log(), Log(), Log()]
    reports = [
        shown(verify(ini, database=server_url, jobs=jobs, seed_rows=rows, progress=log))
        for jobs, log in zip((1, 2, 4), logs, strict=True)
    ]
    at_fault = {f["revision"] for f in reports[0]["findings"] if f["code"] == "MC204"}
    assert {"r0001", "r0020", "r0047", "r0063"} <= at_fault
    assert reports[1] == reports[0]
    assert reports[2] == reports[0]
    order = [revision["revision"] for revision in reports[0]["revisions"]]
    for log in logs:
        assert log.told[:2] == ["server postgresql", f"history {REVISIONS}"] and log.told[-1] == "done"
        assert [evidence.revision for evidence in log.walked_] == order
        assert {f"begins {revision}" for revision in order} <= set(log.told)
        # What it ends with, not what made it a suspect.
        errors = {e.revision: e.downgrade.error for e in log.walked_ if e.downgrade is not None}
        failed = {revision: error.type for revision, error in errors.items() if error is not None}
        assert failed == {"r0031": "psycopg.errors.DivisionByZero", "r0034": "NotImplementedError"}


def test_what_is_found_with_rows_does_not_depend_on_where_stretches_begin(
    tmp_path: Path, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ini = project(tmp_path, FAULTS)
    reports = []
    for length in (100, 16):
        monkeypatch.setattr(stretches, "_LENGTH", length)
        reports.append(without_values(text(verify(ini, database=server_url, seed_rows=2))))
    assert {"MC301", "MC307"} <= {finding["code"] for finding in reports[0]["findings"]}
    assert reports[1] == reports[0]


def test_what_stands_on_a_failing_upgrade_is_left_out_of_every_part(tmp_path: Path, server_url: str) -> None:
    ini = project(tmp_path, {**FAULTS, 25: ("upgrade", 'op.execute("SELECT 1/0")')})
    log = Log()
    alone, several = (shown(verify(ini, database=server_url, jobs=n, progress=log)) for n in (1, 4))
    statuses = [revision["status"] for revision in alone["revisions"]]
    assert statuses[24:] == ["failed"] + ["skipped"] * (REVISIONS - 25)
    order = [revision["revision"] for revision in alone["revisions"]]
    assert [evidence.revision for evidence in log.walked_] == order * 2
    skipped = [evidence.skipped is not None for evidence in log.walked_[:REVISIONS]]
    assert skipped == [status == "skipped" for status in statuses]
    assert several == alone
