"""What SQLAlchemy's Inspector tells of columns, constraints and indexes, as entries of a snapshot.

Sources: ReflectedColumn, ReflectedIndex and their like in sqlalchemy.engine.interfaces. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from migcheck.model.snapshot import ObjectKey

Attributes = dict[str, Any]
Entry = tuple[ObjectKey, Attributes]

# Names that servers make up anew each time: SQL Server's, Oracle's, Firebird's, Db2's.
_MADE_UP = re.compile(
    r"(?:PK|UQ|FK|CK|DF)__.+__[0-9A-F]{8,16}|SYS_[A-Z]+\d+(?:\$\$)?|INTEG_\d+|RDB\$[A-Z_]+\d+|SQL\d{15,18}",
    re.IGNORECASE,
)
_FOREIGN_KEY_OPTIONS = {"match": "MATCH", "onupdate": "ON UPDATE", "ondelete": "ON DELETE"}
_SAID_OF_CONSTRAINTS = frozenset(
    "name constrained_columns column_names referred_schema referred_table referred_columns sqltext options"
    " duplicates_index comment dialect_options".split()
)
_SAID_OF_INDEXES = frozenset(
    "name column_names expressions column_sorting unique include_columns duplicates_constraint"
    " dialect_options".split()
)
_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_$]*$")


def is_made_up(name: str | None) -> bool:
    """Whether an object has no name that somebody gave it."""
    return not name or _MADE_UP.fullmatch(name) is not None


def table_options(told: Mapping[str, Any]) -> list[str]:
    """A table's options as `name=value`, without counters that belong to its rows."""
    return sorted(
        f"{name}={value}"
        for name, value in told.items()
        if not name.lower().endswith("auto_increment") and value not in (None, "")
    )


def column(table: str, told: Mapping[str, Any], type_text: str) -> Entry:
    """The entry of a column; `table` is the key of what it belongs to."""
    identity: Mapping[str, Any] = told.get("identity") or {}
    computed: Mapping[str, Any] = told.get("computed") or {}
    attributes: Attributes = {
        "table": table,
        "type": type_text,
        "nullable": bool(told.get("nullable", True)),
        "default": computed.get("sqltext") or told.get("default"),
        "comment": told.get("comment"),
    }
    if told.get("autoincrement") is True and not identity and told.get("default") is None:
        attributes["auto_increment"] = True
    if identity:
        attributes["identity"] = "always" if identity.get("always", True) else "by default"
        attributes["identity_options"] = _options(identity, {"always"})
    if computed:
        attributes["generated"] = "stored" if computed.get("persisted") else "virtual"
    return ObjectKey("column", f"{table}.{told['name']}"), attributes


def constraint(table: str, kind: str, told: Mapping[str, Any], default_schema: str) -> Entry:
    """The entry of a constraint; `kind` is PRIMARY KEY, UNIQUE, FOREIGN KEY or CHECK.

    One without a name of its own is known by its text.
    """
    if kind == "CHECK":
        text = f"CHECK ({told['sqltext']})"
    elif kind == "FOREIGN KEY":
        text = _foreign_key(told, default_schema)
    else:
        text = f"{kind} ({_names(told.get('constrained_columns') or told.get('column_names') or ())})"
    name = told.get("name")
    return (
        ObjectKey("constraint", f"{table}.({text})" if is_made_up(name) else f"{table}.{name}"),
        {
            "table": table,
            "type": kind,
            "text": text,
            "comment": told.get("comment"),
            "options": _options(told, _SAID_OF_CONSTRAINTS),
        },
    )


def _foreign_key(told: Mapping[str, Any], default_schema: str) -> str:
    schema = told.get("referred_schema")
    referred = _name(told["referred_table"])
    if schema and schema != default_schema:
        referred = f"{_name(schema)}.{referred}"
    options: Mapping[str, Any] = told.get("options") or {}
    clauses = [f" {words} {options[key]}" for key, words in _FOREIGN_KEY_OPTIONS.items() if options.get(key)]
    if options.get("deferrable"):
        clauses.append(" DEFERRABLE")
    if options.get("initially"):
        clauses.append(f" INITIALLY {options['initially']}")
    columns, others = _names(told["constrained_columns"]), _names(told["referred_columns"])
    return f"FOREIGN KEY ({columns}) REFERENCES {referred} ({others}){''.join(clauses)}"


def index(table: str, told: Mapping[str, Any]) -> Entry:
    """The entry of an index; one without a name of its own is known by its text."""
    sorting: Mapping[str, Any] = told.get("column_sorting") or {}
    names = told.get("expressions") or told.get("column_names") or ()
    plain = {name for name in told.get("column_names") or () if name}
    elements = ", ".join(
        " ".join([_name(name) if name in plain else str(name), *_directions(sorting.get(name))])
        for name in names
    )
    name = None if is_made_up(told.get("name")) else str(told["name"])
    own = f" {_name(name)}" if name else ""
    text = f"CREATE {'UNIQUE ' if told.get('unique') else ''}INDEX{own} ON {table} ({elements})"
    included = told.get("include_columns") or ()
    text += f" INCLUDE ({_names(included)})" if included else ""
    return (
        ObjectKey("index", f"{table}.{name or f'({text})'}"),
        {"table": table, "text": text, "options": _options(told, _SAID_OF_INDEXES)},
    )


def _directions(sorting: Iterable[str] | None) -> list[str]:
    """`desc`, `nulls_last`: what an element of an index is sorted by."""
    return [word.replace("_", " ").upper() for word in sorting or ()]


def _options(told: Mapping[str, Any], said: Iterable[str]) -> list[str]:
    """What a dialect tells besides, as `name=value`; what is not set is left out."""
    rest = {**{name: told[name] for name in told.keys() - {*said}}, **(told.get("dialect_options") or {})}
    return sorted(f"{name}={value}" for name, value in rest.items() if value not in (None, False, "", [], {}))


def _names(names: Iterable[str]) -> str:
    return ", ".join(map(_name, names))


def _name(name: str) -> str:
    return name if _PLAIN_NAME.match(name) else '"' + name.replace('"', '""') + '"'
