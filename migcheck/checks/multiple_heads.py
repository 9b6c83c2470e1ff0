"""MC101: the history ends in more than one revision."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.checks.wording import enumeration
from migcheck.model import Evidence, Finding, History, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    history = evidence.history
    groups: dict[frozenset[str], list[str]] = {}
    for head in dict.fromkeys(history.heads):  # an id that is there twice is MC102's
        groups.setdefault(_branches(head, history), []).append(head)
    for branches, heads in sorted(groups.items(), key=lambda group: sorted(group[1])):
        if len(heads) < 2:
            continue
        heads = sorted(heads)
        under = f" under the branch label {enumeration(sorted(branches))}" if branches else ""
        yield CHECK.finding(
            f"the history has {len(heads)} heads{under}: {enumeration(heads, 10)}; `alembic upgrade head`"
            " refuses to choose one",
            f'Join them:\nalembic merge -m "merge heads" {" ".join(heads)}\nor, when they are meant to stay'
            " apart,"
            " give each branch its own branch_labels (or name it in independent_branches of"
            " [tool.migcheck]).",
        )


def _branches(head: str, history: History) -> frozenset[str]:
    """The branch labels that `head` carries or inherits, and what was declared independent.

    Alembic hands a label down to all descendants through down_revision, not through depends_on.
    """
    by_id = {info.revision: info for info in history.revisions}
    labels: set[str] = set()
    ancestors, waiting = set(), [head]
    while waiting:
        revision = waiting.pop()
        if revision in ancestors:
            continue
        ancestors.add(revision)
        if info := by_id.get(revision):
            labels.update(info.branch_labels)
            waiting.extend(info.down_revisions)
    declared = {name for name in history.independent_branches if name in ancestors}
    return frozenset(labels | declared)


CHECK = Check(
    code="MC101",
    name="multiple-heads",
    severity=Severity.ERROR,
    proves="The history ends in one head, or in one head for each branch label.",
    why=(
        "Two people branched off the same revision and both were merged. `alembic upgrade head` then stops"
        " with"
        ' "Multiple head revisions are present", usually during a deploy. Branches that carry different'
        " branch_labels (expand and contract, one per plugin) are meant to stay apart and are no finding."
    ),
    remedy='Run `alembic merge -m "merge heads" REV1 REV2` and commit the merge revision.',
    acknowledge=(
        'Give each branch its branch_labels, or declare it: independent_branches = ["LABEL or REVISION"] in'
        " [tool.migcheck]. The finding is about the history, not about a file, so no comment can hold it."
    ),
    needs="history",
    judge=_judge,
)
