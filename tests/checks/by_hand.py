"""Evidence made by hand: a linear history, and the differences a reader of PostgreSQL would find."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from migcheck.checks import CHECKS, Check
from migcheck.model import (
    Difference,
    DifferenceClass,
    DifferenceKind,
    Evidence,
    Finding,
    History,
    RevisionEvidence,
    RevisionInfo,
    Statement,
    Step,
    StepError,
)


def check(code: str) -> Check:
    """The check with this code."""
    return next(check for check in CHECKS if check.code == code)


def judged(code: str, evidence: Evidence) -> list[Finding]:
    """What one check finds."""
    return list(check(code).judge(evidence))


def info(revision: str, *parents: str, labels: tuple[str, ...] = (), **fields: Any) -> RevisionInfo:
    """A revision whose upgrade() stands on line 10 and whose downgrade() on line 20."""
    made = RevisionInfo(revision, parents, (), labels, f"make {revision}", f"/h/{revision}.py", 10, 20)
    return replace(made, **fields)


def history(*infos: RevisionInfo, **fields: Any) -> History:
    """A history; heads and bases follow from the parents."""
    parents = {parent for entry in infos for parent in entry.down_revisions}
    made = History(
        revisions=infos,
        heads=tuple(entry.revision for entry in infos if entry.revision not in parents),
        bases=tuple(entry.revision for entry in infos if not entry.down_revisions),
    )
    return replace(made, **fields)


def evidence(*revisions: RevisionEvidence, **fields: Any) -> Evidence:
    """Evidence of a linear history of these revisions."""
    names = [seen.revision for seen in revisions]
    infos = [info(name, *names[number - 1 : number] if number else ()) for number, name in enumerate(names)]
    return replace(Evidence(history(*infos), revisions), **fields)


def step(direction: str, *statements: tuple[str, int], error: StepError | None = None, **fields: Any) -> Step:
    """A step that ran these (SQL, line)."""
    ran = tuple(Statement(sql, line) for sql, line in statements)
    return replace(Step(direction, 0.01, ran, error), **fields)


def honest(revision: str = "r1", **fields: Any) -> RevisionEvidence:
    """A revision that makes a table on line 11, drops it on line 21 and leaves nothing."""
    made = RevisionEvidence(
        revision,
        upgrade=step("upgrade", ("CREATE TABLE t (id INTEGER)", 11)),
        downgrade=step("downgrade", ("DROP TABLE t", 21)),
        reupgrade=step("reupgrade", ("CREATE TABLE t (id INTEGER)", 11)),
        applied=(added("table", "public.t", "CREATE TABLE public.t (\n    id integer\n)"),),
        reverted=(),
        reapplied=(),
    )
    return replace(made, **fields)


def added(kind: str, name: str, definition: str) -> Difference:
    """An object that only the second moment has."""
    return Difference(kind, name, DifferenceKind.ADDED, None, None, definition)


def removed(kind: str, name: str, definition: str) -> Difference:
    """An object that only the first moment has."""
    return Difference(kind, name, DifferenceKind.REMOVED, None, definition, None)


def changed(kind: str, name: str, attribute: str, before: str | None, after: str | None) -> Difference:
    """An attribute that changed."""
    return Difference(kind, name, DifferenceKind.CHANGED, attribute, before, after)


def of_class(difference: Difference, difference_class: DifferenceClass) -> Difference:
    """The same difference in another class."""
    return replace(difference, difference_class=difference_class)


ENUM = added(
    "type", "public.status", "type public.status\n    kind: enum\n    labels: new, done\n    owner: postgres"
)
INDEX_TEXT = "CREATE INDEX ix_t_a ON public.t USING btree (a)"
ORDER = of_class(changed("table", "public.t", "column_order", "id, a, b", "id, b, a"), DifferenceClass.ORDER)
COSMETIC = of_class(changed("column", "public.t.a", "default", "0", "'0'"), DifferenceClass.COSMETIC)
DUPLICATE_TYPE = StepError(
    "psycopg.errors.DuplicateObject",
    'type "status" already exists',
    "42710",
    "CREATE TYPE status AS ENUM ()",
    12,
)
