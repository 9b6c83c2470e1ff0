"""Remedies as they work on SQLite, which alters of a table little more than names.

What it cannot alter, Alembic's batch mode does by making the table anew.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from migcheck.checks.objects import SchemaObject, is_renamed, schema_object
from migcheck.checks.remedies.batch import changed_column, column_type, created, dropped, in_batch
from migcheck.checks.remedies.clauses import is_unset
from migcheck.checks.remedies.code import execute, identifier, literal
from migcheck.checks.remedies.create import creation
from migcheck.checks.remedies.drop import removal
from migcheck.checks.remedies.rename import renaming
from migcheck.model import Difference, DifferenceKind

_DROP_CONSTRAINT = re.compile(
    r'op\.drop_constraint\((?P<name>"[^"]*"), "(?P<table>[^"]*)"(?P<type>, type_="\w+")?.*\)'
)
_ALTER_COLUMN = re.compile(r'op\.alter_column\("(?P<table>[^"]*)", (?P<rest>.*\))')
_DROP_ON_TABLE = re.compile(r"(DROP TRIGGER (?:\w+|\"[^\"]+\")) ON [^\"')]+")
_SET_LOCAL = re.compile(r"Use SET LOCAL, .* (?P<name>\w+) = \.\.\.\"\)\.")
_INDEX = re.compile(r"^CREATE (?:UNIQUE )?INDEX (\S+)", re.MULTILINE)
_CONSTANT = re.compile(r"[+-]?[\d.]+|'(?:[^']|'')*'|NULL|TRUE|FALSE", re.IGNORECASE)
_DROPPED_WITH_TABLE = "# make the table anew: no statement of SQLite, and nothing in batch mode, changes this"


def spoken(remedy: str) -> str:
    """`remedy`, written for PostgreSQL, in the words of SQLite."""
    return "\n".join(_line(line) for line in remedy.split("\n"))


def _line(line: str) -> str:
    if match := _DROP_CONSTRAINT.match(line):
        target = SchemaObject("constraint", "", match["table"], match["name"][1:-1], {})
        return dropped(target, match["type"] or "")
    if (match := _ALTER_COLUMN.match(line)) and "new_column_name" not in line:
        return in_batch(match["table"], f"alter_column({match['rest']}")
    if match := _SET_LOCAL.search(line):
        return f"Set it back at the end of the step: {execute('PRAGMA ' + match['name'] + ' = ...')}."
    line = line.replace("with ON COMMIT DROP, or drop it at", "as an ordinary table, or drop it at")
    return _DROP_ON_TABLE.sub(r"\1", line.replace("DROP TABLE pg_temp.", "DROP TABLE temp."))


def undo(differences: Sequence[Difference]) -> str:
    """The code that takes one object back from how it is (second moment) to how it was (first)."""
    first = differences[0]
    target = schema_object(first)
    if is_renamed(differences):
        return _renamed(target, schema_object(differences[1]))
    if first.kind is DifferenceKind.ADDED:
        # Indexes are shown with the column, and have to go before it.
        drops = [f"op.drop_index({literal(name)})" for name in _INDEX.findall(_beneath(target, first.after))]
        return "\n".join([*drops, _removal(target)])
    if first.kind is DifferenceKind.REMOVED:
        if target.kind == "view":
            return _view(target, first.before or "")
        indexes = [line for line in _beneath(target, first.before).split("\n") if _INDEX.match(line)]
        return "\n".join([_creation(target), *map(execute, indexes)])
    own = [each for each in differences if each.attribute and each.object_type == first.object_type]
    if target.kind == "column":
        return changed_column(target, {str(each.attribute): each for each in own})
    return "\n".join(dict.fromkeys(_altered(target, each) for each in own))


def _beneath(target: SchemaObject, shown: str | None) -> str:
    """What is shown along with a column."""
    return (shown or "").partition("\n")[2] if target.kind == "column" else ""


def _renamed(former: SchemaObject, now: SchemaObject) -> str:
    if former.kind in ("table", "column"):
        return renaming(former, now)
    return f"{_removal(now)}\n{_creation(former)}"


def _removal(target: SchemaObject) -> str:
    if target.kind == "constraint":
        return dropped(target)
    if target.kind in ("view", "trigger"):
        return execute(f"DROP {target.kind.upper()} {identifier(target.name)}")
    if target.kind == "virtual table":
        return execute(f"DROP TABLE {identifier(target.name)}")
    return removal(target)


def _view(target: SchemaObject, shown: str) -> str:
    """The view and the triggers on it, which are shown beneath its query."""
    query, *triggers = re.split(r"\n(?=CREATE TRIGGER )", shown)
    view = f"CREATE VIEW {identifier(target.name)} AS {query}"
    return "\n".join(map(execute, (view, *triggers)))


def _creation(target: SchemaObject) -> str:
    if target.kind == "constraint":
        return created(target)
    if target.kind in ("trigger", "virtual table", "index") and target.text:
        return execute(target.text)
    return _add_column(target) if target.kind == "column" else creation(target)


def _add_column(target: SchemaObject) -> str:
    """ALTER TABLE where it can add such a column, else batch mode."""
    known = target.definition
    declared, default = str(known.get("type") or ""), known.get("default")
    collation = str(known.get("collation") or "")
    arguments = [literal(target.name), column_type(declared, collation)]
    if known.get("generated"):
        generated = str(known["generated"])
        expression = generated[generated.index("(") + 1 : generated.rindex(")")]
        arguments.append(f"sa.Computed({literal(expression)}, persisted={'STORED' in generated.upper()})")
    elif default is not None:
        arguments.append(f"server_default=sa.text({literal(str(default))})")
    required = known.get("nullable") is False
    if required:
        arguments.append("nullable=False")
    column = f"sa.Column({', '.join(arguments)})"
    constant = default is None or _CONSTANT.fullmatch(str(default)) is not None
    stored = "STORED" in str(known.get("generated") or "").upper()
    if stored or not constant or (required and default is None):
        return in_batch(target.table, f"add_column({column})", 'recreate="always"')
    return f"op.add_column({literal(target.table)}, {column})"


def _altered(target: SchemaObject, difference: Difference) -> str:
    before = difference.before
    if target.kind == "database":
        return execute(f"PRAGMA {difference.attribute} = {before}")
    if difference.attribute == "text" and before:
        former = SchemaObject(target.kind, "", target.table, target.name, {"text": before})
        again = f"{_removal(former)}\n{_creation(former)}"
        if target.kind == "view":
            again += "\n# and the triggers on it: they go with it"
        return again
    if difference.attribute == "broken":
        said = "it works" if is_unset(before) else str(before)
        return f"# {target} has to be as it was: {said}"
    return f"# {target}: {_DROPPED_WITH_TABLE[2:]}"
