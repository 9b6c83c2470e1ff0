"""A condition as it stands in a CHECK, and its value for a row by SQL's three-valued logic."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from migcheck.model.tables import Value


class Unknown(Exception):
    """The condition has something in it that only the server can evaluate."""


_SPELLINGS = {"postgresql": "postgres", "mariadb": "mysql"}


@dataclass(frozen=True)
class Condition:
    """`sql` is its text; `tree` what sqlglot makes of it, None where that cannot read it; `columns` are the
    names in it, as they are written."""

    sql: str
    tree: Any
    columns: frozenset[str]

    def holds(self, row: Mapping[str, Value]) -> bool | None:
        """Its value for a row: None where SQL says NULL. Raises Unknown, also for a column not in the row."""
        from migcheck.seeding.conditions.evaluation import value
        from migcheck.seeding.conditions.terms import truth

        if self.tree is None:
            raise Unknown(self.sql)
        return truth(value(self.tree, row))


@lru_cache(maxsize=4096)
def parse(sql: str, dialect: str) -> Condition:
    """Read a condition in a dialect's SQL. One that cannot be read is a condition all the same, of which only
    the server can tell whether it holds."""
    # Takes a tenth of a second to import: only for schemas that have a condition.
    import sqlglot
    from sqlglot import errors, exp

    try:
        tree = sqlglot.parse_one(sql, read=_SPELLINGS.get(dialect, dialect))
    except (errors.SqlglotError, RecursionError):
        return Condition(sql, None, frozenset())
    return Condition(sql, tree, frozenset(column.name for column in tree.find_all(exp.Column)))
