"""Faults of data migrations on MariaDB, and migrations that are in order."""

from __future__ import annotations

from tests.integration.data.histories import Change


def t(name: str, columns: str) -> str:
    """A table with a key that the server numbers."""
    return f"CREATE TABLE {name} (id int NOT NULL AUTO_INCREMENT PRIMARY KEY, {columns});;"


FAULTS = (
    Change("not null on nulls", t("f01", "a text"),
           "ALTER TABLE f01 MODIFY a text NOT NULL", "ALTER TABLE f01 MODIFY a text", {"MC301": "f01.a is NULL"}),
    Change("unique on duplicates", t("f02", "a varchar(50) NOT NULL"),
           "ALTER TABLE f02 ADD CONSTRAINT f02_u UNIQUE (a)", "ALTER TABLE f02 DROP INDEX f02_u",
           {"MC301": "same (a)|1062"}),
    Change("composite unique", t("f03", "a int NOT NULL, b int NOT NULL"),
           "CREATE UNIQUE INDEX f03_u ON f03 (a, b)", "DROP INDEX f03_u ON f03", {"MC301": "(a, b)"}),
    Change("check that old rows violate", t("f04", "n int NOT NULL"),
           "ALTER TABLE f04 ADD CONSTRAINT f04_c CHECK (n > 0)", "ALTER TABLE f04 DROP CONSTRAINT f04_c",
           {"MC301": "f04"}),
    Change("foreign key on orphans", t("f05p", "n text") + t("f05", "p int, KEY f05_k (p)"),
           "ALTER TABLE f05 ADD CONSTRAINT f05_f FOREIGN KEY (p) REFERENCES f05p (id)",
           "ALTER TABLE f05 DROP FOREIGN KEY f05_f", {"MC301": "f05.p"}),
    Change("varchar narrowed", t("f06", "a varchar(100) NOT NULL"),
           "ALTER TABLE f06 MODIFY a varchar(40) NOT NULL", "ALTER TABLE f06 MODIFY a varchar(100) NOT NULL",
           {"MC301": "longer than|1406"}),
    Change("bigint to int", t("f07", "n bigint NOT NULL"),
           "ALTER TABLE f07 MODIFY n int NOT NULL", "ALTER TABLE f07 MODIFY n bigint NOT NULL",
           {"MC301": "2147483648"}),
    Change("decimal rounded", t("f08", "n decimal(12,4) NOT NULL"),
           "ALTER TABLE f08 MODIFY n decimal(14,2) NOT NULL", "ALTER TABLE f08 MODIFY n decimal(12,4) NOT NULL",
           {"MC302": "f08.n|9999.0001", "MC303": "f08.n", "MC307": "f08.n"}),
    Change("text to int", t("f09", "n varchar(30) NOT NULL"),
           "ALTER TABLE f09 MODIFY n int NOT NULL", "ALTER TABLE f09 MODIFY n varchar(30) NOT NULL",
           {"MC301": "not a number"}),
    Change("enum label removed", t("f10", "k enum('a', 'b', 'c') NOT NULL"),
           "ALTER TABLE f10 MODIFY k enum('a', 'b') NOT NULL", "ALTER TABLE f10 MODIFY k enum('a', 'b', 'c') NOT NULL",
           {"MC301": "'c'"}),
    Change("unsigned", t("f11", "n int NOT NULL"),
           "ALTER TABLE f11 MODIFY n int unsigned NOT NULL", "ALTER TABLE f11 MODIFY n int NOT NULL",
           {"MC301": "-1", "MC307": "2147483648"}),
    Change("copy back forgotten", t("f12", "name text"),
           "ALTER TABLE f12 ADD label text;; UPDATE f12 SET label = name;; ALTER TABLE f12 DROP name",
           "ALTER TABLE f12 ADD name text;; ALTER TABLE f12 DROP label", {"MC303": "f12.name", "MC304": "f12"}),
    Change("drop and re-add", t("f13", "note text"), "ALTER TABLE f13 DROP note", "ALTER TABLE f13 ADD note text",
           {"MC302": "f13.note", "MC303": "f13.note"}),
    Change("table made again", t("f14", "a text"), "DROP TABLE f14", t("f14", "a text"), {"MC303": "f14"}),
    Change("amounts changed", t("f15", "n int NOT NULL"), "UPDATE f15 SET n = n * 100", "#py",
           {"MC302": "f15.n", "MC303": "f15.n", "MC304": "f15.n"}),
    Change("rows put in twice", t("f16", "code text NOT NULL"), "INSERT INTO f16 (code) VALUES ('zz1')", "#py",
           {"MC304": "f16"}),
    Change("rows deleted", t("f17", "a text NOT NULL"), "DELETE FROM f17 WHERE id % 2 = 0", "#py", {"MC303": "f17"}),
    Change("downgrade fails on nulls", t("f18", "a text NOT NULL"),
           "ALTER TABLE f18 MODIFY a text", "ALTER TABLE f18 MODIFY a text NOT NULL", {"MC307": "f18.a is NULL"}),
    Change("downgrade fails on long text", t("f19", "a varchar(40) NOT NULL"),
           "ALTER TABLE f19 MODIFY a varchar(80) NOT NULL", "ALTER TABLE f19 MODIFY a varchar(40) NOT NULL",
           {"MC307": "f19.a"}),
    Change("downgrade overflows", t("f20", "n int NOT NULL"),
           "ALTER TABLE f20 MODIFY n bigint NOT NULL", "ALTER TABLE f20 MODIFY n int NOT NULL", {"MC307": "2147483648"}),
    Change("downgrade fails on a new label", t("f21", "k enum('a', 'b') NOT NULL"),
           "ALTER TABLE f21 MODIFY k enum('a', 'b', 'c') NOT NULL", "ALTER TABLE f21 MODIFY k enum('a', 'b') NOT NULL",
           {"MC307": "'c'"}),
    Change("orphans while checks are off", t("f22p", "n text") + t("f22", "p int, FOREIGN KEY (p) REFERENCES f22p (id)"),
           "SET foreign_key_checks = 0;; INSERT INTO f22 (p) VALUES (4242);; SET foreign_key_checks = 1",
           "DELETE FROM f22 WHERE p = 4242", {"MC305": "f22|4242"}),
    Change("ignored on the way", t("f23", "a varchar(50) NOT NULL"),
           "CREATE TABLE f23n LIKE f23;; ALTER TABLE f23n ADD UNIQUE (a);;"
           " INSERT IGNORE INTO f23n SELECT * FROM f23;; DROP TABLE f23;; RENAME TABLE f23n TO f23",
           "ALTER TABLE f23 DROP INDEX a", {"MC302": "f23"}),
    Change("python that knows no null", t("f24", "name text"),
           """#py
           for key, name in op.get_bind().execute(sa.text("SELECT id, name FROM f24")).fetchall():
               op.execute(f"UPDATE f24 SET name = '{name.strip()[:3]}' WHERE id = {key}")""",
           "#py", {"MC301": "f24"}),
)  # fmt: skip

