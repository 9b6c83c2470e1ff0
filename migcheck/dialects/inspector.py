"""The reader for dialects that have none of their own: what SQLAlchemy's Inspector sees.

It sees schemas, tables, columns, keys, checks, indexes, comments, sequences' names, views' text and named
enumerations, as far as a dialect implements them (see `unseen`).
"""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.engine.reflection import Inspector
from sqlalchemy.exc import CompileError

from migcheck.dialects.inspected import (
    Attributes,
    Entry,
    column,
    constraint,
    index,
    is_made_up,
    table_options,
)
from migcheck.dialects.names import PREFIX
from migcheck.model.snapshot import ObjectKey, Snapshot

_SYSTEM_SCHEMAS = frozenset(
    "information_schema pg_catalog pg_toast crdb_internal pg_extension mysql performance_schema sys".split()
)
_ALWAYS_UNSEEN = (
    "triggers, routines, privileges, roles, policies, owners, parameters of sequences,"
    " whether a constraint is enforced, types that SQLAlchemy does not know"
)
_SEEN_BY_SOME = {
    "check_constraints": "check constraints",
    "unique_constraints": "unique constraints apart from their indexes",
    "foreign_keys": "foreign keys",
    "indexes": "indexes",
    "view_definition": "the text of views",
    "sequence_names": "sequences",
    "table_comment": "comments",
}


def unseen(dialect: type[Any]) -> str:
    """What `inspect_schema` cannot see on a dialect (a class of SQLAlchemy's), as a list in words."""
    instance = dialect()
    missing = [words for what, words in _SEEN_BY_SOME.items() if not _implements(instance, what)]
    return ", ".join([_ALWAYS_UNSEEN, *missing])


def _implements(dialect: Any, what: str) -> bool:
    """Whether a reflection method, asked without a connection, says more than NotImplementedError."""
    try:
        getattr(dialect, f"get_{what}")(None, "")
    except NotImplementedError:
        return False
    except Exception:  # it has missed the connection
        return True
    return True


def inspect_schema(connection: Connection, leave_out: Collection[str] = frozenset()) -> Snapshot:
    """A snapshot of every schema that the connection sees, without the tables named in `leave_out`.

    Names in the default schema are not qualified; in `leave_out` they may be. Works with SQLAlchemy 1.4 and
    newer. Raises what SQLAlchemy raises.
    """
    inspector = inspect(connection)
    default = str(inspector.default_schema_name or "")
    left_out = {name.removeprefix(f"{default}.") for name in leave_out}
    objects: dict[ObjectKey, str] = {}
    database = str(connection.engine.url.database or "")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of types and expressions that SQLAlchemy does not know
        for schema in _schemas(inspector, default, database):
            for key, attributes in _Schema(inspector, schema, default, left_out).entries():
                objects[_free(key, objects)] = json.dumps(
                    {
                        name: _anywhere(value, database)
                        for name, value in attributes.items()
                        if _says_something(name, value)
                    },
                    sort_keys=True,
                    ensure_ascii=False,
                    default=str,
                )
    return Snapshot(objects)


def _schemas(inspector: Inspector, default: str, database: str) -> list[str | None]:
    """The schemas to read; None stands for the default one.

    Where the default one has the database's name, a schema is a database, and others are none of ours.
    """
    if not default or default == database:
        return [None]
    others = sorted({*_supported(inspector.get_schema_names, [])} - {default})
    return [None, *(name for name in others if name.lower() not in _SYSTEM_SCHEMAS)]


def _free(key: ObjectKey, objects: Mapping[ObjectKey, str]) -> ObjectKey:
    """The key itself; numbered where another object has it (a unique key and a foreign key of one name)."""
    free, number = key, 1
    while free in objects:
        number += 1
        free = ObjectKey(key.kind, f"{key.name} ({number})")
    return free


def _says_something(name: str, value: object) -> bool:
    return name == "nullable" or value not in (None, False, [], {}, "")


def _anywhere(value: object, database: str) -> object:
    """A text without the name of the disposable database, which some servers put before each table's."""
    if not isinstance(value, str) or not database.startswith(PREFIX):
        return value
    return re.sub(rf"""[`"\[]?\b{re.escape(database)}[`"\]]?\.""", "", value)


