"""However a table is spelled, it is the same table; and it is what SQLite itself takes it for."""

from __future__ import annotations

import sqlite3

from hypothesis import assume, given
from hypothesis import strategies as st

from migcheck.dialects.sqlite.reader import entries, look
from migcheck.dialects.sqlite.tables import parsed
from tests.dialects.sqlite.tables import PARENT, DrawnConstraint, DrawnTable, drawn_tables, spelled

SEEDS = st.integers(0, 2**32)


def read(*statements: str) -> dict[object, str]:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    found = dict(entries(connection, look(connection), frozenset()))
    connection.close()
    return found


@given(drawn_tables(), SEEDS, SEEDS)
def test_spelling_makes_no_difference(table: DrawnTable, one: int, other: int) -> None:
    first, second = spelled(table, one), spelled(table, other)
    assert read(PARENT, first) == read(PARENT, second), f"{first}\n---\n{second}"


@given(drawn_tables(), SEEDS)
def test_a_table_is_what_sqlite_takes_it_for(table: DrawnTable, seed: int) -> None:
    connection = sqlite3.connect(":memory:")
    sql = spelled(table, seed)
    connection.execute(sql)
    definition = parsed(sql)
    rows = connection.execute("SELECT name, type, \"notnull\", pk FROM pragma_table_xinfo('t')").fetchall()
    assert [column.name for column in definition.columns] == [name for name, *_ in rows]
    assert [column.not_null for column in definition.columns] == [
        bool(not_null) for _, _, not_null, _ in rows
    ]
    assert ["".join(column.type.split()) for column in definition.columns] == [
        "".join(kind.upper().split()) for _, kind, *_ in rows
    ]
    keys = [one for one in definition.constraints if one.kind == "primary key"]
    assert sum(len(key.columns) for key in keys) == sum(1 for *_, pk in rows if pk)
    foreign = connection.execute("SELECT count(DISTINCT id) FROM pragma_foreign_key_list('t')").fetchone()
    assert foreign == (sum(one.kind == "foreign key" for one in definition.constraints),)
    connection.close()


@given(drawn_tables(), SEEDS, st.data())
def test_what_is_left_out_is_missed(table: DrawnTable, seed: int, data: st.DataObject) -> None:
    """Any one clause or constraint less is another table, unless another one says the same."""
    before = read(PARENT, spelled(table, seed))
    clauses = [(column, clause) for column in table.columns for clause in column.clauses]
    removals = [*clauses, *(one for one in table.constraints if one.name is not None)]
    assume(removals)
    removed = data.draw(st.sampled_from(removals))
    if isinstance(removed, DrawnConstraint):
        table.constraints.remove(removed)
    else:
        column, clause = removed
        assume(clause[0] != "NOT" or column.type != "INTEGER")  # the rowid is never NULL
        column.clauses.remove(clause)
    assert read(PARENT, spelled(table, seed)) != before
