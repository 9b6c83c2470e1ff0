"""Sequences whose downgrade undoes the upgrade, in plain SQL and in Alembic's batch mode."""

# ruff: noqa: E501 (a statement reads best on one line)

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from tests.integration.sqlite.database import Step, batch

PLAIN = """
CREATE TABLE teams (id INTEGER NOT NULL, name VARCHAR(40) NOT NULL, PRIMARY KEY (id), CONSTRAINT uq_teams UNIQUE (name));
CREATE TABLE users (
	id INTEGER NOT NULL,
	email VARCHAR(255) NOT NULL,
	name TEXT DEFAULT 'nobody',
	age INT,
	team_id INTEGER,
	PRIMARY KEY (id),
	CONSTRAINT ck_age CHECK (age >= 0),
	CONSTRAINT fk_team FOREIGN KEY(team_id) REFERENCES teams (id) ON DELETE SET NULL
);
CREATE INDEX ix_users_name ON users (name, age);
CREATE UNIQUE INDEX ix_users_email ON users (email) WHERE age > 3;
"""
# Batch mode cannot make a table anew that views and triggers speak of.
VIEW = """CREATE VIEW adults AS
    SELECT id, Name AS Label FROM users -- of age
     WHERE age >= 18;
"""
TRIGGER = """CREATE TRIGGER tr_users AFTER UPDATE OF age ON users WHEN new.age > 3
BEGIN
    UPDATE teams SET name = name || '!' WHERE id = new.team_id;
END;
"""
DEPENDENT = VIEW + TRIGGER


def nullable(value: bool) -> Step:
    """Another nullability of users.email, with what stands in the way of batch mode dropped and made again."""
    change = batch("users", lambda op: op.alter_column("email", nullable=value))

    def step(op: Operations) -> None:
        op.execute("DROP VIEW adults")
        op.execute("DROP TRIGGER tr_users")
        change(op)
        op.execute(VIEW)
        op.execute(TRIGGER)

    return step


CONVENTION = {"fk": "fk_%(table_name)s_%(column_0_name)s", "uq": "uq_%(table_name)s_%(column_0_name)s"}

Sequence = tuple[str, Step, Step]
"""What is there before, the upgrade, the downgrade."""

