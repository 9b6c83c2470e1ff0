"""What a safe migration does with the rows that broke one."""

from __future__ import annotations

from migcheck.model.data import Trial
from migcheck.model.tables import Check, Exclusion, Fits, ForeignKey, Key


def coping(trial: Trial) -> str:
    """How the step of a trial copes with its row, as prose and code."""
    table = trial.table.removeprefix("public.")
    first = trial.columns[0] if trial.columns else "..."
    constraint, step = trial.constraint, f"{trial.direction}()"
    if trial.kind == "null":
        return (
            f"Fill the column before it becomes NOT NULL, in {step}:\n"
            f'op.execute("UPDATE {table} SET {first} = ... WHERE {first} IS NULL")\n'
            "A new column gets a server_default, or comes as nullable, is filled, and is made NOT NULL then."
        )
    if isinstance(constraint, Key):
        same = " AND ".join(f"a.{name} = b.{name}" for name in trial.columns)
        return (
            f"Decide which of the rows stays (or make them differ) before it is unique, in {step}:\n"
            f'op.execute("DELETE FROM {table} a USING {table} b WHERE {same} AND a.ctid > b.ctid")'
        )
    if isinstance(constraint, ForeignKey):
        return _orphans(table, constraint, step)
    if isinstance(constraint, Check):
        return (
            f"Mend the rows before the constraint comes, in {step}:\n"
            f'op.execute("UPDATE {table} SET {first} = ... WHERE NOT ({constraint.sql})")\n'
            "Or add it NOT VALID: it holds for new rows, and is validated once the old ones are mended."
        )
    if isinstance(constraint, Exclusion):
        return f"Move or merge the rows of {table} that overlap before the constraint comes, in {step}."
    if isinstance(constraint, Fits):
        return _misfit(trial, table, first, constraint, step)
    return f"Let {step} cope with such a row: it is one that the schema allows."


def _orphans(table: str, key: ForeignKey, step: str) -> str:
    parent = str(key.table).removeprefix("public.")
    match = " AND ".join(
        f"{parent}.{theirs} = {table}.{ours}" for ours, theirs in zip(key.columns, key.referred, strict=True)
    )
    return (
        f"Give the orphans a parent, or none, or delete them, before the foreign key comes, in {step}:\n"
        f'op.execute("UPDATE {table} SET {key.columns[0]} = NULL WHERE NOT EXISTS'
        f' (SELECT 1 FROM {parent} WHERE {match})")\n'
        "Or add it NOT VALID: it holds for new rows, and is validated once the old ones are mended."
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
