"""Code that removes an object."""

from __future__ import annotations

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.code import execute, identifier, in_database, in_schema, literal
from migcheck.checks.remedies.grants import default_privileges_back
from migcheck.checks.remedies.reference import reference

_CONSTRAINT_TYPES = {
    "unique": "unique",
    "foreign key": "foreignkey",
    "check": "check",
    "primary key": "primary",
}


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
    if target.kind == "setting":
        return _reset(target)
    if target.kind == "default privileges" and (calls := default_privileges_back(target)):
        return calls
    if target.kind in ("default privileges", "security label", "large objects", "parameter"):
        return f"# take back the {target}"
    return execute(f"DROP {reference(target)}")


def _reset(target: SchemaObject) -> str:
    """`database work_mem`, `role app work_mem` and `role app in database work_mem` of ALTER ... SET."""
    whose, _, setting = f"{target.schema}.{target.name}".lstrip(".").rpartition(" ")
    if whose == "database":
        return in_database(f"ALTER DATABASE {{}} RESET {setting}")
    role = identifier(whose.removeprefix("role ").removesuffix(" in database"))
    if whose.endswith(" in database"):
        return in_database(f"ALTER ROLE {role} IN DATABASE {{}} RESET {setting}")
    return execute(f"ALTER ROLE {role} RESET {setting}")
