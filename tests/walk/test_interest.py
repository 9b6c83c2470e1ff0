"""Which revisions can do anything to rows."""

from __future__ import annotations

import pytest

from migcheck.model import Difference, DifferenceKind, RevisionEvidence, Statement, Step, StepError
from migcheck.walk.data.interest import only_adds, phases

ADDED, CHANGED, REMOVED = DifferenceKind.ADDED, DifferenceKind.CHANGED, DifferenceKind.REMOVED
OK = Step("upgrade", 0.1)
FAILED = Step("downgrade", 0.1, error=StepError("E", "no"))


def seen(sql: str, *applied: Difference) -> RevisionEvidence:
    statements = tuple(Statement(each.strip(), 1) for each in sql.split(";") if each.strip())
    return RevisionEvidence(
        "a", Step("upgrade", 0.1, statements), OK, OK, applied=applied, reverted=(), reapplied=()
    )


def added(kind: str, name: str, text: str = "") -> Difference:
    return Difference(kind, name, ADDED, after=text)


@pytest.mark.parametrize(
    "evidence",
    [
        seen(
            "CREATE TABLE t (id int); CREATE INDEX i ON t (id)",
            added("table", "public.t"),
            added("column", "public.t.id", "integer not null"),
            added("constraint", "public.t.t_pkey", "PRIMARY KEY (id)"),
            added("index", "public.i", "CREATE INDEX i ON public.t (id)"),
        ),
        seen("ALTER TABLE t ADD COLUMN a TEXT", added("column", "public.t.a", "text")),
        seen("COMMENT ON TABLE t IS 'x'"),
    ],
)
def test_what_only_adds(evidence: RevisionEvidence) -> None:
    assert only_adds(evidence)


@pytest.mark.parametrize(
    "evidence",
    [
        seen(""),
        seen("UPDATE t SET a = 1"),
        seen("CREATE TABLE u AS SELECT * FROM t", added("table", "public.u")),
        seen("ALTER TABLE t ADD COLUMN a TEXT NOT NULL", added("column", "public.t.a", "text NOT NULL")),
        seen("ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)", added("constraint", "public.t.c", "CHECK")),
        seen("CREATE UNIQUE INDEX i ON t (a)", added("index", "public.i", "CREATE UNIQUE INDEX i")),
        seen("ALTER TABLE t ADD COLUMN a TEXT", Difference("column", "public.t.b", CHANGED, "type")),
        seen("ALTER TABLE t ADD COLUMN a TEXT", Difference("column", "public.t.b", REMOVED)),
    ],
)
def test_what_rows_may_break(evidence: RevisionEvidence) -> None:
    assert not only_adds(evidence)


def test_phases_go_as_far_as_the_revision_works_without_rows() -> None:
    assert phases(RevisionEvidence("a", skipped="no")) == ()
    assert phases(RevisionEvidence("a", FAILED)) == ()
    assert phases(RevisionEvidence("a", OK, FAILED)) == ("upgrade",)
    assert phases(RevisionEvidence("a", OK, irreversible="it is")) == ("upgrade",)
    assert phases(RevisionEvidence("a", OK, OK, FAILED)) == ("upgrade", "downgrade")
    assert phases(RevisionEvidence("a", OK, OK, OK)) == ("upgrade", "downgrade", "reupgrade")
