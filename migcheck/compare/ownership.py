"""Which object comes and goes with which: a table's columns, a constraint's index, a column's sequence."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from migcheck.compare.tokens import TokenError, TokenKind, tokens
from migcheck.model import ObjectKey, Snapshot

Attributes = Mapping[str, Any]

RELATIONS = ("table", "view", "materialized view", "foreign table", "partitioned table")
# Kinds whose names do not begin with a schema.
_OUTSIDE_SCHEMAS = frozenset(
    {
        "schema",
        "extension",
        "cast",
        "event trigger",
        "publication",
        "subscription",
        "foreign data wrapper",
        "server",
        "user mapping",
        "language",
        "access method",
        "security label",
        "large objects",
        "default privileges",
        "database",
        "role",
        "setting",
    }
)


class Present:
    """The objects that only one of two snapshots has, and which of them belongs to which.

    `keys` are the objects on this side alone, `snapshot` is the whole side.
    """

    def __init__(self, keys: Iterable[ObjectKey], snapshot: Snapshot) -> None:
        self.values: dict[ObjectKey, Attributes] = {
            key: json.loads(snapshot.objects[key]) for key in sorted(keys)
        }
        schemas_differ = any(key.kind == "schema" for key in self.values)
        self._schemas = [key.name for key in snapshot if key.kind == "schema"] if schemas_differ else []
        self._columns = self._columns_by_table()
        self._constraints = {
            (str(values.get("table")), last_part(str(values["index"]))): key
            for key, values in self.values.items()
            if key.kind == "constraint" and values.get("index")
        }
        self._snapshot = snapshot
        self._owner: dict[ObjectKey, ObjectKey] = {}
        for key in self.values:
            owner = self._owner_of(key)
            # Whatever the attributes say, ownership has no circles.
            if owner is not None and self._root_of(owner) != key:
                self._owner[key] = owner
        self._owned: dict[ObjectKey, list[tuple[ObjectKey, Attributes]]] = {}
        for key in self._owner:
            self._owned.setdefault(self._root_of(key), []).append((key, self.values[key]))

    def roots(self) -> Iterator[ObjectKey]:
        """Objects that belong to no other object of this side."""
        return (key for key in self.values if key not in self._owner)

    def owned(self, root: ObjectKey) -> list[tuple[ObjectKey, Attributes]]:
        """All that belongs to `root`, however deep, in the order of their keys."""
        return self._owned.get(root, [])

    def _root_of(self, key: ObjectKey) -> ObjectKey:
        while (owner := self._owner.get(key)) is not None:
            key = owner
        return key

    def _columns_by_table(self) -> dict[str, dict[str, ObjectKey]]:
        found: dict[str, dict[str, ObjectKey]] = {}
        for key, values in self.values.items():
            if key.kind == "column" and isinstance(values.get("table"), str):
                table = values["table"]
                found.setdefault(table, {})[key.name[len(table) + 1 :]] = key
        return found

    def _owner_of(self, key: ObjectKey) -> ObjectKey | None:
        values = self.values[key]
        return (
            self._owning_relation(values)
            or self._owning_parent(key, values)
            or self._owning_column(key, values)
            or self._owning_constraint(key, values)
            or self._owning_schema(key)
        )

    def _owning_relation(self, values: Attributes) -> ObjectKey | None:
        table = values.get("table")
        return self._any(RELATIONS, table) if isinstance(table, str) else None

    def _owning_parent(self, key: ObjectKey, values: Attributes) -> ObjectKey | None:
        """A partition comes and goes with its table, what a child inherits with what it inherits it from."""
        if values.get("partition_bound"):
            parents = values.get("inherits") or ()
            return next((found for parent in parents if (found := self._any(("table",), str(parent)))), None)
        parent = values.get("parent")
        if isinstance(parent, str):
            return self._any((key.kind,), parent)
        parents = inherited_from(key, values, self._snapshot)
        return next((found for found in parents if found in self.values), None)

    def _owning_column(self, key: ObjectKey, values: Attributes) -> ObjectKey | None:
        """A column that takes its sequence, its constraints and its indexes with it when it goes."""
        owner = values.get("owned_by")
        if key.kind == "sequence" and isinstance(owner, str):
            return self._any(("column",), owner) or self._any(RELATIONS, owner.rpartition(".")[0])
        columns = self._columns.get(str(values.get("table")))
        if not columns or key.kind not in ("constraint", "index", "statistics"):
            return None
        named = _columns_named(str(values.get("text", "")))
        return next((columns[name] for name in sorted(columns) if name in named), None)

    def _owning_constraint(self, key: ObjectKey, values: Attributes) -> ObjectKey | None:
        if key.kind != "index":
            return None
        return self._constraints.get((str(values.get("table")), last_part(key.name)))

    def _owning_schema(self, key: ObjectKey) -> ObjectKey | None:
        """The schema, when every schema whose name could begin this object's name is on this side."""
        if key.kind in _OUTSIDE_SCHEMAS or not self._schemas:
            return None
        fitting = [ObjectKey("schema", name) for name in self._schemas if key.name.startswith(name + ".")]
        return fitting[0] if fitting and all(schema in self.values for schema in fitting) else None

    def _any(self, kinds: Iterable[str], name: str) -> ObjectKey | None:
        return next((found for kind in kinds if (found := ObjectKey(kind, name)) in self.values), None)


def inherited_from(key: ObjectKey, values: Attributes, snapshot: Snapshot) -> list[ObjectKey]:
    """The columns or constraints of the parent tables that an inherited one comes from."""
    if not values.get("inherited"):
        return []
    table = str(values.get("table"))
    tables = (ObjectKey("table", table), ObjectKey("foreign table", table))
    text = next((snapshot.objects[found] for found in tables if found in snapshot.objects), None)
    parents = json.loads(text).get("inherits") if text else None
    own = key.name[len(table) + 1 :]
    return [ObjectKey(key.kind, f"{parent}.{own}") for parent in parents or ()]


def last_part(name: str) -> str:
    """`ix_a` of `public.ix_a`."""
    return name.rpartition(".")[2]


def _columns_named(text: str) -> set[str]:
    """The names that the definition of an index or constraint mentions in its parentheses.

    Of a foreign key only its own columns, not those it refers to.
    """
    try:
        split = tokens(text)
    except TokenError:
        return set()
    words = [token.text for token in split]
    start = words.index("(") if "(" in words else len(words)
    end = words.index(")") if words[:1] == ["foreign"] and ")" in words else len(words)
    if words[:2] == ["not", "null"]:
        start = 2
    if words[:2] == ["create", "statistics"] and "on" in words:
        start = words.index("on")
    return {
        token.text[1:-1].replace('""', '"') if token.kind is TokenKind.QUOTED else token.text
        for token in split[start:end]
        if token.kind in (TokenKind.QUOTED, TokenKind.WORD)
    }
