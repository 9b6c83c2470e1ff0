"""Code that removes an object."""

from __future__ import annotations

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.code import execute, identifier, in_schema, literal, qualified

_CONSTRAINT_TYPES = {
    "unique": "unique",
    "foreign key": "foreignkey",
    "check": "check",
    "primary key": "primary",
}
_ON_TABLE = frozenset({"trigger", "policy", "rule"})
_WITHOUT_SCHEMA = frozenset(
    {"schema", "extension", "role", "language", "publication", "subscription", "event trigger", "server"}
    | {"foreign data wrapper", "access method", "database"}
)


def removal(target: SchemaObject) -> str:
    """The `op` call (or calls) that drop the object."""
    schema = in_schema(target.schema)
    if target.kind == "table":
        return f"op.drop_table({literal(target.name)}{schema})"
    if target.kind == "column":
        return f"op.drop_column({literal(target.table)}, {literal(target.name)}{schema})"
    if target.kind == "index":
        table = f", table_name={literal(target.table)}" if target.table else ""
        return f"op.drop_index({literal(target.name)}{table}{schema})"
    if target.kind == "constraint":
        return _drop_constraint(target)
    if target.kind == "type" and target.is_enum:
        return f"sa.Enum(name={literal(target.name)}{schema}).drop(op.get_bind())"
    return _drop_by_sql(target)


def _drop_constraint(target: SchemaObject) -> str:
    if target.constraint_type == "not null":
        return f"op.alter_column({literal(target.table)}, ..., nullable=True{in_schema(target.schema)})"
    kind = _CONSTRAINT_TYPES.get(target.constraint_type)
    type_ = f", type_={literal(kind)}" if kind else ""
    return (
        f"op.drop_constraint({literal(target.name)},"
        f" {literal(target.table)}{type_}{in_schema(target.schema)})"
    )


def _drop_by_sql(target: SchemaObject) -> str:
    kind = target.kind.upper()
    if target.kind in _ON_TABLE and target.table:
        return execute(f"DROP {kind} {identifier(target.name)} ON {qualified(target.schema, target.table)}")
    if target.kind in _WITHOUT_SCHEMA:
        return execute(f"DROP {kind} {identifier(target.name)}")
    if "(" in target.name:
        bare, arguments = target.name.split("(", 1)
        return execute(f"DROP {kind} {qualified(target.schema, bare)}({arguments}")
    if target.kind in (
        "default privileges",
        "setting",
        "user mapping",
        "security label",
        "large objects",
        "cast",
    ):
        return f"op.execute(...)  # take back {target}"
    return execute(f"DROP {kind} {qualified(target.schema, target.name)}")
