"""Hostile rows tried where the walk stands: the step runs in a transaction that is taken back.

Cheaper by far than a copy of the database for each row. What a transaction itself may be the cause of (a new
label that cannot be used yet, a statement that allows none) says nothing, and is tried on a copy.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from alembic.runtime.migration import MigrationContext

from migcheck.dialects.base import Query
from migcheck.dialects.data import Data
from migcheck.model import StepError
from migcheck.model.data import Contents, Trial
from migcheck.model.tables import Constraint, Table, Tables
from migcheck.project import session
from migcheck.seeding import Refused, RowMaker
from migcheck.seeding.hostile import Hostile
from migcheck.walk.data.picking import all_but
from migcheck.walk.data.trials import UP, HostileRow, destroyed, put_in
from migcheck.walk.runner import Runner

# Invalid transaction states, an object in use (by pending triggers), a label that is too new to be used,
# what is not supported, and everything that another session may have caused.
_OF_TRANSACTION = re.compile(r"0A000|25...|55006|55P0[34]|2D...|3B...|40...|57...|58...")


class Inconclusive(Exception):
    """A step ended in a way that may be the trial's own doing. Never leaves this process."""


class InPlace:
    """Tries rows on one database, between two steps of the walk on it."""

    def __init__(self, runner: Runner, data: Data) -> None:
        self._runner = runner
        self._data = data

    def trials(
        self,
        context: MigrationContext,
        task: tuple[str, str],
        rows: Sequence[Hostile],
        tables: Tables,
        after: Tables,
        maker: RowMaker,
    ) -> list[Trial]:
        """What the step `task` makes of each row, tried by itself; `tables` are those that there are, `after`
        those to which the step leads. Raises Inconclusive; the database is then as it was, all the same."""
        found = []
        for put in put_in(self._data, maker, tables, enumerate(rows)):
            try:
                found.append(self._trial(context, task, put, tables, after))
            finally:
                self._take_out(put, tables)
        return found

    def _trial(
        self,
        context: MigrationContext,
        task: tuple[str, str],
        put: HostileRow,
        tables: Tables,
        after: Tables,
    ) -> Trial:
        _, direction = task
        before = self._data.contents(tables.values()) if direction == UP else Contents()
        gone = [tables[name] for name in before.tables if name not in after]
        error, then = self._run(context, task, after if direction == UP else {}, gone)
        if error is not None:
            if error.sqlstate is not None and _OF_TRANSACTION.fullmatch(error.sqlstate):
                raise Inconclusive
            return put.trial(direction, error)
        return put.trial(direction, None, destroyed(put, before, then) if direction == UP else ())

    def _run(
        self, context: MigrationContext, task: tuple[str, str], look_at: Tables, gone: Sequence[Table]
    ) -> tuple[StepError | None, Contents]:
        """Run the step and look at the rows through the migration's own connection; then take all back."""
        runner, query = self._runner, session.query(context)
        if query is None:
            raise Inconclusive
        runner.recorder.clear()
        session.begin(context)
        begun = self._transaction(query)
        error, then = None, Contents()
        try:
            runner.call(*task)
            session.execute(context, runner.dialect.checks_deferred)  # as the COMMIT would
        except (Exception, SystemExit) as raised:
            error = runner.failure(raised)
        else:
            if self._transaction(session.query(context)) != begun:
                raise Inconclusive  # it has committed
            if look_at:
                then = self._data.contents_seen_by(query, look_at.values(), gone)
        finally:
            runner.running = None
            session.roll_back(context)
        return error, then

    def _transaction(self, query: Query | None) -> object:
        """What tells the session's transaction from others. Raises Inconclusive where there is none."""
        statement = self._runner.dialect.transaction
        if query is None or statement is None:
            raise Inconclusive
        first, second = query(statement), query(statement)
        if first != second:
            raise Inconclusive  # each statement is committed by itself
        return first

    def _take_out(self, put: HostileRow, tables: Tables) -> None:
        contents, quote = put.contents, self._runner.dialect.quote
        picked: list[Constraint] = []
        if contents.key:
            rows = (tuple(zip(contents.columns, row, strict=True)) for row in contents.rows or ())
            picked += [all_but(row, contents.key, quote) for row in rows]
        elif put.row.constraint is not None:
            picked.append(put.row.constraint)
        for constraint in picked:
            try:
                self._data.remove(tables[put.row.table], constraint)
            except Refused:
                continue  # then it stays, as a row like all others
