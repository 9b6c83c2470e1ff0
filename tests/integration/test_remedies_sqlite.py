"""Faults on SQLite are found, and what the findings say to do is done: the history is then silent."""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterable
from pathlib import Path

import pytest

from migcheck import Finding, verify
from tests.integration.faults.injection import Fault, project_with
from tests.integration.faults.verdict import check
from tests.integration.test_faults_sqlite import HISTORY, MENDED_TOGETHER, REVISIONS

_AT_END = re.compile(
    r"(?:In downgrade\(\)|Make it again after the batch, in .*|Add the column in downgrade\(\) as it was):\n"
    r"(?P<code>.*)",
    re.DOTALL,
)
_IN_BATCH = re.compile(
    r"In the batch in downgrade\(\) that makes table \w+ anew(?:, as it was)?:\n(?P<call>batch_op.*)",
    re.DOTALL,
)
_KEEP = re.compile(
    r'Tell the batch in downgrade\(\) to keep it:\nwith op\.batch_alter_table\("\w+", \.\.\., '
    r"(?P<argument>.*)\) as batch_op:"
)
# What no code can do, or not all of it (placeholders are written `...`).
NO_CODE = {
    "collation-of-a-column-lost-by-batch-mode",
    "column-back-without-collation",
    "column-back-as-a-plain-one-instead-of-generated",
    "column-back-generated-by-another-expression",
    "table-restored-without-a-column",
    "table-restored-without-its-foreign-key",
    "unique-constraint-under-another-name",
    "view-not-put-back",
    "view-with-another-text",
    "on-delete-of-a-key-without-a-name-lost-by-batch-mode",
    "table-restored-not-strict",
    "table-restored-with-a-rowid",
}


def _follow(findings: Iterable[Finding], path: Path) -> bool:
    """Do in the revision's file what the findings say; False where one of them is not all code."""
    start, downgrade = path.read_text(encoding="utf-8").split("def downgrade():")
    if "import sqlalchemy as sa" not in start:
        start = start.replace("from alembic import op", "import sqlalchemy as sa\nfrom alembic import op", 1)
    # What depends on others is dropped before them.
    for finding in sorted(findings, key=lambda finding: "op.drop_column" in finding.remedy):
        if (
            "..." in finding.remedy.replace(", ..., ", ", ").replace("\n    ...", "")
            or "# " in finding.remedy
        ):
            return False
        if keep := _KEEP.match(finding.remedy):
            downgrade = _with_argument(downgrade, keep["argument"])
        elif inside := _IN_BATCH.match(finding.remedy):
            downgrade = _in_batch(downgrade, inside["call"])
        elif end := _AT_END.match(finding.remedy):
            body = ast.parse(end["code"]).body
            downgrade += "".join(textwrap.indent(ast.unparse(node), "    ") + "\n" for node in body)
        else:
            return False
    path.write_text(f"{start}def downgrade():{downgrade}", encoding="utf-8")
    return True


def _with_argument(downgrade: str, argument: str) -> str:
    assert downgrade.count("op.batch_alter_table(") == 1
    return re.sub(r'(op\.batch_alter_table\(\s*"\w+",)', rf"\1 {argument},", downgrade)


def _in_batch(downgrade: str, call: str) -> str:
    assert downgrade.count(" as batch_op:\n") == 1
    name = call.partition('"')[2].partition('"')[0]
    made = re.compile(rf'batch_op\.create_\w+(?:constraint|key)\("{name}".*')
    if call.startswith("batch_op.create_") and made.search(downgrade):
        return made.sub(call, downgrade)
    lines = downgrade.split("\n")
    last = max(number for number, line in enumerate(lines) if line.startswith("        batch_op."))
    return "\n".join([*lines[: last + 1], f"        {call}", *lines[last + 1 :]])


def _follow_all(chosen: list[Fault], folder: Path) -> set[str]:
    """Verify the history with the faults, mend what can be, verify again; the names of faults not mended."""
    config = project_with(chosen, folder, HISTORY)
    report = verify(config)
    check(report, chosen, REVISIONS)
    left = set()
    for fault in chosen:
        told = [f for f in report.findings if f.revision == fault.revision and f.code == "MC204"]
        (path,) = (config.parent / "versions").glob(f"{fault.revision}_*.py")
        if not _follow(told, path):
            left.add(fault.name)
    mended = {fault.revision for fault in chosen if fault.name not in left}
    again = verify(config)
    still = [f"{f.code} {f.revision} {f.message}" for f in again.findings if f.revision in mended]
    still = [text for text in still if not text.startswith("MC209")]
    assert not still, "\n".join(still)
    assert again.verified == REVISIONS, [finding.message for finding in again.findings]
    return left


@pytest.mark.parametrize("group", MENDED_TOGETHER, ids=lambda group: f"{len(group)}-faults")
def test_following_the_remedies_mends_the_history(group: list[Fault], tmp_path: Path) -> None:
    assert _follow_all(group, tmp_path) == NO_CODE & {fault.name for fault in group}
