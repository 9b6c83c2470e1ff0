"""Code for Alembic's batch mode: changes of columns and constraints, and what it has to be told to keep."""

from __future__ import annotations

import re
from collections.abc import Mapping

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.clauses import is_true, is_unset
from migcheck.checks.remedies.code import literal, strings
from migcheck.model import Difference

_TYPES = {
    "BIGINT": "sa.BigInteger",
    "BLOB": "sa.LargeBinary",
    "BOOLEAN": "sa.Boolean",
    "DATE": "sa.Date",
    "DATETIME": "sa.DateTime",
    "FLOAT": "sa.Float",
    "INTEGER": "sa.Integer",
    "JSON": "sa.JSON",
    "SMALLINT": "sa.SmallInteger",
    "TEXT": "sa.Text",
    "TIME": "sa.Time",
    "VARCHAR": "sa.String",
}
_CONVENTIONS = {
    "unique": ("uq", "uq_%(table_name)s_%(column_0_name)s"),
    "foreign key": ("fk", "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s"),
}
_WORDS = {"unique": "unique", "foreign key": "foreignkey", "check": "check", "primary key": "primary"}
_KEY = re.compile(r"(?P<kind>UNIQUE|PRIMARY KEY) \((?P<columns>[^()]+)\)\Z")
_FOREIGN_KEY = re.compile(
    r"FOREIGN KEY \((?P<columns>[^()]+)\) REFERENCES (?P<table>\S+)(?: \((?P<targets>[^()]+)\))?"
    r"(?P<clauses>.*)\Z"
)
_CLAUSE = re.compile(
    r" (?:ON (?P<event>DELETE|UPDATE) (?P<action>CASCADE|SET NULL|SET DEFAULT|RESTRICT|NO ACTION)"
    r"|DEFERRABLE(?: INITIALLY (?P<initially>DEFERRED|IMMEDIATE))?)"
)
_ANEW = 'recreate="always"'


def in_batch(table: str, call: str, options: str = "") -> str:
    """`call`, an operation without the name of the table, in a batch of its own; "" for one of none."""
    options = f", {options}" if options else ""
    body = f"batch_op.{call}" if call else "pass"
    return f"with op.batch_alter_table({literal(table)}{options}) as batch_op:\n    {body}"


def column_type(declared: str, collation: str = "") -> str:
    """The SQLAlchemy type for a declared type of SQLite, as source text; `...` for one that has none here."""
    name, _, arguments = declared.rstrip(")").partition("(")
    if name == "NUMERIC" or name in _TYPES:
        within = [arguments.strip()] if arguments else []
        within += [f"collation={literal(collation)}"] if collation else []
        return f"{_TYPES.get(name, 'sa.Numeric')}({', '.join(within)})"
    return f'..., collation="{collation}"' if collation else "..."


def changed_column(target: SchemaObject, changes: Mapping[str, Difference]) -> str:
    """The batch that gives a column back what `changes` (by attribute) have changed."""
    arguments: list[str] = []
    remarks: list[str] = []
    former = {attribute: change.before for attribute, change in changes.items()}
    collation = former.get("collation") or ""
    if "type" in former:
        arguments.append(f"type_={column_type(former['type'] or '', collation)}")
    elif "collation" in former:
        kind = f"sa.String(collation={literal(collation)})" if collation else "sa.String()"
        arguments.append(f"type_={kind}")
        remarks.append("with the length, or the class, that the type has")
    if "nullable" in former:
        arguments.append(f"nullable={is_true(former['nullable'])}")
    if "default" in former and "generated" not in former:
        text = former["default"]
        arguments.append(f"server_default={'None' if is_unset(text) else f'sa.text({literal(str(text))})'}")
    options = ""
    if "autoincrement" in former:
        # What is not told to be so becomes a plain key when the table is made anew.
        options = keeping_autoincrement() if is_true(former["autoincrement"]) else _ANEW
    rest = [name.replace("_", " ") for name in former if name in ("generated", "on_conflict")]
    call = f"alter_column({literal(target.name)}, {', '.join(arguments)})" if arguments else ""
    if options and not call and _ANEW not in options:
        options += f", {_ANEW}"
    code = [in_batch(target.table, call, options)] if call or options else []
    remarks += [f"{name} cannot be altered: drop the column and add it as it was" for name in rest]
    return "\n".join([*code, *(f"# {remark}" for remark in remarks)])


