"""Rows that one schema takes and another doesn't: what a migration from the one to the other may meet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from migcheck.model.tables import (
    PARTITION_BOUND,
    Check,
    Column,
    Constraint,
    DataType,
    Exclusion,
    Fits,
    ForeignKey,
    Key,
    NotNull,
    Table,
    TableName,
    Tables,
    Value,
    bare,
)
from migcheck.seeding.conditions import parse
from migcheck.seeding.refused import Unsolvable
from migcheck.seeding.rows import RowMaker

_LONG = 1_000_000  # characters that no server takes in one go


@dataclass(frozen=True, slots=True)
class Same:
    """Stands for the value that the first of two clashing rows has in that column; with `other_case` written
    in the other case."""

    other_case: bool = False


@dataclass(frozen=True, slots=True)
class Hostile:
    """One row, or two that clash, for a table as it is in the schema that takes it.

    `rows` are the values that matter (`Same`: those of the first row), the rest is filled with valid ones.
    `must` are conditions that have to hold for it, `must_not` one that must be false. For `kind`, `columns`,
    `constraint` and `why` see `migcheck.model.data.Trial`.
    """

    kind: str
    table: TableName
    columns: tuple[str, ...]
    constraint: Constraint | None
    why: str
    rows: tuple[Mapping[str, Value | Same], ...]
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()


def hostile(before: Tables, after: Tables, *, dialect: str) -> tuple[Hostile, ...]:
    """The rows that `before` takes and `after` does not, one for each thing that `after` asks in addition.

    Tables and columns are matched by name; what `before` forbids already is left out.
    """
    found: dict[tuple[object, ...], Hostile] = {}
    for name, table in after.items():
        old = before.get(name)
        if old is None or old == table or not old.takes_rows:
            continue
        for number, row in enumerate(_of_table(old, table, before, dialect)):
            # Partitions have the constraints of their table: one of them will do.
            own = old.holds_rows or row.kind == "partition"
            key = (name, number) if own else (old.parent, row.kind, row.columns)
            found.setdefault(key, row)
    return tuple(found.values())


def _of_table(old: Table, new: Table, before: Tables, dialect: str) -> Iterator[Hostile]:
    for column in new.columns:
        yield from _nulls(old, column)
        yield from _misfits(old, column)
    known_keys = {_asked(key) for key in old.keys}
    for key in new.keys:
        if _asked(key) not in known_keys and not _is_unique_anyway(old, key):
            yield from _duplicates(old, new, key, dialect)
    for foreign in new.foreign_keys:
        if not any(_refers_alike(foreign, each) for each in old.foreign_keys):
            yield from _orphan(old, foreign, before)
    old_checks = {check.sql for check in old.checks}
    for check in new.checks:
        if check.sql not in old_checks:
            yield from _violating(old, check, dialect)
    for exclusion in new.exclusions:
        if not any(each.elements == exclusion.elements for each in old.exclusions):
            yield from _clashing(old, exclusion)


def _writable(table: Table, name: str) -> Column | None:
    column = table.column(name)
    return None if column is None or column.generated else column


def _nulls(old: Table, column: Column) -> Iterator[Hostile]:
    if column.nullable and column.type.nullable:
        return
    then = old.column(column.name)
    constraint = NotNull(column.name, column.validated)
    if then is None:
        if column.default is None and not column.serial and not column.generated:
            why = (
                f"{bare(old.name)} has a row, and the new column {column.name} is NOT NULL without a default"
            )
            yield Hostile("null", old.name, (column.name,), constraint, why, ({},))
        return
    if then.nullable and then.type.nullable and not then.generated and not then.serial:
        why = f"{bare(old.name)}.{column.name} is NULL, and the schema that comes has it NOT NULL"
        yield Hostile("null", old.name, (column.name,), constraint, why, ({column.name: None},))


def _misfits(old: Table, column: Column) -> Iterator[Hostile]:
    """A value of the old type that the new one does not take as it is."""
    then = _writable(old, column.name)
    if then is None or then.serial or column.generated or then.type == column.type:
        return
    unique = next((key for key in old.keys if column.name in key.elements and not key.expressions), None)
    for kind, value, why in misfit(then.type, column.type):
        rows: tuple[Mapping[str, Value | Same], ...] = ({column.name: value},)
        other = None if unique is None else _alike(kind, value)
        if unique is not None and other is not None:
            # Which is no other one any more where it is cut.
            rows += ({**dict.fromkeys(unique.elements, Same()), column.name: other},)
        fits = Fits(column.name, column.type)
        yield Hostile(kind, old.name, (column.name,), fits, f"{bare(old.name)}.{column.name} {why}", rows)


def _alike(kind: str, value: Value) -> Value:
    """Another value that is the same one as `value` once both are cut to fit; None for none."""
    if kind == "too long":
        return str(value)[:-1] + "y"
    if kind == "cast" and "05:06" in str(value):
        return str(value).replace("05:06", "05:07")
    return None


def misfit(old: DataType, new: DataType) -> Iterator[tuple[str, Value, str]]:
    """(kind, value, why) for values of `old` that are none of `new`, or not without being cut."""
    if old.family == "text" and new.family == "text":
        narrower = new.length is not None and (old.length is None or old.length > new.length)
        if new.length is not None and narrower and new.length < _LONG:
            yield "too long", "x" * (new.length + 1), f"is longer than {new.sql} takes"
    elif new.family in ("integer", "decimal") and old.family in ("integer", "decimal", "float"):
        yield from _numbers(old, new)
    elif new.family in ("enum", "set") and old.family in ("enum", "set", "text"):
        gone = [label for label in old.labels if label not in new.labels]
        if old.family == "text" and new.family == "enum":
            gone = ["no such label"[: old.length]]
        for label in gone:
            yield "label", label, f"is {label!r}, which is no label of {new.sql}"
    elif old.family == "timestamp" and new.family == "date":
        yield "cast", "2020-02-03 04:05:06" + ("+00" if old.with_timezone else ""), "has a time of the day"
    elif old.family == "text" and new.family in _NOT_OF:
        text = _NOT_OF[new.family][: old.length]
        yield "cast", text, f"is {text!r}, which is no {new.sql}"
        yield "cast", "", f"is an empty text, which is no {new.sql}"


_NOT_OF = {
    "integer": "not a number", "decimal": "not a number", "float": "not a number", "uuid": "not a uuid",
    "date": "not a date", "timestamp": "not a time", "time": "not a time", "boolean": "maybe",
    "json": "{not json", "network": "not an address", "interval": "not an interval", "xml": "<not xml",
}  # fmt: skip


def _numbers(old: DataType, new: DataType) -> Iterator[tuple[str, Value, str]]:
    if new.maximum is not None:
        beyond = new.maximum + 1
        if old.family != "integer" or (old.maximum is not None and old.maximum > new.maximum):
            if old.precision is None or beyond < 10 ** (old.precision - (old.scale or 0)):
                yield "out of range", beyond, f"is {beyond}, more than {new.sql} takes"
        elif old.minimum is not None and new.minimum is not None and old.minimum < new.minimum:
            yield "out of range", new.minimum - 1, f"is {new.minimum - 1}, less than {new.sql} takes"
    if new.family == "integer" and old.family != "integer" and (old.scale or old.precision is None):
        yield "out of range", Decimal("1.5"), f"is 1.5, which {new.sql} rounds"
    if new.family == "decimal" and new.precision is not None:
        yield from _decimals(old, new)


def _decimals(old: DataType, new: DataType) -> Iterator[tuple[str, Value, str]]:
    assert new.precision is not None
    scale, digits = new.scale or 0, new.precision - (new.scale or 0)
    old_digits = None if old.precision is None else old.precision - (old.scale or 0)
    if old.family == "integer" and old.maximum is not None:
        old_digits = len(str(old.maximum)) - 1
    if old_digits is None or old_digits > digits:
        yield "out of range", 10**digits, f"is {10**digits}, more than {new.sql} takes"
    if old.family != "integer" and (old.precision is None or (old.scale or 0) > scale):
        number = Decimal(1).scaleb(-(scale + 1)) + 1
        yield "out of range", number, f"is {number}, which {new.sql} rounds"


def _asked(key: Key) -> tuple[object, ...]:
    return frozenset(key.elements), key.where, key.nulls_distinct, key.expressions


def _is_unique_anyway(old: Table, key: Key) -> bool:
    """Whether another key of the table makes duplicates of this one impossible."""
    if key.expressions:
        return False
    return any(
        not each.expressions and each.where is None and set(each.elements) <= set(key.elements)
        for each in old.keys
    )


def _duplicates(old: Table, new: Table, key: Key, dialect: str) -> Iterator[Hostile]:
    names = _columns_of(key, old, dialect)
    if not names or any(_writable(old, name) is None for name in names):
        return
    first: dict[str, Value | Same] = {}
    second: dict[str, Value | Same] = {}
    for name in names:
        column, then = new.column(name), old.column(name)
        assert then is not None
        if then.serial and not key.expressions:
            return  # numbers that the server gives
        text = then.type.family == "text"
        other_case = text and (
            (key.expressions and any("lower" in e.lower() or "upper" in e.lower() for e in key.elements))
            or (column is not None and column.case_insensitive and not then.case_insensitive)
        )
        second[name] = Same(other_case)
    shown = ", ".join(key.elements)
    why = f"two rows of {bare(old.name)} have the same ({shown}), and the schema that comes has it UNIQUE"
    must = (key.where,) if key.where else ()
    yield Hostile("duplicate", old.name, names, key, why, (first, second), must)
    nullable = [n for n in names if (c := old.column(n)) is not None and c.nullable and c.type.nullable]
    if not key.nulls_distinct and not key.expressions and nullable:
        nulls: dict[str, Value | Same] = dict.fromkeys(nullable)
        why = (
            f"two rows of {bare(old.name)} have the same ({shown}) with NULL in {nullable[0]}, and NULLs will"
        )
        twin = {**second, **nulls}
        yield Hostile("duplicate", old.name, names, key, f"{why} count as equal", (nulls, twin), must)


def _columns_of(key: Key, table: Table, dialect: str) -> tuple[str, ...]:
    """The columns of a key, also those in its expressions."""
    if not key.expressions:
        return key.elements
    named = {name.lower() for element in key.elements for name in parse(element, dialect).columns}
    return tuple(column.name for column in table.columns if column.name.lower() in named)


def _refers_alike(one: ForeignKey, other: ForeignKey) -> bool:
    return (one.columns, one.table, one.referred) == (other.columns, other.table, other.referred)


def _orphan(old: Table, key: ForeignKey, before: Tables) -> Iterator[Hostile]:
    parent = before.get(key.table)
    fixed: dict[str, Value | Same] = {}
    for name, referred in zip(key.columns, key.referred, strict=True):
        column = _writable(old, name)
        if column is None or (column.serial and not column.nullable):
            return
        value = _nowhere(column.type)
        if value is None:
            return
        if parent is not None and parent.column(referred) is None:
            return
        fixed[name] = value
    shown = ", ".join(f"{bare(old.name)}.{name} is {value!r}" for name, value in fixed.items())
    why = f"{shown}, and there is no such row in {bare(key.table)}"
    yield Hostile("orphan", old.name, key.columns, key, why, (fixed,))


def _nowhere(kind: DataType) -> Value:
    """A value that no row has as its key."""
    if kind.family == "integer":
        return (kind.maximum or 2**31 - 1) - 7
    if kind.family == "decimal":
        return int(10 ** min((kind.precision or 9) - (kind.scale or 0), 9)) - 7
    if kind.family == "uuid":
        return "00000000-0000-4000-8000-00000000dead"
    if kind.family == "text":
        return "nowhere"[: kind.length]
    return None


def _violating(old: Table, check: Check, dialect: str) -> Iterator[Hostile]:
    names = parse(check.sql, dialect).columns or frozenset(check.columns)
    columns = tuple(column.name for column in old.columns if column.name in names)
    if not columns or len(columns) < len(names):
        return
    kind = "partition" if check.name == PARTITION_BOUND else "check"
    why = f"a row of {bare(old.name)} does not satisfy {check.sql}, as the schema that comes demands"
    yield Hostile(kind, old.name, columns, check, why, ({},), (), (check.sql,))


def _clashing(old: Table, exclusion: Exclusion) -> Iterator[Hostile]:
    named = {name for sql, _ in exclusion.elements for name in parse(sql, "postgresql").columns}
    columns = tuple(column.name for column in old.columns if column.name in named)
    if not columns or any(_writable(old, name) is None for name in columns):
        return
    why = f"two rows of {bare(old.name)} overlap, which the schema that comes excludes"
    must = (exclusion.where,) if exclusion.where else ()
    second: dict[str, Value | Same] = dict.fromkeys(columns, Same())
    yield Hostile("exclusion", old.name, columns, exclusion, why, ({}, second), must)


class Takes(Protocol):
    """What rows are put into; a part of `Sink`."""

    def insert(self, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Value]]) -> None:
        """See `Sink.insert`."""


def put(maker: RowMaker, sink: Takes, row: Hostile) -> tuple[dict[str, Value], ...]:
    """Put a hostile row in, as the schema stands; the values that were given.

    Raises Refused or Unsolvable where that schema does not take it: then it is no row to be afraid of.
    """
    table = maker.tables[row.table]
    made: list[dict[str, Value]] = []
    for fixed in row.rows:
        first = made[0] if made else {}
        told = {name: _told(value, first.get(name)) for name, value in fixed.items()}
        full = maker.row(table, told, row.must, row.must_not)
        if not made and len(row.rows) == 2:
            _complete(full, row, maker, table)
        made.append(full)
    columns = list(
        dict.fromkeys(name for full in made for name in full if all(name in each for each in made))
    )
    sink.insert(table, columns, [[full[name] for name in columns] for full in made])
    return tuple(made)


def _complete(full: dict[str, Value], row: Hostile, maker: RowMaker, table: Table) -> None:
    """The columns in which two rows are to clash need a value that can be equal."""
    for name in row.columns:
        if name not in full or (full[name] is None and row.rows[0].get(name, Same()) is not None):
            again = maker.row(table, {}, row.must)
            if again.get(name) is None:
                raise Unsolvable(f"{name} cannot be filled")
            full[name] = again[name]


def _told(value: Value | Same, first: Value) -> Value:
    if not isinstance(value, Same):
        return value
    if value.other_case and isinstance(first, str):
        return first.upper() if first.upper() != first else first.lower()
    return first
