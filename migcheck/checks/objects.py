"""The schema object behind a difference: its parts, and how a person calls it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from migcheck.checks.definitions import definition
from migcheck.model import Difference, DifferenceClass, DifferenceKind, Statement

# Objects that have a name only within a table.
_ON_TABLE = frozenset({"column", "constraint", "trigger", "policy", "rule"})
# Kinds of which one that is gone and one that is new, alike but for the name, are taken for one.
_RENAMED = frozenset(
    {"index", "constraint", "sequence", "type", "domain", "view", "materialized view", "statistics"}
    | {"function", "procedure", "aggregate", "trigger", "policy", "rule"}
)
_HOLDS_ROWS = frozenset({"table", "column"})
_CONSTRAINT_WORDS = {
    "p": "primary key",
    "u": "unique",
    "f": "foreign key",
    "c": "check",
    "x": "exclude",
    "n": "not null",
}


@dataclass(frozen=True, slots=True)
class SchemaObject:
    """An object taken apart: `schema` and `table` (bare name) are "" where there is none."""

    kind: str
    schema: str
    table: str
    name: str
    definition: dict[str, Any]

    @property
    def qualified(self) -> str:
        """The name with its schema, as SQL wants it unless it needs quotes; `public.` is left out."""
        return _shown(self.schema, self.name)

    @property
    def qualified_table(self) -> str:
        """The name of the table with its schema; `public.` is left out."""
        return _shown(self.schema, self.table)

    @property
    def text(self) -> str:
        """The server's definition, "" where it is not known."""
        return str(self.definition.get("text") or "")

    @property
    def constraint_type(self) -> str:
        """`unique`, `foreign key`, `check`, `primary key` ..., "" for anything but a constraint."""
        if self.kind != "constraint":
            return ""
        kind = str(self.definition.get("type") or "").lower().replace("_", " ")
        if kind in _CONSTRAINT_WORDS:
            return _CONSTRAINT_WORDS[kind]
        match = re.match(
            r"(PRIMARY KEY|UNIQUE|FOREIGN KEY|CHECK|EXCLUDE|NOT NULL)\b", self.text or kind.upper()
        )
        return match[1].lower() if match else kind

    @property
    def is_enum(self) -> bool:
        """True for a type made of labels."""
        return self.kind == "type" and (
            "labels" in self.definition or self.definition.get("type") in ("e", "enum")
        )

    def __str__(self) -> str:
        if self.kind == "column":
            return f"column {self.qualified_table}.{self.name}"
        kind = f"{self.constraint_type} constraint".strip() if self.kind == "constraint" else self.kind
        if self.is_enum:
            kind = "enum type"
        if self.table:
            return f"{kind} {self.name} on {self.qualified_table}"
        if self.kind == "database" and self.name == "current":
            return "the database"
        return f"{kind} {self.qualified}".rstrip()


def _shown(schema: str, name: str) -> str:
    return name if schema in ("", "public") else f"{schema}.{name}"


def schema_object(difference: Difference) -> SchemaObject:
    """The object that `difference` is about."""
    kind, name, known = difference.object_type, difference.name, definition(difference)
    table = str(known.get("table") or "")
    if "(" in name and kind not in _ON_TABLE:  # a routine: dots may stand in its argument types
        head, arguments = name.split("(", 1)
        schema, _, bare = head.rpartition(".")
        return SchemaObject(kind, schema, "", f"{bare}({arguments}", known)
    if kind in _ON_TABLE and "." in name:
        owner, bare = _taken_apart(name, table)
        schema, _, table = owner.rpartition(".")
        return SchemaObject(kind, schema, table, bare, known)
    schema, _, bare = name.partition(".")
    if not bare:
        schema, bare = "", name
    table = table.partition(".")[2] or table
    if kind == "index" and not table:
        match = re.search(r"\bON (?:ONLY )?(?:[^\s(.]+\.)?\"?([^\s(\"]+)", str(known.get("text") or ""))
        table = match[1] if match else ""
    if kind == "index" and schema == table:  # no schema: in MySQL an index has its name within its table
        schema = ""
    return SchemaObject(kind, schema, table if kind != "sequence" else "", bare, known)


