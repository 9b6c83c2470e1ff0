"""More data migrations on MariaDB, in the words of Alembic: faults that have to be found, and honest ones."""

from __future__ import annotations

from tests.integration.data.faults_mariadb import t
from tests.integration.data.histories import Change

FAULTS = (
    Change("w default is no backfill", t("w01", "qty int"),
           """#py
           op.alter_column("w01", "qty", existing_type=sa.Integer, server_default="0", nullable=False)""",
           """#py
           op.alter_column("w01", "qty", existing_type=sa.Integer, server_default=None, nullable=True)""", {"MC301": "w01.qty is NULL"}),
    Change("w null in a concatenation", t("w02", "first varchar(40), last varchar(40)"),
           """#py
           op.add_column("w02", sa.Column("full_name", sa.String(90)))
           op.execute("UPDATE w02 SET full_name = concat(first, ' ', last)")
           op.alter_column("w02", "full_name", existing_type=sa.String(90), nullable=False)""", """#py
           op.drop_column("w02", "full_name")""", {"MC301": "w02|full_name"}),
    Change("w lookup without distinct", t("w03", "city varchar(80) NOT NULL"),
           "CREATE TABLE w03c (name varchar(80) PRIMARY KEY);; INSERT INTO w03c SELECT city FROM w03", "DROP TABLE w03c",
           {"MC301": "w03"}),
    Change("w digits of a text", t("w04", "phone varchar(30)"),
           "ALTER TABLE w04 MODIFY phone bigint", "ALTER TABLE w04 MODIFY phone varchar(30)", {"MC301": "w04.phone"}),
    Change("w unique in any case", t("w05", "mail varchar(80) COLLATE utf8mb4_bin NOT NULL UNIQUE"),
           "ALTER TABLE w05 MODIFY mail varchar(80) COLLATE utf8mb4_general_ci NOT NULL",
           "ALTER TABLE w05 MODIFY mail varchar(80) COLLATE utf8mb4_bin NOT NULL", {"MC301": "w05|1062"}),
    Change("w one to one", t("w06p", "n text") + t("w06", "p int NOT NULL, CONSTRAINT w06_f FOREIGN KEY (p) REFERENCES w06p (id)"),
           """#py
           op.create_unique_constraint("w06_u", "w06", ["p"])""",
           """#py
           op.drop_constraint("w06_f", "w06", type_="foreignkey")
           op.drop_constraint("w06_u", "w06", type_="unique")
           op.create_foreign_key("w06_f", "w06", "w06p", ["p"], ["id"])""", {"MC301": "(p)"}),
    Change("w integer division", t("w07", "cents int NOT NULL"),
           "UPDATE w07 SET cents = cents DIV 100", "UPDATE w07 SET cents = cents * 100", {"MC302": "w07.cents", "MC303": "w07.cents"}),
    Change("w words become a flag", t("w08", "state varchar(20) NOT NULL"),
           """#py
           op.add_column("w08", sa.Column("active", sa.Boolean))
           op.execute("UPDATE w08 SET active = (state = 'active')")
           op.drop_column("w08", "state")""",
           """#py
           op.add_column("w08", sa.Column("state", sa.String(20), nullable=False))
           op.execute("UPDATE w08 SET state = if(active, 'active', 'gone')")
           op.drop_column("w08", "active")""", {"MC302": "w08.state", "MC303": "w08.state"}),
    Change("w whole seconds", t("w09", "at datetime(6) NOT NULL"),
           "ALTER TABLE w09 MODIFY at datetime NOT NULL", "ALTER TABLE w09 MODIFY at datetime(6) NOT NULL",
           {"MC302": "w09.at", "MC303": "w09.at"}),
    Change("w bulk insert that stays", t("w10", "code varchar(40) NOT NULL"),
           """#py
           op.bulk_insert(sa.table("w10", sa.column("code")), [{"code": "zz-a"}])""", "#py", {"MC304": "w10|zz-a"}),
    Change("w downgrade deletes too much", t("w11", "code varchar(40) NOT NULL"),
           "INSERT INTO w11 (code) VALUES ('zz-a')", "DELETE FROM w11", {"MC303": "w11", "MC304": "w11"}),
    Change("w cascade takes the children", t("w12p", "n text")
           + t("w12", "p int, FOREIGN KEY (p) REFERENCES w12p (id) ON DELETE CASCADE"),
           "DELETE FROM w12p WHERE id > 2", "#py", {"MC302": "w12p", "MC303": "w12p"}),
    Change("w parents gone behind its back", t("w13p", "n text") + t("w13", "p int NOT NULL, FOREIGN KEY (p) REFERENCES w13p (id)"),
           "SET foreign_key_checks = 0;; DELETE FROM w13p WHERE id > 2;; SET foreign_key_checks = 1", "#py",
           {"MC302": "w13p", "MC303": "w13p", "MC305": "w13"}),
    Change("w many to many and back", t("w14p", "n text") + t("w14", "p int, CONSTRAINT w14_f FOREIGN KEY (p) REFERENCES w14p (id)"),
           "CREATE TABLE w14l (a int NOT NULL, b int NOT NULL, PRIMARY KEY (a, b), FOREIGN KEY (a) REFERENCES w14 (id),"
           " FOREIGN KEY (b) REFERENCES w14p (id));;"
           " INSERT INTO w14l SELECT id, p FROM w14 WHERE p IS NOT NULL;; ALTER TABLE w14 DROP FOREIGN KEY w14_f, DROP p",
           "ALTER TABLE w14 ADD p int;; ALTER TABLE w14 ADD CONSTRAINT w14_f FOREIGN KEY (p) REFERENCES w14p (id);;"
           " UPDATE w14 SET p = (SELECT b FROM w14l WHERE a = w14.id);; DROP TABLE w14l", {"MC307": "w14l"}),
    Change("w loop over documents", t("w15", "doc text, kind varchar(20)"),
           """#py
           import json
           for key, doc in op.get_bind().execute(sa.text("SELECT id, doc FROM w15")).fetchall():
               op.get_bind().execute(sa.text("UPDATE w15 SET kind = :k WHERE id = :i"), {"k": json.loads(doc)["kind"], "i": key})""",
           "#py", {"MC301": "w15"}),
    Change("w numbers on the way back", t("w16", "code int NOT NULL"),
           "ALTER TABLE w16 MODIFY code varchar(20) NOT NULL", "ALTER TABLE w16 MODIFY code int NOT NULL", {"MC307": "w16.code"}),
)  # fmt: skip

