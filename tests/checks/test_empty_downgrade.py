"""MC103."""

from __future__ import annotations

import pytest

from tests.checks.by_hand import ENUM, added, evidence, honest, judged, removed, step


def empty(**fields):  # type: ignore[no-untyped-def]
    return judged("MC103", evidence(honest(downgrade=step("downgrade"), **fields)))


def test_an_honest_revision_is_silent() -> None:
    assert judged("MC103", evidence(honest())) == []


def test_an_upgrade_that_nothing_undoes_is_found_at_the_downgrade() -> None:
    [found] = empty()
    assert found.message == "the upgrade ran 1 statement (table t), the downgrade ran none"
    assert found.line == 20
    assert 'op.drop_table("t")' in found.remedy


def test_the_remedy_drops_what_depends_on_others_first() -> None:
    table = added("table", "public.t", "CREATE TABLE public.t (\n    s status\n)")
    [found] = empty(applied=(ENUM, table))
    assert found.remedy.index("drop_table") < found.remedy.index('sa.Enum(name="status").drop(op.get_bind())')


def test_a_renamed_column_is_renamed_back_and_keeps_its_rows() -> None:
    applied = (removed("column", "public.t.a", "a integer"), added("column", "public.t.b", "b integer"))
    upgrade = step("upgrade", ("ALTER TABLE t RENAME a TO b", 11))
    [found] = empty(applied=applied, upgrade=upgrade)
    assert 'op.alter_column("t", "b", new_column_name="a")' in found.remedy
    assert "drop_column" not in found.remedy


def test_rows_changed_without_a_way_back_are_found() -> None:
    [found] = empty(applied=(), upgrade=step("upgrade", ("INSERT INTO t VALUES (1)", 11)))
    assert "INSERT INTO t VALUES (1)" in found.message


def test_a_change_made_without_a_recorded_statement_is_found() -> None:
    assert len(empty(upgrade=step("upgrade"))) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SET LOCAL lock_timeout = '1s'",
        "  -- look\n SHOW search_path",
        "ANALYZE t",
        "/* x */ select 1",
    ],
)
def test_what_leaves_nothing_needs_no_downgrade(sql: str) -> None:
    assert empty(applied=(), upgrade=step("upgrade", (sql, 11))) == []


REBUILT = (
    ("CREATE TABLE _alembic_tmp_t (\n\tid INTEGER NOT NULL, \n\ts VARCHAR(7)\n)", 11),
    ("INSERT INTO _alembic_tmp_t (id, s) SELECT t.id, t.s \nFROM t", 11),
    ("\nDROP TABLE t", 11),
    ("ALTER TABLE _alembic_tmp_t RENAME TO t", 11),
    ("CREATE UNIQUE INDEX ix_t_s ON t (s)", 11),
)


def test_a_table_that_batch_mode_made_as_it_was_leaves_nothing_to_undo() -> None:
    assert empty(applied=(), upgrade=step("upgrade", *REBUILT)) == []


def test_what_is_done_beside_a_batch_is_found() -> None:
    for sql in ("UPDATE t SET s = 'new'", "DROP TABLE other"):
        assert len(empty(applied=(), upgrade=step("upgrade", *REBUILT, (sql, 12)))) == 1


def test_a_merge_revision_is_silent() -> None:
    assert empty(applied=(), upgrade=step("upgrade")) == []


def test_a_floor_is_not_empty_but_declared() -> None:
    assert empty(irreversible="tokens are hashed") == []


def test_a_downgrade_that_did_not_run_proves_nothing() -> None:
    assert judged("MC103", evidence(honest(downgrade=None, reverted=None))) == []
