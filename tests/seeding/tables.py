"""Tables made by hand."""

from __future__ import annotations

from typing import Any

from migcheck.model.tables import Column, DataType, Table, TableName, Tables

INT = DataType("integer", "integer", minimum=-(2**31), maximum=2**31 - 1)
BIG = DataType("integer", "bigint", minimum=-(2**63), maximum=2**63 - 1)
TEXT = DataType("text", "text")


def varchar(length: int) -> DataType:
    """A text of at most so many characters."""
    return DataType("text", f"character varying({length})", length=length)


def numeric(precision: int, scale: int) -> DataType:
    """A decimal."""
    return DataType("decimal", f"numeric({precision},{scale})", precision=precision, scale=scale)


def column(name: str, kind: DataType = TEXT, **fields: Any) -> Column:
    """A column that may be NULL, unless told otherwise."""
    return Column(name, kind, **fields)


def table(name: str, *columns: Column, **fields: Any) -> Table:
    """A table of the schema public."""
    return Table(TableName("public", name), columns, **fields)


def tables(*each: Table) -> Tables:
    """By their names."""
    return {one.name: one for one in each}
