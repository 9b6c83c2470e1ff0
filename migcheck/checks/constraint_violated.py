"""MC305: rows in the database violate a constraint that the schema declares."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migcheck.checks.base import Check
from migcheck.checks.lines import line_mentioning
from migcheck.checks.rows import kind_of, of_trial, revisions
from migcheck.model import Evidence, Finding, FindingRow, RevisionInfo, Severity
from migcheck.model.data import RevisionData
from migcheck.model.tables import bare

_MEND = "Mend or remove the rows"
_VALIDATE = (
    f"{_MEND}, then have the constraint checked against all of them:\n"
    'op.execute("ALTER TABLE {table} VALIDATE CONSTRAINT {name}")'
)
_NOT_NULL = (
    f"{_MEND}, then have the column checked in all of them:\n"
    'op.execute("ALTER TABLE {table} ALTER COLUMN {name} SET NOT NULL")'
)
_WITHOUT = (
    f"{_MEND} of {{table}} before the constraint comes: this database does not check those that are there."
)


def _judge(evidence: Evidence) -> Iterable[Finding]:
    told: set[str] = set()
    validated = evidence.data.validated if evidence.data is not None else frozenset()
    for seen, info in revisions(evidence):
        for finding in _of_revision(seen, info, validated, evidence.dialect):
            if finding.concerns not in told:
                told.add(finding.concerns)
                yield finding


def _of_revision(
    seen: RevisionData, info: RevisionInfo, validated: frozenset[tuple[str, str]], dialect: str
) -> Iterator[Finding]:
    for breach in seen.breaches:
        if breach.what == "violated":
            rows = tuple(FindingRow(breach.table, row, None, breach.cause) for row in breach.rows)
            why = f": {breach.cause}" if breach.cause else ""
            yield _finding(
                f"rows of {bare(breach.table)} violate {breach.definition}{why}",
                breach.table, breach.constraint.name, kind_of(breach.constraint), rows, seen, info, dialect,
            )  # fmt: skip
    for trial in seen.trials:
        constraint = trial.constraint
        if not trial.violated or constraint is None:
            continue
        if not getattr(constraint, "validated", True) and (trial.table, constraint.name) in validated:
            continue  # a later revision sees to it
        yield _finding(
            f"a row stays in {bare(trial.table)} in breach of the constraint {constraint.name}: {trial.why};"
            " nothing validates it up to the head",
            trial.table, constraint.name, kind_of(constraint), of_trial(trial), seen, info, dialect,
        )  # fmt: skip


def _finding(
    message: str,
    table: str,
    name: str,
    kind: str,
    rows: tuple[FindingRow, ...],
    seen: RevisionData,
    info: RevisionInfo,
    dialect: str,
) -> Finding:
    line = line_mentioning(seen.upgrade, name) or line_mentioning(seen.upgrade, bare(table))
    remedy = _WITHOUT if dialect != "postgresql" else _NOT_NULL if kind == "not-null" else _VALIDATE
    remedy = remedy.format(table=bare(table), name=name)
    return CHECK.finding(
        message, remedy, info=info, line=line or info.upgrade_line, rows=rows,
        concerns=f"{kind} {table} {name}",
    )  # fmt: skip


CHECK = Check(
    code="MC305",
    name="constraint-violated",
    severity=Severity.ERROR,
    proves="The rows in the database satisfy every constraint that the schema declares.",
    why=(
        "A constraint that was added NOT VALID, or while foreign keys were switched off, promises something"
        " that is not so. Queries that rely on it go wrong, and a restored dump does not load."
    ),
    remedy=(
        "Mend the rows and validate the constraint, in a later revision where the table is large. Do not"
        " switch constraints off while rows come in."
    ),
    acknowledge="`# migcheck: ignore[MC305] reason` on the line of the call, or at the top of the file.",
    needs="data",
    judge=_judge,
)
