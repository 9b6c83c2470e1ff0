"""The parts of a CREATE TABLE, as SQLite's grammar (src/parse.y) has them; `parser` reads them."""

from __future__ import annotations

from dataclasses import dataclass, field

from migcheck.dialects.sqlite.tokens import Token

Expression = tuple[Token, ...]


@dataclass(frozen=True, slots=True)
class IndexedColumn:
    """One element of a key: a column or an expression, with its collation and direction."""

    expression: Expression
    collation: str = ""
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Constraint:
    """A constraint of the table; `kind` is primary key, unique, check or foreign key.

    `columns` are of its key, `expression` is a check's; `parent`, `parent_columns` and `clauses` (such as
    ON DELETE CASCADE) are a foreign key's. `inline` says that it stands at its column.
    """

    kind: str
    name: str | None
    columns: tuple[IndexedColumn, ...] = ()
    expression: Expression = ()
    parent: str = ""
    parent_columns: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    conflict: str = ""
    inline: bool = False
    autoincrement: bool = False


@dataclass(slots=True)
class Column:
    """A column: what stands at it, constraints of the table apart."""

    name: str
    type: str = ""
    not_null: bool = False
    not_null_conflict: str = ""
    default: Expression = ()
    collation: str = ""
    generated: str = ""  # stored or virtual
    expression: Expression = ()


@dataclass(slots=True)
class TableDefinition:
    """A table as its CREATE TABLE has it, columns and constraints in its order."""

    columns: list[Column] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)
    without_rowid: bool = False
    strict: bool = False
