"""Errors about objects that are not there, are there already, or are still needed: what they mean."""

from __future__ import annotations

import re
from dataclasses import dataclass

from migcheck.checks import mysql_names
from migcheck.checks.objects import SchemaObject, schema_object
from migcheck.checks.remedies import removal
from migcheck.checks.remedies.code import execute, literal, qualified
from migcheck.checks.statements import abbreviated, mentions
from migcheck.model import DifferenceKind, RevisionEvidence, Statement, Step, StepError

DUPLICATE_OBJECT = frozenset({"42710", "42P07", "42P06", "42723", "42701"})
UNDEFINED_OBJECT = frozenset({"42704", "42P01", "42703", "42883", "3F000"})
_MISSING = re.compile(
    r'"(?P<name>[^"]+)"(?: (?:of|for|on) (?:relation|table|domain) "(?P<table>[^"]+)")? does not exist'
)
_MISSING_IN_SQLITE = re.compile(
    r'no such (?:table|column|index|view|trigger): "?([^"]+)"?\Z|table \S+ has no column named (\S+)'
)
_THERE_IN_SQLITE = re.compile(
    r"(?P<kind>table|view|index|trigger) (?P<name>\S+) already exists|duplicate column name: (?P<column>\S+)"
)
_DROP = re.compile(
    r"\bDROP (CONSTRAINT|INDEX|TABLE|TYPE|COLUMN|VIEW|MATERIALIZED VIEW|TRIGGER|SEQUENCE|FUNCTION|POLICY"
    r"|PROCEDURE|EVENT)\b",
    re.IGNORECASE,
)
_ALTERED = re.compile(r'\bALTER TABLE (?:ONLY )?(?:IF EXISTS )?(?:"?\w+"?\.)?"?(\w+)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Cause:
    """Why a step failed, as a clause that follows the error, and what to do about it."""

    meaning: str
    remedy: str


def failed_step(error: StepError, seen: RevisionEvidence) -> Step:
    """The step of the revision that ended in `error`; one without statements where it is none of them."""
    steps = (seen.upgrade, seen.downgrade, seen.reupgrade, *seen.module_state)
    return next((step for step in steps if step and step.error == error), Step("upgrade", 0.0))


def missing_name(error: StepError) -> str | None:
    """The bare name of what is not there; None for an error that says something else."""
    if error.type.startswith("sqlite3."):
        match = _MISSING_IN_SQLITE.match(error.message)
        name = next(filter(None, match.groups()), None) if match else None
    elif mysql_names.number(error) is not None:
        name = mysql_names.missing(error)
    else:
        match = _MISSING.search(error.message) if error.sqlstate in UNDEFINED_OBJECT else None
        name = match["name"] if match else None
    return name.rpartition(".")[2] if name else None


def missing_object(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """What is named is not there: dropped before, of another kind, elsewhere, or under another name."""
    name = missing_name(error)
    if name is None:
        return None
    if gone := _dropped_before(name, error, seen):
        where = f" on line {gone.line}" if gone.line is not None else ""
        return Cause(
            f"the same step has dropped {name} already{where} ({abbreviated(gone.sql, 60)})",
            f"Leave one of the two drops of {name} out.",
        )
    if made := _made_by_name(name, error, seen):
        if not _is_meant(made, error):
            return Cause(f"the upgrade made {made}", f"Drop what the upgrade made:\n{removal(made)}")
        return Cause(
            f"the {made} that the upgrade made is gone already, taken along by what was dropped before it",
            f"Leave this drop of {name} out, or put it before what takes {name} along.",
        )
    if made := _made_under_another_name(seen, error):
        return Cause(
            f"{name} does not exist; the upgrade made {made}",
            "Use the name that the object has:\n" + removal(made),
        )
    return Cause(
        f"{name} is not there at this point of the history",
        f"Check the name against the revision that makes {name}; what no revision makes (a create_all, an"
        " extension, a role) comes in with --setup FILE.sql.",
    )


def version_table_missing(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """Alembic does not find its own table any more when it notes the new revision."""
    match = _MISSING.search(error.message)
    if error.sqlstate != "42P01" or "version_num" not in (error.statement or "") or not match:
        return None
    ran, name = failed_step(error, seen).statements, match["name"]
    dropped = next((s for s in ran if re.search(r"\bDROP\s+SCHEMA\b", s.sql, re.IGNORECASE)), None)
    moved = next((s for s in ran if "search_path" in s.sql.lower()), None)
    if moved:
        return Cause(
            f"Alembic's own version table {name} is not on the search_path that the step has set"
            f" ({abbreviated(moved.sql, 60)})",
            'Name the schema where it is needed (schema="..."), or end the setting before the step ends:'
            ' op.execute("RESET search_path"). version_table_schema in env.py makes Alembic name its'
            " table with the schema.",
        )
    what = f"the step has dropped the schema it is in ({abbreviated(dropped.sql, 60)})" if dropped else ""
    return Cause(
        f"Alembic's own version table {name} is gone: {what or 'the step has dropped it, or hidden it'}",
        "Drop what the revision made, not the whole schema: Alembic keeps its version table there. (With"
        " version_table_schema in env.py that table can have a schema of its own.)",
    )


def type_not_created(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """A column of an enum type is added, which does not create the type."""
    match = _MISSING.search(error.message)
    statement = error.statement or ""
    if error.sqlstate != "42704" or not match or not error.message.startswith("type "):
        return None
    if not re.search(r"\bADD COLUMN\b|\bALTER COLUMN\b.*\bTYPE\b", statement, re.IGNORECASE | re.DOTALL):
        return None
    schema, _, name = match["name"].rpartition(".")
    of = f", schema={literal(schema)}" if schema not in ("", "public") else ""
    return Cause(
        f"the type {match['name']} is not there: op.add_column and op.alter_column do not create the type of"
        " an Enum, as op.create_table does",
        "Create it before the column (with its labels for ...), and drop it in downgrade():\n"
        f"sa.Enum(..., name={literal(name)}{of}).create(op.get_bind(), checkfirst=True)",
    )


def belongs_to_constraint(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """An index is dropped that is a constraint's own."""
    match = re.search(
        r"cannot drop index \S+ because constraint (?P<name>.+?) on table (?P<table>\S+) requires it",
        error.message,
    )
    if not match or error.sqlstate != "2BP01":
        return None
    schema, _, table = match["table"].rpartition(".")
    made = next((target for target in _made(seen, "constraint") if target.name == match["name"]), None)
    return Cause(
        f"the index is part of constraint {match['name']} on {match['table']} and goes with it",
        "Drop the constraint:\n"
        + removal(made or SchemaObject("constraint", schema, table, match["name"].strip('"'), {})),
    )


def made_by_another_revision(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """A downgrade drops what its upgrade did not make, and what others still use."""
    match = re.search(
        r"cannot drop (?P<kind>[a-z ]+?) (?P<name>\S+) because other objects depend on it", error.message
    )
    direction = failed_step(error, seen).direction
    if not match or error.sqlstate != "2BP01" or direction != "downgrade" or seen.applied is None:
        return None
    name, what = match["name"].rpartition(".")[2].strip('"'), f"{match['kind']} {match['name']}"
    upgrade = seen.upgrade.statements if seen.upgrade else ()
    if any(d.kind is DifferenceKind.ADDED and _tells(d.name, d.after, name) for d in seen.applied):
        return None
    if any(re.search(r"\bCREATE\b", s.sql, re.IGNORECASE) and _is_created(s, name) for s in upgrade):
        return None
    return Cause(
        f"the upgrade of this revision did not make {what}, and other objects use it",
        f"Leave {what} to the revision that makes it: take this drop out of downgrade().",
    )


def _is_created(statement: Statement, name: str) -> bool:
    return re.search(rf"\bCREATE\b[^(]*?{re.escape(name)}\b", statement.sql, re.IGNORECASE) is not None


def _tells(name: str, text: str | None, bare: str) -> bool:
    """True where an added object is called `bare`, or what it brought is (a table's columns apart)."""
    own = name.split("(", 1)[0].rpartition(".")[2]
    return (
        own == bare
        or re.search(rf"^(?:CREATE|CONSTRAINT)\b.*\b{re.escape(bare)}\b", text or "", re.MULTILINE)
        is not None
    )


def dependent_objects(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """Something is dropped that other objects still need."""
    if error.sqlstate != "2BP01":
        return None
    return Cause(
        "other objects still depend on what is dropped",
        "Drop the dependent objects first (the error's DETAIL names them), in the reverse of the order in"
        " which they were made; CASCADE would drop things that another revision made.",
    )


def duplicate_name(error: StepError) -> tuple[str, str] | None:
    """Kind and name of the object that is there already: `("type", "status")`, or None."""
    if error.type.startswith("sqlite3."):
        there = _THERE_IN_SQLITE.search(error.message)
        return (there["kind"] or "column", there["name"] or there["column"]) if there else None
    if mysql_names.number(error) is not None:
        return mysql_names.there_already(error)
    match = re.search(
        r'(\w[\w ]*?) "([^"]+)"(?: (?:of|for) (?:relation|table) "[^"]+")? already exists', error.message
    )
    if not match or error.sqlstate not in DUPLICATE_OBJECT:
        return None
    return match[1].strip().split("\n")[-1], match[2]


def duplicate_object(error: StepError, seen: RevisionEvidence) -> Cause | None:
    """Something is made that is there already."""
    found = duplicate_name(error)
    if not found:
        return None
    kind, name = found
    return Cause(
        f"{kind} {name} is there already",
        f"Do not make {kind} {name} twice: drop it where its owner is dropped, or create it only when it is"
        " missing.",
    )


def drop_of_duplicate(error: StepError, seen: RevisionEvidence) -> str:
    """The code that drops in downgrade() what the second upgrade stumbled over; "" where unknown."""
    found = duplicate_name(error)
    if not found:
        return ""
    kind, name = found
    for difference in (*(seen.reverted or ()), *(seen.applied or ())):
        target = schema_object(difference)
        if difference.kind is not DifferenceKind.ADDED:
            continue
        bare = target.name.split("(", 1)[0]
        if bare == name or (kind.startswith(target.kind) and name in target.name.split()):
            return removal(target)
    if kind == "type":
        return f"sa.Enum(name={literal(name)}).drop(op.get_bind())"
    return execute(f"DROP {'TABLE' if kind == 'relation' else kind.upper()} {qualified('', name)}")


def _dropped_before(name: str, error: StepError, seen: RevisionEvidence) -> Statement | None:
    """The statement of the same step that has dropped what the failing one drops again."""
    kind = _DROP.search(error.statement or "")
    ran = failed_step(error, seen).statements
    for statement in ran[:-1] if kind else ():
        earlier = _DROP.search(statement.sql)
        if earlier and kind and earlier[1].lower() == kind[1].lower() and mentions(statement, name):
            return statement
    return None


def _made(seen: RevisionEvidence, kind: str | None = None) -> list[SchemaObject]:
    """What the upgrade made, of one kind or of all."""
    return [
        schema_object(d)
        for d in seen.applied or ()
        if d.kind is DifferenceKind.ADDED and d.attribute is None and kind in (None, d.object_type)
    ]


def _made_by_name(name: str, error: StepError, seen: RevisionEvidence) -> SchemaObject | None:
    """What the upgrade made under the very name that the failing statement drops."""
    if not _DROP.search(error.statement or ""):
        return None
    made = [target for target in _made(seen) if target.name.split("(", 1)[0] == name]
    return made[0] if len(made) == 1 else None


def _is_meant(made: SchemaObject, error: StepError) -> bool:
    """True where the failing DROP speaks of the same kind of object, on the same table if on any."""
    kind, table = _DROP.search(error.statement or ""), _ALTERED.search(error.statement or "")
    return kind is not None and kind[1].lower() == made.kind and (not table or table[1] == made.table)


def _made_under_another_name(seen: RevisionEvidence, error: StepError) -> SchemaObject | None:
    """The one object that the upgrade made of the kind that the failing DROP speaks of."""
    statement = error.statement or ""
    kind = _DROP.search(statement)
    table = _ALTERED.search(statement)
    if not kind:
        return None
    made = _made(seen, kind[1].lower())
    if table:
        made = [target for target in made if target.table == table[1]]
    return made[0] if len(made) == 1 else None