class _Schema:
    """One schema; None for the default one, whose name is `default`."""

    def __init__(
        self, inspector: Inspector, schema: str | None, default: str, left_out: Collection[str]
    ) -> None:
        self._inspector = inspector
        self._schema = schema
        self._default = default
        names = inspector.get_table_names(schema=schema)
        self._tables = sorted(name for name in names if self._qualified(name) not in left_out)
        self._views = dict.fromkeys(_supported(inspector.get_view_names, [], schema=schema), "view")
        materialized = getattr(inspector, "get_materialized_view_names", None)  # SQLAlchemy 2.0
        if materialized is not None:
            self._views |= dict.fromkeys(_supported(materialized, [], schema=schema), "materialized view")
        self._columns = self._all("columns", [*self._tables, *sorted(self._views)])

    def entries(self) -> Iterator[Entry]:
        """All that is in the schema, and the schema itself."""
        if self._schema is not None:
            yield ObjectKey("schema", self._schema), {}
        yield from self._table_entries()
        yield from self._constraint_entries()
        for view, kind in sorted(self._views.items()):
            text = _supported(self._inspector.get_view_definition, None, view, schema=self._schema)
            yield self._relation(view, kind, {"text": " ".join(str(text or "").split())})
            yield from self._column_entries(view)
        yield from self._sequence_entries()
        yield from self._type_entries()

    def _qualified(self, name: str) -> str:
        return name if self._schema is None else f"{self._schema}.{name}"

    def _all(self, what: str, names: list[str]) -> dict[str, Any]:
        """What the Inspector tells of each of the tables and views named; nothing where it cannot."""
        many = getattr(self._inspector, f"get_multi_{what}", None)  # SQLAlchemy 2.0
        if not names:
            return {}
        try:
            if many is None:
                one = getattr(self._inspector, f"get_{what}")
                return {name: one(name, schema=self._schema) for name in names}
            from sqlalchemy.engine.reflection import ObjectKind, ObjectScope

            found = many(schema=self._schema, filter_names=names, kind=ObjectKind.ANY, scope=ObjectScope.ANY)
            return {name: value for (_schema, name), value in found.items()}
        except NotImplementedError:
            return {}

    def _relation(self, name: str, kind: str, attributes: Attributes) -> Entry:
        order = [each["name"] for each in self._columns.get(name) or ()]
        return ObjectKey(kind, self._qualified(name)), {"column_order": order, **attributes}

    def _column_entries(self, table: str) -> Iterator[Entry]:
        for told in self._columns.get(table) or ():
            yield column(self._qualified(table), told, _type_text(told["type"], self._inspector))

    def _table_entries(self) -> Iterator[Entry]:
        comments = self._all("table_comment", self._tables)
        options = self._all("table_options", self._tables)
        for table in self._tables:
            comment = (comments.get(table) or {}).get("text")
            told = table_options(options.get(table) or {})
            yield self._relation(table, "table", {"comment": comment, "options": told})
            yield from self._column_entries(table)

    def _constraint_entries(self) -> Iterator[Entry]:
        primary = self._all("pk_constraint", self._tables)
        uniques = self._all("unique_constraints", self._tables)
        foreign = self._all("foreign_keys", self._tables)
        checks = self._all("check_constraints", self._tables)
        indexes = self._all("indexes", self._tables)
        for table in self._tables:
            name = self._qualified(table)
            key = primary.get(table) or {}
            if key.get("constrained_columns"):
                yield constraint(name, "PRIMARY KEY", key, self._default)
            for told in uniques.get(table) or ():
                yield constraint(name, "UNIQUE", told, self._default)
            for told in foreign.get(table) or ():
                yield constraint(name, "FOREIGN KEY", told, self._default)
            for told in checks.get(table) or ():
                yield constraint(name, "CHECK", told, self._default)
            constraints = {told["name"] for told in (*(uniques.get(table) or ()), key) if told.get("name")}
            for told in indexes.get(table) or ():
                if not told.get("duplicates_constraint") and told["name"] not in constraints:
                    yield index(name, told)

    def _sequence_entries(self) -> Iterator[Entry]:
        owners = {
            name: f"{self._qualified(table)}.{told['name']}"
            for table, columns in self._columns.items()
            for told in columns
            for name in (f"{table}_{told['name']}_seq", _sequence_of(told.get("default")))
        }
        for name in sorted(_supported(self._inspector.get_sequence_names, [], schema=self._schema)):
            if not is_made_up(name):
                yield ObjectKey("sequence", self._qualified(name)), {"owned_by": owners.get(name)}

    def _type_entries(self) -> Iterator[Entry]:
        """Named enumerations, of PostgreSQL and its kin."""
        enums = getattr(self._inspector, "get_enums", None)
        for told in _supported(enums, [], schema=self._schema) if enums is not None else ():
            key = ObjectKey("type", self._qualified(told["name"]))
            yield key, {"kind": "enum", "labels": list(told["labels"])}


def _sequence_of(default: object) -> str:
    """The sequence from which a column's default takes its values."""
    found = re.search(r"""nextval\('(?:.*\.)?"?([^"'.]+)"?'""", str(default or ""))
    return found[1] if found else ""


def _type_text(told: Any, inspector: Inspector) -> str:
    """A type in its dialect's own words; as Python writes it where it has none."""
    try:
        return str(told.compile(dialect=inspector.dialect))
    except CompileError:
        return repr(told)


def _supported(method: Callable[..., Any], otherwise: Any, *args: Any, **kwargs: Any) -> Any:
    """What a reflection method gives, or `otherwise` where the dialect does not implement it."""
    try:
        return method(*args, **kwargs)
    except NotImplementedError:
        return otherwise
