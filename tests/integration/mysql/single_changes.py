"""Single changes to the shop, each of which a snapshot has to see: the statement, and what is told of it."""

from __future__ import annotations

CHANGES: tuple[tuple[str, str], ...] = (
    # tables
    ("CREATE TABLE t (id int)", "added table t"),
    ("DROP TABLE visits", "removed table visits"),
    ("RENAME TABLE visits TO calls", "removed table visits"),
    ("ALTER TABLE customers COMMENT 'who pays'", "changed table customers comment"),
    ("ALTER TABLE visits ENGINE = MyISAM", "changed table visits engine"),
    ("ALTER TABLE visits ROW_FORMAT = COMPRESSED", "changed table visits row_format"),
    ("ALTER TABLE orders DEFAULT CHARACTER SET latin1", "changed table orders charset"),
    ("ALTER TABLE orders DEFAULT COLLATE utf8mb4_bin", "changed table orders collation"),
    ("ALTER TABLE orders STATS_PERSISTENT = 1", "changed table orders clauses"),
    ("ALTER TABLE orders PAGE_COMPRESSED = 1", "changed table orders clauses"),
    ("ALTER TABLE customers ADD SYSTEM VERSIONING", "changed table customers clauses"),
    ("ALTER TABLE visits REMOVE PARTITIONING", "changed table visits partition_key"),
    (
        "ALTER TABLE visits REORGANIZE PARTITION p0 INTO"
        " (PARTITION p00 VALUES LESS THAN (5), PARTITION p01 VALUES LESS THAN (10))",
        "changed table visits partitions",
    ),
    # columns
    ("ALTER TABLE orders ADD COLUMN paid date", "added column orders.paid"),
    ("ALTER TABLE orders DROP COLUMN note", "removed column orders.note"),
    ("ALTER TABLE orders MODIFY note varchar(30) CHARACTER SET latin1", "changed column orders.note type"),
    ("ALTER TABLE orders MODIFY note varchar(20)", "changed column orders.note character_set"),
    (
        "ALTER TABLE orders MODIFY note varchar(20) CHARACTER SET latin1 COLLATE latin1_bin",
        "changed column orders.note collation",
    ),
    (
        "ALTER TABLE orders MODIFY note varchar(20) CHARACTER SET latin1 NOT NULL",
        "changed column orders.note nullable",
    ),
    ("ALTER TABLE orders ALTER note SET DEFAULT 'x'", "changed column orders.note default"),
    ("ALTER TABLE customers ALTER score DROP DEFAULT", "changed column customers.score default"),
    (
        "ALTER TABLE customers MODIFY email varchar(80) NOT NULL DEFAULT ''",
        "changed column customers.email comment",
    ),
    ("ALTER TABLE customers MODIFY score decimal(8, 2) DEFAULT 1.50", "changed column customers.score type"),
    (
        "ALTER TABLE customers MODIFY updated timestamp NOT NULL DEFAULT current_timestamp()",
        "changed column customers.updated on_update",
    ),
    (
        "ALTER TABLE customers MODIFY state enum('new', 'gone', 'active') NOT NULL DEFAULT 'new'",
        "changed column customers.state type",
    ),
    ("ALTER TABLE customers MODIFY flags set('a', 'b', 'c')", "changed column customers.flags type"),
    ("ALTER TABLE customers MODIFY born datetime(3)", "changed column customers.born type"),
    ("ALTER TABLE customers MODIFY born date INVISIBLE", "changed column customers.born invisible"),
    (
        "ALTER TABLE customers MODIFY length int AS (octet_length(email)) STORED",
        "changed column customers.length default",
    ),
    (
        "ALTER TABLE customers MODIFY initial char(1) AS (left(email, 1)) VIRTUAL",
        "changed column customers.initial type",
    ),
    ("ALTER TABLE customers MODIFY name mediumtext", "changed column customers.name type"),
    ("ALTER TABLE orders MODIFY data longtext COMPRESSED", "changed column orders.data compressed"),
    ("ALTER TABLE orders MODIFY amount int", "changed column orders.amount check"),
    ("ALTER TABLE orders MODIFY data longtext", "changed column orders.data check"),
    (
        "ALTER TABLE orders MODIFY note varchar(20) CHARACTER SET latin1 AFTER id",
        "changed table orders column_order",
    ),
    # keys, constraints and indexes
    ("ALTER TABLE visits DROP PRIMARY KEY", "removed constraint visits.PRIMARY"),
    (
        "ALTER TABLE visits DROP PRIMARY KEY, ADD PRIMARY KEY (day, id)",
        "changed constraint visits.PRIMARY text",
    ),
    ("ALTER TABLE customers DROP KEY ux_email", "removed constraint customers.ux_email"),
    ("ALTER TABLE orders ADD UNIQUE KEY ux (amount)", "added constraint orders.ux"),
    ("ALTER TABLE orders DROP FOREIGN KEY fk_customer", "removed constraint orders.fk_customer"),
    (
        "ALTER TABLE orders DROP FOREIGN KEY fk_customer, ADD CONSTRAINT fk_buyer FOREIGN KEY (customer_id)"
        " REFERENCES customers (id) ON DELETE CASCADE",
        "removed constraint orders.fk_customer",
    ),
    ("ALTER TABLE customers DROP CONSTRAINT ck_score", "removed constraint customers.ck_score"),
    (
        "ALTER TABLE customers ADD CONSTRAINT ck_b CHECK (born > '1900-01-01')",
        "added constraint customers.ck_b",
    ),
    ("CREATE INDEX ix ON orders (amount)", "added index orders.ix"),
    ("DROP INDEX ix_name ON customers", "removed index customers.ix_name"),
    ("ALTER TABLE customers RENAME INDEX ix_name TO ix_n", "removed index customers.ix_name"),
    (
        "ALTER TABLE customers DROP KEY ix_name, ADD KEY ix_name (name(11))",
        "changed index customers.ix_name text",
    ),
    ("ALTER TABLE customers ALTER INDEX ix_name IGNORED", "changed index customers.ix_name text"),
    (
        "ALTER TABLE customers DROP KEY ix_born_score, ADD KEY ix_born_score (born DESC, score)",
        "changed index customers.ix_born_score text",
    ),
    (
        "ALTER TABLE customers DROP KEY ix_born_score, ADD KEY ix_born_score (born, score) COMMENT 'x'",
        "changed index customers.ix_born_score text",
    ),
    ("ALTER TABLE customers DROP KEY ft_name", "removed index customers.ft_name"),
    ("ALTER TABLE customers DROP KEY sp_place", "removed index customers.sp_place"),
    ("ALTER TABLE customers DROP COLUMN born", "changed index customers.ix_born_score text"),
    # views, sequences, triggers, routines, events
    ("DROP VIEW active", "removed view active"),
    ("CREATE OR REPLACE VIEW active AS SELECT id, email FROM customers", "changed view active text"),
    (
        "CREATE OR REPLACE VIEW active AS SELECT email, id FROM customers WHERE state = 'active'",
        "changed view active column_order",
    ),
    (
        "ALTER ALGORITHM = TEMPTABLE VIEW active AS SELECT id, email FROM customers WHERE state = 'active'",
        "changed view active algorithm",
    ),
    (
        "ALTER SQL SECURITY INVOKER VIEW active AS SELECT id, email FROM customers WHERE state = 'active'",
        "changed view active security",
    ),
    (
        "ALTER DEFINER = somebody@localhost VIEW active AS"
        " SELECT id, email FROM customers WHERE state = 'active'",
        "changed view active definer",
    ),
    (
        "CREATE OR REPLACE VIEW active AS"
        " SELECT id, email FROM customers WHERE state = 'active' WITH CHECK OPTION",
        "changed view active text",
    ),
    ("ALTER SEQUENCE numbers INCREMENT BY 2", "changed sequence numbers text"),
    ("ALTER SEQUENCE numbers CYCLE", "changed sequence numbers text"),
    ("DROP SEQUENCE numbers", "removed sequence numbers"),
    ("DROP TRIGGER stamp", "removed trigger orders.stamp"),
    (
        "CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW SET NEW.note = 'old'",
        "changed trigger orders.stamp text",
    ),
    (
        "CREATE OR REPLACE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = 'new'",
        "changed trigger orders.stamp text",
    ),
    (
        "CREATE OR REPLACE TRIGGER stamp BEFORE INSERT ON orders FOR EACH ROW FOLLOWS check_it"
        " SET NEW.note = 'new'",
        "changed table orders trigger_order",
    ),
    ("ALTER FUNCTION twice SQL SECURITY INVOKER", "changed function twice text"),
    ("ALTER FUNCTION twice COMMENT 'doubles'", "changed function twice text"),
    ("ALTER FUNCTION twice READS SQL DATA", "changed function twice text"),
    (
        "CREATE OR REPLACE FUNCTION twice(a bigint) RETURNS int DETERMINISTIC RETURN a * 2",
        "changed function twice text",
    ),
    ("DROP PROCEDURE clean", "removed procedure clean"),
    (
        "CREATE OR REPLACE PROCEDURE clean(IN a int) BEGIN DELETE FROM orders; END",
        "changed procedure clean text",
    ),
    ("ALTER EVENT nightly DISABLE", "changed event nightly text"),
    ("ALTER EVENT nightly ON SCHEDULE EVERY 2 DAY", "changed event nightly text"),
    ("ALTER EVENT nightly COMMENT 'tidies'", "changed event nightly text"),
    ("ALTER EVENT nightly DO DELETE FROM visits", "changed event nightly text"),
    (
        "ALTER EVENT nightly ON SCHEDULE EVERY 1 DAY STARTS '2031-02-03 04:05:06'",
        "changed event nightly text",
    ),
    # the database, privileges, and what belongs to the server
    ("ALTER DATABASE CHARACTER SET latin1", "changed database current charset"),
    ("ALTER DATABASE COLLATE utf8mb4_bin", "changed database current collation"),
    ("ALTER DATABASE COMMENT 'shop'", "changed database current comment"),
    ("GRANT SELECT ON * TO reader@localhost", "added grant reader@localhost on *"),
    ("GRANT SELECT, INSERT ON orders TO reader@localhost", "added grant reader@localhost on orders"),
    ("GRANT UPDATE (note) ON orders TO reader@localhost", "added grant reader@localhost on orders"),
    (
        "GRANT EXECUTE ON PROCEDURE clean TO reader@localhost",
        "added grant reader@localhost on PROCEDURE clean",
    ),
    ("CREATE USER migrated@localhost", "added user migrated@localhost"),
    ("ALTER USER reader@localhost ACCOUNT LOCK", "changed user reader@localhost definition"),
    ("ALTER USER reader@localhost IDENTIFIED BY 'secret'", "changed user reader@localhost definition"),
    ("GRANT PROCESS ON *.* TO reader@localhost", "changed user reader@localhost grants"),
    ("CREATE ROLE migrated_role", "added role migrated_role"),
    ("GRANT readers TO reader@localhost", "changed user reader@localhost grants"),
    ("CREATE DATABASE elsewhere", "added other database elsewhere"),
)
