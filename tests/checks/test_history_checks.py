"""MC101, MC102: what is judged from the graph alone."""

from __future__ import annotations

import pytest

from migcheck.model import Evidence, Problem
from tests.checks.by_hand import history, info, judged


def heads(*infos, **fields):  # type: ignore[no-untyped-def]
    return judged("MC101", Evidence(history(*infos, **fields), ()))


def test_a_linear_history_has_one_head() -> None:
    assert heads(info("a"), info("b", "a")) == []


def test_a_merged_fork_is_silent() -> None:
    assert heads(info("a"), info("b", "a"), info("c", "a"), info("d", "b", "c")) == []


def test_an_unmerged_fork_is_found_with_the_command_that_merges_it() -> None:
    [found] = heads(info("a"), info("c", "a"), info("b", "a"))
    assert found.revision is None
    assert "2 heads: b and c" in found.message
    assert 'alembic merge -m "merge heads" b c' in found.remedy


def test_branches_with_labels_of_their_own_are_meant() -> None:
    base = info("a")
    assert heads(base, info("e", "a", labels=("expand",)), info("c", "a", labels=("contract",))) == []
    # A label is handed down to all descendants.
    assert (
        heads(base, info("e", "a", labels=("expand",)), info("e2", "e"), info("c", "a", labels=("contract",)))
        == []
    )


def test_a_fork_below_one_label_is_found() -> None:
    [found] = heads(info("a", labels=("app",)), info("b", "a"), info("c", "a"))
    assert "under the branch label app" in found.message


def test_labels_are_not_handed_down_through_depends_on() -> None:
    forked = info("x"), info("b", "x"), info("c", "x", depends_on=("lib",)), info("lib", labels=("lib",))
    [found] = heads(*forked, heads=("b", "c", "lib"))
    assert "2 heads: b and c" in found.message


def test_settings_can_declare_a_branch_independent() -> None:
    forked = info("one"), info("two"), info("two_b", "two")
    assert len(heads(*forked)) == 1
    assert heads(*forked, independent_branches=("two",)) == []


def test_problems_of_the_history_are_findings_with_their_place() -> None:
    problem = Problem("invalid syntax", revision=None, path="/h/x.py", line=7)
    parent = Problem(
        "revision b names the parent zz, which is not present", revision="b", path="/h/b.py", line=3
    )
    first, second = judged("MC102", Evidence(history(info("a"), problems=(problem, parent)), ()))
    assert (first.revision, first.path, first.line) == (None, "/h/x.py", 7)
    assert (second.revision, second.path, second.line) == ("b", "/h/b.py", 3)
    assert "down_revision" in second.remedy


def test_a_sound_history_has_no_problem() -> None:
    assert judged("MC102", Evidence(history(info("a")), ())) == []


@pytest.mark.parametrize(
    "revision",
    ["0002 -> 0003 (head), email index", "0002, 00ab -> 0003 (mergepoint), join", "<base> -> 0003, x"],
)
def test_a_missing_parent_is_a_finding_of_the_revision_that_names_it(revision: str) -> None:
    warning = Problem(f"Revision 0002 referenced from {revision} is not present", revision="0002")
    broken = history(info("a"), problems=(warning, Problem("KeyError: '0002'")))
    [found] = judged("MC102", Evidence(broken, ()))
    assert (found.revision, found.message) == (
        "0003",
        "revision 0003 names the parent 0002, which is not there",
    )
