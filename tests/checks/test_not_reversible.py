"""MC204 and MC209: what the downgrade leaves different."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migcheck.model import Difference
from tests.checks.by_hand import (
    COSMETIC,
    ENUM,
    INDEX_TEXT,
    ORDER,
    added,
    changed,
    evidence,
    honest,
    judged,
    removed,
    step,
)


def left(*differences: Difference, **fields):  # type: ignore[no-untyped-def]
    return judged("MC204", evidence(honest(reverted=differences, **fields)))


def test_nothing_left_is_silent() -> None:
    assert left() == []


def test_cosmetic_and_order_differences_never_fail() -> None:
    assert left(COSMETIC, ORDER) == []


def test_an_enum_left_behind_is_blamed_on_the_statement_that_made_it() -> None:
    upgrade = step(
        "upgrade", ("CREATE TYPE status AS ENUM ('new', 'done')", 12), ("CREATE TABLE t (s status)", 13)
    )
    [found] = left(ENUM, upgrade=upgrade)
    assert found.message == "enum type status is left behind by the downgrade"
    assert found.line == 12
    assert found.remedy.endswith('sa.Enum(name="status").drop(op.get_bind())')


def test_a_missing_index_comes_with_the_call_that_makes_it() -> None:
    upgrade = step("upgrade", ("DROP INDEX ix_t_a", 14))
    [found] = left(removed("index", "public.ix_t_a", INDEX_TEXT), upgrade=upgrade)
    assert found.message == "index ix_t_a on t is missing after the downgrade"
    assert found.line == 14
    assert 'op.create_index("ix_t_a", "t", ["a"])' in found.remedy


def test_each_object_is_one_finding_however_many_attributes_changed() -> None:
    column = "public.t.a"
    found = left(
        changed("column", column, "nullable", "false", "true"),
        changed("column", column, "default", "'q'::text", None),
        changed("table", "public.t", "comment", "people", None),
        downgrade=step("downgrade", ("ALTER TABLE t ADD COLUMN a TEXT", 22)),
    )
    first, second = found
    assert first.message == (
        "column t.a has another default ('q'::text before, none now)"
        " and another nullability (false before, true now) after the downgrade"
    )
    assert first.line == 22
    assert 'op.alter_column("t", "a", nullable=False)' in first.remedy
    assert 'op.create_table_comment("t", "people")' in second.remedy


def test_the_index_under_a_constraint_is_told_with_it() -> None:
    found = left(
        added("constraint", "public.t.uq", "UNIQUE (a)"),
        added("index", "public.uq", "CREATE UNIQUE INDEX uq ON public.t USING btree (a)"),
    )
    assert [len(f.differences) for f in found] == [2]
    assert "unique constraint uq on t" in found[0].message


def test_an_empty_downgrade_is_one_finding_that_says_that_nothing_was_undone() -> None:
    table = added("table", "public.t", "CREATE TABLE public.t (\n    id integer\n)")
    [found] = left(table, ENUM, downgrade=step("downgrade"))
    assert found.message.startswith("nothing was undone by the empty downgrade: table t and enum type status")
    assert found.line == 20
    assert len(found.differences) == 2


@pytest.mark.parametrize("moment", ["reverted", "reapplied"])
def test_column_order_is_info_once_for_each_table(moment: str) -> None:
    [found] = judged("MC209", evidence(honest(**{moment: (ORDER,)})))
    assert "id, a, b before, id, b, a now" in found.message
    assert found.severity.value == "info"


def test_column_order_is_not_told_again_after_the_second_upgrade() -> None:
    assert len(judged("MC209", evidence(honest(reverted=(ORDER,), reapplied=(ORDER,))))) == 1


UNIQUE = replace(
    removed("constraint", "t.(UNIQUE (a))", "UNIQUE (a)"),
    former={"table": "t", "type": "unique", "text": "UNIQUE (a)"},
)
BATCH = step(
    "downgrade",
    ("ALTER TABLE t ADD COLUMN a TEXT", 21),
    ("CREATE TABLE _alembic_tmp_t (\n\tid INTEGER NOT NULL\n)", 22),
    ("ALTER TABLE _alembic_tmp_t RENAME TO t", 22),
)


def test_batch_mode_is_not_blamed_for_what_went_with_a_column() -> None:
    column = replace(
        removed("column", "t.a", "a TEXT UNIQUE (a)"), former={"table": "t", "type": "TEXT", "nullable": True}
    )
    for applied, blamed in (((), True), ((column,), False)):
        seen = honest(applied=applied, downgrade=BATCH, reverted=(UNIQUE,))
        [found] = judged("MC204", evidence(seen, dialect="sqlite"))
        assert ("batch mode made table t anew in downgrade() and lost it" in found.message) is blamed
