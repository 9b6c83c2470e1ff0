"""Which ordinary row a step fails on: found by leaving rows out, and trying again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from migcheck.model import Step, StepError
from migcheck.model.data import Row, TableContents, Trial
from migcheck.model.tables import Check, Constraint, TableName, bare
from migcheck.walk.data.experiments import Experiments
from migcheck.walk.data.picking import among
from migcheck.walk.jobs import DataWalked, Moment

_TABLES, _ROWS = 8, 10  # how many are tried at most

_NONE = Check("", "1 = 0")  # what no row satisfies


class Culprits:
    """Searches on copies of a database that stands before the revision; `quote` goes around names."""

    def __init__(self, experiments: Experiments, before: Moment, quote: str) -> None:
        self._experiments, self._before, self._quote = experiments, before, quote

    def of(
        self, revision: str, copy: str, phases: Sequence[str], step: Step, alike: Sequence[Trial] = ()
    ) -> tuple[Trial, ...]:
        """The row, or the rows that clash, on which the last of `phases` fails, which ended as `step`, as a
        trial; none where no table alone is to blame. `alike` are trials that failed like it, whatever their
        row."""
        contents, error = self._before.contents.tables, step.error
        assert error is not None
        for name in self._likely(step, error)[:_TABLES]:
            if self._fails(revision, copy, phases, [(name, _NONE)]) is not None:
                continue
            rows, error = self._rows(revision, copy, phases, name, contents[name], error)
            direction = "downgrade" if phases[-1] == "downgrade" else "upgrade"
            shown = bare(name)
            for trial in alike:
                if trial.table == str(name):
                    column, rows = trial.columns[0], rows or trial.rows
                    why = f"with this row in {shown} the new column {column} has no value, and it is NOT NULL"
                    return (replace(trial, rows=rows, why=why, error=error),)
            words = "the second upgrade" if phases[-1] == "reupgrade" else f"the {direction}"
            these = "rows" if not rows else "this row" if len(rows) == 1 else "these rows"
            why = f"with {these} in {shown} {words} fails"
            return (Trial(direction, "ordinary", str(name), (), rows, why, error=error),)
        return ()

    def _likely(self, step: Step, error: StepError) -> list[TableName]:
        """The tables that have rows: first those that the error speaks of, then those of the statements."""
        text = f"{error.statement} {error.message} {error.traceback}"
        ran = " ".join(statement.sql for statement in step.statements)
        filled = [name for name, table in self._before.contents.tables.items() if table.count]
        return sorted(filled, key=lambda name: (name.name not in text, name.name not in ran, name))

    def _rows(
        self,
        revision: str,
        copy: str,
        phases: Sequence[str],
        name: TableName,
        table: TableContents,
        error: StepError,
    ) -> tuple[tuple[Row, ...], StepError]:
        """The first row that is enough by itself, or else as few as are enough together, and the error with
        them alone."""

        def fails(rows: Sequence[Row]) -> StepError | None:
            return self._fails(revision, copy, phases, [(name, among(rows, table.key, self._quote))])

        told = (table.rows or ())[:_ROWS] if table.key else ()
        kept: list[Row] = [tuple(zip(table.columns, values, strict=True)) for values in told]
        for row in kept:
            if (alone := fails([row])) is not None:
                return (row,), alone
        if len(kept) < 2 or (together := fails(kept)) is None:
            return (), error
        for row in tuple(kept):
            rest = [other for other in kept if other is not row]
            if len(kept) > 2 and (fewer := fails(rest)) is not None:
                kept, together = rest, fewer
        return tuple(kept), together

    def _fails(
        self,
        revision: str,
        copy: str,
        phases: Sequence[str],
        remove: Iterable[tuple[TableName, Constraint]],
    ) -> StepError | None:
        walked = self._experiments.without(revision, copy, phases, remove)
        if not isinstance(walked, DataWalked):
            return walked.error
        for seen in walked.revisions:
            step = getattr(seen, phases[-1])
            if step is not None:
                return step.error  # type: ignore[no-any-return]
        return None
