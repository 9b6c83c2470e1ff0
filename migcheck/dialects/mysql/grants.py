"""Privileges on one database and what is in it: mysql.db, tables_priv, columns_priv, procs_priv.

They are objects of their own: the server keeps them when the table or the database is dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from migcheck.dialects.mysql.tables import Entry
from migcheck.dialects.mysql.tokens import literal, quoted, shown
from migcheck.model import ObjectKey

Row = Mapping[str, Any]

TABLES = ("db", "tables_priv", "columns_priv", "procs_priv")
# Where a privilege's name is not its column's.
_NAMES = {"create_tmp_table": "CREATE TEMPORARY TABLES"}


def statements(database: str) -> list[str]:
    """The queries whose rows `grants` takes, in its order."""
    # In mysql.db the name is a pattern: GRANT's own text may have it escaped.
    names = ", ".join(literal(name) for name in (database, database.replace("_", "\\_")))
    return [f"SELECT * FROM mysql.{table} WHERE Db IN ({names})" for table in TABLES]


def entries(
    on_database: Sequence[Row],
    on_tables: Sequence[Row],
    on_columns: Sequence[Row],
    on_routines: Sequence[Row],
) -> Iterator[Entry]:
    """One entry for each grantee and object; the text is a GRANT statement for the current database."""
    for row in on_database:
        held = [name for name in row if name.endswith("_priv") and row[name] == "Y"]
        yield _entry(row, "*", [name.removesuffix("_priv").lower() for name in held], None)
    tables = {_place(row): _words(row["Table_priv"]) for row in on_tables}
    columns: dict[tuple[str, str, str], dict[str, list[str]]] = {}
    for row in on_columns:
        for word in _words(row["Column_priv"]):
            columns.setdefault(_place(row), {}).setdefault(word, []).append(row["Column_name"])
    for place in sorted({*tables, *columns}):
        user, host, table = place
        words = [
            *tables.get(place, ()),
            *(f"{word} ({', '.join(sorted(names))})" for word, names in columns.get(place, {}).items()),
        ]
        yield _entry({"User": user, "Host": host}, shown(table), words, table)
    for row in on_routines:
        target = f"{row['Routine_type']} {shown(row['Routine_name'])}"
        yield _entry(row, target, _words(row["Proc_priv"]), None)


def _place(row: Row) -> tuple[str, str, str]:
    return row["User"], row["Host"], row["Table_name"]


def _words(privileges: object) -> list[str]:
    """The members of a SET column, which drivers give as text."""
    return [word for word in str(privileges or "").lower().split(",") if word]


def _entry(row: Row, target: str, words: list[str], table: str | None) -> Entry:
    grantee = f"{row['User']}@{row['Host']}" if row["Host"] else row["User"]
    held = sorted(_name(word) for word in words if word != "grant")
    option = " WITH GRANT OPTION" if "grant" in words else ""
    to = quoted(row["User"]) + (f"@{quoted(row['Host'])}" if row["Host"] else "")
    text = f"GRANT {', '.join(held) or 'USAGE'} ON {target} TO {to}{option}"
    attributes = {"text": text} if table is None else {"text": text, "table": table}
    return ObjectKey("grant", f"{grantee} on {target}"), attributes


def _name(word: str) -> str:
    """`create_view`, `Create View` and `select (a)` as GRANT writes them."""
    name, parenthesis, columns = word.partition(" (")
    return _NAMES.get(name, name.replace("_", " ").upper()) + parenthesis + columns
