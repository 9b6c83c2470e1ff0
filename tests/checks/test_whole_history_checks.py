"""MC205 to MC208, MC211, MC401."""

from __future__ import annotations

import pytest

from migcheck.model import Drift, Idempotence, Leak, Level, OneShot, Statement, StepError, WayDown
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

CLOCK = changed(
    "column",
    "public.t.at",
    "default",
    "'2026-01-01 10:00:00.1'::timestamp",
    "'2026-01-01 10:00:01.7'::timestamp",
)
MISSING_INDEX = removed("index", "public.ix_t_a", INDEX_TEXT)
ERROR = StepError(
    "psycopg.errors.UndefinedColumn", 'column "x" does not exist', "42703", "ALTER TABLE t DROP COLUMN x", 21
)


def test_a_clock_in_a_default_is_explained() -> None:
    upgrade = step("upgrade", ("ALTER TABLE t ADD COLUMN at TIMESTAMP DEFAULT '2026-01-01 10:00:00.1'", 13))
    [found] = judged("MC205", evidence(honest(reapplied=(CLOCK,), upgrade=upgrade)))
    assert "the value is the time at which the migration ran" in found.message
    assert 'server_default=sa.text("now()")' in found.remedy
    assert found.line == 13


def test_a_second_schema_after_a_bad_downgrade_says_where_it_comes_from() -> None:
    [found] = judged(
        "MC205", evidence(honest(reverted=(ENUM,), reapplied=(added("table", "public.x", "CREATE TABLE"),)))
    )
    assert "table x is there after the second upgrade and not after the first" in found.message
    assert "enum type status different (see MC204)" in found.message


def test_equal_and_cosmetic_second_schemas_are_silent() -> None:
    assert judged("MC205", evidence(honest(reapplied=(COSMETIC, ORDER)))) == []


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT 1",
        "SET lock_timeout = 0",
        "CREATE SCHEMA IF NOT EXISTS app",
        "CREATE OR REPLACE VIEW v AS SELECT 1",
    ],
)
def test_env_py_may_look_and_make_sure(sql: str) -> None:
    assert judged("MC206", evidence(honest(), idempotence=Idempotence((Statement(sql, None),), ()))) == []


def test_a_statement_a_difference_or_an_error_at_heads_is_found() -> None:
    insert = Statement("INSERT INTO log VALUES (1)", None)
    [ran] = judged("MC206", evidence(honest(), idempotence=Idempotence((insert,), ())))
    assert "runs INSERT INTO log VALUES (1)" in ran.message
    [changes] = judged("MC206", evidence(honest(), idempotence=Idempotence((insert,), (ENUM,))))
    assert changes.message.startswith("enum type status appears on")
    [fails] = judged("MC206", evidence(honest(), idempotence=Idempotence((), (), ERROR)))
    assert "fails on a database that is at heads" in fails.message


def test_a_level_of_the_way_down_is_reported_once_and_not_again_after_mc204() -> None:
    way = WayDown("r2", (Level("r2", ()), Level("r1", (MISSING_INDEX,))))
    [found] = judged("MC207", evidence(honest("r1"), honest("r2"), ways_down=(way, way)))
    assert found.revision == "r1"
    assert "is missing after the downgrade on the way down from r2" in found.message
    alone = honest("r1", reverted=(MISSING_INDEX,))
    assert judged("MC207", evidence(alone, honest("r2"), ways_down=(way,))) == []


def test_a_clock_in_a_default_is_not_blamed_on_the_way_down_or_the_one_shot() -> None:
    way = WayDown("r1", (Level("r1", (CLOCK,)),))
    seen = honest(reapplied=(CLOCK,))
    assert judged("MC207", evidence(seen, ways_down=(way,))) == []
    assert judged("MC208", evidence(seen, one_shot=OneShot((CLOCK,)))) == []


def test_a_way_down_that_breaks_off_is_found_where_it_does() -> None:
    way = WayDown("r2", (), failed="r1", error=ERROR)
    [found] = judged("MC207", evidence(honest("r1"), honest("r2"), ways_down=(way,)))
    assert (found.revision, found.line) == ("r1", 21)
    assert "right after its own upgrade the downgrade works" in found.message
    alone = honest("r1", downgrade=step("downgrade", error=ERROR), reverted=None)
    assert judged("MC207", evidence(alone, honest("r2"), ways_down=(way,))) == []