HONEST: dict[str, Sequence] = {
    # plain SQL
    "table": (PLAIN, "CREATE TABLE x (id INTEGER PRIMARY KEY, a TEXT UNIQUE)", "DROP TABLE x"),
    "last column": (
        PLAIN + DEPENDENT,
        "ALTER TABLE users ADD COLUMN nick TEXT",
        "ALTER TABLE users DROP COLUMN nick",
    ),
    "column renamed": (
        PLAIN + DEPENDENT,
        "ALTER TABLE users RENAME COLUMN age TO years",
        "ALTER TABLE users RENAME COLUMN years TO age",
    ),
    "table renamed": (
        PLAIN + DEPENDENT,
        "ALTER TABLE users RENAME TO people",
        "ALTER TABLE people RENAME TO users",
    ),
    "parent renamed": (
        PLAIN + DEPENDENT,
        "ALTER TABLE teams RENAME TO groups",
        "ALTER TABLE groups RENAME TO teams",
    ),
    "parent's column renamed": (
        PLAIN,
        "ALTER TABLE teams RENAME COLUMN id TO team",
        "ALTER TABLE teams RENAME COLUMN team TO id",
    ),
    "renamed to a key word and back": (
        PLAIN,
        'ALTER TABLE users RENAME COLUMN name TO "order"',
        'ALTER TABLE users RENAME COLUMN "order" TO name',
    ),
    "index": (PLAIN, "CREATE INDEX ix ON users (age DESC)", "DROP INDEX ix"),
    "index dropped and made in another spelling": (
        PLAIN,
        "DROP INDEX ix_users_name; DROP INDEX ix_users_email",
        'CREATE INDEX [ix_users_name] ON "users"("name" ASC, `age`); create unique index ix_users_email on Users (Email) where ("AGE" > 3)',
    ),
    "view": (PLAIN, "CREATE VIEW v AS SELECT 1", "DROP VIEW v"),
    "view dropped and made in another spelling": (
        PLAIN + DEPENDENT,
        "DROP VIEW adults",
        'create view adults as select "id", name as Label from [users] where age >= 18',
    ),
    "trigger dropped and made in another spelling": (
        PLAIN + DEPENDENT,
        "DROP TRIGGER tr_users",
        "CREATE TRIGGER tr_users AFTER update of age on users when new.age > 3 begin update teams set name = name || '!' where id = new.team_id; end",
    ),
    "virtual table": (PLAIN, "CREATE VIRTUAL TABLE notes USING fts5(a, b)", "DROP TABLE notes"),
    "user_version": (PLAIN, "PRAGMA user_version = 3", "PRAGMA user_version = 0"),
    "rows, AUTOINCREMENT and ANALYZE": (
        PLAIN + "CREATE TABLE x (id INTEGER PRIMARY KEY AUTOINCREMENT);",
        "INSERT INTO x VALUES (7); ANALYZE; CREATE INDEX ix ON users (age)",
        "DROP INDEX ix; DELETE FROM x",
    ),
    "table made anew by hand": (
        PLAIN,
        "CREATE TABLE x (id INTEGER PRIMARY KEY, name TEXT); INSERT INTO x SELECT id, name FROM teams; DROP TABLE teams; ALTER TABLE x RENAME TO teams",
        "CREATE TABLE y (id INTEGER PRIMARY KEY NOT NULL, name VARCHAR(40) NOT NULL CONSTRAINT uq_teams UNIQUE); DROP TABLE teams; ALTER TABLE y RENAME TO teams",
    ),
    "generated column": (
        PLAIN,
        "ALTER TABLE users ADD COLUMN next INTEGER GENERATED ALWAYS AS (age + 1) VIRTUAL",
        "ALTER TABLE users DROP COLUMN next",
    ),
    "strict and without rowid": (
        "CREATE TABLE t (a TEXT PRIMARY KEY, b INT) STRICT, WITHOUT ROWID",
        "DROP TABLE t",
        "CREATE TABLE t (a TEXT NOT NULL, b INTEGER, PRIMARY KEY (a)) WITHOUT ROWID, STRICT",
    ),
    # operations
    "column by operations": (
        PLAIN,
        lambda op: op.add_column("users", sa.Column("nick", sa.String(20))),
        lambda op: op.drop_column("users", "nick"),
    ),
    "table by operations": (
        PLAIN,
        lambda op: op.drop_table("teams"),
        lambda op: op.create_table(
            "teams",
            sa.Column("id", sa.Integer, primary_key=True),
            sa.Column("name", sa.String(40), nullable=False),
            sa.UniqueConstraint("name", name="uq_teams"),
        ),
    ),
    "index by operations": (
        PLAIN,
        lambda op: op.drop_index("ix_users_email"),
        lambda op: op.create_index(
            "ix_users_email", "users", ["email"], unique=True, sqlite_where=sa.text("age > 3")
        ),
    ),
    # batch mode
    "nothing in batch mode": (PLAIN, batch("users"), batch("users")),
    "column in batch mode": (
        PLAIN,
        batch("users", lambda op: op.add_column(sa.Column("nick", sa.Text, server_default="x"))),
        batch("users", lambda op: op.drop_column("nick")),
    ),
    "column dropped in batch mode": (
        PLAIN,
        batch("users", lambda op: op.drop_column("team_id")),
        batch(
            "users",
            lambda op: (
                op.add_column(sa.Column("team_id", sa.Integer)),
                op.create_foreign_key("fk_team", "teams", ["team_id"], ["id"], ondelete="SET NULL"),
            ),
        ),
    ),
    "column renamed in batch mode": (
        PLAIN,
        batch("users", lambda op: op.alter_column("email", new_column_name="mail")),
        batch("users", lambda op: op.alter_column("mail", new_column_name="email")),
    ),
    "NOT NULL in batch mode": (
        PLAIN,
        batch("users", lambda op: op.alter_column("email", nullable=True)),
        batch("users", lambda op: op.alter_column("email", nullable=False)),
    ),
    "type in batch mode": (
        PLAIN,
        batch("users", lambda op: op.alter_column("age", type_=sa.BigInteger())),
        batch("users", lambda op: op.alter_column("age", type_=sa.Integer())),
    ),
    "length in batch mode": (
        PLAIN,
        batch("users", lambda op: op.alter_column("email", type_=sa.String(320))),
        batch("users", lambda op: op.alter_column("email", type_=sa.String(255))),
    ),
    "default in batch mode": (
        PLAIN,
        batch("users", lambda op: op.alter_column("name", server_default=None)),
        batch("users", lambda op: op.alter_column("name", server_default=sa.text("'nobody'"))),
    ),
    "default of a number in batch mode": (
        PLAIN,
        batch("users", lambda op: op.alter_column("age", server_default="0")),
        batch("users", lambda op: op.alter_column("age", server_default=None)),
    ),
    "check in batch mode": (
        PLAIN,
        batch("users", lambda op: op.drop_constraint("ck_age", type_="check")),
        batch("users", lambda op: op.create_check_constraint("ck_age", sa.column("age") >= 0)),
    ),
    "unique in batch mode": (
        PLAIN,
        batch("teams", lambda op: op.drop_constraint("uq_teams", type_="unique")),
        batch("teams", lambda op: op.create_unique_constraint("uq_teams", ["name"])),
    ),
    "foreign key in batch mode": (
        PLAIN,
        batch("users", lambda op: op.drop_constraint("fk_team", type_="foreignkey")),
        batch(
            "users",
            lambda op: op.create_foreign_key("fk_team", "teams", ["team_id"], ["id"], ondelete="SET NULL"),
        ),
    ),
    "foreign key added in batch mode": (
        PLAIN,
        batch(
            "teams",
            lambda op: (
                op.add_column(sa.Column("head_id", sa.Integer)),
                op.create_foreign_key("fk_head", "users", ["head_id"], ["id"]),
            ),
        ),
        batch(
            "teams",
            lambda op: (
                op.drop_constraint("fk_head", type_="foreignkey"),
                op.drop_column("head_id"),
            ),
        ),
    ),
    "constraints named by a convention in batch mode": (
        PLAIN + "CREATE TABLE logins (user_id INTEGER UNIQUE REFERENCES users (id), at DATE);",
        batch("logins", lambda op: op.alter_column("at", nullable=False), naming_convention=CONVENTION),
        batch("logins", lambda op: op.alter_column("at", nullable=True), naming_convention=CONVENTION),
    ),
    "index in batch mode": (
        PLAIN,
        batch("users", lambda op: op.create_index("ix_age", ["age", "email"], unique=True)),
        batch("users", lambda op: op.drop_index("ix_age")),
    ),
    "view taken away for batch mode": (PLAIN + DEPENDENT, nullable(True), nullable(False)),
}