SAFE = (
    Change("x lookup with a way back", t("x01", "city varchar(80)"),
           "CREATE TABLE x01c (id int AUTO_INCREMENT PRIMARY KEY, name varchar(80) COLLATE utf8mb4_bin NOT NULL UNIQUE);;"
           " INSERT INTO x01c (name) SELECT DISTINCT city COLLATE utf8mb4_bin FROM x01 WHERE city IS NOT NULL;;"
           " ALTER TABLE x01 ADD city_id int;; UPDATE x01 JOIN x01c c ON c.name = x01.city COLLATE utf8mb4_bin SET x01.city_id = c.id;;"
           " ALTER TABLE x01 DROP city",
           "ALTER TABLE x01 ADD city varchar(80);; UPDATE x01 JOIN x01c c ON c.id = x01.city_id SET x01.city = c.name;;"
           " ALTER TABLE x01 DROP city_id;; DROP TABLE x01c"),
    Change("x renamed column", t("x02", "nick varchar(20) NOT NULL UNIQUE"),
           """#py
           op.alter_column("x02", "nick", new_column_name="handle", existing_type=sa.String(20), existing_nullable=False)""",
           """#py
           op.alter_column("x02", "handle", new_column_name="nick", existing_type=sa.String(20), existing_nullable=False)"""),
    Change("x label added", t("x03", "k enum('a','b') NOT NULL"),
           "ALTER TABLE x03 MODIFY k enum('a','b','c') NOT NULL",
           "UPDATE x03 SET k = 'a' WHERE k = 'c';; ALTER TABLE x03 MODIFY k enum('a','b') NOT NULL"),
    Change("x json with a default", t("x04", "a int"),
           "ALTER TABLE x04 ADD doc json NOT NULL DEFAULT '{}'", "ALTER TABLE x04 DROP doc"),
    Change("x stamped", t("x05", "a int"),
           "ALTER TABLE x05 ADD at timestamp NOT NULL DEFAULT current_timestamp() ON UPDATE current_timestamp()",
           "ALTER TABLE x05 DROP at"),
    Change("x random tokens", t("x06", "a int"),
           "ALTER TABLE x06 ADD token char(32);; UPDATE x06 SET token = md5(rand());; ALTER TABLE x06 MODIFY token char(32) NOT NULL",
           "ALTER TABLE x06 DROP token"),
    Change("x mended by a trigger", t("x07", "a int, slug varchar(40)")
           + "CREATE TRIGGER x07_t BEFORE INSERT ON x07 FOR EACH ROW SET NEW.slug = coalesce(NEW.slug, 'none')",
           "UPDATE x07 SET slug = 'none' WHERE slug IS NULL;; ALTER TABLE x07 MODIFY slug varchar(40) NOT NULL",
           "ALTER TABLE x07 MODIFY slug varchar(40)"),
    Change("x counters", t("x08p", "n text") + t("x08", "p int, FOREIGN KEY (p) REFERENCES x08p (id)"),
           "ALTER TABLE x08p ADD kids int NOT NULL DEFAULT 0;; UPDATE x08p SET kids = (SELECT count(*) FROM x08 WHERE p = x08p.id)",
           "ALTER TABLE x08p DROP kids"),
    Change("x view", t("x09", "a int"), "CREATE VIEW x09_v AS SELECT a FROM x09", "DROP VIEW x09_v"),
    Change("x cents and back", t("x10", "price decimal(10,2) NOT NULL"),
           "ALTER TABLE x10 MODIFY price decimal(14,2) NOT NULL;; UPDATE x10 SET price = price * 100;;"
           " ALTER TABLE x10 MODIFY price bigint NOT NULL",
           "UPDATE x10 SET price = 999999999 WHERE price > 999999999;; UPDATE x10 SET price = -999999999 WHERE price < -999999999;;"
           " ALTER TABLE x10 MODIFY price decimal(14,2) NOT NULL;; UPDATE x10 SET price = price / 100;;"
           " ALTER TABLE x10 MODIFY price decimal(10,2) NOT NULL"),
    Change("x reference rows", "CREATE TABLE x11 (code varchar(20) PRIMARY KEY, label text);;",
           "INSERT IGNORE INTO x11 VALUES ('zz-eur', 'Euro')", "DELETE FROM x11 WHERE code = 'zz-eur'"),
    Change("x table renamed", t("x12p", "n text") + t("x12", "p int, CONSTRAINT x12_f FOREIGN KEY (p) REFERENCES x12p (id)"),
           "RENAME TABLE x12p TO x12parents", "RENAME TABLE x12parents TO x12p"),
    Change("x generated column", t("x13", "a int NOT NULL"),
           "ALTER TABLE x13 ADD b bigint AS (a * 2) STORED", "ALTER TABLE x13 DROP b"),
    Change("x index", t("x14", "a int, b int"), "CREATE INDEX x14_i ON x14 (a, b)", "DROP INDEX x14_i ON x14"),
    Change("x soft delete", t("x15", "name varchar(40) NOT NULL"),
           """#py
           op.add_column("x15", sa.Column("deleted_at", sa.DateTime()))""", """#py
           op.execute("DELETE FROM x15 WHERE deleted_at IS NOT NULL")
           op.drop_column("x15", "deleted_at")"""),
)  # fmt: skip
