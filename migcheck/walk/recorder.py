"""Listening to what a step sends to the server, and putting its errors into words."""

from __future__ import annotations

import re
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import TracebackType
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from migcheck.dialects.exceptions import sqlstate
from migcheck.model import Statement, StepError
from migcheck.project import user_frames, words

_MAX_SQL = (
    20_000  # characters of a statement that are kept: enough to read, and an INSERT of a dump stays small
)


class Recorder:
    """Records the statements that SQLAlchemy sends while a step runs, with the revision's line.

    Statements that go round SQLAlchemy (a cursor of the driver's own) are not seen. `database` is the name of
    the disposable database: another one in each run, so nothing that is recorded has it.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._names = re.compile(rf"([`\"\[]?){re.escape(database)}([`\"\]]?)(\.?)")
        self.statements: list[Statement] = []
        self.seconds = 0.0
        self._path: str | None = None
        self._sent: float | None = None
        event.listen(Engine, "before_cursor_execute", self._before_execute)
        event.listen(Engine, "after_cursor_execute", self._after_execute)
        event.listen(Engine, "handle_error", self._after_error)

    def clear(self) -> None:
        """Forget what was recorded, before a new step."""
        self.statements, self.seconds, self._sent = [], 0.0, None

    @contextmanager
    def recording(self, path: str) -> Iterator[None]:
        """Record while the body runs; `path` is the file of the revision that runs in it."""
        self._path, start = path, time.perf_counter()
        try:
            yield
        finally:
            self._path = None
            self.seconds += time.perf_counter() - start

    def _before_execute(
        self, _connection: Any, _cursor: Any, sql: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        if self._path is not None:
            text = self.nameless(sql)
            length = len(text) if len(text) > _MAX_SQL else None
            self.statements.append(Statement(text[:_MAX_SQL], self._line(), length=length))
            self._sent = time.perf_counter()

    def _after_execute(
        self, _connection: Any, _cursor: Any, _sql: str, _parameters: Any, _context: Any, _many: bool
    ) -> None:
        self._answered()

    def _after_error(self, _context: Any) -> None:
        self._answered()

    def _answered(self) -> None:
        """Note what the statement under way took, if one is."""
        if self._sent is not None:
            last = self.statements[-1]
            took, self._sent = time.perf_counter() - self._sent, None
            self.statements[-1] = Statement(last.sql, last.line, took, last.length)

    def nameless(self, text: str) -> str:
        """`text` without the name of the disposable database: left out before a dot, else `database`."""
        if self._database not in text:
            return text
        return self._names.sub(lambda found: "" if found[3] else f"{found[1]}database{found[2]}", text)

    def error(self, error: BaseException, path: str) -> StepError:
        """Say what made a step of the revision in `path` end; see `step_error`."""
        seen = step_error(error, path, self.statements)
        return replace(
            seen,
            message=self.nameless(seen.message),
            statement=self.nameless(seen.statement) if seen.statement is not None else None,
            traceback=self.nameless(seen.traceback),
        )

    def _line(self) -> int | None:
        frame = sys._getframe(2)
        while frame is not None:
            if frame.f_code.co_filename == self._path:
                return frame.f_lineno
            frame = frame.f_back  # type: ignore[assignment]
        return None


def step_error(error: BaseException, path: str, statements: list[Statement]) -> StepError:
    """Say what made a step end: the server's words without SQLAlchemy's wrapping, and where it was."""
    original = getattr(error, "orig", None) or error
    statement = getattr(error, "statement", None)
    line = _line_in(error.__traceback__, path)
    if statement is None and sqlstate(original) is not None and statements:
        statement = statements[-1].sql  # an error at COMMIT has no statement; the last one is the nearest
    return StepError(
        type=_type_name(original),
        message=_message(original),
        sqlstate=sqlstate(original),
        statement=statement[:_MAX_SQL] if isinstance(statement, str) else None,
        line=line,
        traceback=user_frames(error),
        of_library=_is_of_library(original),
    )


def _is_of_library(error: BaseException) -> bool:
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    module = str(frames[-1].f_globals.get("__name__")) if frames else ""
    return module.partition(".")[0] in ("alembic", "sqlalchemy")


def _type_name(error: BaseException) -> str:
    cause = getattr(error, "__cause__", None)
    if type(error).__module__.startswith("sqlalchemy.dialects") and cause is not None:
        error = cause  # asyncpg's own class behind SQLAlchemy's emulation of the DBAPI
    kind = type(error)
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _message(error: BaseException) -> str:
    diagnostics = getattr(error, "diag", None)
    if diagnostics is not None and diagnostics.message_primary:
        detail = diagnostics.message_detail
        return f"{diagnostics.message_primary}\n{detail}" if detail else str(diagnostics.message_primary)
    if error.args and isinstance(error.args[0], dict) and "M" in error.args[0]:
        fields = error.args[0]
        return "\n".join(filter(None, (fields["M"], fields.get("D"))))
    if len(error.args) == 2 and isinstance(error.args[0], int):  # MySQL's drivers: number and message
        return f"{error.args[1]} (error {error.args[0]})"
    if sqlstate(error) is not None and isinstance(number := getattr(error, "errno", None), int):
        return (
            f"{getattr(error, 'msg', error.args[0])} (error {number})"  # the connectors of MariaDB and MySQL
        )
    text = re.sub(r"^<class '[^']+'>: ", "", words(error))
    return text or type(error).__qualname__


def _line_in(frames: TracebackType | None, path: str) -> int | None:
    lines = [line for frame, line in traceback.walk_tb(frames) if frame.f_code.co_filename == path]
    return lines[-1] if lines else None
