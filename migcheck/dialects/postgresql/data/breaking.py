"""SQL for the rows that break a constraint, whether or not the table has it."""

from __future__ import annotations

from migcheck.dialects.postgresql.data.contents import qualified, quoted
from migcheck.model.tables import (
    Check,
    Constraint,
    DataType,
    Exclusion,
    Fits,
    ForeignKey,
    Key,
    NotNull,
    Table,
    TableName,
)
from migcheck.seeding import Refused

_PLACE = "tableoid, ctid"

# For servers that cannot say whether a text is a value of a type.
_PATTERNS = {
    "uuid": r"^\{?[0-9a-fA-F]{4}(-?[0-9a-fA-F]{4}){7}\}?$",
    "date": r"^\d{4}-\d\d?-\d\d?$",
    "timestamp": r"^\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d(:\d\d(\.\d+)?)?([+-]\d\d(:?\d\d)?|Z)?)?$",
    "boolean": r"^\s*([tT](rue)?|[fF](alse)?|[yY](es)?|[nN]o?|on|off|1|0)\s*$",
}


def breaking(table: TableName, constraint: Constraint, version: int, *, surplus: bool = False) -> str:
    """A query for (tableoid, ctid) of the rows of `table` that break `constraint`.

    With `surplus` one row of each set of duplicates is left out. Raises Refused where no query can tell.
    """
    source = qualified(table)
    if isinstance(constraint, NotNull):
        return f"SELECT {_PLACE} FROM {source} WHERE {quoted(constraint.column)} IS NULL"
    if isinstance(constraint, Check):
        return f"SELECT {_PLACE} FROM {source} WHERE NOT ({constraint.sql})"
    if isinstance(constraint, Key):
        return _duplicates(source, constraint, surplus)
    if isinstance(constraint, ForeignKey):
        return _orphans(source, constraint)
    if isinstance(constraint, Exclusion):
        return _overlapping(source, constraint, surplus)
    return f"SELECT {_PLACE} FROM {source} WHERE {_misfit(constraint, version)}"


def _duplicates(source: str, key: Key, surplus: bool) -> str:
    parts = list(key.elements) if key.expressions else [quoted(element) for element in key.elements]
    together = ", ".join(f"({part})" for part in parts)
    conditions = [f"({key.where})"] if key.where else []
    if key.nulls_distinct:
        conditions += [f"({part}) IS NOT NULL" for part in parts]
    where = " AND ".join(conditions) or "true"
    ranked = (
        f"SELECT {_PLACE}, count(*) OVER (PARTITION BY {together}) AS same,"
        f" row_number() OVER (PARTITION BY {together} ORDER BY {_PLACE}) AS place FROM {source} WHERE {where}"
    )
    return f"SELECT {_PLACE} FROM ({ranked}) AS ranked WHERE same > 1{' AND place > 1' if surplus else ''}"


def _orphans(source: str, key: ForeignKey) -> str:
    pairs = zip(key.columns, key.referred, strict=True)
    match = " AND ".join(f"parent.{quoted(theirs)} = child.{quoted(ours)}" for ours, theirs in pairs)
    filled = " AND ".join(f"child.{quoted(column)} IS NOT NULL" for column in key.columns)
    orphan = f"({filled} AND NOT EXISTS (SELECT FROM {qualified(key.table)} AS parent WHERE {match}))"
    if key.match_full:
        some = " OR ".join(f"child.{quoted(column)} IS NOT NULL" for column in key.columns)
        orphan = f"({orphan} OR (({some}) AND NOT ({filled})))"
    return f"SELECT child.tableoid, child.ctid FROM {source} AS child WHERE {orphan}"


def _overlapping(source: str, exclusion: Exclusion, surplus: bool) -> str:
    parts = ", ".join(f"({sql}) AS e{number}" for number, (sql, _) in enumerate(exclusion.elements))
    where = f" WHERE {exclusion.where}" if exclusion.where else ""
    rows = f"(SELECT {_PLACE}, {parts} FROM {source}{where})"
    clash = " AND ".join(
        f"a.e{number} {operator} b.e{number}" for number, (_, operator) in enumerate(exclusion.elements)
    )
    other = ">" if surplus else "<>"
    return (
        f"SELECT DISTINCT a.tableoid, a.ctid FROM {rows} AS a JOIN {rows} AS b"
        f" ON (a.tableoid, a.ctid) {other} (b.tableoid, b.ctid) AND {clash}"
    )


def _misfit(fits: Fits, version: int) -> str:
    """The condition under which a value does not fit into the type."""
    column, kind = quoted(fits.column), fits.type
    text = f"{column}::text"
    conditions = [f"{text} IS NOT NULL"]
    if kind.family in ("text", "bits") and kind.length is not None:
        conditions.append(f"pg_catalog.length({text}) > {kind.length}")
    elif kind.family == "bytes":
        return "false"
    elif kind.family in ("integer", "decimal"):
        conditions.append(_no_number(text, kind))
    elif kind.family in ("enum", "set"):
        labels = ", ".join("'" + label.replace("'", "''") + "'" for label in kind.labels)
        conditions.append(f"{text} NOT IN ({labels or 'NULL'})")
    elif kind.family == "date" and version >= 0:
        conditions.append(f"({_invalid(text, kind, version)} OR {text} ~ '[1-9].*:|:.*[1-9]')")
    else:
        conditions.append(_invalid(text, kind, version))
    return " AND ".join(conditions)


def _no_number(text: str, kind: DataType) -> str:
    number = f"{text}::numeric"
    wrong = []
    if kind.minimum is not None and kind.maximum is not None:
        wrong.append(f"{number} NOT BETWEEN {kind.minimum} AND {kind.maximum}")
    if kind.family == "integer":
        wrong.append(f"{number} <> trunc({number})")
    if kind.precision is not None:
        scale = kind.scale or 0
        wrong += [f"{number} <> round({number}, {scale})", f"abs({number}) >= 1e{kind.precision - scale}"]
    is_number = rf"{text} ~ '^\s*[-+]?(\d+(\.\d*)?|\.\d+)([eE][-+]?\d+)?\s*$'"
    return f"CASE WHEN {is_number} THEN {' OR '.join(wrong) or 'false'} ELSE true END"


def _invalid(text: str, kind: DataType, version: int) -> str:
    if version >= 16:
        return f"NOT pg_catalog.pg_input_is_valid({text}, '{kind.sql.replace(chr(39), chr(39) * 2)}')"
    if kind.family in _PATTERNS:
        return f"{text} !~ '{_PATTERNS[kind.family]}'"
    raise Refused(f"this server cannot tell whether a text is a {kind.sql}")


def children_of(doomed: str, child: Table, key: ForeignKey) -> str:
    """A query for (tableoid, ctid) of the rows of `child` that refer by `key` to those of `doomed`."""
    pairs = zip(key.columns, key.referred, strict=True)
    match = " AND ".join(f"parent.{quoted(theirs)} = child.{quoted(ours)}" for ours, theirs in pairs)
    return (
        f"SELECT child.tableoid, child.ctid FROM {qualified(child.name)} AS child"
        f" JOIN {qualified(key.table)} AS parent ON {match}"
        f" WHERE (parent.tableoid, parent.ctid) IN ({doomed})"
    )
