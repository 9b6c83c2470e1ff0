"""Single changes to a schema, and exactly what is told of each."""

# ruff: noqa: E501 (a statement reads best on one line)

from __future__ import annotations

SHOP = """
CREATE TABLE users (
    id INTEGER PRIMARY KEY,
    email VARCHAR(255) NOT NULL,
    name TEXT DEFAULT 'nobody',
    age INTEGER,
    CONSTRAINT uq_email UNIQUE (email),
    CONSTRAINT ck_age CHECK (age >= 0)
);
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    user_id INTEGER NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    amount NUMERIC(10, 2) DEFAULT 0 NOT NULL,
    state VARCHAR(20),
    CHECK (amount >= 0)
);
CREATE INDEX ix_orders_state ON orders (state, amount);
CREATE INDEX ix_orders_open ON orders (user_id) WHERE state = 'open';
CREATE UNIQUE INDEX ix_users_lower ON users (lower(email));
CREATE VIEW open_orders AS SELECT id, amount FROM orders WHERE state = 'open';
CREATE TRIGGER tr_orders AFTER UPDATE OF state ON orders BEGIN UPDATE users SET age = age WHERE id = new.user_id; END;
CREATE VIRTUAL TABLE notes USING fts5(title, body);
"""

CHANGES: dict[str, tuple[str, list[str]]] = {
    "table created": ("CREATE TABLE x (a)", ["added table x"]),
    "table dropped": (
        "DROP TABLE notes; CREATE VIRTUAL TABLE notes USING fts5(title)",
        ["changed virtual table notes text"],
    ),
    "table renamed": (
        "CREATE TABLE x (a); ALTER TABLE x RENAME TO y",
        ["added table y"],
    ),
    "column added": ("ALTER TABLE users ADD COLUMN nick TEXT", ["added column users.nick"]),
    "column dropped": ("ALTER TABLE users DROP COLUMN name", ["removed column users.name"]),
    "column renamed": (
        "ALTER TABLE users RENAME COLUMN name TO label",
        ["added column users.label", "removed column users.name"],
    ),
    "constraint added with a column": (
        "ALTER TABLE users ADD COLUMN nick TEXT CHECK (nick <> '')",
        ["added column users.nick"],
    ),
    "index created": ("CREATE INDEX ix ON users (age)", ["added index ix"]),
    "index dropped": ("DROP INDEX ix_orders_state", ["removed index ix_orders_state"]),
    "index made unique": (
        "DROP INDEX ix_orders_state; CREATE UNIQUE INDEX ix_orders_state ON orders (state, amount)",
        ["changed index ix_orders_state text"],
    ),
    "index with its columns the other way round": (
        "DROP INDEX ix_orders_state; CREATE INDEX ix_orders_state ON orders (amount, state)",
        ["changed index ix_orders_state text"],
    ),
    "index descending": (
        "DROP INDEX ix_orders_state; CREATE INDEX ix_orders_state ON orders (state DESC, amount)",
        ["changed index ix_orders_state text"],
    ),
    "index with a collation": (
        "DROP INDEX ix_orders_state; CREATE INDEX ix_orders_state ON orders (state COLLATE RTRIM, amount)",
        ["changed index ix_orders_state text"],
    ),
    "index without its condition": (
        "DROP INDEX ix_orders_open; CREATE INDEX ix_orders_open ON orders (user_id)",
        ["changed index ix_orders_open text"],
    ),
    "index with another condition": (
        "DROP INDEX ix_orders_open; CREATE INDEX ix_orders_open ON orders (user_id) WHERE state = 'Open'",
        ["changed index ix_orders_open text"],
    ),
    "index with another expression": (
        "DROP INDEX ix_users_lower; CREATE UNIQUE INDEX ix_users_lower ON users (upper(email))",
        ["changed index ix_users_lower text"],
    ),
    "index on another table": (
        "DROP INDEX ix_orders_state; CREATE INDEX ix_orders_state ON users (name, age)",
        ["changed index ix_orders_state table", "changed index ix_orders_state text"],
    ),
    "view created": ("CREATE VIEW v AS SELECT 1 AS one", ["added view v"]),
    "view dropped": ("DROP VIEW open_orders", ["removed view open_orders"]),
    "view with another condition": (
        "DROP VIEW open_orders; CREATE VIEW open_orders AS SELECT id, amount FROM orders WHERE state = 'OPEN'",
        ["changed view open_orders text"],
    ),
    "view with other names of columns": (
        "DROP VIEW open_orders; CREATE VIEW open_orders (a, b) AS SELECT id, amount FROM orders WHERE state = 'open'",
        ["changed view open_orders column_order"],
    ),
    "view broken by a rename": (
        "PRAGMA legacy_alter_table = ON; ALTER TABLE orders RENAME COLUMN state TO status;"
        "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'status', 'state') WHERE name = 'open_orders'",
        [
            "added column orders.status",
            "changed index ix_orders_open text",
            "changed index ix_orders_state text",
            "changed trigger tr_orders text",
            "changed view open_orders broken",
            "changed view open_orders column_order",
            "removed column orders.state",
        ],
    ),
    "trigger created": (
        "CREATE TRIGGER tr BEFORE DELETE ON users BEGIN SELECT RAISE(ABORT, 'no'); END",
        ["added trigger tr"],
    ),
    "trigger dropped": ("DROP TRIGGER tr_orders", ["removed trigger tr_orders"]),
    "trigger of another moment": (
        "DROP TRIGGER tr_orders; CREATE TRIGGER tr_orders BEFORE UPDATE OF state ON orders BEGIN UPDATE users SET age = age WHERE id = new.user_id; END",
        ["changed trigger tr_orders text"],
    ),
    "trigger of every column": (
        "DROP TRIGGER tr_orders; CREATE TRIGGER tr_orders AFTER UPDATE ON orders BEGIN UPDATE users SET age = age WHERE id = new.user_id; END",
        ["changed trigger tr_orders text"],
    ),
    "trigger that does something else": (
        "DROP TRIGGER tr_orders; CREATE TRIGGER tr_orders AFTER UPDATE OF state ON orders BEGIN UPDATE users SET age = 1 WHERE id = new.user_id; END",
        ["changed trigger tr_orders text"],
    ),
    "trigger whose table is dropped": (
        "DROP TRIGGER tr_orders; CREATE TRIGGER tr_orders AFTER INSERT ON orders BEGIN INSERT INTO log VALUES (1); END",
        ["changed trigger tr_orders broken", "changed trigger tr_orders text"],
    ),
    "trigger on a view": (
        "CREATE TRIGGER tr INSTEAD OF DELETE ON open_orders BEGIN DELETE FROM orders WHERE id = old.id; END",
        ["added trigger tr"],
    ),
    "virtual table": ("CREATE VIRTUAL TABLE more USING fts4(a, b)", ["added virtual table more"]),
    "user_version": ("PRAGMA user_version = 7", ["changed database current user_version"]),
    "application_id": ("PRAGMA application_id = 7", ["changed database current application_id"]),
    "journal_mode": ("PRAGMA journal_mode = WAL", ["changed database current journal_mode"]),
    "auto_vacuum": ("PRAGMA auto_vacuum = FULL; VACUUM", ["changed database current auto_vacuum"]),
}

