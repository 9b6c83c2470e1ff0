"""Python and SQL source text."""

from __future__ import annotations

import re
from collections.abc import Sequence

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*\Z")


def literal(value: str) -> str:
    """A Python string literal in double quotes (in three of them when it has several lines)."""
    escaped = value.replace("\\", "\\\\")
    if "\n" in value:
        return '"""' + escaped.replace('"""', '\\"\\"\\"') + '"""'
    return '"' + escaped.replace('"', '\\"') + '"'


def strings(values: Sequence[str]) -> str:
    """A Python list of string literals."""
    return "[" + ", ".join(literal(value) for value in values) + "]"


def execute(sql: str) -> str:
    """The `op.execute` call for a statement."""
    return f"op.execute({literal(sql)})"


def identifier(name: str) -> str:
    """A name as SQL wants it: in quotes where it would be folded or misread."""
    return name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'


def qualified(schema: str, name: str) -> str:
    """A name with its schema, left out for public."""
    return identifier(name) if schema in ("", "public") else f"{identifier(schema)}.{identifier(name)}"


def in_schema(schema: str) -> str:
    """The `schema=` argument of an operation, "" for public."""
    return "" if schema in ("", "public") else f", schema={literal(schema)}"
