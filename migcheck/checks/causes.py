"""Errors explained: what the server's or Python's words mean for the one who wrote the migration."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

from migcheck.checks.missing import (
    Cause,
    belongs_to_constraint,
    dependent_objects,
    duplicate_object,
    failed_step,
    made_by_another_revision,
    missing_object,
    type_not_created,
    version_table_missing,
)
from migcheck.checks.mysql_causes import EXPLANATIONS as OF_MYSQL
from migcheck.checks.objects import SchemaObject, schema_object
from migcheck.checks.remedies import removal
from migcheck.checks.remedies.code import execute, literal
from migcheck.checks.sqlite_causes import EXPLANATIONS as OF_SQLITE
from migcheck.checks.statements import abbreviated, mentions
from migcheck.checks.wording import enumeration, shown
from migcheck.model import Difference, DifferenceKind, RevisionEvidence, StepError

_UNNAMED = re.compile(
    r"Can't emit DROP CONSTRAINT for constraint (?P<class>\w+)\(.*it has no name", re.DOTALL
)
_UNNAMED_TYPES = {
    "UniqueConstraint": "unique",
    "ForeignKeyConstraint": "foreign key",
    "CheckConstraint": "check",
    "PrimaryKeyConstraint": "primary key",
}
_TYPES = {"unique": "unique", "foreignkey": "foreign key", "check": "check", "primary": "primary key"}
_DROPS_NONE = re.compile(
    r"drop_constraint\(None, (?:table_name=)?['\"](\w+)['\"](?:, type_=['\"](?P<type>\w+)['\"])?"
)
_CONSTRAINT_LINE = re.compile(r"^\s*CONSTRAINT (?P<name>\S+) (?P<text>.*?),?$", re.MULTILINE)
_NO_NAME = "for None passthrough"  # SQLAlchemy, asked for a quoted name
_NO_EXTENSION = re.compile(
    r'extension "(?P<name>[^"]+)" is not available|extension control file "[^"]*/(?P<file>[^"/]+)\.control"'
)


def cause_of(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """The cause of `error` where it is one that has a name, else None."""
    for explain in _EXPLANATIONS:
        if found := explain(error, seen):
            return found
    return None


def headline(error: StepError) -> str:
    """The error in one line, `DuplicateObject: type "status" already exists`, without its statement."""
    message = re.sub(r" at 0x[0-9a-fA-F]+", "", error.message).strip().split("\n", 1)[0]
    message = re.sub(r"(?<!\.)\.\Z", "", message)  # what it means follows
    name = error.type.rpartition(".")[2]
    return f"{name}: {shown(message, 200)}" if message not in ("", name) else name


def is_not_implemented(error: StepError | None) -> bool:
    """True for a downgrade that says by NotImplementedError that there is no way back."""
    # Alembic raises it, too, for what a database cannot do.
    return (
        error is not None and not error.of_library and error.type.rpartition(".")[2] == "NotImplementedError"
    )


def _unnamed_constraint(error: StepError, seen: RevisionEvidence) -> Cause | None:
    match = _UNNAMED.search(error.message)
    unnamed = match or 'CONSTRAINT ""' in (error.statement or "")
    # For a constraint by the name None, SQLAlchemy's compiler of MySQL only asserts that there is one.
    refused = _NO_NAME in error.message or (error.type == "AssertionError" and error.of_library)
    if not unnamed and not (refused and "drop_constraint" in error.traceback):
        return None
    kind = _UNNAMED_TYPES.get(match["class"]) if match else None
    table = re.search(r"table=Table\('([^']+)'", error.message)
    if called := _DROPS_NONE.search(error.traceback):
        kind, table = _TYPES.get(called["type"] or "", kind), table or called
    candidates = _named_by_database(seen, kind, table[1] if table else None)
    meaning = "it is dropped by the name None; the name that it has in the database"
    if not candidates:
        return Cause(
            "it is dropped by the name None",
            "Give the constraint a name in the upgrade, and use that name in op.drop_constraint. The name"
            " that the database chose shows in \\d TABLE of psql.",
        )
    names = enumeration([f"{c.name} ({c.constraint_type} on {c.qualified_table})" for c in candidates])
    return Cause(
        f"{meaning} is {names}" if len(candidates) == 1 else f"{meaning} is one of {names}",
        "Use that name in the downgrade:\n"
        + "\n".join(removal(c) for c in candidates)
        + "\nor give the constraint a name of your own in the upgrade as well.",
    )


def _name_is_none(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if _NO_NAME not in error.message:
        return None
    return Cause(
        "a name that the migration passes is None",
        "Write the name out. A variable that upgrade() sets in the module (or reads from the database) is not"
        " set in the process that runs downgrade() another day.",
    )


def _aborted_transaction(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.sqlstate != "25P02":
        return None
    ran = [s for s in failed_step(error, seen).statements if s.sql.strip() != (error.statement or "").strip()]
    earlier = "an earlier statement of the step"
    if ran:
        where = f" on line {ran[-1].line}" if ran[-1].line is not None else ""
        earlier = f"the statement before it{where} ({abbreviated(ran[-1].sql, 60)})"
    return Cause(
        f"{earlier} failed and its error was caught, and after an error PostgreSQL refuses everything up to"
        " the end of the transaction",
        "Give what may fail a savepoint of its own, inside of the try:\n"
        "with op.get_bind().begin_nested():\n"
        "    op.execute(...)\n"
        "or ask the database first (IF EXISTS, sa.inspect(op.get_bind())) instead of catching the error.",
    )


def _named_by_database(seen: RevisionEvidence, kind: str | None, table: str | None) -> list[SchemaObject]:
    """Constraints that the upgrade made without naming them, the likeliest only."""
    statements = seen.upgrade.statements if seen.upgrade else ()
    added = [schema_object(constraint) for d in seen.applied or () for constraint in _constraints_in(d)]
    if kind:
        added = [c for c in added if c.constraint_type in (kind, "")]
    if table:
        added = [c for c in added if c.table == table]
    unnamed = [c for c in added if not any(mentions(s, c.name) for s in statements)]
    return sorted(unnamed or added, key=str)


def _constraints_in(difference: Difference) -> list[Difference]:
    """The constraints that an addition brought: itself, or those of an added table or column."""
    if difference.kind is not DifferenceKind.ADDED or difference.attribute is not None:
        return []
    if difference.object_type == "constraint":
        return [difference]
    table = difference.name.rpartition(".")[0] if difference.object_type == "column" else difference.name
    return [
        replace(difference, object_type="constraint", name=f"{table}.{match['name']}", after=match["text"])
        for match in _CONSTRAINT_LINE.finditer(difference.after or "")
    ]


def missing_from_server(error: StepError) -> str | None:
    """What this build of the server lacks and another may have, such as `the extension citext`."""
    if error.sqlstate not in ("58P01", "0A000", None):
        return None
    if "ICU is not supported in this build" in error.message:
        return "ICU collations"
    match = _NO_EXTENSION.search(error.message)
    return f"the extension {match['name'] or match['file']}" if match else None


def _missing_from_server(error: StepError, seen: RevisionEvidence) -> Cause | None:
    lacking = missing_from_server(error)
    if lacking is None:
        return None
    return Cause(
        f"this server does not have {lacking}",
        f"Run migcheck on a server that has {lacking}: --database local uses the PostgreSQL installed on this"
        " machine (on Debian, contrib modules come with the package postgresql, others with"
        " postgresql-NN-NAME), --database URL any server on which migcheck may create databases. `migcheck"
        " doctor` shows which there are.",
    )


def _unsafe_enum_value(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.sqlstate != "55P04":
        return None
    return Cause(
        "a value added to an enum cannot be used before the transaction that added it is committed",
        "Add the value in a revision of its own, or inside `with op.get_context().autocommit_block():`.",
    )


def _inside_transaction(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.sqlstate != "25001":
        return None
    return Cause(
        "the statement refuses to run inside a transaction, and Alembic opens one around the step",
        "Put the statement into `with op.get_context().autocommit_block():`.",
    )


def _time_limit(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.type.rpartition(".")[2] == "StepTimeout":
        return Cause(
            "the step did not end within the time limit",
            "Look for a lock that the migration waits for (a second connection of its own?), an endless loop"
            " or input that nobody gives. --step-timeout changes the limit.",
        )
    if error.sqlstate in ("55P03", "40P01", "57014"):
        return Cause(
            "the statement waited for a lock, or was cut off by a timeout set in env.py or the revision",
            "Use one connection in a revision, op.get_bind(): a second one waits for the locks of the first.",
        )
    return None


def _pending_trigger_events(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.sqlstate != "55006" or "pending trigger events" not in error.message:
        return None
    return Cause(
        "rows written earlier in the same transaction wait for the check of a deferred constraint",
        'End the wait where the rows are written: op.execute("SET CONSTRAINTS ALL IMMEDIATE"); or set'
        " transaction_per_migration=True in env.py.",
    )


def _opens_another_database(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.type.rpartition(".")[2] != "GuardError":
        return None
    return Cause(
        "the migration opens a database of its own, and migcheck opens none but the disposable one",
        "Let the migration take that database from a setting, and leave the work out where it is not set;"
        " --env gives variables. What is not for a schema migration at all is better a script of its own.",
    )


def _lacks_a_variable(error: StepError, seen: RevisionEvidence) -> Cause | None:
    match = re.fullmatch(r"'([A-Z][A-Z0-9_]+)'", error.message)
    if error.type != "KeyError" or match is None:
        return None
    name = match[1]
    return Cause(
        f"the environment variable {name} is not set, it seems",
        f"Give it with --env {name}=VALUE, or in [tool.migcheck.env].",
    )


def _asks_for_input(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.type.rpartition(".")[2] != "EOFError":
        return None
    return Cause(
        "the migration asks for input, and a deploy has nobody to give it",
        "Take the answer from `-x` arguments (op.get_context().config or context.get_x_argument) with a safe"
        " default.",
    )


def _needs_using(error: StepError, seen: RevisionEvidence) -> Cause | None:
    match = re.search(r'column "([^"]+)" cannot be cast automatically to type ([^\n]+)', error.message)
    if not match or error.sqlstate != "42804":
        return None
    column, type_ = match[1], match[2].strip()
    using = literal(f"{column}::{type_}")
    return Cause(
        f"PostgreSQL does not convert column {column} to {type_} unasked",
        f"Say how: op.alter_column(..., postgresql_using={using}).",
    )


def _duplicate_key(error: StepError, seen: RevisionEvidence) -> Cause | None:
    if error.sqlstate != "23505" and not error.message.startswith("UNIQUE constraint failed"):
        return None
    table = re.search(r"\bINTO\s+([\w.\"]+)", error.statement or "", re.IGNORECASE)
    where = f" into {table[1]}" if table else ""
    return Cause(
        f"the row that the migration inserts{where} is there already",
        "Delete in downgrade() the rows that upgrade() inserts"
        + (f", for example {execute(f'DELETE FROM {table[1]} WHERE ...')}" if table else "")
        + "; or insert with ON CONFLICT DO NOTHING.",
    )


_EXPLANATIONS: Sequence[Callable[[StepError, RevisionEvidence], Cause | None]] = (
    *OF_MYSQL,
    *OF_SQLITE,
    _unnamed_constraint,
    _name_is_none,
    _aborted_transaction,
    _missing_from_server,
    _unsafe_enum_value,
    _inside_transaction,
    belongs_to_constraint,
    made_by_another_revision,
    dependent_objects,
    _time_limit,
    _pending_trigger_events,
    _asks_for_input,
    _opens_another_database,
    _lacks_a_variable,
    _needs_using,
    version_table_missing,
    type_not_created,
    missing_object,
    _duplicate_key,
    duplicate_object,
)