# A table's definition before and after, and what is told: the table is t.
DEFINITIONS: dict[str, tuple[str, str, list[str]]] = {
    "type": ("a VARCHAR(20)", "a VARCHAR(40)", ["changed column t.a type"]),
    "type of another affinity": ("a INTEGER", "a TEXT", ["changed column t.a type"]),
    "type taken away": ("a TEXT", "a", ["changed column t.a type"]),
    "NOT NULL": ("a TEXT", "a TEXT NOT NULL", ["changed column t.a nullable"]),
    "NOT NULL of a key that is no rowid": (
        "a TEXT PRIMARY KEY",
        "a TEXT NOT NULL PRIMARY KEY",
        ["changed column t.a nullable"],
    ),
    "default": ("a TEXT DEFAULT 'x'", "a TEXT DEFAULT 'X'", ["changed column t.a default"]),
    "default taken away": ("a INTEGER DEFAULT 0", "a INTEGER", ["changed column t.a default"]),
    "default that is a string in a text column": (
        "a TEXT DEFAULT '1.0'",
        "a TEXT DEFAULT 1",
        ["changed column t.a default"],
    ),
    "default of another moment": (
        "a TEXT DEFAULT CURRENT_DATE",
        "a TEXT DEFAULT CURRENT_TIMESTAMP",
        ["changed column t.a default"],
    ),
    "default that is a string and no moment": (
        "a TEXT DEFAULT CURRENT_DATE",
        "a TEXT DEFAULT 'CURRENT_DATE'",
        ["changed column t.a default"],
    ),
    "collation": ("a TEXT COLLATE NOCASE", "a TEXT COLLATE RTRIM", ["changed column t.a collation"]),
    "generated expression": (
        "a INTEGER, b INTEGER AS (a + 1)",
        "a INTEGER, b INTEGER AS (a + 2)",
        ["changed column t.b default"],
    ),
    "generated and stored": (
        "a INTEGER, b INTEGER AS (a + 1)",
        "a INTEGER, b INTEGER AS (a + 1) STORED",
        ["changed column t.b generated"],
    ),
    "generated no longer": (
        "a INTEGER, b INTEGER AS (a + 1)",
        "a INTEGER, b INTEGER",
        ["changed column t.b default", "changed column t.b generated"],
    ),
    "AUTOINCREMENT": (
        "a INTEGER PRIMARY KEY",
        "a INTEGER PRIMARY KEY AUTOINCREMENT",
        ["changed column t.a autoincrement"],
    ),
    "rowid": (
        "a INTEGER PRIMARY KEY NOT NULL",
        "a BIGINT PRIMARY KEY NOT NULL",
        ["changed column t.a type"],
    ),
    "no rowid, by DESC at the column": (
        "a INTEGER NOT NULL, PRIMARY KEY (a DESC)",
        "a INTEGER NOT NULL PRIMARY KEY DESC",
        ["changed constraint t.(PRIMARY KEY (a DESC)) rowid"],
    ),
    "primary key taken away": (
        "a TEXT, b TEXT, PRIMARY KEY (a, b)",
        "a TEXT, b TEXT",
        ["removed constraint t.(PRIMARY KEY (a, b))"],
    ),
    "primary key the other way round": (
        "a TEXT, b TEXT, CONSTRAINT pk PRIMARY KEY (a, b)",
        "a TEXT, b TEXT, CONSTRAINT pk PRIMARY KEY (b, a)",
        ["changed constraint t.pk text"],
    ),
    "unique": ("a TEXT UNIQUE", "a TEXT", ["removed constraint t.(UNIQUE (a))"]),
    "name of a constraint": (
        "a TEXT, CONSTRAINT uq_a UNIQUE (a)",
        "a TEXT UNIQUE",
        ["added constraint t.(UNIQUE (a))", "removed constraint t.uq_a"],
    ),
    "conflict clause of a constraint": (
        "a TEXT, CONSTRAINT uq_a UNIQUE (a)",
        "a TEXT, CONSTRAINT uq_a UNIQUE (a) ON CONFLICT REPLACE",
        ["changed constraint t.uq_a text"],
    ),
    "conflict clause of NOT NULL": (
        "a TEXT NOT NULL ON CONFLICT FAIL",
        "a TEXT NOT NULL ON CONFLICT ROLLBACK",
        ["changed column t.a on_conflict"],
    ),
    "check": (
        "a INTEGER, CONSTRAINT ck CHECK (a > 0)",
        "a INTEGER, CONSTRAINT ck CHECK (a >= 0)",
        ["changed constraint t.ck text"],
    ),
    "check with a string of another case": (
        "a TEXT, CONSTRAINT ck CHECK (a <> 'x')",
        "a TEXT, CONSTRAINT ck CHECK (a <> 'X')",
        ["changed constraint t.ck text"],
    ),
    "check of a string and not of a column": (
        "a TEXT, b TEXT, CONSTRAINT ck CHECK (a <> b)",
        "a TEXT, b TEXT, CONSTRAINT ck CHECK (a <> 'b')",
        ["changed constraint t.ck text"],
    ),
    "unnamed check": (
        "a INTEGER CHECK (a > 0)",
        "a INTEGER",
        ["removed constraint t.(CHECK (a > 0))"],
    ),
    "parent of a foreign key": (
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id)",
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES orders (id)",
        ["changed constraint t.fk text"],
    ),
    "ON DELETE": (
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id) ON DELETE CASCADE",
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id) ON DELETE SET NULL",
        ["changed constraint t.fk text"],
    ),
    "ON UPDATE": (
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id) ON UPDATE CASCADE",
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id)",
        ["changed constraint t.fk text"],
    ),
    "DEFERRABLE": (
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED",
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (id)",
        ["changed constraint t.fk text"],
    ),
    "columns of a foreign key": (
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users",
        "a INTEGER, CONSTRAINT fk FOREIGN KEY (a) REFERENCES users (email)",
        ["changed constraint t.fk text"],
    ),
}
# The same for what follows the table's body.
OPTIONS: dict[str, tuple[str, str, list[str]]] = {
    "WITHOUT ROWID": (
        "(a TEXT NOT NULL PRIMARY KEY)",
        "(a TEXT NOT NULL PRIMARY KEY) WITHOUT ROWID",
        ["changed table t without_rowid"],
    ),
    "STRICT": (
        "(a INTEGER NOT NULL PRIMARY KEY)",
        "(a INTEGER NOT NULL PRIMARY KEY) STRICT",
        ["changed table t strict"],
    ),
}