def test_a_floor_ends_the_way_down_in_silence() -> None:
    way = WayDown("r1", (), failed="r1", error=StepError("NotImplementedError", ""))
    assert judged("MC207", evidence(honest(), ways_down=(way,))) == []


def test_one_shot_failures_and_differences() -> None:
    [fails] = judged("MC208", evidence(honest(), one_shot=OneShot(None, "r1", ERROR)))
    assert "fails in r1" in fails.message
    assert "step by step the revision works" in fails.message
    [differs] = judged("MC208", evidence(honest(), one_shot=OneShot((MISSING_INDEX,))))
    assert "missing after one `upgrade heads`" in differs.message
    assert judged("MC208", evidence(honest(), one_shot=OneShot((COSMETIC, ORDER)))) == []


def test_one_shot_does_not_repeat_a_failing_upgrade() -> None:
    seen = honest(upgrade=step("upgrade", error=ERROR), downgrade=None)
    assert judged("MC208", evidence(seen, one_shot=OneShot(None, "r1", ERROR))) == []


def test_a_leak_is_told_once_for_each_direction() -> None:
    leak = Leak("setting", "search_path", "'$user', public before, app now")
    up = step("upgrade", ("SET search_path TO app", 12), leaks=(leak,))
    seen = honest(
        upgrade=up, downgrade=step("downgrade", leaks=(leak,)), reupgrade=step("reupgrade", leaks=(leak,))
    )
    first, second = judged("MC211", evidence(seen))
    assert first.message.startswith("upgrade() leaves the setting search_path behind in the session ('$user'")
    assert first.line == 12
    assert second.message.startswith("downgrade() leaves")
    assert "SET LOCAL search_path" in first.remedy
    assert judged("MC211", evidence(honest())) == []


def test_each_operation_of_autogenerate_is_a_finding() -> None:
    drift = Drift(("add_column users.email", "remove_index ix_a"))
    found = judged("MC401", evidence(honest(), drift=drift))
    assert [f.message.rpartition(": ")[2] for f in found] == ["add_column users.email", "remove_index ix_a"]
    assert len({f.fingerprint for f in found}) == 2
    assert judged("MC401", evidence(honest(), drift=Drift(()))) == []


@pytest.mark.parametrize(
    "sql",
    [
        "DO $$ BEGIN IF NOT EXISTS (SELECT FROM pg_roles) THEN CREATE ROLE r; END IF; END $$",
        "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO reader",
    ],
)
def test_what_env_py_does_again_without_a_difference_is_no_fault(sql: str) -> None:
    assert judged("MC206", evidence(idempotence=Idempotence((Statement(sql, None),), ()))) == []


def test_rows_that_env_py_writes_each_time_are_a_fault() -> None:
    ran = Idempotence((Statement("INSERT INTO deploys DEFAULT VALUES", None),), ())
    [found] = judged("MC206", evidence(idempotence=ran))
    assert "runs INSERT INTO deploys" in found.message


def test_an_env_py_that_does_not_commit_is_one_finding() -> None:
    shot = OneShot(
        (MISSING_INDEX, removed("table", "public.t", "CREATE TABLE public.t (id integer)")), committed=False
    )
    [found] = judged("MC208", evidence(one_shot=shot))
    assert "env.py ends without a commit" in found.message
    assert "context.begin_transaction()" in found.remedy


def test_the_clock_in_one_go_is_explained() -> None:
    [found] = judged("MC208", evidence(one_shot=OneShot((CLOCK,))))
    assert 'server_default=sa.text("now()")' in found.remedy


def test_another_name_each_time_is_told_once() -> None:
    first = removed("table", "public.t_1", "CREATE TABLE public.t_1 (id integer)")
    second = added("table", "public.t_2", "CREATE TABLE public.t_2 (id integer)")
    shot = OneShot(
        (
            removed("table", "public.t_3", "CREATE TABLE public.t_3 (id integer)"),
            added("table", "public.t_4", "CREATE TABLE public.t_4 (id integer)"),
            MISSING_INDEX,
        )
    )
    seen = evidence(honest(reapplied=(first, second)), one_shot=shot)
    assert [found.differences for found in judged("MC208", seen)] == [(MISSING_INDEX,)]