def _taken_apart(name: str, table: str) -> tuple[str, str]:
    """The table of something that has its name within a table, and that name.

    The schema goes without saying for tables of a catalog, and where a database has no schemas.
    """
    if table and name.startswith(table + "."):
        return table, name[len(table) + 1 :]
    named, parenthesis, text = name.partition("(")  # what has no name is called by its definition
    owner, _, bare = named.rpartition(".")
    return owner, bare + parenthesis + text


def semantic(differences: Iterable[Difference] | None) -> tuple[Difference, ...]:
    """Those differences that fail a check."""
    return tuple(d for d in differences or () if d.difference_class is DifferenceClass.SEMANTIC)


def by_object(
    differences: Iterable[Difference], statements: Sequence[Statement] = ()
) -> list[tuple[Difference, ...]]:
    """The differences grouped by object, sorted.

    The index under a constraint comes and goes with it and is no object of its own here. An object that is
    there under another name is one group, what is missing before what is there instead; where rows hang on it
    (tables, columns) only when one of the `statements` renamed it.
    """
    groups: dict[tuple[str, str], list[Difference]] = {}
    for difference in sorted(differences, key=sort_key):
        groups.setdefault((difference.object_type, difference.name), []).append(difference)
    for key in [key for key in groups if key[0] == "index"]:
        owner = next(
            (k for k in groups if k[0] == "constraint" and _is_index_of(groups[key][0], groups[k][0])), None
        )
        if owner:
            groups[owner] += groups.pop(key)
    _join_renamed(groups, statements)
    return [tuple(group) for group in groups.values()]


def is_renamed(group: Sequence[Difference]) -> bool:
    """True for a group of `by_object` that is one object under another name."""
    return [d.kind for d in group[:2]] == [DifferenceKind.REMOVED, DifferenceKind.ADDED]


def _join_renamed(groups: dict[tuple[str, str], list[Difference]], statements: Sequence[Statement]) -> None:
    added: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for key, group in groups.items():
        if group[0].kind is DifferenceKind.ADDED and key[0] in _RENAMED | _HOLDS_ROWS:
            added.setdefault(_nameless(group[0]), []).append(key)
    for key, group in list(groups.items()):
        if group[0].kind is not DifferenceKind.REMOVED or key not in groups:
            continue
        for other in added.get(_nameless(group[0]), []) if added else []:
            if key[0] in _RENAMED or _rename_seen(group[0], groups[other][0], statements):
                added[_nameless(group[0])].remove(other)
                groups[key] += groups.pop(other)
                break


def _nameless(difference: Difference) -> tuple[str, str, str]:
    """What an added or removed object is, apart from its name and schema."""
    text = difference.before or difference.after or ""
    target = schema_object(difference)
    bare = target.name.split("(", 1)[0]
    full = difference.name.split("(", 1)[0]
    for name in sorted({full, bare, f'"{bare}"'}, key=len, reverse=True):
        text = re.sub(rf"(?<![\w$]){re.escape(name)}(?![\w$])", "\0", text)
    return (difference.object_type, target.qualified_table if target.table else "", text)


def _rename_seen(former: Difference, now: Difference, statements: Sequence[Statement]) -> bool:
    names = [schema_object(difference).name for difference in (former, now)]
    return any(
        re.search(r"\bRENAME\b", statement.sql, re.IGNORECASE)
        and all(re.search(rf"(?<![\w$]){re.escape(name)}(?![\w$])", statement.sql) for name in names)
        for statement in statements
    )


def sort_key(difference: Difference) -> tuple[str, str, str, str]:
    """Orders differences that may have no attribute."""
    return (difference.object_type, difference.name, difference.kind.value, difference.attribute or "")


def _is_index_of(index: Difference, constraint: Difference) -> bool:
    of_index, of_constraint = schema_object(index), schema_object(constraint)
    return (
        index.kind is constraint.kind
        and (of_index.schema, of_index.name) == (of_constraint.schema, of_constraint.name)
        and of_index.table in ("", of_constraint.table)
    )
