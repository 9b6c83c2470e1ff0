"""Texts that are hard to read, and what is made of those that cannot be read."""

from __future__ import annotations

import sqlite3

import pytest

from migcheck.dialects.sqlite.parser import table_definition
from migcheck.dialects.sqlite.reader import entries, look, query_of
from migcheck.dialects.sqlite.settle import same_text, same_type
from migcheck.dialects.sqlite.tokens import TokenError, tokens


def read(*statements: str) -> dict[str, str]:
    connection = sqlite3.connect(":memory:")
    for statement in statements:
        connection.execute(statement)
    found = {
        f"{key.kind} {key.name}": text for key, text in entries(connection, look(connection), frozenset())
    }
    connection.close()
    return found


EQUAL = [
    ("a INTEGER PRIMARY KEY", "a INTEGER, PRIMARY KEY (a)"),
    ("a INTEGER PRIMARY KEY", "a INTEGER NOT NULL PRIMARY KEY"),
    ("a INTEGER PRIMARY KEY AUTOINCREMENT", "a INTEGER, PRIMARY KEY (a AUTOINCREMENT)"),
    ("a INTEGER PRIMARY KEY ASC", "a integer constraint nn not null on conflict fail primary key"),
    ("a TEXT DEFAULT 'x'", "a TEXT DEFAULT (('x'))"),
    ("a TEXT DEFAULT 'x'", 'a TEXT DEFAULT "x"'),
    ("a TEXT DEFAULT 'x'", "a TEXT DEFAULT x"),
    ("a TEXT DEFAULT NULL", "a TEXT NULL"),
    ("a TEXT DEFAULT CURRENT_TIMESTAMP", "a TEXT DEFAULT (current_timestamp)"),
    ("a TEXT COLLATE BINARY", "a TEXT"),
    ("a INTEGER CHECK (a > 0)", "a INTEGER, CHECK ((A>0))"),
    ("a INTEGER CHECK (a = 'x')", 'a INTEGER CHECK ([a] == "x")'),
    ("a INTEGER CHECK (t.a <> 1)", 'a INTEGER CHECK ("a" != 1)'),
    ("a INTEGER CHECK (abs(a) > -1)", "a INTEGER CHECK (ABS ( a )>- 1)"),
    ("a UNIQUE", "a, UNIQUE ('a')"),
    ("a UNIQUE, b UNIQUE", "a, b, UNIQUE (a) UNIQUE (b)"),
    ("a REFERENCES p (id)", "a, FOREIGN KEY (A) REFERENCES P ON DELETE NO ACTION ON UPDATE NO ACTION"),
    ("a REFERENCES p", "a REFERENCES p MATCH SIMPLE NOT DEFERRABLE INITIALLY DEFERRED"),
    (
        "a REFERENCES p ON UPDATE CASCADE ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED NOT NULL",
        "a NOT NULL REFERENCES p ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED",
    ),
    ("a REFERENCES p NOT NULL DEFERRABLE", "a REFERENCES p DEFERRABLE NOT NULL"),
    ("a INTEGER AS (b) VIRTUAL, b", "a INTEGER GENERATED ALWAYS AS ([B]), b"),
    ("a UNIQUE ON CONFLICT ABORT", "a UNIQUE"),
]
DIFFERENT = [
    ("a INT PRIMARY KEY", "a INTEGER PRIMARY KEY"),
    ("a INTEGER PRIMARY KEY DESC", "a INTEGER, PRIMARY KEY (a DESC)"),
    ("a TEXT PRIMARY KEY", "a TEXT PRIMARY KEY NOT NULL"),
    ("a TEXT DEFAULT true", "a TEXT DEFAULT 'true'"),
    ("a TEXT DEFAULT CURRENT_TIMESTAMP", 'a TEXT DEFAULT "CURRENT_TIMESTAMP"'),
    ("a, b, CHECK (a = b)", "a, b, CHECK (a = 'b')"),
    ('a, CHECK (a = "B")', 'a, CHECK (a = "b")'),
    ("a REFERENCES p", "a REFERENCES p (code)"),
    ("a REFERENCES p DEFERRABLE", "a REFERENCES p"),
    ("a UNIQUE", "a CONSTRAINT a UNIQUE"),
    ("a, b, UNIQUE (a, b)", "a, b, UNIQUE (b, a)"),
    ("A", "a"),
]
PARENT = "CREATE TABLE p (id INTEGER PRIMARY KEY, code UNIQUE)"


