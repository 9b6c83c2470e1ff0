"""The generic reader, on SQLite: what SQLAlchemy's Inspector reports becomes entries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.dialects.mssql.pyodbc import MSDialect_pyodbc
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2
from sqlalchemy.engine import Connection

from migcheck.compare import differences
from migcheck.dialects.inspected import column, constraint, index, table_options
from migcheck.dialects.inspector import inspect_schema, unseen
from migcheck.model import ObjectKey, Snapshot

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT 'x', UNIQUE (name));
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), amount NUMERIC(8, 2),
    CONSTRAINT positive CHECK (amount > 0)
);
CREATE INDEX orders_amount ON orders (amount);
CREATE VIEW names AS SELECT name FROM users;
CREATE TABLE alembic_version (version_num VARCHAR(32) PRIMARY KEY);
"""


@pytest.fixture
def connection() -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as opened:
        for statement in SCHEMA.split(";\n"):
            if statement.strip():
                opened.execute(text(statement))
        yield opened
    engine.dispose()


def attributes(snapshot: Snapshot, kind: str, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(snapshot.objects[ObjectKey(kind, name)])
    return found


@pytest.mark.parametrize("leave_out", ["alembic_version", "main.alembic_version"])
def test_every_kind_that_the_inspector_knows(connection: Connection, leave_out: str) -> None:
    snapshot = inspect_schema(connection, {leave_out})
    assert {f"{key.kind} {key.name}" for key in snapshot} == {
        "table users",
        "column users.id",
        "column users.name",
        "constraint users.(PRIMARY KEY (id))",
        "constraint users.(UNIQUE (name))",
        "table orders",
        "column orders.id",
        "column orders.user_id",
        "column orders.amount",
        "constraint orders.(PRIMARY KEY (id))",
        "constraint orders.(FOREIGN KEY (user_id) REFERENCES users (id))",
        "constraint orders.positive",
        "index orders.orders_amount",
        "view names",
        "column names.name",
    }
    assert attributes(snapshot, "column", "users.name") == {
        "table": "users",
        "type": "VARCHAR(50)",
        "nullable": False,
        "default": "'x'",
    }
    assert attributes(snapshot, "table", "orders") == {"column_order": ["id", "user_id", "amount"]}
    assert attributes(snapshot, "constraint", "orders.positive")["text"] == "CHECK (amount > 0)"
    assert attributes(snapshot, "index", "orders.orders_amount")["text"] == (
        "CREATE INDEX orders_amount ON orders (amount)"
    )


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        ("ALTER TABLE users ADD COLUMN age INTEGER", "age INTEGER"),
        ("DROP INDEX orders_amount", "CREATE INDEX orders_amount ON orders (amount)"),
        ("DROP VIEW names", "CREATE VIEW names AS SELECT name FROM users"),
        ("CREATE UNIQUE INDEX users_name ON users (name)", "CREATE UNIQUE INDEX users_name ON users (name)"),
    ],
)
def test_a_change_is_one_difference_that_is_told(connection: Connection, statement: str, told: str) -> None:
    before = inspect_schema(connection)
    assert inspect_schema(connection) == before
    connection.execute(text(statement))
    (difference,) = differences(before, inspect_schema(connection))
    assert told in (difference.before or difference.after or "")


@pytest.mark.parametrize(
    "names",
    [
        ("PK__users__3213E83F1A14E395", "PK__users__3213E83FA7B0C9D1"),  # SQL Server
        ("SYS_C008316", "SYS_C008490"),  # Oracle
        ("INTEG_12", "INTEG_15"),  # Firebird
        ("SQL230101120000010", "SQL230102130000020"),  # Db2
    ],
)
def test_names_that_a_server_makes_up_are_none(names: tuple[str, str]) -> None:
    told = [constraint("t", "UNIQUE", {"name": name, "column_names": ["a", "B"]}, "dbo") for name in names]
    assert told[0] == told[1]
    assert told[0][0] == ObjectKey("constraint", 't.(UNIQUE (a, "B"))')
    indexes = [index("t", {"name": name, "column_names": ["a"], "unique": True}) for name in names]
    assert indexes[0] == indexes[1]
    assert constraint("t", "UNIQUE", {"name": "pk_users", "column_names": []}, "")[0].name == "t.pk_users"


def test_clauses_of_constraints_and_indexes() -> None:
    told = {
        "name": "fk",
        "constrained_columns": ["a"],
        "referred_schema": "other",
        "referred_table": "p",
        "referred_columns": ["id"],
        "options": {"ondelete": "SET NULL", "deferrable": True, "initially": "DEFERRED"},
    }
    text_of = constraint("t", "FOREIGN KEY", told, "public")[1]["text"]
    assert text_of == (
        "FOREIGN KEY (a) REFERENCES other.p (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED"
    )
    assert "REFERENCES p (id)" in constraint("t", "FOREIGN KEY", told, "other")[1]["text"]
    _, attributes_of = index(
        "t",
        {
            "name": "ix",
            "unique": False,
            "column_names": ["a", None],
            "expressions": ["a", "lower(b)"],
            "column_sorting": {"a": ("desc", "nulls_last")},
            "include_columns": ["c"],
            "dialect_options": {"mssql_where": "a > 0", "mssql_clustered": False},
        },
    )
    assert attributes_of["text"] == "CREATE INDEX ix ON t (a DESC NULLS LAST, lower(b)) INCLUDE (c)"
    assert attributes_of["options"] == ["mssql_where=a > 0"]


def test_columns_that_are_more_than_a_type() -> None:
    identity = column("t", {"name": "a", "identity": {"always": False, "start": 5}}, "INTEGER")[1]
    assert (identity["identity"], identity["identity_options"]) == ("by default", ["start=5"])
    computed = column("t", {"name": "a", "computed": {"sqltext": "b * 2", "persisted": True}}, "INTEGER")[1]
    assert (computed["default"], computed["generated"]) == ("b * 2", "stored")
    assert column("t", {"name": "a", "autoincrement": True}, "INTEGER")[1]["auto_increment"] is True


def test_counters_of_rows_are_no_options() -> None:
    assert table_options({"mysql_engine": "InnoDB", "mysql_auto_increment": "7"}) == ["mysql_engine=InnoDB"]


def test_what_a_dialect_does_not_implement_is_named() -> None:
    assert "check constraints" in unseen(MSDialect_pyodbc)
    assert "check constraints" not in unseen(PGDialect_psycopg2)
    assert "triggers, routines, privileges" in unseen(PGDialect_psycopg2)
