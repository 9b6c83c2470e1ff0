"""Whether views and triggers still work: SQLite keeps those whose tables or columns are gone."""

from __future__ import annotations

import re
import sqlite3

from migcheck.dialects.sqlite.tokens import Token, TokenError, folded, identifier, tokens

# That a function or a collation is missing says nothing: the application may bring it along.
_MISSING = re.compile(r"no such (?:table|column|view): (.+)|has no column named (.+)")


def broken_view(connection: sqlite3.Connection, name: str) -> tuple[list[str], str | None]:
    """The view's columns, and what SQLite says where it lacks something (there are no columns then)."""
    try:
        cursor = connection.execute(f"SELECT * FROM {identifier(name)} LIMIT 0")
        columns = [column[0] for column in cursor.description]
        cursor.close()
    except sqlite3.OperationalError as error:
        return [], str(error) if _MISSING.search(str(error)) else None
    return columns, None


def broken_trigger(connection: sqlite3.Connection, sql: str) -> str | None:
    """What SQLite says where the trigger (its CREATE TRIGGER is given) lacks something; None where it works.

    The statement that fires it is prepared, not run.
    """
    try:
        split = tokens(sql)
    except TokenError:
        return None
    try:
        statement = _firing(connection, split)
        if statement is not None:
            connection.execute(f"EXPLAIN {statement}").close()
    except sqlite3.OperationalError as error:
        match = _MISSING.search(str(error))
        missing = folded((match[1] or match[2]).rpartition(".")[2]) if match else None
        # Other triggers of the table are prepared along with it.
        if missing is not None and any(folded(token.text) == missing for token in split):
            return str(error)
    return None


def _firing(connection: sqlite3.Connection, split: tuple[Token, ...]) -> str | None:
    """A statement that fires the trigger."""
    events = (place for place, token in enumerate(split) if token.is_word("DELETE", "INSERT", "UPDATE"))
    event = next(events, len(split))
    on = next((place for place in range(event, len(split)) if split[place].is_word("ON")), len(split))
    if on + 3 >= len(split):
        return None
    # The table's name may be qualified (`temp` triggers are not looked at).
    table = split[on + 3 if split[on + 2].is_mark(".") else on + 1].text
    name = identifier(table)
    if split[event].is_word("DELETE"):
        return f"DELETE FROM {name}"
    rows = connection.execute("SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 0", [table]).fetchall()
    named = [folded(token.text) for token in split[event + 1 : on]]
    columns = [column for (column,) in rows if not named or folded(column) in named]
    if not columns:
        return None
    column = identifier(columns[0])
    if split[event].is_word("INSERT"):
        return f"INSERT INTO {name} ({column}) VALUES (NULL)"
    return f"UPDATE {name} SET {column} = {column}"