@pytest.mark.parametrize(("first", "second"), EQUAL)
def test_equal(first: str, second: str) -> None:
    assert read(PARENT, f"CREATE TABLE t ({first})") == read(PARENT, f"CREATE TABLE t ({second})")


@pytest.mark.parametrize(("first", "second"), DIFFERENT)
def test_different(first: str, second: str) -> None:
    assert read(PARENT, f"CREATE TABLE t ({first})") != read(PARENT, f"CREATE TABLE t ({second})")


def test_a_table_made_by_a_query() -> None:
    found = read("CREATE TABLE x (a VARCHAR(5), b)", "CREATE TABLE t AS SELECT a, b, 1 AS one FROM x")
    assert {"column t.a", "column t.b", "column t.one"} <= found.keys()


def test_a_text_that_cannot_be_read_is_told_as_a_whole() -> None:
    """As one that was written into sqlite_master by hand, for a version of SQLite that knows more."""
    table = "CREATE TABLE t (a) WITH FUTURE"
    with pytest.raises(TokenError):
        table_definition(table)
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a)")
    connection.execute("CREATE INDEX ix ON t (a)")
    found = look(connection)
    rows = [row._replace(sql=table) if row.type == "table" else row for row in found.rows]
    told = {str(key.name): text for key, text in entries(connection, found._replace(rows=rows), frozenset())}
    assert table in told["t"]
    assert "CREATE INDEX ix ON t (a)" in told["ix"]
    connection.close()


@pytest.mark.parametrize("sql", ["'open", '"open', "[open", "`open", "x'0g'", "a \0 b"])
def test_what_is_no_token(sql: str) -> None:
    if sql == "x'0g'":
        assert [token.text for token in tokens(sql)] == ["x", "0g"]
    else:
        with pytest.raises(TokenError):
            tokens(sql)


def test_comments_may_stay_open() -> None:
    assert tokens("a /* b") == tokens("a -- b") == tokens("a")


@pytest.mark.parametrize(
    ("sql", "query"),
    [
        ("CREATE VIEW v AS SELECT 1", "SELECT 1"),
        ('CREATE VIEW v ("as", b) AS -- as\n  SELECT 1, 2 AS c ', "SELECT 1, 2 AS c"),
        ('CREATE VIEW "as" AS VALUES (1)', "VALUES (1)"),
    ],
)
def test_the_query_of_a_view(sql: str, query: str) -> None:
    assert query_of(sql) == query


def test_texts_that_say_the_same() -> None:
    assert same_text("SELECT a FROM t", 'select "A"\nFROM [t]; -- all')
    assert not same_text("SELECT 'a' FROM t", "SELECT 'A' FROM t")
    assert not same_text('SELECT "x" FROM t', 'SELECT "X" FROM t')
    assert not same_text("SELECT a FROM t", "SELECT 'a' FROM t")
    assert not same_text("SELECT a", "SELECT a, b")
    assert not same_text("SELECT a", "SELECT 'a")


def test_types_that_are_the_same() -> None:
    assert same_type("INT", "INTEGER")
    assert not same_type("INT", "INTEGER", is_key=True)
    assert same_type("CHARACTER VARYING(20)", "TEXT(20)")
    assert not same_type("VARCHAR(20)", "VARCHAR(40)")
    assert not same_type("UUID", "NUMERIC")
    assert not same_type("DATE_CHAR", "DATE")
    assert not same_type("TEXT", "")
