"""Sequences on the shop that lead back: (what the upgrade does, what the downgrade does)."""

from __future__ import annotations

Steps = tuple[str, ...]

HONEST: dict[str, tuple[Steps, Steps]] = {
    "a table": (("CREATE TABLE t (id int PRIMARY KEY)",), ("DROP TABLE t",)),
    "a column at the end": (
        ("ALTER TABLE orders ADD COLUMN paid date",),
        ("ALTER TABLE orders DROP COLUMN paid",),
    ),
    "a column dropped, and back where it was": (
        ("ALTER TABLE orders DROP COLUMN note",),
        ("ALTER TABLE orders ADD COLUMN note varchar(20) CHARACTER SET latin1 AFTER amount",),
    ),
    "a type and back": (
        ("ALTER TABLE orders MODIFY note varchar(40) CHARACTER SET latin1",),
        ("ALTER TABLE orders MODIFY note varchar(20) CHARACTER SET latin1",),
    ),
    "an explicit NULL and DEFAULT NULL": (
        ("ALTER TABLE orders MODIFY note varchar(20) CHARACTER SET latin1 NOT NULL",),
        ("ALTER TABLE orders MODIFY note varchar(20) CHARACTER SET latin1 NULL DEFAULT NULL",),
    ),
    "a renamed column": (
        ("ALTER TABLE customers CHANGE born birthday date",),
        ("ALTER TABLE customers CHANGE birthday born date",),
    ),
    "a renamed column in a check": (
        ("ALTER TABLE customers DROP CONSTRAINT ck_score, RENAME COLUMN score TO points",),
        ("ALTER TABLE customers RENAME COLUMN points TO score, ADD CONSTRAINT ck_score CHECK (score >= 0)",),
    ),
    "a default and back": (
        ("ALTER TABLE customers ALTER score SET DEFAULT 2",),
        ("ALTER TABLE customers ALTER score SET DEFAULT 1.5",),
    ),
    "all of a column's clauses": (
        ("ALTER TABLE customers MODIFY updated datetime",),
        (
            "ALTER TABLE customers MODIFY updated timestamp NOT NULL DEFAULT CURRENT_TIMESTAMP"
            " ON UPDATE CURRENT_TIMESTAMP",
        ),
    ),
    "an index": (("CREATE INDEX ix ON orders (amount)",), ("DROP INDEX ix ON orders",)),
    "an index dropped and back": (
        ("DROP INDEX ix_name ON customers",),
        ("CREATE INDEX ix_name ON customers (name(10))",),
    ),
    "indexes back in another order": (
        ("ALTER TABLE customers DROP KEY ix_name, DROP KEY ix_born_score",),
        (
            "ALTER TABLE customers ADD KEY ix_name (name(10))",
            "CREATE INDEX ix_born_score ON customers (born, score)",
        ),
    ),
    "a unique key back as a constraint": (
        ("DROP INDEX ux_email ON customers",),
        ("ALTER TABLE customers ADD CONSTRAINT ux_email UNIQUE (email)",),
    ),
    "a primary key": (
        ("ALTER TABLE visits DROP PRIMARY KEY",),
        ("ALTER TABLE visits ADD PRIMARY KEY (id, day)",),
    ),
    "a foreign key with its index": (
        ("ALTER TABLE orders DROP FOREIGN KEY fk_customer", "ALTER TABLE orders DROP KEY ix_customer"),
        (
            "CREATE INDEX ix_customer ON orders (customer_id)",
            "ALTER TABLE orders ADD CONSTRAINT fk_customer FOREIGN KEY (customer_id)"
            " REFERENCES customers (id) ON DELETE CASCADE",
        ),
    ),
    "a foreign key without a name": (
        ("ALTER TABLE orders ADD FOREIGN KEY (id) REFERENCES customers (id)",),
        ("ALTER TABLE orders DROP FOREIGN KEY orders_ibfk_1",),
    ),
    "a check": (
        ("ALTER TABLE customers DROP CONSTRAINT ck_score",),
        ("ALTER TABLE customers ADD CONSTRAINT ck_score CHECK (score>=0)",),
    ),
    "a table's name": (("RENAME TABLE orders TO o",), ("ALTER TABLE o RENAME orders",)),
    "a table's options": (
        ("ALTER TABLE orders COMMENT 'x' ROW_FORMAT = DYNAMIC",),
        ("ALTER TABLE orders COMMENT '' ROW_FORMAT = DEFAULT",),
    ),
    "rows": (
        ("INSERT INTO customers (id, email, place) VALUES (7, 'a', point(1, 1))",),
        ("DELETE FROM customers",),
    ),
    "partitions": (
        ("ALTER TABLE visits REMOVE PARTITIONING",),
        (
            "ALTER TABLE visits PARTITION BY RANGE (day)"
            " (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)",
        ),
    ),
    "a view replaced": (
        ("CREATE OR REPLACE VIEW active AS SELECT 1 AS id",),
        (
            "DROP VIEW active",
            "CREATE VIEW active AS select id, `email` from {db}.customers where state='active'",
        ),
    ),
    "a view while its table is renamed": (
        ("DROP VIEW active", "RENAME TABLE customers TO c"),
        (
            "RENAME TABLE c TO customers",
            "CREATE VIEW active AS SELECT id, email FROM customers WHERE state = 'active'",
        ),
    ),
    "a sequence": (
        ("DROP SEQUENCE numbers",),
        ("CREATE SEQUENCE numbers", "SELECT nextval(numbers)"),
    ),
    "a trigger": (
        ("DROP TRIGGER check_it",),
        ("CREATE TRIGGER check_it BEFORE INSERT ON orders FOR EACH ROW SET NEW.amount = NEW.amount + 1",),
    ),
    "a trigger indented otherwise": (
        ("DROP TRIGGER check_it",),
        (
            "CREATE TRIGGER IF NOT EXISTS {db}.check_it BEFORE INSERT ON {db}.orders FOR EACH ROW\n"
            "  SET NEW.amount =  NEW.amount + 1 -- one more",
        ),
    ),
    "a routine indented otherwise": (
        ("DROP PROCEDURE clean",),
        ("CREATE PROCEDURE clean(IN a int)\nBEGIN\n    DELETE FROM orders WHERE id = a;\nEND",),
    ),
    "a function": (
        ("DROP FUNCTION twice",),
        ("CREATE FUNCTION IF NOT EXISTS twice(a int) RETURNS int DETERMINISTIC RETURN a * 2",),
    ),
    "an event made anew later": (
        ("DROP EVENT nightly", "DO SLEEP(1.1)"),
        ("CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM orders",),
    ),
    "an event altered": (
        ("ALTER EVENT nightly DISABLE",),
        ("ALTER EVENT nightly ENABLE",),
    ),
    "the database's character set": (
        ("ALTER DATABASE CHARACTER SET latin1",),
        ("ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",),
    ),
    "privileges": (
        (
            "GRANT SELECT, UPDATE (note) ON orders TO reader@localhost",
            "GRANT ALL ON {db}.* TO reader@localhost",
        ),
        (
            "REVOKE SELECT, UPDATE (note) ON orders FROM reader@localhost",
            "REVOKE ALL ON {db}.* FROM reader@localhost",
        ),
    ),
    "privileges on a routine": (
        ("GRANT EXECUTE ON PROCEDURE clean TO reader@localhost",),
        ("REVOKE EXECUTE ON PROCEDURE clean FROM reader@localhost",),
    ),
    "a user": (
        ("CREATE USER migrated@localhost IDENTIFIED BY 'x'", "GRANT SELECT ON {db}.* TO migrated@localhost"),
        ("DROP USER migrated@localhost",),
    ),
    "a role": (
        ("CREATE ROLE migrated_role", "GRANT migrated_role TO reader@localhost"),
        ("DROP ROLE migrated_role",),
    ),
    "another database": (("CREATE DATABASE elsewhere",), ("DROP DATABASE elsewhere",)),
}
