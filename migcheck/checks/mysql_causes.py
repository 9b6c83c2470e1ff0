"""Errors of MariaDB and MySQL, and of Alembic on them: what they mean for the one who wrote the migration.

They are told by their numbers ("Server Error Message Reference" in MySQL's manual, "MariaDB Error Codes" in
MariaDB's), which the message of an error ends with.
"""

from __future__ import annotations

import re

from migcheck.checks.missing import Cause
from migcheck.checks.mysql_names import number
from migcheck.checks.objects import schema_object
from migcheck.checks.remedies.code import execute, literal
from migcheck.model import DifferenceKind, RevisionEvidence, StepError

_ALTERED = re.compile(r"\bALTER\s+TABLE\s+`?(?P<table>[\w$]+)`?", re.IGNORECASE)
_DROPPED_ON = re.compile(r"\bDROP\s+INDEX\s+\S+\s+ON\s+`?(?P<table>[\w$]+)`?", re.IGNORECASE)


def needs_existing_type(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """op.alter_column without what MODIFY needs."""
    if "operations require the existing type" not in error.message:
        return None
    return Cause(
        "MODIFY and CHANGE say a column's whole definition, so Alembic has to be told what does not change",
        "Give op.alter_column all that the column has: existing_type=..., existing_nullable=...,"
        " existing_server_default=..., existing_comment=...: what is not given is lost.",
    )


def index_of_a_foreign_key(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """An index or a column is dropped that a foreign key stands on."""
    if number(error) not in (1553, 1828, 1829):
        return None
    table = _ALTERED.search(error.statement or "") or _DROPPED_ON.search(error.statement or "")
    named = re.search(r"foreign key constraint [`'](?:[^`']+\.)?([^`'.]+)[`']", error.message)
    of = table["table"] if table else "..."
    keys = [named[1]] if named else _foreign_keys(seen, of)
    key = keys[0] if len(keys) == 1 else "..."
    return Cause(
        "a foreign key needs it, and has to go first",
        "Drop the foreign key before it:\n"
        f'op.drop_constraint({literal(key)}, {literal(of)}, type_="foreignkey")',
    )


def _foreign_keys(seen: RevisionEvidence, table: str) -> list[str]:
    """Names of the foreign keys that the upgrade gave to `table`."""
    made = [schema_object(each) for each in seen.applied or () if each.kind is DifferenceKind.ADDED]
    return [each.name for each in made if each.constraint_type == "foreign key" and each.table == table]


def referenced_table(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """A table is dropped to which foreign keys of others refer."""
    is_drop = re.match(r"\s*DROP\s+TABLE\b", error.statement or "", re.IGNORECASE)
    if number(error) != 3730 and not (number(error) in (1217, 1451) and is_drop):
        return None
    return Cause(
        "a foreign key of another table refers to it",
        "Drop that table, or its foreign key, first: in the reverse of the order in which they were made.",
    )


def badly_formed_foreign_key(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """A foreign key between columns that do not fit."""
    if number(error) not in (1215, 1822, 3780) and "errno: 150" not in error.message:
        return None
    return Cause(
        "the two columns must have the same type, sign, character set and collation, the one referred to an"
        " index that begins with it, and with SET NULL the other must allow NULL",
        "Make the columns alike (mysql_charset=, mysql_collate= and unsigned=True where the other table has"
        " them); SHOW ENGINE INNODB STATUS tells, under LATEST FOREIGN KEY ERROR, what does not fit.",
    )


def indexed_text_without_length(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """TEXT and BLOB are indexed by their beginning only; any index has a greatest length."""
    if number(error) not in (1170, 1071):
        return None
    return Cause(
        "an index holds only the beginning of such a long column",
        'Say how much of it: op.create_index(..., mysql_length={"COLUMN": 100}).',
    )


def auto_increment_without_key(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """The key of an AUTO_INCREMENT column is dropped, or it has none yet."""
    if number(error) != 1075:
        return None
    return Cause(
        "a column with AUTO_INCREMENT must be the first of a key, after every single statement",
        "Take AUTO_INCREMENT from the column before its key goes, and give it back after there is one; or do"
        f" both in one statement: {execute('ALTER TABLE ... DROP PRIMARY KEY, ADD PRIMARY KEY (...)')}.",
    )


def row_is_there(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """A row is inserted a second time."""
    table = re.search(r"\bINTO\s+`?([\w.$]+)`?", error.statement or "", re.IGNORECASE)
    if number(error) != 1062 or table is None:
        return None
    delete = execute(f"DELETE FROM {table[1]} WHERE ...")
    return Cause(
        f"the row that the migration inserts into {table[1]} is there already",
        f"Delete in downgrade() the rows that upgrade() inserts, for example {delete}; or use INSERT IGNORE.",
    )


EXPLANATIONS = (
    needs_existing_type,
    index_of_a_foreign_key,
    referenced_table,
    badly_formed_foreign_key,
    indexed_text_without_length,
    auto_increment_without_key,
    row_is_there,
)
"""In the order in which they are asked, before those of other databases."""
