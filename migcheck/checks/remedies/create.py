"""Code that makes an object again as it was."""

from __future__ import annotations

import re

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.code import (
    dotted,
    execute,
    identifier,
    in_schema,
    literal,
    qualified,
    strings,
)
from migcheck.checks.remedies.reference import reference

_TYPES = {
    "bigint": "sa.BigInteger()",
    "boolean": "sa.Boolean()",
    "bytea": "sa.LargeBinary()",
    "date": "sa.Date()",
    "double precision": "sa.Double()",
    "integer": "sa.Integer()",
    "numeric": "sa.Numeric()",
    "smallint": "sa.SmallInteger()",
    "text": "sa.Text()",
    "timestamp with time zone": "sa.DateTime(timezone=True)",
    "timestamp without time zone": "sa.DateTime()",
}
_INDEX = re.compile(
    r"CREATE (?P<unique>UNIQUE )?INDEX \S+ ON (?:ONLY )?\S+ USING btree \((?P<columns>[^()]+)\)"
    r"(?: WHERE (?P<where>.+))?\Z",
    re.DOTALL,
)
_FOREIGN_KEY = re.compile(
    r"FOREIGN KEY \((?P<columns>[^()]+)\) REFERENCES (?P<table>[^\s(]+)\s?\((?P<targets>[^()]+)\)"
    r"(?P<actions>.*)\Z"
)
_ACTION = re.compile(r"ON (DELETE|UPDATE) (CASCADE|SET NULL|SET DEFAULT|RESTRICT|NO ACTION)")


def sqlalchemy_type(sql: str) -> str | None:
    """The SQLAlchemy type for a PostgreSQL type, as source text; None for one that has none here."""
    if sql in _TYPES:
        return _TYPES[sql]
    if match := re.match(r"character varying\((\d+)\)\Z", sql):
        return f"sa.String({match[1]})"
    if match := re.match(r"numeric\((\d+),(\d+)\)\Z", sql):
        return f"sa.Numeric({match[1]}, {match[2]})"
    return "sa.String()" if sql == "character varying" else None


def creation(target: SchemaObject) -> str:
    """The `op` call that makes the object as its definition has it."""
    if target.kind == "table":
        return (
            f"op.create_table({literal(target.name)}, ...{in_schema(target.schema)})  # with all that it had"
            " before"
        )
    if target.kind == "column":
        return _add_column(target)
    if target.kind == "index":
        return _create_index(target)
    if target.kind == "constraint":
        return _create_constraint(target)
    if target.kind in ("view", "materialized view") and target.text:
        name = qualified(target.schema, target.name)
        view = f"CREATE {target.kind.upper()} {name} AS {target.text.strip().rstrip(';')}"
        return "\n".join(execute(sql) for sql in (view, *target.definition.get("owned", ())))
    if target.kind == "type" and target.is_enum:
        labels = [str(label) for label in target.definition.get("labels") or ()]
        names = "".join(literal(label) + ", " for label in labels) or "..., "
        return f"sa.Enum({names}name={literal(target.name)}{in_schema(target.schema)}).create(op.get_bind())"
    if target.text.upper().startswith("CREATE"):
        return execute(target.text)
    if target.kind in ("schema", "extension"):
        return execute(f"CREATE {target.kind.upper()} {identifier(target.name)}")
    if target.kind == "sequence":
        return _create_sequence(target)
    if target.kind == "policy":
        return _create_policy(target)
    if target.kind == "domain" and target.definition.get("type"):
        return _create_domain(target)
    return execute(f"CREATE {reference(target)} ...")


def _create_sequence(target: SchemaObject) -> str:
    words = {"type": "AS", "start": "START", "increment": "INCREMENT", "min": "MINVALUE", "max": "MAXVALUE"}
    words |= {"cache": "CACHE", "owned_by": "OWNED BY"}
    known = target.definition
    clauses = [
        f"{word} {dotted(known[name]) if name == 'owned_by' else known[name]}"
        for name, word in words.items()
        if known.get(name)
    ]
    if str(known.get("cycle")) == "true":
        clauses.append("CYCLE")
    return execute(" ".join([f"CREATE SEQUENCE {qualified(target.schema, target.name)}", *clauses]))


def _create_domain(target: SchemaObject) -> str:
    known = target.definition
    clauses = [f"CREATE DOMAIN {qualified(target.schema, target.name)} AS {known['type']}"]
    if known.get("default"):
        clauses.append(f"DEFAULT {known['default']}")
    for constraint in str(known.get("constraints") or "").split("\n"):
        name, _, text = constraint.partition(" ")
        clauses.append(f"CONSTRAINT {identifier(name)} {text}" if text else "")
    return execute(" ".join(filter(None, clauses)))


