"""What a session keeps of a step."""

from __future__ import annotations

import pytest

from migcheck.dialects.postgresql.dialect import POSTGRESQL
from migcheck.model import Leak
from migcheck.project.session import leaks, may_leave_state

CLEAN = {("role", "current_user"): "app", ("setting", "search_path"): '"$user", public'}


def test_a_session_that_is_as_before_leaks_nothing() -> None:
    assert leaks(CLEAN, dict(CLEAN)) == ()


def test_every_kind_of_state_is_told_with_what_it_was() -> None:
    after = {
        ("role", "current_user"): "admin",
        ("setting", "search_path"): "audit",
        ("setting", "lock_timeout"): "5000",
        ("temporary table", "scratch"): "exists",
    }
    assert leaks(CLEAN, after) == (
        Leak("role", "current_user", "was app, is admin"),
        Leak("setting", "lock_timeout", "was not set, is 5000"),
        Leak("setting", "search_path", 'was "$user", public, is audit'),
        Leak("temporary table", "scratch", "exists"),
    )


def test_a_session_that_the_step_closed_is_no_leak() -> None:
    assert leaks(CLEAN, None) == ()


@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE t (id SERIAL NOT NULL)",
        "\nCREATE UNIQUE INDEX ix ON t (id);\n",
        "ALTER TABLE t ALTER COLUMN id SET DEFAULT 1",
        "drop index ix",
        "INSERT INTO t VALUES (%(id)s)",
    ],
)
def test_plain_statements_leave_a_session_as_it_was(sql: str) -> None:
    assert not may_leave_state(POSTGRESQL, [sql])


@pytest.mark.parametrize(
    "sql",
    [
        "SET search_path TO audit",
        "CREATE TEMP TABLE t ()",
        "CREATE TEMPORARY TABLE t ()",
        "SELECT pg_advisory_lock(1)",
        "DROP TABLE t; SET ROLE admin",
        "DO $$ BEGIN PERFORM set_config('a.b', 'c', false); END $$",
        "RESET ALL",
        "CREATE FUNCTION f() RETURNS void LANGUAGE sql AS 'SELECT 1'",
    ],
)
def test_whatever_could_leave_state_is_asked_about(sql: str) -> None:
    assert may_leave_state(POSTGRESQL, ["DROP TABLE t", sql])
