"""Code that gives an object's attribute its former value."""

from __future__ import annotations

import json

from migcheck.checks.objects import SchemaObject, schema_object
from migcheck.checks.remedies.code import execute, identifier, in_schema, literal, qualified
from migcheck.checks.remedies.create import creation, sqlalchemy_type
from migcheck.checks.remedies.drop import removal
from migcheck.model import Difference

_SET = ("", "null", "None")


def alteration(difference: Difference) -> str:
    """The `op` call that sets `difference.attribute` back to `difference.before`."""
    target = schema_object(difference)
    if target.kind == "column":
        return _alter_column(target, difference)
    if target.kind == "table":
        return _alter_table(target, difference)
    if difference.attribute == "comment":
        return execute(f"COMMENT ON {_reference(target)} IS {_sql_string(difference.before)}")
    if difference.attribute == "text" and difference.before:
        return _redefine(target, difference.before)
    if target.kind == "constraint" and difference.attribute == "validated":
        table, name = qualified(target.schema, target.table), identifier(target.name)
        if _true(difference.before):
            return execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
    if target.kind == "sequence" and difference.attribute == "owned_by":
        owner = "NONE" if _unset(difference.before) else str(difference.before).strip('"')
        return execute(f"ALTER SEQUENCE {qualified(target.schema, target.name)} OWNED BY {owner}")
    if difference.attribute == "labels":
        return (
            f"# a label of an enum cannot be dropped: make the type {target.qualified} anew with the labels"
            f" {difference.before}, move its columns over and drop the old one"
        )
    return _generic(target, difference)


def _alter_column(target: SchemaObject, difference: Difference) -> str:
    start = f"op.alter_column({literal(target.table)}, {literal(target.name)}"
    end = in_schema(target.schema) + ")"
    before = difference.before
    if difference.attribute == "nullable":
        return f"{start}, nullable={_true(before)}{end}"
    if difference.attribute == "default":
        default = "None" if _unset(before) else f"sa.text({literal(str(before))})"
        return f"{start}, server_default={default}{end}"
    if difference.attribute == "comment":
        return f"{start}, comment={'None' if _unset(before) else literal(str(before))}{end}"
    if difference.attribute == "type" and before:
        known = sqlalchemy_type(before)
        if known:
            return f"{start}, type_={known}{end}"
        table, name = qualified(target.schema, target.table), identifier(target.name)
        return execute(f"ALTER TABLE {table} ALTER COLUMN {name} TYPE {before} USING {name}::{before}")
    return _generic(target, difference)


def _alter_table(target: SchemaObject, difference: Difference) -> str:
    name, before = qualified(target.schema, target.name), difference.before
    switch = {"row_security": ("ENABLE", "DISABLE"), "force_row_security": ("FORCE", "NO FORCE")}
    if difference.attribute in switch:
        word = switch[difference.attribute][0 if _true(before) else 1]
        return execute(f"ALTER TABLE {name} {word} ROW LEVEL SECURITY")
    if difference.attribute == "comment":
        schema = in_schema(target.schema)
        if _unset(before):
            return f"op.drop_table_comment({literal(target.name)}{schema})"
        return f"op.create_table_comment({literal(target.name)}, {literal(str(before))}{schema})"
    if difference.attribute == "persistence":
        return execute(f"ALTER TABLE {name} SET {'UNLOGGED' if before in ('u', 'unlogged') else 'LOGGED'}")
    return _generic(target, difference)


def _redefine(target: SchemaObject, text: str) -> str:
    former = SchemaObject(target.kind, target.schema, target.table, target.name, {"text": text})
    if target.kind in ("function", "procedure") and text.upper().startswith("CREATE"):
        return execute(text)
    if target.kind == "view":
        return execute(
            f"CREATE OR REPLACE VIEW {qualified(target.schema, target.name)} AS {text.strip().rstrip(';')}"
        )
    return f"{removal(former)}\n{creation(former)}"


def _generic(target: SchemaObject, difference: Difference) -> str:
    if difference.attribute == "owner" and difference.before:
        return execute(f"ALTER {_reference(target)} OWNER TO {identifier(difference.before)}")
    if difference.attribute == "privileges":
        return _privileges(target, difference)
    name = (difference.attribute or "definition").replace("_", " ")
    value = "unset" if _unset(difference.before) else difference.before
    return f'op.execute("ALTER {_reference(target)} ...")  # {name} back to {value}'


def _privileges(target: SchemaObject, difference: Difference) -> str:
    before, after = _items(difference.before), _items(difference.after)
    lost = ", ".join(item for item in before if item not in after)
    gained = ", ".join(item for item in after if item not in before)
    lines = []
    if lost:
        lines.append(f'op.execute("GRANT ... ON {_reference(target)} TO ...")  # lost: {lost}')
    if gained:
        lines.append(f'op.execute("REVOKE ... ON {_reference(target)} FROM ...")  # gained: {gained}')
    return "\n".join(lines) or f"# the privileges on {target} differ"


def _items(value: str | None) -> list[str]:
    try:
        loaded = json.loads(value or "[]")
    except ValueError:
        return [part.strip() for part in (value or "").strip("[]{}").split(",") if part.strip()]
    return [str(item) for item in loaded] if isinstance(loaded, list) else [str(loaded)]


def _reference(target: SchemaObject) -> str:
    kind = target.kind.upper()
    if target.kind == "column":
        return f"COLUMN {qualified(target.schema, target.table)}.{identifier(target.name)}"
    if target.table and target.kind in ("constraint", "trigger", "policy", "rule"):
        return f"{kind} {identifier(target.name)} ON {qualified(target.schema, target.table)}"
    if "(" in target.name:
        bare, arguments = target.name.split("(", 1)
        return f"{kind} {qualified(target.schema, bare)}({arguments}"
    return f"{kind} {qualified(target.schema, target.name)}"


def _sql_string(value: str | None) -> str:
    return "NULL" if _unset(value) else "'" + str(value).replace("'", "''") + "'"


def _unset(value: str | None) -> bool:
    return value is None or value in _SET


def _true(value: str | None) -> bool:
    return str(value).lower() in ("true", "t", "1", "yes")
