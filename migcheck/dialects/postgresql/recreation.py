"""Objects made again from their definition, to see how the server words them under the present schema.

Every function makes one object and returns the server's rendering of it, worded so that it can be compared
with the text it was made from. They run in a transaction of the caller's that is rolled back, and raise
psycopg.Error (or LookupError, where the object or its table is not there).

What belongs to a table is made on an empty copy of it that has its name: no lock, no rows, no look at the
user's data. Triggers, rules and statistics objects, whose definitions name the table, are made on the table.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import psycopg
from psycopg import sql

from migcheck.model import ObjectKey

Attributes = Mapping[str, Any]
Connection = psycopg.Connection[Any]
Recreate = Callable[[Connection, ObjectKey, Attributes, str], str]

_NEW = "migcheck_settled"
_NAME = r'(?:"(?:[^"]|"")+"|[^\s".(]+)'
_INDEX = re.compile(
    rf"(CREATE (?:UNIQUE )?INDEX {_NAME} ON (?:ONLY )?(?:{_NAME}\.)?{_NAME})( USING .*)", re.DOTALL
)
_NAMED = {
    "trigger": re.compile(rf"(CREATE (?:CONSTRAINT )?TRIGGER )({_NAME})( .*)", re.DOTALL),
    "rule": re.compile(rf"(CREATE RULE )({_NAME})( AS\s.*)", re.DOTALL),
    "statistics": re.compile(rf"(CREATE STATISTICS )((?:{_NAME}\.)?{_NAME})( .*)", re.DOTALL),
}


class Table(NamedTuple):
    """A relation by its OID, and its name as it has to be written."""

    oid: int
    schema: str
    name: str


def table_of(connection: Connection, name: str) -> Table:
    """The relation with this qualified, unquoted name; LookupError unless there is exactly one."""
    rows = connection.execute(
        "SELECT c.oid, n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
        "WHERE n.nspname || '.' || c.relname = %s AND c.relkind IN ('r', 'p', 'f', 'v', 'm') "
        "AND n.nspname !~ '^pg_temp'",
        [name],
    ).fetchall()
    if len(rows) != 1:
        raise LookupError(name)
    return Table(*rows[0])


def copy_of(connection: Connection, name: str) -> sql.Identifier:
    """Make an empty temporary table with the columns and the name of the relation `name`."""
    table = table_of(connection, name)
    copy = sql.Identifier("pg_temp", table.name)
    connection.execute(
        sql.SQL("CREATE TEMPORARY TABLE {} (LIKE {})").format(copy, sql.Identifier(table.schema, table.name))
    )
    return copy


def _one(connection: Connection, query: str, parameters: list[Any]) -> str:
    row = connection.execute(query, parameters).fetchone()
    if row is None or row[0] is None:
        raise LookupError(query)
    return str(row[0])


def constraint(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """A check or exclusion constraint on a copy of its table."""
    copy = copy_of(connection, str(attributes["table"]))
    name = sql.Identifier(_NEW)
    connection.execute(
        sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(copy, name) + sql.SQL(_literally(text))
    )
    return _one(connection, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [_NEW])


def index(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """An index on a copy of its table, worded as if it were on the table."""
    match = _INDEX.fullmatch(text)
    if match is None:
        raise LookupError(text)
    copy = copy_of(connection, str(attributes["table"]))
    unique = sql.SQL("UNIQUE " if text.startswith("CREATE UNIQUE") else "")
    head = sql.SQL("CREATE {}INDEX {} ON {}").format(unique, sql.Identifier(_NEW), copy)
    connection.execute(head + sql.SQL(_literally(match[2])))
    made = _one(
        connection,
        "SELECT pg_get_indexdef(c.oid) FROM pg_class c WHERE c.relname = %s AND c.relkind = 'i' "
        "AND c.relnamespace = pg_my_temp_schema()",
        [_NEW],
    )
    rendered = _INDEX.fullmatch(made)
    if rendered is None:
        raise LookupError(made)
    return match[1] + rendered[2]


def view(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """The query of a view or materialized view."""
    connection.execute(
        sql.SQL("CREATE TEMPORARY VIEW {} AS ").format(sql.Identifier(_NEW)) + sql.SQL(_literally(text))
    )
    return _one(
        connection,
        "SELECT pg_get_viewdef(oid) FROM pg_class WHERE relname = %s AND relnamespace = pg_my_temp_schema()",
        [_NEW],
    )


def default(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """A column's default or generation expression on a copy of its table."""
    table = str(attributes["table"])
    copy, column = copy_of(connection, table), key.name[len(table) + 1 :]
    name = sql.Identifier(column)
    if attributes.get("generated"):
        collation = f" COLLATE {attributes['collation']}" if attributes.get("collation") else ""
        clause = f"{attributes['type']}{collation} GENERATED ALWAYS AS ({text}) {attributes['generated']}"
        connection.execute(sql.SQL("ALTER TABLE {} DROP COLUMN {}").format(copy, name))
        added = sql.SQL("ALTER TABLE {} ADD COLUMN {} ").format(copy, name)
        connection.execute(added + sql.SQL(_literally(clause)))
    else:
        head = sql.SQL("ALTER TABLE {} ALTER COLUMN {} SET DEFAULT ").format(copy, name)
        connection.execute(head + sql.SQL(_literally(text)))
    return _one(
        connection,
        "SELECT pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid "
        "JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = d.adnum "
        "WHERE c.relnamespace = pg_my_temp_schema() AND a.attname = %s",
        [column],
    )


