"""Code that gives an object its former name, or puts it back into its former schema."""

from __future__ import annotations

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.code import execute, identifier, in_schema, literal, qualified
from migcheck.checks.remedies.reference import reference

# Kinds that ALTER ... SET SCHEMA cannot move: they go with their table.
_OF_TABLE = frozenset({"column", "constraint", "trigger", "policy", "rule", "index"})


def renaming(former: SchemaObject, now: SchemaObject) -> str:
    """The statements that make the object `now` the object `former`, which is the same but for its name."""
    schema = in_schema(now.schema)
    name = identifier(former.name.split("(", 1)[0])
    if now.kind == "column":
        column = f"{literal(now.table)}, {literal(now.name)}"
        return f"op.alter_column({column}, new_column_name={literal(former.name)}{schema})"
    if now.kind == "table" and now.schema == former.schema:
        return f"op.rename_table({literal(now.name)}, {literal(former.name)}{schema})"
    if now.kind == "constraint":
        table = qualified(now.schema, now.table)
        return execute(f"ALTER TABLE {table} RENAME CONSTRAINT {identifier(now.name)} TO {name}")
    calls = []
    if now.schema != former.schema and now.kind not in _OF_TABLE:
        calls.append(execute(f"ALTER {reference(now)} SET SCHEMA {identifier(former.schema)}"))
        now = SchemaObject(now.kind, former.schema, now.table, now.name, now.definition)
    if now.name != former.name:
        calls.append(execute(f"ALTER {reference(now)} RENAME TO {name}"))
    return "\n".join(calls)
