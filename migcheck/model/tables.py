"""Tables as somebody sees them who puts rows in: the same for every kind of database.

A snapshot says all there is about a schema, in each server's own words; this says what rows must be like.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

Value = None | bool | int | Decimal | float | str | bytes
"""One value of one column, as it is given to a server. What is none of the numbers, and no bytes, is text in
the form that the server reads: dates and times in ISO 8601, arrays, ranges and composites in PostgreSQL's
own notation, JSON as its text."""

FAMILIES = (
    "integer", "decimal", "float", "money", "boolean", "text", "bytes", "bits", "date", "time", "timestamp",
    "interval", "year", "uuid", "json", "xml", "network", "enum", "set", "array", "range", "multirange",
    "composite", "geometry", "spatial", "tsvector", "other",
)  # fmt: skip
"""What `DataType.family` can be; a type that fits none is `other`. Values of `geometry` are PostgreSQL's own
shapes, those of `spatial` well-known text."""


class TableName(NamedTuple):
    """A table's schema ("" where the dialect has none inside a database) and its name, both unquoted."""

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name


def bare(table: TableName | str) -> str:
    """A table's name as migrations mostly write it: without PostgreSQL's usual schema."""
    return str(table).removeprefix("public.")


@dataclass(frozen=True, slots=True)
class DataType:
    """A column's type.

    `family` is one of FAMILIES and says what values look like; of a domain it is that of its base. `sql` is
    the type as the server writes it, with its parameters (`character varying(20)`). `length` counts
    characters of text, bytes of bytes, bits of bits (None: no limit worth telling), and `fixed` says that a
    value always has that length. `precision` and `scale` are those of a decimal; of a time or timestamp
    `precision` is the number of digits after the second. `minimum` and `maximum` bound integers. `labels` are
    those of an enum or set, in order; `element` is the type inside an array or (multi)range, `fields` those
    of a composite. `domain` names the domain, `checks` are its conditions on VALUE as SQL, and not
    `nullable` means that it takes no NULL.
    """

    family: str
    sql: str
    length: int | None = None
    fixed: bool = False
    precision: int | None = None
    scale: int | None = None
    minimum: int | None = None
    maximum: int | None = None
    with_timezone: bool = False
    labels: tuple[str, ...] = ()
    element: DataType | None = None
    fields: tuple[tuple[str, DataType], ...] = ()
    domain: str | None = None
    checks: tuple[str, ...] = ()
    nullable: bool = True


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    `default` is its SQL. `serial`: the server numbers rows that leave it out (identity, a sequence's nextval,
    AUTO_INCREMENT, SQLite's INTEGER PRIMARY KEY). `generated`: computed, nothing can be put in. `always`: an
    identity GENERATED ALWAYS, which takes a value only when it is overridden. `case_insensitive`: values that
    differ in case only count as equal (citext, a collation). `sequence` is what gives the numbers, as it is
    written in SQL, where it is an object of its own, and `increment` its step. Not `validated`: NOT NULL
    for new rows only (PostgreSQL's NOT VALID).
    """

    name: str
    type: DataType
    nullable: bool = True
    default: str | None = None
    serial: bool = False
    generated: bool = False
    always: bool = False
    case_insensitive: bool = False
    sequence: str | None = None
    increment: int = 1
    validated: bool = True


@dataclass(frozen=True, slots=True)
class NotNull:
    """A column that takes no NULL, as a constraint; `validated` is False for NOT VALID."""

    column: str
    validated: bool = True

    @property
    def name(self) -> str:
        """The column's: the constraint has hardly ever a name of its own."""
        return self.column


@dataclass(frozen=True, slots=True)
class Key:
    """A primary key, a unique constraint or a unique index.

    `elements` are columns' names, or SQL where `expressions` is True (then all of them are SQL, columns'
    names quoted as the dialect needs it). `where` is the SQL predicate of a partial index. Not `valid`: an
    index that was left invalid (CREATE INDEX CONCURRENTLY that failed).
    """

    name: str
    elements: tuple[str, ...]
    expressions: bool = False
    where: str | None = None
    primary: bool = False
    nulls_distinct: bool = True
    deferrable: bool = False
    valid: bool = True


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """`columns` refer to `referred` of `table`; actions in SQL's words (`NO ACTION`, `SET NULL` ...).

    `validated` is False for NOT VALID, `enforced` for NOT ENFORCED or switched off triggers, and `acts` for
    switched off triggers of the table that it refers to.
    """

    name: str
    columns: tuple[str, ...]
    table: TableName
    referred: tuple[str, ...]
    on_delete: str = "NO ACTION"
    on_update: str = "NO ACTION"
    match_full: bool = False
    deferrable: bool = False
    validated: bool = True
    enforced: bool = True
    acts: bool = True


PARTITION_BOUND = "partition bound"
"""The name of the check that stands for the bounds of a partition, or of all partitions of a table."""


@dataclass(frozen=True, slots=True)
class Check:
    """A CHECK constraint: `sql` is the bare condition, `columns` are those that it names."""

    name: str
    sql: str
    columns: tuple[str, ...] = ()
    validated: bool = True
    enforced: bool = True


@dataclass(frozen=True, slots=True)
class Exclusion:
    """An exclusion constraint: no two rows for which every (SQL expression, operator) of `elements` holds."""

    name: str
    elements: tuple[tuple[str, str], ...]
    where: str | None = None
    deferrable: bool = False


@dataclass(frozen=True, slots=True)
class Fits:
    """Not a constraint of a server's, but what a new type asks of old values: that `column` fits into `type`
    without being cut, rounded or refused."""

    column: str
    type: DataType

    @property
    def name(self) -> str:
        """The column's."""
        return self.column


Constraint = NotNull | Key | ForeignKey | Check | Exclusion | Fits


@dataclass(frozen=True, slots=True)
class Table:
    """A table and all that decides which rows it takes.

    `holds_rows`: its rows are looked at under its own name; False for a partition, whose rows are its root's.
    `takes_rows`: rows are put in under its own name; False for a partitioned table whose partitions take them
    (each has its bounds among its `checks`), for a foreign table and the like. `parent` is what it is a
    partition or (PostgreSQL) a child of. `triggers` are the names of those that fire when rows come in,
    `later_triggers` (PostgreSQL) of those that only fire when rows change or go.
    `engine` is MariaDB's and MySQL's.
    """

    name: TableName
    columns: tuple[Column, ...]
    keys: tuple[Key, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    exclusions: tuple[Exclusion, ...] = ()
    holds_rows: bool = True
    takes_rows: bool = True
    parent: TableName | None = None
    triggers: tuple[str, ...] = ()
    later_triggers: tuple[str, ...] = ()
    engine: str = ""

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key, () without one."""
        return next((key.elements for key in self.keys if key.primary), ())

    @property
    def generated(self) -> tuple[str, ...]:
        """The columns that are computed."""
        return tuple(column.name for column in self.columns if column.generated)

    def column(self, name: str) -> Column | None:
        """The column of that name."""
        return next((column for column in self.columns if column.name == name), None)

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """All of them, NOT NULL included."""
        not_nulls = tuple(
            NotNull(column.name, column.validated) for column in self.columns if not column.nullable
        )
        return (*not_nulls, *self.keys, *self.foreign_keys, *self.checks, *self.exclusions)


Tables = Mapping[TableName, Table]
