"""What errors of SQLite and of Alembic on it are taken to mean, and remedies in SQLite's words."""

from __future__ import annotations

import pytest

from migcheck.checks.causes import cause_of, is_not_implemented
from migcheck.checks.missing import duplicate_name, missing_name
from migcheck.checks.remedies.sqlite import spoken
from migcheck.model import RevisionEvidence, StepError

OPERATIONAL = "sqlite3.OperationalError"
NO_ALTER = "No support for ALTER of constraints in SQLite dialect. Please refer to the batch mode feature"
NOTHING = RevisionEvidence("r1")

CAUSES = [
    (
        StepError("NotImplementedError", NO_ALTER, of_library=True),
        "has no ALTER TABLE that changes a constraint",
    ),
    (
        StepError(
            OPERATIONAL,
            'near "CONSTRAINT": syntax error',
            None,
            "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0)",
        ),
        "has no ALTER TABLE that changes a constraint",
    ),
    (StepError("ValueError", "Constraint must have a name"), "the name given is None"),
    (StepError("ValueError", "No such constraint: 'uq'"), "no constraint of the table has the name uq"),
    (
        StepError(
            OPERATIONAL,
            "error in view v: no such table: main.t",
            None,
            "ALTER TABLE _alembic_tmp_t RENAME TO t",
        ),
        "the view v, which speaks of it, does not work",
    ),
    (
        StepError(
            OPERATIONAL, "error in index i after drop column: no such column: a", None, "ALTER TABLE t ..."
        ),
        "the index i speaks of what is dropped",
    ),
    (StepError(OPERATIONAL, "Cannot add a UNIQUE column"), "cannot add such a column"),
    (StepError(OPERATIONAL, "table _alembic_tmp_t already exists"), "left behind by a batch that failed"),
    (
        StepError("sqlite3.IntegrityError", "FOREIGN KEY constraint failed", None, "DROP TABLE t"),
        "SQLite deletes a table's rows before it drops the table",
    ),
    (StepError(OPERATIONAL, "database is locked"), "another connection has a transaction open"),
    (StepError("sqlite3.DatabaseError", "not authorized", None, "ATTACH 'a.db' AS a"), "attaches a file"),
    (
        StepError(
            "sqlite3.IntegrityError", "UNIQUE constraint failed: t.a", None, "INSERT INTO t VALUES (1)"
        ),
        "the row that the migration inserts into t is there already",
    ),
]


@pytest.mark.parametrize(("error", "meaning"), CAUSES, ids=[error.message[:40] for error, _ in CAUSES])
def test_an_error_is_explained(error: StepError, meaning: str) -> None:
    cause = cause_of(error, NOTHING)
    assert cause is not None
    assert meaning in cause.meaning


def test_another_error_is_not() -> None:
    assert cause_of(StepError(OPERATIONAL, "no such function: f"), NOTHING) is None
    assert (
        cause_of(
            StepError("sqlite3.IntegrityError", "FOREIGN KEY constraint failed", None, "DELETE"), NOTHING
        )
        is None
    )


def test_a_refusal_of_alembic_is_no_declared_floor() -> None:
    assert not is_not_implemented(StepError("NotImplementedError", NO_ALTER, of_library=True))
    assert is_not_implemented(StepError("NotImplementedError", "the rows are gone"))


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("no such table: main.t", "t"),
        ('no such column: "c"', "c"),
        ("no such index: ix", "ix"),
        ("table t has no column named c", "c"),
        ("no such function: f", None),
    ],
)
def test_what_is_missing_has_a_name(message: str, name: str | None) -> None:
    assert missing_name(StepError(OPERATIONAL, message)) == name


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("table t already exists", ("table", "t")),
        ("index ix already exists", ("index", "ix")),
        ("duplicate column name: a", ("column", "a")),
        ('near "(": syntax error', None),
    ],
)
def test_what_is_there_already_has_a_name(message: str, found: tuple[str, str] | None) -> None:
    assert duplicate_name(StepError(OPERATIONAL, message)) == found


@pytest.mark.parametrize(
    ("remedy", "on_sqlite"),
    [
        (
            'Use that name:\nop.drop_constraint("uq", "t", type_="unique")',
            'Use that name:\nwith op.batch_alter_table("t") as batch_op:\n'
            '    batch_op.drop_constraint("uq", type_="unique")',
        ),
        (
            'op.alter_column("t", "a", nullable=True)',
            'with op.batch_alter_table("t") as batch_op:\n    batch_op.alter_column("a", nullable=True)',
        ),
        ('op.alter_column("t", "a", new_column_name="b")', 'op.alter_column("t", "a", new_column_name="b")'),
        ('op.execute("DROP TRIGGER tr ON t")', 'op.execute("DROP TRIGGER tr")'),
        (
            'Use SET LOCAL, which ends with the transaction: op.execute("SET LOCAL foreign_keys = ...").',
            'Set it back at the end of the step: op.execute("PRAGMA foreign_keys = ...").',
        ),
    ],
)
def test_a_remedy_is_spoken_in_the_words_of_sqlite(remedy: str, on_sqlite: str) -> None:
    assert spoken(remedy) == on_sqlite