SAFE = (
    Change("s backfill then not null", t("s01", "a text"),
           "UPDATE s01 SET a = '' WHERE a IS NULL;; ALTER TABLE s01 MODIFY a text NOT NULL",
           "ALTER TABLE s01 MODIFY a text"),
    Change("s dedupe then unique", t("s02", "a varchar(50) NOT NULL"),
           "DELETE x FROM s02 x JOIN s02 y ON x.a = y.a AND x.id > y.id;; CREATE UNIQUE INDEX s02_u ON s02 (a)",
           "DROP INDEX s02_u ON s02"),
    Change("s orphans then key", t("s03p", "n text") + t("s03", "p int, KEY s03_k (p)"),
           "UPDATE s03 SET p = NULL WHERE p NOT IN (SELECT id FROM s03p);;"
           " ALTER TABLE s03 ADD CONSTRAINT s03_f FOREIGN KEY (p) REFERENCES s03p (id)",
           "ALTER TABLE s03 DROP FOREIGN KEY s03_f"),
    Change("s expand", t("s04", "name text"), "ALTER TABLE s04 ADD label text;; UPDATE s04 SET label = name",
           "ALTER TABLE s04 DROP label"),
    Change("s contract", t("s05", "a int"), "ALTER TABLE s04 DROP name",
           "ALTER TABLE s04 ADD name text AFTER id;; UPDATE s04 SET name = label"),
    Change("s renamed", t("s06", "a text NOT NULL"),
           "ALTER TABLE s06 CHANGE a b text NOT NULL;; RENAME TABLE s06 TO s06n",
           "RENAME TABLE s06n TO s06;; ALTER TABLE s06 CHANGE b a text NOT NULL"),
    Change("s widen with a way back", t("s07", "a varchar(40)"),
           "ALTER TABLE s07 MODIFY a varchar(80)",
           "UPDATE s07 SET a = left(a, 40);; ALTER TABLE s07 MODIFY a varchar(40)"),
    Change("s default for a new column", t("s08", "a int"), "ALTER TABLE s08 ADD b int NOT NULL DEFAULT 0",
           "ALTER TABLE s08 DROP b"),
    Change("s clock", t("s09", "a text, seen timestamp NULL DEFAULT NULL ON UPDATE current_timestamp()"),
           "UPDATE s09 SET a = 'none' WHERE a IS NULL", "#py"),
    Change("s uuid", t("s10", "a text"), "ALTER TABLE s10 ADD u char(36) NOT NULL DEFAULT (uuid())",
           "ALTER TABLE s10 DROP u"),
    Change("s lookup rows", t("s11", "a text NOT NULL"), "INSERT INTO s11 (a) VALUES ('zz-a')",
           "DELETE FROM s11 WHERE a LIKE 'zz-%%'"),
    Change("s check after mending", t("s12", "n int NOT NULL"),
           "UPDATE s12 SET n = 0 WHERE n < 0;; ALTER TABLE s12 ADD CONSTRAINT s12_c CHECK (n >= 0)",
           "ALTER TABLE s12 DROP CONSTRAINT s12_c"),
    Change("s split with a way back", t("s13", "street text"),
           "CREATE TABLE s13a (s13_id int PRIMARY KEY, street text);; INSERT INTO s13a SELECT id, street FROM s13;;"
           " ALTER TABLE s13 DROP street",
           "ALTER TABLE s13 ADD street text;; UPDATE s13 JOIN s13a ON s13a.s13_id = s13.id SET s13.street ="
           " s13a.street;; DROP TABLE s13a"),
)  # fmt: skip