def policy(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """The condition of a policy on a copy of its table."""
    copy = copy_of(connection, str(attributes["table"]))
    head = sql.SQL("CREATE POLICY {} ON {} USING ").format(sql.Identifier(_NEW), copy)
    connection.execute(head + sql.SQL(_literally(f"({text})")))
    return _one(connection, "SELECT pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = %s", [_NEW])


def domain_default(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """The default of a domain, on a domain of the same type."""
    _domain(connection, attributes, f"DEFAULT {text}")
    return _one(connection, "SELECT pg_get_expr(typdefaultbin, 0) FROM pg_type WHERE typname = %s", [_NEW])


def domain_check(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """A check constraint of a domain, on a domain of the same type."""
    _domain(connection, attributes, "")
    domain = sql.Identifier("pg_temp", _NEW)
    connection.execute(
        sql.SQL("ALTER DOMAIN {} ADD CONSTRAINT {} ").format(domain, sql.Identifier(_NEW))
        + sql.SQL(_literally(text))
    )
    return _one(connection, "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = %s", [_NEW])


def _domain(connection: Connection, attributes: Attributes, rest: str) -> None:
    head = sql.SQL("CREATE DOMAIN {} AS ").format(sql.Identifier("pg_temp", _NEW))
    connection.execute(head + sql.SQL(_literally(f"{attributes['type']} {rest}")))


def trigger(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """A trigger under another name on its own table."""
    query = "SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = %s AND tgrelid = %s"
    return _under_another_name(connection, "trigger", attributes, text, query)


def rule(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """A rule under another name on its own table."""
    query = "SELECT pg_get_ruledef(oid) FROM pg_rewrite WHERE rulename = %s AND ev_class = %s"
    return _under_another_name(connection, "rule", attributes, text, query)


def statistics(connection: Connection, key: ObjectKey, attributes: Attributes, text: str) -> str:
    """A statistics object under another name on its own table."""
    query = "SELECT pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxname = %s AND stxrelid = %s"
    return _under_another_name(connection, "statistics", attributes, text, query)


def _under_another_name(
    connection: Connection, kind: str, attributes: Attributes, text: str, query: str
) -> str:
    match = _NAMED[kind].fullmatch(text)
    if match is None:
        raise LookupError(text)
    table = table_of(connection, str(attributes["table"]))
    # Statistics objects are not bound to the schema of their table: a temporary one is out of the way.
    name = f"pg_temp.{_NEW}" if kind == "statistics" else _NEW
    connection.execute(_literally(match[1] + name + match[3]))
    made = _NAMED[kind].fullmatch(_one(connection, query, [_NEW, table.oid]))
    if made is None:
        raise LookupError(text)
    return made[1] + match[2] + made[3]


def _literally(text: str) -> Any:
    """A definition from this server's catalogs, as it stands (psycopg's types ask for a literal string)."""
    return text


def same_constant(connection: Connection, type_name: str, before: str, after: str) -> bool:
    """True when two constant expressions give the same value of a type.

    The server itself makes sure that they are constant: it takes nothing else for a generated column.
    """
    connection.execute(
        _literally(
            f"CREATE TEMPORARY TABLE {_NEW} (before {type_name} GENERATED ALWAYS AS ({before}) STORED, "
            f"after {type_name} GENERATED ALWAYS AS ({after}) STORED)"
        )
    )
    connection.execute(f"INSERT INTO pg_temp.{_NEW} DEFAULT VALUES")
    row = connection.execute(
        f"SELECT before::text IS NOT DISTINCT FROM after::text FROM pg_temp.{_NEW}"
    ).fetchone()
    return row is not None and bool(row[0])