def keeping_autoincrement() -> str:
    """The argument of a batch that makes AUTOINCREMENT stay."""
    return 'table_kwargs={"sqlite_autoincrement": True}'


def is_nameless(target: SchemaObject) -> bool:
    """Whether a constraint is called by its definition, as it has no name."""
    return target.kind == "constraint" and target.name.startswith("(")


def created(target: SchemaObject) -> str:
    """The batch that makes a constraint as it was, with or without a name."""
    if is_nameless(target):
        return in_batch(target.table, "", f"table_args=[{as_object(target)}], {_ANEW}")
    return in_batch(target.table, _create_call(target))


def dropped(target: SchemaObject, type_: str = "") -> str:
    """The batch that drops a constraint; one without a name gets one for that, or is lost by itself."""
    kind = target.constraint_type
    type_ = type_ or (f", type_={literal(_WORDS[kind])}" if kind in _WORDS else "")
    if not is_nameless(target):
        return in_batch(target.table, f"drop_constraint({literal(target.name)}{type_})")
    if kind not in _CONVENTIONS:
        return in_batch(target.table, "", _ANEW) + "  # batch mode does not see a CHECK without a name"
    short, convention = _CONVENTIONS[kind]
    match = _KEY.match(target.text) or _FOREIGN_KEY.match(target.text)
    name = "..."
    if match:
        first = _names(match["columns"])[0]
        end = f"_{match['table']}" if kind == "foreign key" else ""
        name = literal(f"{short}_{target.table}_{first}{end}")
    return in_batch(
        target.table,
        f"drop_constraint({name}{type_})",
        f'naming_convention={{"{short}": {literal(convention)}}}',
    )


def as_object(target: SchemaObject) -> str:
    """A constraint without a name as an object of SQLAlchemy's, source text."""
    if match := re.match(r"CHECK \((.*)\)\Z", target.text, re.DOTALL):
        return f"sa.CheckConstraint({literal(match[1])})"
    if match := _KEY.match(target.text):
        kind = "Unique" if match["kind"] == "UNIQUE" else "PrimaryKey"
        return f"sa.{kind}Constraint({', '.join(map(literal, _names(match['columns'])))})"
    if match := _FOREIGN_KEY.match(target.text):
        targets = [f"{match['table']}.{name}" for name in _names(match["targets"] or "...")]
        options = foreign_key_options(match["clauses"])
        return f"sa.ForeignKeyConstraint({strings(_names(match['columns']))}, {strings(targets)}{options})"
    return "..."


def as_column(target: SchemaObject) -> str | None:
    """The column of a foreign key of one column, with the key, for `reflect_args`; None for another."""
    match = _FOREIGN_KEY.match(target.text)
    if match is None or not match["targets"] or len(_names(match["columns"])) != 1:
        return None
    key = f"sa.ForeignKey({literal(match['table'] + '.' + _names(match['targets'])[0])}"
    column = literal(_names(match["columns"])[0])
    return f"sa.Column({column}, ..., {key}{foreign_key_options(match['clauses'])}))"


def foreign_key_options(clauses: str) -> str:
    """ON DELETE and the like as arguments of SQLAlchemy, each after a comma."""
    found = ""
    for match in _CLAUSE.finditer(clauses):
        if match["event"]:
            found += f", on{match['event'].lower()}={literal(match['action'])}"
        else:
            found += ", deferrable=True"
            found += f", initially={literal(match['initially'])}" if match["initially"] else ""
    return found


def _create_call(target: SchemaObject) -> str:
    name = literal(target.name)
    if match := re.match(r"CHECK \((.*)\)\Z", target.text, re.DOTALL):
        return f"create_check_constraint({name}, {literal(match[1])})"
    if match := _KEY.match(target.text):
        call = "create_unique_constraint" if match["kind"] == "UNIQUE" else "create_primary_key"
        return f"{call}({name}, {strings(_names(match['columns']))})"
    if match := _FOREIGN_KEY.match(target.text):
        columns, targets = _names(match["columns"]), _names(match["targets"] or "...")
        options = foreign_key_options(match["clauses"])
        return (
            f"create_foreign_key({name}, {literal(match['table'])}, {strings(columns)}, {strings(targets)}"
            f"{options})"
        )
    return f"create_check_constraint({name}, ...)"


def _names(columns: str) -> list[str]:
    return [name.strip().strip('"') for name in columns.split(",")]
