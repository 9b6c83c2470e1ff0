"""The checks of rows, on evidence made by hand."""

from __future__ import annotations

from typing import Any

import pytest

from migcheck.model import Evidence, StepError
from migcheck.model.data import Breach, DataChange, DataEvidence, RevisionData, Trial, Unseeded
from migcheck.model.tables import Check, ForeignKey, Key, NotNull, TableName
from tests.checks.by_hand import evidence, honest, judged, step

ERROR = StepError("NotNullViolation", 'column "a" contains null values', "23502", "ALTER TABLE t", 12)
ROW = (("id", "1"), ("a", None))
OLD, NEW = (("id", "1"), ("a", "x")), (("id", "1"), ("a", "y"))
NULL = Trial("upgrade", "null", "public.t", ("a",), (ROW,), "public.t.a is NULL", NotNull("a"), ERROR)
REMOVED = DataChange("column removed", "public.t", "a", 1, 3, ((OLD, None),))
CHANGED = DataChange("values changed", "public.t", "a", 1, 3, ((OLD, NEW),))
FOREIGN = ForeignKey("t_f", ("a",), TableName("public", "p"), ("id",), validated=False)


def data(validated: frozenset[tuple[str, str]] = frozenset(), **fields: Any) -> Evidence:
    """Evidence of one revision that did this to rows."""
    return evidence(honest(), data=DataEvidence((RevisionData("r1", seeded=3, **fields),), validated))


def test_without_rows_nothing_is_said() -> None:
    for code in ("MC301", "MC302", "MC303", "MC304", "MC305", "MC306", "MC307", "MC308"):
        assert judged(code, evidence(honest())) == []
        assert judged(code, data(skipped="it does not work without rows", trials=(NULL,))) == []
        assert judged(code, data(changed=(), not_back=(), repeated=())) == []


def test_the_row_that_breaks_the_upgrade_is_shown_with_the_statement() -> None:
    [found] = judged("MC301", data(trials=(NULL,)))
    assert found.revision == "r1"
    assert found.line == 12
    assert "public.t.a is NULL" in found.message
    assert "SQLSTATE 23502" in found.message
    assert found.error is not None
    assert found.error.statement == "ALTER TABLE t"
    assert [row.row for row in found.rows] == [ROW]
    assert 'op.execute("UPDATE t SET a = ... WHERE a IS NULL")' in found.remedy


def test_what_a_trial_has_shown_is_not_said_again_of_the_step() -> None:
    failed = step("upgrade", error=ERROR)
    assert len(judged("MC301", data(trials=(NULL,), upgrade=failed))) == 1
    [found] = judged("MC301", data(upgrade=failed))
    assert "fails on a database with rows, and works on an empty one" in found.message
    [again] = judged("MC301", data(reupgrade=step("reupgrade", error=ERROR)))
    assert "the second upgrade()" in again.message


def test_the_way_down_has_a_check_of_its_own() -> None:
    trial = Trial("downgrade", "null", "public.t", ("a",), (ROW,), "public.t.a is NULL", NotNull("a"), ERROR)
    told = data(trials=(trial,))
    assert judged("MC301", told) == []
    [found] = judged("MC307", told)
    assert "downgrade() fails" in found.message
    [plain] = judged("MC307", data(downgrade=step("downgrade", error=ERROR)))
    assert "works on an empty one" in plain.message


def test_what_the_upgrade_takes_away_is_listed_with_its_rows() -> None:
    [found] = judged("MC302", data(changed=(REMOVED, DataChange("rows added", "public.t", count=1))))
    assert found.message == "1 value of t.a is gone with the column after the upgrade"
    assert [(row.row, row.after) for row in found.rows] == [(OLD, None)]


def test_a_row_that_was_destroyed_is_no_pass() -> None:
    trial = Trial("upgrade", "too long", "public.t", ("a",), (OLD,), "t.a is too long", destroyed=(CHANGED,))
    [found] = judged("MC302", data(trials=(trial,)))
    assert "by destroying it" in found.message
    assert [(row.row, row.after) for row in found.rows] == [(OLD, NEW)]
    assert len(judged("MC302", data(trials=(trial,), changed=(CHANGED,)))) == 1


def test_what_does_not_come_back() -> None:
    [found] = judged("MC303", data(not_back=(REMOVED,)))
    assert found.message == "1 value of t.a is gone with the column after the downgrade"
    behind = DataChange("sequence behind", "public.t", "id", 1, 7)
    [sequence] = judged("MC303", data(changed=(behind,)))
    assert sequence.message == "the sequence of t.id gives 1 next after the upgrade, and there is 7 already"
    assert "setval(pg_get_serial_sequence('t', 'id'), max(id))" in sequence.remedy


def test_a_second_upgrade_that_gives_other_rows() -> None:
    added = DataChange("rows added", "public.t", None, 2, 5, ((None, NEW),))
    messages = [found.message for found in judged("MC304", data(repeated=(CHANGED, added)))]
    assert messages == [
        "1 of 3 values of t.a is other after the second upgrade than after the first",
        "2 rows too many are in t after the second upgrade",
    ]


def test_a_constraint_that_is_broken_until_somebody_validates_it() -> None:
    orphan = Trial("upgrade", "orphan", "public.t", ("a",), (ROW,), "t.a is 9", FOREIGN, violated=True)
    [found] = judged("MC305", data(trials=(orphan,)))
    assert "nothing validates it up to the head" in found.message
    assert judged("MC305", data(frozenset({("public.t", "t_f")}), trials=(orphan,))) == []


def test_breaches_are_told_once() -> None:
    key = Key("t_a_key", ("a",))
    breaches = (
        Breach("violated", "public.t", key, "UNIQUE (a)", (OLD,)),
        Breach("not enforced", "public.t", key, "UNIQUE (a)", (OLD,), "its index is invalid"),
    )
    told = evidence(
        honest("r1"),
        honest("r2"),
        data=DataEvidence(tuple(RevisionData(name, breaches=breaches) for name in ("r1", "r2"))),
    )
    [violated], [lax] = judged("MC305", told), judged("MC306", told)
    assert violated.message == "rows of t violate UNIQUE (a)"
    assert lax.message == "t lets in a row that violates UNIQUE (a): its index is invalid"
    assert violated.revision == lax.revision == "r1"


@pytest.mark.parametrize(
    ("constraint", "shown"), [("t_c", "refused (t_c)"), ("refused", "refused;"), (None, "refused;")]
)
def test_a_table_without_rows_is_named(constraint: str | None, shown: str) -> None:
    unseeded = Unseeded("public.t", "refused", constraint, (ROW,))
    told = DataEvidence(tuple(RevisionData(name, unseeded=(unseeded,)) for name in ("r1", "r2")))
    [found] = judged("MC308", evidence(honest("r1"), honest("r2"), data=told))
    assert shown in found.message
    assert [row.row for row in found.rows] == [ROW]
    assert found.severity.value == "info"


def test_fingerprints_tell_faults_apart_and_do_not_depend_on_values() -> None:
    other = Trial("upgrade", "check", "public.t", ("a",), (ROW,), "?", Check("c", "a > 0"), ERROR)
    same = Trial("upgrade", "null", "public.t", ("a",), (OLD,), "public.t.a is NULL", NotNull("a"), ERROR)
    first, second = judged("MC301", data(trials=(NULL, other)))
    [again] = judged("MC301", data(trials=(same,)))
    assert first.fingerprint == again.fingerprint != second.fingerprint
