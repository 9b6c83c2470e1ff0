"""Data migrations on PostgreSQL that are in order: nothing that fails may be said of them."""

from __future__ import annotations

from tests.integration.data.faults import t
from tests.integration.data.histories import Change

SAFE = (
    Change("s backfill then not null", t("s01", "a text"),
           "UPDATE s01 SET a = '' WHERE a IS NULL;; ALTER TABLE s01 ALTER a SET NOT NULL",
           "ALTER TABLE s01 ALTER a DROP NOT NULL"),
    Change("s dedupe then unique", t("s02", "mail text"),
           "DELETE FROM s02 a USING s02 b WHERE a.mail = b.mail AND a.id > b.id;;"
           " ALTER TABLE s02 ADD CONSTRAINT s02_u UNIQUE (mail)",
           "DELETE FROM s02 a USING s02 b WHERE a.mail = b.mail AND a.id > b.id;; ALTER TABLE s02 DROP CONSTRAINT s02_u"),
    Change("s orphans then key", t("s03p", "n text") + t("s03", "p_id int"),
           "UPDATE s03 SET p_id = NULL WHERE NOT EXISTS (SELECT FROM s03p p WHERE p.id = s03.p_id);;"
           " ALTER TABLE s03 ADD CONSTRAINT s03_f FOREIGN KEY (p_id) REFERENCES s03p (id)",
           "ALTER TABLE s03 DROP CONSTRAINT s03_f"),
    Change("s not valid", t("s04p", "n text") + t("s04", "p_id int, n int"),
           "ALTER TABLE s04 ADD CONSTRAINT s04_f FOREIGN KEY (p_id) REFERENCES s04p (id) NOT VALID;;"
           " ALTER TABLE s04 ADD CONSTRAINT s04_c CHECK (n > 0) NOT VALID",
           "ALTER TABLE s04 DROP CONSTRAINT s04_f, DROP CONSTRAINT s04_c"),
    Change("s then validate", t("s05", "a int"),
           "UPDATE s04 SET p_id = NULL WHERE NOT EXISTS (SELECT FROM s04p p WHERE p.id = s04.p_id);;"
           " UPDATE s04 SET n = 1 WHERE n <= 0;;"
           " ALTER TABLE s04 VALIDATE CONSTRAINT s04_f;; ALTER TABLE s04 VALIDATE CONSTRAINT s04_c",
           "ALTER TABLE s04 DROP CONSTRAINT s04_f, DROP CONSTRAINT s04_c;;"
           "ALTER TABLE s04 ADD CONSTRAINT s04_f FOREIGN KEY (p_id) REFERENCES s04p (id) NOT VALID;;"
           " ALTER TABLE s04 ADD CONSTRAINT s04_c CHECK (n > 0) NOT VALID"),
    Change("s expand", t("s06", "name text"),
           "ALTER TABLE s06 ADD COLUMN label text;; UPDATE s06 SET label = name", "ALTER TABLE s06 DROP COLUMN label"),
    Change("s contract", t("s07", "a int"),
           "ALTER TABLE s06 DROP COLUMN name", "ALTER TABLE s06 ADD COLUMN name text;; UPDATE s06 SET name = label"),
    Change("s rename table and column", t("s08", "a text NOT NULL"),
           "ALTER TABLE s08 RENAME a TO b;; ALTER TABLE s08 RENAME TO s08n",
           "ALTER TABLE s08n RENAME TO s08;; ALTER TABLE s08 RENAME b TO a"),
    Change("s widen with a way back", t("s09", "a varchar(40)"),
           "ALTER TABLE s09 ALTER a TYPE varchar(80)",
           "UPDATE s09 SET a = left(a, 40) WHERE length(a) > 40;; ALTER TABLE s09 ALTER a TYPE varchar(40)"),
    Change("s bigint with a way back", t("s10", "n int"),
           "ALTER TABLE s10 ALTER n TYPE bigint",
           "UPDATE s10 SET n = NULL WHERE n > 2147483647 OR n < -2147483648;; ALTER TABLE s10 ALTER n TYPE int"),
    Change("s enum label with a way back", "CREATE TYPE s11_e AS ENUM ('a', 'b');;" + t("s11", "k s11_e NOT NULL"),
           "ALTER TYPE s11_e RENAME TO s11_o;; CREATE TYPE s11_e AS ENUM ('a', 'b', 'c');;"
           " ALTER TABLE s11 ALTER COLUMN k TYPE s11_e USING k::text::s11_e;; DROP TYPE s11_o",
           "UPDATE s11 SET k = 'a' WHERE k = 'c';; ALTER TYPE s11_e RENAME TO s11_o;;"
           " CREATE TYPE s11_e AS ENUM ('a', 'b');;"
           " ALTER TABLE s11 ALTER COLUMN k TYPE s11_e USING k::text::s11_e;; DROP TYPE s11_o"),
    Change("s default for a new column", t("s12", "a int"),
           "ALTER TABLE s12 ADD b int NOT NULL DEFAULT 0", "ALTER TABLE s12 DROP b"),
    Change("s uuid default", t("s13", "a int"),
           "ALTER TABLE s13 ADD u uuid NOT NULL DEFAULT gen_random_uuid()", "ALTER TABLE s13 DROP u"),
    Change("s now default", t("s14", "a int"),
           "ALTER TABLE s14 ADD at timestamptz NOT NULL DEFAULT clock_timestamp()", "ALTER TABLE s14 DROP at"),
    Change("s split with a way back", t("s15", "street text, city text"),
           "CREATE TABLE s15a (s15_id int PRIMARY KEY REFERENCES s15, street text, city text);;"
           " INSERT INTO s15a SELECT id, street, city FROM s15;; ALTER TABLE s15 DROP street, DROP city",
           "ALTER TABLE s15 ADD street text, ADD city text;;"
           " UPDATE s15 SET street = a.street, city = a.city FROM s15a a WHERE a.s15_id = s15.id;; DROP TABLE s15a"),
    Change("s type by a new column", t("s16", "n text"),
           "ALTER TABLE s16 ADD m int;; UPDATE s16 SET m = length(n)", "ALTER TABLE s16 DROP m"),
    Change("s lookup rows", "CREATE TABLE s17 (code text PRIMARY KEY, label text NOT NULL);;",
           "INSERT INTO s17 VALUES ('zz-new', 'New'), ('zz-old', 'Old')", "DELETE FROM s17 WHERE code LIKE 'zz-%'"),
    Change("s numbered lookup rows", t("s18", "label text NOT NULL"),
           "INSERT INTO s18 (label) VALUES ('zz-a'), ('zz-b')", "DELETE FROM s18 WHERE label LIKE 'zz-%'"),
    Change("s idempotent", t("s19", "a text"),
           "UPDATE s19 SET a = 'none' WHERE a IS NULL", "#py"),
    Change("s partitioned", "CREATE TABLE s20 (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));;",
           "ALTER TABLE s20 RENAME TO s20o;; CREATE TABLE s20 (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at))"
           " PARTITION BY RANGE (at);; CREATE TABLE s20_d PARTITION OF s20 DEFAULT;;"
           " INSERT INTO s20 SELECT * FROM s20o;; DROP TABLE s20o",
           "ALTER TABLE s20 RENAME TO s20p;; CREATE TABLE s20 (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));;"
           " INSERT INTO s20 SELECT * FROM s20p;; DROP TABLE s20p"),
    Change("s boolean to words and back", t("s21", "b boolean NOT NULL"),
           "ALTER TABLE s21 ALTER b TYPE text USING CASE WHEN b THEN 'yes' ELSE 'no' END",
           "ALTER TABLE s21 ALTER b TYPE boolean USING b = 'yes'"),
    Change("s touched by a trigger",
           "CREATE FUNCTION s22_touch() RETURNS trigger LANGUAGE plpgsql AS"
           " $$ BEGIN NEW.touched = clock_timestamp(); RETURN NEW; END $$;;" + t("s22", "a text, touched timestamptz")
           + "CREATE TRIGGER s22_t BEFORE UPDATE ON s22 FOR EACH ROW EXECUTE FUNCTION s22_touch()",
           "UPDATE s22 SET a = 'none' WHERE a IS NULL", "#py"),
    Change("s check after mending", t("s23", "n int NOT NULL"),
           "UPDATE s23 SET n = 0 WHERE n < 0;; ALTER TABLE s23 ADD CONSTRAINT s23_c CHECK (n >= 0)",
           "ALTER TABLE s23 DROP CONSTRAINT s23_c"),
    Change("s sequence kept", t("s24", "a text"),
           "CREATE TABLE s24n (id serial PRIMARY KEY, a text);; INSERT INTO s24n SELECT id, a FROM s24;;"
           " SELECT setval('s24n_id_seq', (SELECT max(id) FROM s24));; DROP TABLE s24;;"
           " ALTER TABLE s24n RENAME TO s24",
           "CREATE TABLE s24o (id serial PRIMARY KEY, a text);; INSERT INTO s24o SELECT id, a FROM s24;;"
           " SELECT setval('s24o_id_seq', (SELECT max(id) FROM s24));; DROP TABLE s24;; ALTER TABLE s24o RENAME TO s24;;"
           " ALTER SEQUENCE s24o_id_seq RENAME TO s24_id_seq;; ALTER INDEX s24o_pkey RENAME TO s24_pkey"),
)  # fmt: skip
