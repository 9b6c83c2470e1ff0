"""How a statement refers to an object."""

from __future__ import annotations

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.code import identifier, qualified

_ON_TABLE = frozenset({"constraint", "trigger", "policy", "rule"})
WITHOUT_SCHEMA = frozenset(
    {"schema", "extension", "role", "language", "publication", "subscription", "event trigger", "server"}
    | {"foreign data wrapper", "access method", "database", "tablespace"}
)


def reference(target: SchemaObject) -> str:
    """Kind and name as ALTER, COMMENT ON and DROP want them: `TRIGGER touch ON t`, `CAST (a AS b)`."""
    kind, name = target.kind.upper(), target.name
    if target.kind == "column":
        return f"COLUMN {qualified(target.schema, target.table)}.{identifier(name)}"
    if target.table and target.kind in _ON_TABLE:
        return f"{kind} {identifier(name)} ON {qualified(target.schema, target.table)}"
    if target.kind in WITHOUT_SCHEMA:
        # A name with a dot in it is no schema's.
        return f"{kind} {identifier(f'{target.schema}.{name}' if target.schema else name)}"
    special = _special(target)
    if special:
        return special
    if "(" in name:
        bare, arguments = name.split("(", 1)
        return f"{kind} {qualified(target.schema, bare)}({arguments}"
    return f"{kind} {qualified(target.schema, name)}"


def _special(target: SchemaObject) -> str | None:
    """Kinds whose name in a snapshot has to be taken apart, or is no name that may be quoted."""
    kind, name = target.kind.upper(), target.name
    if target.kind == "operator":
        symbol, arguments = name.split("(", 1)
        left, _, right = arguments.rstrip(")").partition(", ")
        return (
            f"OPERATOR {identifier(target.schema or 'public')}.{symbol} ({left or 'NONE'}, {right or 'NONE'})"
        )
    if target.kind in ("operator class", "operator family"):
        bare, _, method = name.partition(" using ")
        return f"{kind} {qualified(target.schema, bare)} USING {method}"
    if target.kind == "user mapping":
        user, _, server = name.partition(" on ")
        role = "PUBLIC" if user == "public" else identifier(user)
        return f"USER MAPPING FOR {role} SERVER {identifier(server)}"
    if target.kind == "transform":
        type_, _, language = f"{target.schema}.{name}".lstrip(".").partition(" for ")
        return f"TRANSFORM FOR {type_} LANGUAGE {identifier(language)}"
    if target.kind == "cast":
        return f"CAST {f'{target.schema}.{name}'.lstrip('.')}"
    if target.kind == "parameter":
        return f"PARAMETER {f'{target.schema}.{name}'.lstrip('.')}"
    return None
