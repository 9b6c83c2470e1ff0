"""The generic reader, on SQLite: what SQLAlchemy's Inspector reports becomes entries."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.engine import Connection

from migcheck.dialects.inspector import inspect_schema
from migcheck.model import ObjectKey

SCHEMA = """
CREATE TABLE users (id INTEGER PRIMARY KEY, name VARCHAR(50) NOT NULL DEFAULT 'x', UNIQUE (name));
CREATE TABLE orders (id INTEGER PRIMARY KEY, user_id INTEGER REFERENCES users (id), amount NUMERIC(8, 2),
    CONSTRAINT positive CHECK (amount > 0));
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


def test_every_kind_that_the_inspector_knows(connection: Connection) -> None:
    objects = inspect_schema(connection, frozenset({"main.alembic_version"})).objects
    assert {
        ObjectKey("table", "main.users"),
        ObjectKey("column", "main.users.name"),
        ObjectKey("constraint", "main.orders.positive"),
        ObjectKey("index", "main.orders_amount"),
        ObjectKey("view", "main.names"),
    } <= set(objects)
    assert not any("alembic_version" in key.name for key in objects)
    column = json.loads(objects[ObjectKey("column", "main.users.name")])
    assert column["table"] == "main.users"
    assert column["nullable"] == "no"
    assert "VARCHAR(50)" in column["type"]
    assert json.loads(objects[ObjectKey("table", "main.orders")])["column_order"] == [
        "id",
        "user_id",
        "amount",
    ]


def test_unnamed_constraints_have_names_of_their_own(connection: Connection) -> None:
    keys = [key.name for key in inspect_schema(connection).objects if key.kind == "constraint"]
    assert "main.orders.(foreign key 1)" in keys
    assert "main.users.(unique 1)" in keys
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE users ADD COLUMN age INTEGER",
        "DROP INDEX orders_amount",
        "DROP VIEW names",
        "CREATE UNIQUE INDEX users_name ON users (name)",
    ],
)
def test_a_change_is_seen_and_two_reads_are_equal(connection: Connection, statement: str) -> None:
    before = inspect_schema(connection)
    assert inspect_schema(connection) == before
    connection.execute(text(statement))
    assert inspect_schema(connection) != before
