"""What a safe migration does with the rows that broke one."""

from __future__ import annotations

import re

from migcheck.model.data import Trial
from migcheck.model.tables import Check, Exclusion, Fits, ForeignKey, Key, bare


def coping(trial: Trial, dialect: str = "postgresql") -> str:
    """How the step of a trial copes with its row, as prose and code that works on `dialect`."""
    table = bare(trial.table)
    first = trial.columns[0] if trial.columns else "..."
    constraint, step = trial.constraint, f"{trial.direction}()"
    if trial.kind == "null":
        return (
            f"Fill the column before it becomes NOT NULL, in {step}:\n"
            f'op.execute("UPDATE {table} SET {first} = ... WHERE {first} IS NULL")\n'
            "A new column gets a server_default, or comes as nullable, is filled, and is made NOT NULL then."
        )
    if isinstance(constraint, Key):
        return (
            f"Decide which of the rows stays (or make them differ) before it is unique, in {step}:\n"
            f"op.execute({_literal(_without_duplicates(trial, table, constraint, dialect))})"
        )
    if isinstance(constraint, ForeignKey):
        return _orphans(table, constraint, step, dialect)
    if isinstance(constraint, Check):
        sql = f"UPDATE {table} SET {first} = ... WHERE NOT {_bracketed(constraint.sql)}"
        return (
            f"Mend the rows before the constraint comes, in {step}:\n"
            f"op.execute({_literal(sql)})"
            f"{_LATER if dialect == 'postgresql' else ''}"
        )
    if isinstance(constraint, Exclusion):
        return f"Move or merge the rows of {table} that overlap before the constraint comes, in {step}."
    if isinstance(constraint, Fits):
        return _misfit(trial, table, first, constraint, step)
    if len(trial.rows) > 1:
        return f"Let {step} cope with such rows: the schema allows them."
    return f"Let {step} cope with such a row: it is one that the schema allows."


_LATER = "\nOr add it NOT VALID: it holds for new rows, and is validated once the old ones are mended."


def _literal(sql: str) -> str:
    """SQL as a string of Python's."""
    return f'"{sql}"' if '"' not in sql and "\\" not in sql else repr(sql)


def _bracketed(sql: str) -> str:
    """A condition in one pair of brackets."""
    inner = sql[1:-1] if sql.startswith("(") and sql.endswith(")") else ""
    depths = [inner[:end].count("(") - inner[:end].count(")") for end in range(len(inner) + 1)]
    return sql if inner and min(depths) >= 0 else f"({sql})"


def _without_duplicates(trial: Trial, table: str, key: Key, dialect: str) -> str:
    """SQL that leaves one row of each set that is to be unique."""
    columns = [column for row in trial.rows[:1] for column, _ in row] or list(trial.columns)

    def of(alias: str, sql: str) -> str:
        names = "|".join(sorted(map(re.escape, columns), key=len, reverse=True))
        return re.sub(rf"(?<![\w.'])(\"?)({names})\1(?![\w(.'])", rf"{alias}.\1\2\1", sql)

    here, other = (table, "b") if dialect == "sqlite" else ("a", "b")
    equal = "=" if key.nulls_distinct or dialect != "postgresql" else "IS NOT DISTINCT FROM"
    conditions = [f"{of(here, element)} {equal} {of(other, element)}" for element in key.elements]
    conditions += [of(alias, _bracketed(key.where)) for alias in (here, other) if key.where]
    same = " AND ".join(conditions)
    if dialect == "sqlite":
        same = f"{same} AND b.rowid < {table}.rowid"
        return f"DELETE FROM {table} WHERE EXISTS (SELECT 1 FROM {table} AS b WHERE {same})"
    if dialect in ("mysql", "mariadb"):
        number = "id" if "id" in columns else columns[0]
        return f"DELETE a FROM {table} AS a JOIN {table} AS b ON {same} AND b.{number} < a.{number}"
    return f"DELETE FROM {table} a USING {table} b WHERE {same} AND b.ctid < a.ctid"


def _orphans(table: str, key: ForeignKey, step: str, dialect: str) -> str:
    parent = bare(key.table)
    match = " AND ".join(
        f"{parent}.{theirs} = {table}.{ours}" for ours, theirs in zip(key.columns, key.referred, strict=True)
    )
    return (
        f"Give the orphans a parent, or none, or delete them, before the foreign key comes, in {step}:\n"
        f'op.execute("UPDATE {table} SET {key.columns[0]} = NULL WHERE NOT EXISTS'
        f' (SELECT 1 FROM {parent} WHERE {match})")'
        f"{_LATER if dialect == 'postgresql' else ''}"
    )


def _misfit(trial: Trial, table: str, column: str, fits: Fits, step: str) -> str:
    if trial.kind == "too long":
        return (
            f"Shorten what is too long yourself, in {step}, and keep the rest where it can be found:\n"
            f'op.execute("UPDATE {table} SET {column} = left({column}, {fits.type.length})'
            f' WHERE length({column}) > {fits.type.length}")'
        )
    if trial.kind == "label":
        return (
            f"Give the rows another label before this one goes, in {step}:\n"
            f"op.execute(\"UPDATE {table} SET {column} = '...' WHERE {column} = '...'\")"
        )
    if trial.kind == "cast":
        return (
            f"Say what becomes of values that are none of {fits.type.sql}, in {step}:\n"
            f'op.alter_column("{table}", "{column}", ..., postgresql_using="CASE WHEN ... THEN'
            f' {column}::{fits.type.sql} END")'
        )
    return (
        f"Bring the values within {fits.type.sql} before the type changes, in {step}, or keep the old type:\n"
        f'op.execute("UPDATE {table} SET {column} = ... WHERE ...")'
    )
