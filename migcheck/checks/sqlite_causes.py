"""Errors of SQLite, and of Alembic on SQLite: what they mean for the one who wrote the migration.

SQLite has no codes for them; they are told by their words (src/build.c, src/alter.c).
"""

from __future__ import annotations

import re

from migcheck.checks.missing import Cause
from migcheck.checks.remedies.code import execute, literal
from migcheck.model import RevisionEvidence, StepError

_CONSTRAINT = re.compile(r"\bALTER\s+TABLE\b.*\b(?:ALTER|ADD\s+CONSTRAINT|DROP\s+CONSTRAINT)\b", re.I | re.S)
_IN_OTHER = re.compile(
    r"error in (?P<kind>view|trigger|index) (?P<name>\S+?)(?: after (?P<after>[^:]+))?: (?P<what>.+)"
)
_NOT_ADDED = re.compile(r"cannot add a (?P<what>.+?column.*)", re.IGNORECASE)
_BATCH = 'with op.batch_alter_table("...") as batch_op:\n    batch_op....'


def is_of_sqlite(error: StepError) -> bool:
    """Whether the error is one of SQLite's own."""
    return error.type.startswith("sqlite3.")


def needs_batch_mode(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """A constraint or the definition of a column is changed by itself."""
    refused = "No support for ALTER of constraints in SQLite" in error.message
    syntax = is_of_sqlite(error) and "syntax error" in error.message
    if not refused and not (syntax and _CONSTRAINT.search(error.statement or "")):
        return None
    return Cause(
        "SQLite has no ALTER TABLE that changes a constraint or the definition of a column",
        f"Do it in batch mode (op.batch_alter_table), which makes the table anew:\n{_BATCH}",
    )


def nameless_in_batch_mode(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """Batch mode finds constraints by their names."""
    if error.type != "ValueError":
        return None
    missing = re.fullmatch(r"No such constraint: '(.+)'", error.message)
    if not missing and error.message != "Constraint must have a name":
        return None
    what = f"no constraint of the table has the name {missing[1]}" if missing else "the name given is None"
    return Cause(
        f"batch mode finds constraints by their names, and {what}",
        "Give constraints names where they are made. What has none in the database gets one for the length of"
        ' the batch from op.batch_alter_table("...", naming_convention={...}), with conventions such as'
        ' {"uq": "uq_%(table_name)s_%(column_0_name)s"}.',
    )


def in_other_object(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """Views, triggers and indexes that speak of what is renamed or dropped."""
    match = _IN_OTHER.search(error.message)
    if match is None or not is_of_sqlite(error):
        return None
    kind, name = match["kind"], match["name"]
    drop = f"op.drop_index({literal(name)})" if kind == "index" else execute(f"DROP {kind.upper()} {name}")
    if "_alembic_tmp_" in (error.statement or ""):
        return Cause(
            f"batch mode drops the table and gives its name to the new one, and at that moment the {kind}"
            f" {name}, which speaks of it, does not work",
            f"Drop the {kind} before the batch, and make it again after it:\n{drop}",
        )
    return Cause(
        f"the {kind} {name} speaks of what is {'dropped' if 'drop' in (match['after'] or '') else 'changed'}",
        f"Drop the {kind} first, and make it again, without that, where it is still needed:\n{drop}",
    )


def cannot_add_column(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """ALTER TABLE ADD COLUMN takes not every column (sqlite.org/lang_altertable.html)."""
    match = _NOT_ADDED.match(error.message)
    if match is None or not is_of_sqlite(error):
        return None
    remedy = (
        "Let batch mode make the table anew:\n"
        'with op.batch_alter_table("...", recreate="always") as batch_op:\n'
        "    batch_op.add_column(...)"
    )
    if "NOT NULL" in match["what"]:
        remedy = f"Give the column a server_default. Where there are no rows: {remedy[0].lower()}{remedy[1:]}"
    return Cause("ALTER TABLE of SQLite cannot add such a column", remedy)


def left_over_table(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """The table that batch mode works in is there from a time when it failed."""
    match = re.match(r"table (_alembic_tmp_\S+) already exists", error.message)
    if match is None:
        return None
    return Cause(
        f"{match[1]} was left behind by a batch that failed on its way",
        f"Mend that batch, and drop what it left:\nop.drop_table({literal(match[1])})",
    )


def enforced_foreign_keys(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """Dropping a table deletes its rows, which foreign keys are there to prevent."""
    is_drop = re.match(r"\s*DROP\s+TABLE\b", error.statement or "", re.IGNORECASE)
    if error.message != "FOREIGN KEY constraint failed" or not is_drop:
        return None
    return Cause(
        "SQLite deletes a table's rows before it drops the table, and other rows refer to them (batch mode"
        " drops the table that it has made anew)",
        "Switch foreign keys off for migrations, in env.py and before a transaction begins:\n"
        'connection.exec_driver_sql("PRAGMA foreign_keys = OFF")',
    )


def waits_for_itself(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """One writer at a time: another connection has the lock."""
    if not is_of_sqlite(error) or not re.match(r"database (?:table )?is locked", error.message):
        return None
    return Cause(
        "another connection has a transaction open on the database, or this one is still reading from it",
        "Use one connection in a revision, op.get_bind(), and read results to their end (.all()) before the"
        " schema is changed.",
    )


def attaches_a_file(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """ATTACH is refused: it would open a database of the user's."""
    attach = re.match(r"\s*ATTACH\b", error.statement or "", re.IGNORECASE)
    if not is_of_sqlite(error) or error.message != "not authorized" or not attach:
        return None
    return Cause(
        "the migration attaches a file, and migcheck opens none but the disposable database",
        "Let the migration take that file from a setting, and leave the work out where it is not set; --env"
        " gives variables.",
    )


EXPLANATIONS = (
    needs_batch_mode,
    nameless_in_batch_mode,
    in_other_object,
    cannot_add_column,
    left_over_table,
    enforced_foreign_keys,
    waits_for_itself,
    attaches_a_file,
)
"""In the order in which they are asked, before those of other databases."""
