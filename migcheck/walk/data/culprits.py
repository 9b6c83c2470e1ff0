"""Which ordinary row a step fails on: found by leaving rows out, and trying again."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from migcheck.model import Step, StepError
from migcheck.model.data import Row, TableContents, Trial
from migcheck.model.tables import Check, Constraint, TableName
from migcheck.walk.data.experiments import Experiments
from migcheck.walk.data.picking import only
from migcheck.walk.jobs import DataWalked, Moment

_TABLES, _ROWS = 8, 10  # how many are tried at most

_NONE = Check("", "1 = 0")  # what no row satisfies


class Culprits:
    """Searches on copies of a database that stands before the revision; `quote` goes around names."""

    def __init__(self, experiments: Experiments, before: Moment, quote: str) -> None:
        self._experiments = experiments
        self._before = before
        self._quote = quote

    def of(self, revision: str, copy: str, phases: Sequence[str], step: Step) -> tuple[Trial, ...]:
        """The row that makes the last of `phases` fail, which ended as `step`, as a trial; none where no
        table alone is to blame."""
        contents, error = self._before.contents.tables, step.error
        assert error is not None
        for name in self._likely(step, error)[:_TABLES]:
            if self._fails(revision, copy, phases, [(name, _NONE)]) is not None:
                continue
            rows, error = self._rows(revision, copy, phases, name, contents[name], error)
            direction = "downgrade" if phases[-1] == "downgrade" else "upgrade"
            why = f"with this row in {name} the {direction} fails"
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
        """The first row that is enough by itself, and the error with it alone."""
        for values in (table.rows or ())[:_ROWS] if table.key else ():
            row: Row = tuple(zip(table.columns, values, strict=True))
            alone = self._fails(revision, copy, phases, [(name, only(row, table.key, self._quote))])
            if alone is not None:
                return (row,), alone
        return (), error

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
