"""Errors about objects that are not there, or still needed: what the findings say and advise."""

from __future__ import annotations

from dataclasses import replace

import pytest

from migcheck.model import Difference, Finding, Leak, StepError
from tests.checks.by_hand import added, evidence, honest, judged, step

UNIQUE = added("constraint", "public.customers.uq_nick", "UNIQUE (nick)")
INDEX = added("index", "public.uq_nick", "CREATE UNIQUE INDEX uq_nick ON public.customers USING btree (nick)")


def error(message: str, sqlstate: str, statement: str, line: int = 21) -> StepError:
    return StepError("psycopg.errors.Error", message, sqlstate, statement, line)


def failed_downgrade(
    broken: StepError, *ran: tuple[str, int], applied: tuple[Difference, ...] = ()
) -> Finding:
    seen = honest(applied=applied, downgrade=step("downgrade", *ran, error=broken), reverted=None)
    [found] = judged("MC202", evidence(seen))
    return found


@pytest.mark.parametrize(
    ("made", "table", "code"),
    [
        (INDEX, "customers", 'op.drop_index("uq_nick", table_name="customers")'),
        (UNIQUE, "orders", 'op.drop_constraint("uq_nick", "customers", type_="unique")'),
    ],
)
def test_what_the_upgrade_made_under_the_name_is_shown(made: Difference, table: str, code: str) -> None:
    broken = error(
        f'constraint "uq_nick" of relation "{table}" does not exist',
        "42704",
        f"ALTER TABLE {table} DROP CONSTRAINT uq_nick",
    )
    found = failed_downgrade(broken, applied=(made,))
    assert "the upgrade made " in found.message
    assert "on customers" in found.message
    assert found.remedy == f"Drop what the upgrade made:\n{code}"


def test_an_index_of_a_constraint_goes_with_the_constraint() -> None:
    broken = error(
        "cannot drop index uq_nick because constraint uq_nick on table customers requires it",
        "2BP01",
        "\nDROP INDEX uq_nick",
    )
    found = failed_downgrade(broken, applied=(UNIQUE,))
    assert found.remedy == 'Drop the constraint:\nop.drop_constraint("uq_nick", "customers", type_="unique")'


def test_a_second_drop_points_at_the_first() -> None:
    broken = error('type "qs" does not exist', "42704", "DROP TYPE qs", 18)
    found = failed_downgrade(broken, ("DROP TABLE q", 16), ("DROP TYPE qs", 17), ("DROP TYPE qs", 18))
    assert "dropped qs already on line 17" in found.message
    assert found.remedy == "Leave one of the two drops of qs out."


def test_what_went_with_something_else_needs_no_drop() -> None:
    broken = error('index "uq_nick" does not exist', "42704", "DROP INDEX uq_nick")
    found = failed_downgrade(broken, ("ALTER TABLE customers DROP COLUMN nick", 20), applied=(INDEX,))
    assert "is gone already, taken along" in found.message
    assert "Leave this drop of uq_nick out" in found.remedy


def test_what_another_revision_made_is_left_to_it() -> None:
    text = (
        "cannot drop type state because other objects depend on it\ncolumn s of table o depends on type state"
    )
    broken = error(text, "2BP01", "DROP TYPE state")
    found = failed_downgrade(
        broken, applied=(added("table", "public.q", "CREATE TABLE public.q (\n    s state\n)"),)
    )
    assert "did not make type state" in found.message
    assert "take this drop out of downgrade()" in found.remedy
    own = failed_downgrade(broken, applied=(added("type", "public.state", "type public.state"),))
    assert "Drop the dependent objects first" in own.remedy


def test_the_name_of_the_trigger_is_missing_not_that_of_its_table() -> None:
    broken = error(
        'trigger "touch" for table "customers" does not exist', "42704", "DROP TRIGGER touch ON customers"
    )
    assert "touch is not there" in failed_downgrade(broken).message


def test_a_column_of_an_enum_does_not_create_the_type() -> None:
    broken = error('type "lvl" does not exist', "42704", "ALTER TABLE t ADD COLUMN l lvl", 12)
    [found] = judged("MC201", evidence(honest(upgrade=step("upgrade", error=broken))))
    assert 'sa.Enum(..., name="lvl").create(op.get_bind(), checkfirst=True)' in found.remedy


@pytest.mark.parametrize(
    ("ran", "says"),
    [
        ("SET search_path = app", "is not on the search_path that the step has set (SET search_path = app)"),
        ("DROP SCHEMA public CASCADE", "has dropped the schema it is in (DROP SCHEMA public CASCADE)"),
    ],
)
def test_the_version_table_that_is_not_found(ran: str, says: str) -> None:
    broken = error(
        'relation "alembic_version" does not exist', "42P01", "UPDATE alembic_version SET version_num='0002'"
    )
    found = failed_downgrade(broken, (ran, 20))
    assert says in found.message
    assert "--setup" not in found.remedy


def test_an_error_that_was_caught_is_named_by_what_failed_after_it() -> None:
    broken = error("current transaction is aborted", "25P02", "CREATE TABLE b (id int)", 16)
    upgrade = step("upgrade", ("DROP TABLE nope", 13), ("CREATE TABLE b (id int)", 16), error=broken)
    [found] = judged("MC201", evidence(honest(upgrade=upgrade)))
    assert "the statement before it on line 13 (DROP TABLE nope) failed" in found.message
    assert "with op.get_bind().begin_nested():" in found.remedy


def test_a_temporary_table_of_an_earlier_revision() -> None:
    leaking = honest("r1")
    left = replace(step("upgrade"), leaks=(Leak("temporary table", "tmp", "exists"),))
    broken = error('relation "tmp" does not exist', "42P01", "INSERT INTO a SELECT v FROM tmp", 12)
    using = honest("r2", upgrade=step("upgrade", error=broken))
    [found] = judged("MC201", evidence(replace(leaking, upgrade=left), using))
    assert "a temporary table that revision r1 left behind" in found.message
    assert "--setup" not in found.remedy


def test_no_constraint_where_a_variable_of_the_module_is_none() -> None:
    broken = StepError("AssertionError", "use quoted_name.construct() for None passthrough", line=18)
    found = failed_downgrade(replace(broken, traceback="  op.drop_table(made)"))
    assert "constraint" not in found.message + found.remedy
    of_constraint = failed_downgrade(
        replace(broken, traceback="  op.drop_constraint(None, 't')"), applied=(UNIQUE,)
    )
    assert "it is dropped by the name None" in of_constraint.message
