"""The schema that single changes and sequences are tried on."""

from __future__ import annotations

SHOP = (
    "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
    """CREATE TABLE customers (
        id int NOT NULL AUTO_INCREMENT,
        email varchar(80) NOT NULL DEFAULT '' COMMENT 'as given',
        name text,
        state enum('new', 'active', 'gone') NOT NULL DEFAULT 'new',
        flags set('a', 'b'),
        born date,
        score decimal(8, 2) unsigned DEFAULT 1.50,
        updated timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp(),
        initial varchar(1) AS (left(email, 1)) VIRTUAL,
        length int AS (char_length(email)) STORED,
        place point NOT NULL,
        PRIMARY KEY (id),
        UNIQUE KEY ux_email (email),
        KEY ix_born_score (born, score),
        KEY ix_name (name(10)),
        FULLTEXT KEY ft_name (name),
        SPATIAL KEY sp_place (place),
        CONSTRAINT ck_score CHECK (score >= 0)
    ) COMMENT 'who buys'""",
    """CREATE TABLE orders (
        id int PRIMARY KEY,
        customer_id int,
        amount int CHECK (amount > 0),
        note varchar(20) CHARACTER SET latin1,
        data json,
        KEY ix_customer (customer_id),
        CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE
    )""",
    """CREATE TABLE visits (id int NOT NULL, day int NOT NULL, PRIMARY KEY (id, day))
        PARTITION BY RANGE (day)
            (PARTITION p0 VALUES LESS THAN (10), PARTITION p1 VALUES LESS THAN MAXVALUE)""",
    "CREATE VIEW active AS SELECT id, email FROM customers WHERE state = 'active'",
    "CREATE SEQUENCE numbers START WITH 1 INCREMENT BY 1",
    "CREATE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = 'new'",
    "CREATE TRIGGER check_it BEFORE INSERT ON orders FOR EACH ROW SET NEW.amount = NEW.amount + 1",
    "CREATE FUNCTION twice(a int) RETURNS int DETERMINISTIC RETURN a * 2",
    "CREATE PROCEDURE clean(IN a int) BEGIN DELETE FROM orders WHERE id = a; END",
    "CREATE EVENT nightly ON SCHEDULE EVERY 1 DAY DO DELETE FROM orders",
)
