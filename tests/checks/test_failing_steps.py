"""MC201, MC202, MC203, MC210, MC214: steps that raise."""

from __future__ import annotations

import pytest

from migcheck.model import StepError
from tests.checks.by_hand import DUPLICATE_TYPE, ENUM, added, evidence, honest, judged, step

UNNAMED = "Can't emit DROP CONSTRAINT for constraint UniqueConstraint(); it has no name"
UNIQUE = added(
    "constraint", "public.t.t_a_key", "UNIQUE (a)\nCREATE UNIQUE INDEX t_a_key ON public.t USING btree (a)"
)
ADD_UNIQUE = step("upgrade", ("ALTER TABLE t ADD UNIQUE (a)", 11))


def test_honest_steps_are_silent() -> None:
    for code in ("MC201", "MC202", "MC203", "MC210", "MC214"):
        assert judged(code, evidence(honest())) == []


def test_a_failing_upgrade_is_found_at_its_line_with_the_statement() -> None:
    error = StepError(
        "psycopg.errors.UndefinedTable", 'relation "u" does not exist', "42P01", "ALTER TABLE u ADD x int", 12
    )
    [found] = judged("MC201", evidence(honest(upgrade=step("upgrade", error=error))))
    assert (found.revision, found.line, found.path) == ("r1", 12, "/h/r1.py")
    assert 'UndefinedTable: relation "u" does not exist' in found.message
    assert found.error is not None
    assert (found.error.sqlstate, found.error.statement) == ("42P01", "ALTER TABLE u ADD x int")


def test_an_upgrade_that_works_in_company_only_says_so() -> None:
    error = StepError("KeyError", "'users'")
    [found] = judged("MC201", evidence(honest(upgrade=step("upgrade", error=error), works_in_company=True)))
    assert found.line == 10
    assert "in one run with its neighbours it works" in found.message


@pytest.mark.parametrize(
    ("sqlstate", "message"),
    [
        ("0A000", 'extension "postgis" is not available'),
        (
            "58P01",
            'could not open extension control file "/usr/share/extension/postgis.control": No such file',
        ),
    ],
)
def test_a_missing_extension_is_named_with_the_providers_that_may_have_it(
    sqlstate: str, message: str
) -> None:
    error = StepError("psycopg.errors.FeatureNotSupported", message, sqlstate, "CREATE EXTENSION postgis", 11)
    [found] = judged("MC201", evidence(honest(upgrade=step("upgrade", error=error))))
    assert "this server does not have the extension postgis" in found.message
    assert "--database local" in found.remedy


def test_a_constraint_dropped_by_none_is_named_as_the_database_named_it() -> None:
    error = StepError("sqlalchemy.exc.CompileError", UNNAMED, line=21)
    seen = honest(
        applied=(UNIQUE,), upgrade=ADD_UNIQUE, downgrade=step("downgrade", error=error), reverted=None
    )
    [found] = judged("MC202", evidence(seen))
    assert "by the name None" in found.message
    assert "t_a_key (unique on t)" in found.message
    assert 'op.drop_constraint("t_a_key", "t", type_="unique")' in found.remedy
    assert found.line == 21


def test_constraints_that_the_upgrade_named_are_no_candidates() -> None:
    named = added("constraint", "public.t.uq_b", "UNIQUE (b)")
    upgrade = step(
        "upgrade", ("ALTER TABLE t ADD CONSTRAINT uq_b UNIQUE (b)", 11), ("ALTER TABLE t ADD UNIQUE (a)", 12)
    )
    error = StepError("sqlalchemy.exc.CompileError", UNNAMED, line=21)
    seen = honest(applied=(named, UNIQUE), upgrade=upgrade, downgrade=step("downgrade", error=error))
    [found] = judged("MC202", evidence(seen))
    assert "t_a_key" in found.message
    assert "uq_b" not in found.message


def test_the_class_of_the_unnamed_constraint_narrows_the_candidates() -> None:
    foreign = added("constraint", "public.t.t_o_fkey", "FOREIGN KEY (o) REFERENCES o(id)")
    text = (
        "Can't emit DROP CONSTRAINT for constraint ForeignKeyConstraint(<sqlalchemy.sql.base"
        ".ReadOnlyColumnCollection object at 0x7ff5cd4c2160>, None, table=Table('t', MetaData(), schema=None)"
        "); it has no name"
    )
    seen = honest(
        applied=(UNIQUE, foreign),
        upgrade=step("upgrade", ("ALTER TABLE t ADD UNIQUE (a), ADD FOREIGN KEY (o) REFERENCES o", 11)),
        downgrade=step("downgrade", error=StepError("sqlalchemy.exc.CompileError", text)),
    )
    [found] = judged("MC202", evidence(seen))
    assert "is t_o_fkey (foreign key on t)" in found.message
    assert "t_a_key" not in found.message
    assert found.error is not None
    # Addresses differ from run to run.
    assert "0x" not in found.message + found.error.message