def _create_policy(target: SchemaObject) -> str:
    known = target.definition
    clauses = [
        "" if known.get("permissive") == "true" else "AS RESTRICTIVE",
        f"FOR {str(known.get('command') or 'all').upper()}",
        f"TO {known.get('roles') or 'public'}",
        f"USING ({known['using']})" if known.get("using") else "",
        f"WITH CHECK ({known['check']})" if known.get("check") else "",
    ]
    return execute(" ".join(filter(None, [f"CREATE {reference(target)}", *clauses])))


def _add_column(target: SchemaObject) -> str:
    known = target.definition
    type_sql, default = str(known.get("type") or ""), known.get("default")
    if not type_sql or known.get("identity") or known.get("generated") or not sqlalchemy_type(type_sql):
        clauses = [
            qualified(target.schema, target.table),
            "ADD COLUMN",
            identifier(target.name),
            type_sql or "...",
        ]
        if default is not None:
            clauses.append(f"DEFAULT {default}")
        if known.get("nullable") is False:
            clauses.append("NOT NULL")
        return execute("ALTER TABLE " + " ".join(clauses))
    arguments = [literal(target.name), str(sqlalchemy_type(type_sql))]
    if default is not None:
        arguments.append(f"server_default=sa.text({literal(str(default))})")
    if known.get("nullable") is False:
        arguments.append("nullable=False")
    schema = in_schema(target.schema)
    return f"op.add_column({literal(target.table)}, sa.Column({', '.join(arguments)}){schema})"


def _create_index(target: SchemaObject) -> str:
    match = _INDEX.match(target.text)
    columns = _names(match["columns"]) if match else None
    if not match or columns is None:
        return execute(target.text) if target.text else f"op.create_index({literal(target.name)}, ...)"
    arguments = [literal(target.name), literal(target.table), strings(columns)]
    if match["unique"]:
        arguments.append("unique=True")
    if match["where"]:
        arguments.append(f"postgresql_where=sa.text({literal(match['where'])})")
    return f"op.create_index({', '.join(arguments)}{in_schema(target.schema)})"


def _create_constraint(target: SchemaObject) -> str:
    name, table, schema, text = (
        literal(target.name),
        literal(target.table),
        in_schema(target.schema),
        target.text,
    )
    if match := re.match(r"(UNIQUE|PRIMARY KEY) \(([^()]+)\)\Z", text):
        call = "create_unique_constraint" if match[1] == "UNIQUE" else "create_primary_key"
        columns = _names(match[2])
        if columns is not None:
            return f"op.{call}({name}, {table}, {strings(columns)}{schema})"
    if (found := _FOREIGN_KEY.match(text)) and (foreign := _create_foreign_key(target, found)):
        return foreign
    if match := re.match(r"CHECK \((.*)\)\Z", text, re.DOTALL):
        return f"op.create_check_constraint({name}, {table}, sa.text({literal(match[1])}){schema})"
    where = qualified(target.schema, target.table)
    return execute(f"ALTER TABLE {where} ADD CONSTRAINT {identifier(target.name)} {text or '...'}")


def _create_foreign_key(target: SchemaObject, match: re.Match[str]) -> str | None:
    columns, targets = _names(match["columns"]), _names(match["targets"])
    actions = _ACTION.findall(match["actions"])
    if columns is None or targets is None or _ACTION.sub("", match["actions"]).strip():
        return None
    schema, _, table = match["table"].rpartition(".")
    arguments = [
        literal(target.name),
        literal(target.table),
        literal(table),
        strings(columns),
        strings(targets),
    ]
    arguments += [f"on{event.lower()}={literal(action)}" for event, action in actions]
    if target.schema not in ("", "public"):
        arguments.append(f"source_schema={literal(target.schema)}")
    if schema not in ("", "public"):
        arguments.append(f"referent_schema={literal(schema)}")
    return f"op.create_foreign_key({', '.join(arguments)})"


def _names(columns: str) -> list[str] | None:
    """The plain column names of a list, None when there is anything else in it (DESC, an operator class)."""
    names = [part.strip() for part in columns.split(",")]
    if all(re.match(r'(?:[A-Za-z_][\w$]*|"[^"]+")\Z', name) for name in names):
        return [name.strip('"') for name in names]
    return None
