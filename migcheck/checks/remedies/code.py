"""Python and SQL source text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")
# What SQLAlchemy's text() would take for a bound parameter.
_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")
# Key words that PostgreSQL does not take for a name (documentation, appendix C: reserved, also those that may
# name a function or type).
_RESERVED = frozenset(
    "all analyse analyze and any array as asc asymmetric authorization binary both case cast check collate"
    " collation column concurrently constraint create cross current_catalog current_date current_role"
    " current_schema current_time current_timestamp current_user default deferrable desc distinct do else end"
    " except false fetch for foreign freeze from full grant group having ilike in initially inner intersect"
    " into is isnull join lateral leading left like limit localtime localtimestamp natural not notnull null"
    " offset on only or order outer overlaps placing primary references returning right select session_user"
    " similar some symmetric system_user table tablesample then to trailing true union unique user using"
    " variadic verbose when where window with".split()
)


def literal(value: str) -> str:
    """A Python string literal, in the quotes that need the fewest backslashes."""
    escaped = value.replace("\\", "\\\\")
    if "\n" in value:
        body = escaped.replace('"""', '\\"\\"\\"')
        return '"""' + (body[:-1] + '\\"' if body.endswith('"') else body) + '"""'
    if '"' in value and "'" not in value:
        return f"'{escaped}'"
    return '"' + escaped.replace('"', '\\"') + '"'


def strings(values: Sequence[str]) -> str:
    """A Python list of string literals."""
    return "[" + ", ".join(literal(value) for value in values) + "]"


def execute(sql: str, remark: str = "") -> str:
    """The `op.execute` call for a statement, with a remark (one line) behind it."""
    call = f"op.execute({literal(_PARAMETER.sub(_escaped_colon, sql))})"
    return f"{call}  # {' '.join(remark.split())}" if remark else call


def _escaped_colon(match: re.Match[str]) -> str:
    return "\\:"


def in_database(sql: str) -> str:
    """The `op.execute` call for a statement about this database, whose name is put in for `{}`."""
    before, after = (part.replace("'", "''") for part in sql.split("{}"))
    return execute(f"DO $$ BEGIN EXECUTE format('{before}%I{after}', current_database()); END $$")


def identifier(name: str) -> str:
    """A name as SQL wants it: in quotes where it would be folded or misread."""
    if _PLAIN.match(name) and name not in _RESERVED:
        return name
    return '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """A name with its schema, left out for public."""
    return identifier(name) if schema in ("", "public") else f"{identifier(schema)}.{identifier(name)}"


def dotted(name: str) -> str:
    """A name such as `public.t.id`, each of its parts as SQL wants it."""
    return ".".join(identifier(part) for part in name.split("."))


def sql_string(value: str | None) -> str:
    """A string of SQL, NULL for None."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"


def in_schema(schema: str) -> str:
    """The `schema=` argument of an operation, "" for public."""
    return "" if schema in ("", "public") else f", schema={literal(schema)}"
