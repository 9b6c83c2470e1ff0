"""What a server says against a row."""

from __future__ import annotations


class Refused(Exception):
    """A row (or a condition on rows) that the server does not take.

    `constraint` and `column` are the names of what refused it, where the server tells. Never leaves this
    process.
    """

    def __init__(
        self,
        message: str,
        sqlstate: str | None = None,
        constraint: str | None = None,
        column: str | None = None,
    ) -> None:
        super().__init__(message, sqlstate, constraint, column)
        self.message = message
        self.sqlstate = sqlstate
        self.constraint = constraint
        self.column = column


class Unsolvable(Exception):
    """No row could be thought of that satisfies all that a table demands. Never leaves this process."""