def test_a_drop_by_the_wrong_name_shows_the_right_one() -> None:
    error = StepError(
        "psycopg.errors.UndefinedObject",
        'constraint "uq_t_a" of relation "t" does not exist',
        "42704",
        "ALTER TABLE t DROP CONSTRAINT uq_t_a",
        21,
    )
    seen = honest(applied=(UNIQUE,), upgrade=ADD_UNIQUE, downgrade=step("downgrade", error=error))
    [found] = judged("MC202", evidence(seen))
    assert "the upgrade made unique constraint t_a_key on t" in found.message
    assert 'op.drop_constraint("t_a_key", "t", type_="unique")' in found.remedy


def test_a_full_stop_of_the_error_is_left_out_before_what_it_means() -> None:
    words = "No support for ALTER of constraints in SQLite dialect. Please refer to the batch mode."
    error = StepError("NotImplementedError", words, line=21, of_library=True)
    seen = honest(downgrade=step("downgrade", error=error), reverted=None)
    [found] = judged("MC202", evidence(seen, dialect="sqlite"))
    assert "the batch mode: SQLite has no ALTER TABLE that changes a constraint" in found.message


@pytest.mark.parametrize("name", ["NotImplementedError", "builtins.NotImplementedError"])
def test_not_implemented_is_a_floor_and_no_failure(name: str) -> None:
    seen = honest(downgrade=step("downgrade", error=StepError(name, "rows were merged")), reverted=None)
    assert judged("MC202", evidence(seen)) == []
    [found] = judged("MC210", evidence(seen))
    assert ": rows were merged;" in found.message
    assert found.severity.value == "info"


def test_a_marked_floor_is_reported_with_its_reason() -> None:
    seen = honest(irreversible="tokens are hashed", downgrade=None, reverted=None)
    [found] = judged("MC210", evidence(seen))
    assert ": tokens are hashed;" in found.message


def test_a_type_left_behind_is_named_by_the_second_upgrade() -> None:
    seen = honest(reverted=(ENUM,), reupgrade=step("reupgrade", error=DUPLICATE_TYPE), reapplied=None)
    [found] = judged("MC203", evidence(seen))
    assert "because type status is still there" in found.message
    assert "a consequence of what the downgrade left behind (enum type status, see MC204)" in found.message
    assert 'sa.Enum(name="status").drop(op.get_bind())' in found.remedy
    assert found.line == 12


def test_rows_left_behind_are_explained_by_the_unique_key() -> None:
    error = StepError(
        "psycopg.errors.UniqueViolation",
        'duplicate key value violates unique constraint "t_pkey"',
        "23505",
        "INSERT INTO t (id) VALUES (1)",
        11,
    )
    [found] = judged("MC203", evidence(honest(reupgrade=step("reupgrade", error=error), reapplied=None)))
    assert "inserts into t is there already" in found.message
    assert "the schema is as before" in found.message
    assert "DELETE FROM t" in found.remedy


def test_state_of_the_module_is_info_once_for_each_step() -> None:
    failed = step("reupgrade", error=DUPLICATE_TYPE)
    [found] = judged("MC214", evidence(honest(module_state=(failed,))))
    assert "the second upgrade()" in found.message
    assert found.severity.value == "info"


@pytest.mark.parametrize(
    ("error", "said", "remedy"),
    [
        (StepError("KeyError", "'APP_SECRET'"), "variable APP_SECRET is not set", "--env APP_SECRET=VALUE"),
        (
            StepError("migcheck.errors.GuardError", "the connection to a sqlite database was refused"),
            "opens a database of its own",
            "--env",
        ),
        (
            StepError("StepTimeout", "it was ended after 1 s"),
            "did not end within the time limit",
            "--step-timeout",
        ),
        (StepError("AssertionError", "AssertionError"), "fails: AssertionError", "Mend the statement"),
    ],
)
def test_what_has_to_do_with_the_surroundings_is_explained(error: StepError, said: str, remedy: str) -> None:
    [found] = judged("MC201", evidence(honest(upgrade=step("upgrade", error=error))))
    assert said in found.message
    assert "AssertionError: AssertionError" not in found.message
    assert remedy in found.remedy


def test_the_key_of_a_dictionary_is_no_variable() -> None:
    [found] = judged(
        "MC201", evidence(honest(upgrade=step("upgrade", error=StepError("KeyError", "'users'"))))
    )
    assert "--env" not in found.remedy
