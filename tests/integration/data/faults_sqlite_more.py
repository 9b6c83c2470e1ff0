"""More data migrations on SQLite, in batch mode and in Python: faults that have to be found, and honest ones."""

from __future__ import annotations

from tests.integration.data.faults_sqlite import batch, rebuilt, t
from tests.integration.data.histories import Change

FAULTS = (
    Change("p batch unique on duplicates", t("p01", "mail VARCHAR(80) NOT NULL"),
           batch("p01", "create_unique_constraint('p01_u', ['mail'])"),
           batch("p01", "drop_constraint('p01_u', type_='unique')"), {"MC301": "same (mail)"}),
    Change("p batch check", t("p02", "n INTEGER NOT NULL"),
           batch("p02", "create_check_constraint('p02_c', 'n > 0')"),
           batch("p02", "drop_constraint('p02_c', type_='check')"), {"MC301": "n > 0"}),
    Change("p batch key on orphans", t("p03p", "n TEXT") + t("p03", "p INTEGER"),
           batch("p03", "create_foreign_key('p03_f', 'p03p', ['p'], ['id'])"),
           batch("p03", "drop_constraint('p03_f', type_='foreignkey')"), {"MC305": "p03"}),
    Change("p batch column without default", t("p04", "a TEXT"),
           """#py
           with op.batch_alter_table("p04") as b:
               b.add_column(sa.Column("kind", sa.String(10)))
           op.execute("UPDATE p04 SET kind = 'x' WHERE a <> ''")
           with op.batch_alter_table("p04") as b:
               b.alter_column("kind", existing_type=sa.String(10), nullable=False)""",
           batch("p04", "drop_column('kind')"), {"MC301": "p04|kind"}),
    Change("p lookup without distinct", t("p05", "city TEXT NOT NULL"),
           "CREATE TABLE p05c (name TEXT PRIMARY KEY);; INSERT INTO p05c SELECT city FROM p05", "DROP TABLE p05c",
           {"MC301": "p05"}),
    Change("p half copied back", t("p06", "width INTEGER, height INTEGER"),
           "ALTER TABLE p06 ADD COLUMN size TEXT;; UPDATE p06 SET size = width || 'x' || height;; "
           + rebuilt("p06", "size TEXT", "id, size"),
           rebuilt("p06", "width INTEGER, height INTEGER", "id, CAST(size AS INTEGER), NULL"), {"MC303": "p06.height", "MC304": "p06"}),
    Change("p flag from words", t("p07", "state VARCHAR(20) NOT NULL"),
           rebuilt("p07", "active BOOLEAN NOT NULL", "id, state = 'active'"),
           rebuilt("p07", "state VARCHAR(20) NOT NULL", "id, CASE active WHEN 1 THEN 'active' ELSE 'gone' END"),
           {"MC302": "p07.state", "MC303": "p07.state"}),
    Change("p session of the orm", t("p08", "name VARCHAR(50), letter VARCHAR(1)"),
           """#py
           from sqlalchemy.orm import Session
           session = Session(bind=op.get_bind())
           for key, name in session.execute(sa.text("SELECT id, name FROM p08")).fetchall():
               session.execute(sa.text("UPDATE p08 SET letter = :l WHERE id = :i"), {"l": name[0].upper(), "i": key})
           session.flush()""", "#py", {"MC301": "p08"}),
    Change("p bulk insert that stays", t("p09", "code TEXT NOT NULL"),
           """#py
           op.bulk_insert(sa.table("p09", sa.column("code")), [{"code": "zz-a"}])""", "#py", {"MC304": "p09|zz-a"}),
    Change("p downgrade deletes all", t("p10", "code TEXT NOT NULL"),
           "INSERT INTO p10 (code) VALUES ('zz-a')", "DELETE FROM p10", {"MC303": "p10", "MC304": "p10"}),
    Change("p children taken along", t("p11p", "n TEXT") + t("p11", "p INTEGER REFERENCES p11p ON DELETE CASCADE"),
           "DELETE FROM p11 WHERE p > 2;; DELETE FROM p11p WHERE id > 2", "#py", {"MC302": "p11", "MC303": "p11"}),
    Change("p many to many and back", t("p13p", "n TEXT") + t("p13", "p INTEGER REFERENCES p13p"),
           "CREATE TABLE p13l (a INTEGER REFERENCES p13, b INTEGER REFERENCES p13p, PRIMARY KEY (a, b));;"
           " INSERT INTO p13l SELECT id, p FROM p13 WHERE p IS NOT NULL;; " + rebuilt("p13", "n TEXT", "id, NULL"),
           "CREATE TABLE p13_new (id INTEGER NOT NULL PRIMARY KEY, p INTEGER REFERENCES p13p);;"
           " INSERT INTO p13_new SELECT a, b FROM p13l;; INSERT INTO p13_new (id) SELECT id FROM p13 WHERE id NOT IN"
           " (SELECT a FROM p13l);; DROP TABLE p13l;; DROP TABLE p13;; ALTER TABLE p13_new RENAME TO p13",
           {"MC307": "p13l"}),
    Change("p zeros become nulls", t("p14", "n INTEGER"),
           "UPDATE p14 SET n = 0 WHERE n IS NULL", "UPDATE p14 SET n = NULL WHERE n = 0", {"MC303": "p14.n"}),
    Change("p folded case", t("p15", "mail VARCHAR(80) NOT NULL UNIQUE"),
           "UPDATE p15 SET mail = lower(mail)", "#py", {"MC301": "p15"}),
    Change("p merged tables", t("p16a", "name TEXT NOT NULL") + t("p16b", "name TEXT NOT NULL"),
           "CREATE TABLE p16 (id INTEGER PRIMARY KEY, name TEXT);; INSERT INTO p16 SELECT id, name FROM p16a;;"
           " INSERT INTO p16 SELECT id, name FROM p16b", "DROP TABLE p16", {"MC301": "p16"}),
)  # fmt: skip

SAFE = (
    Change("o batch widened", t("o01", "a VARCHAR(20), b INTEGER"),
           batch("o01", "alter_column('b', type_=sa.BigInteger, existing_type=sa.Integer)"),
           batch("o01", "alter_column('b', type_=sa.Integer, existing_type=sa.BigInteger)")),
    Change("o batch with a default", t("o02", "a TEXT"),
           batch("o02", "add_column(sa.Column('n', sa.Integer, nullable=False, server_default='0'))"),
           batch("o02", "drop_column('n')")),
    Change("o backfill in batch mode", t("o03", "a TEXT"),
           """#py
           op.execute("UPDATE o03 SET a = '' WHERE a IS NULL")
           with op.batch_alter_table("o03") as b:
               b.alter_column("a", existing_type=sa.Text, nullable=False)""",
           batch("o03", "alter_column('a', existing_type=sa.Text, nullable=True)")),
    Change("o lookup with a way back", t("o04", "city TEXT"),
           "CREATE TABLE o04c (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);; INSERT INTO o04c (name) SELECT"
           " DISTINCT city FROM o04 WHERE city IS NOT NULL;; CREATE TABLE o04_new (id INTEGER NOT NULL PRIMARY KEY,"
           " city_id INTEGER REFERENCES o04c (id));; INSERT INTO o04_new SELECT o04.id, c.id FROM o04 LEFT JOIN o04c c"
           " ON c.name = o04.city;; DROP TABLE o04;; ALTER TABLE o04_new RENAME TO o04",
           "CREATE TABLE o04_new (id INTEGER NOT NULL PRIMARY KEY, city TEXT);; INSERT INTO o04_new SELECT o04.id,"
           " c.name FROM o04 LEFT JOIN o04c c ON c.id = o04.city_id;; DROP TABLE o04;; DROP TABLE o04c;;"
           " ALTER TABLE o04_new RENAME TO o04"),
    Change("o renamed in batch mode", t("o05", "a TEXT NOT NULL"),
           batch("o05", "alter_column('a', new_column_name='b', existing_type=sa.Text)"),
           batch("o05", "alter_column('b', new_column_name='a', existing_type=sa.Text)")),
    Change("o stamped by a trigger", t("o06", "a TEXT, at TEXT")
           + "CREATE TRIGGER o06_t AFTER UPDATE OF a ON o06 BEGIN UPDATE o06 SET at = CURRENT_TIMESTAMP WHERE id = NEW.id; END",
           "UPDATE o06 SET a = '-' WHERE a IS NULL", "#py"),
    Change("o counters", t("o07p", "n TEXT") + t("o07", "p INTEGER REFERENCES o07p"),
           "ALTER TABLE o07p ADD COLUMN kids INTEGER NOT NULL DEFAULT 0;; UPDATE o07p SET kids = (SELECT count(*) FROM"
           " o07 WHERE p = o07p.id)", "ALTER TABLE o07p DROP COLUMN kids"),
    Change("o random tokens", t("o08", "a TEXT"),
           "ALTER TABLE o08 ADD COLUMN token TEXT;; UPDATE o08 SET token = hex(randomblob(8))",
           "ALTER TABLE o08 DROP COLUMN token"),
    Change("o view", t("o09", "a TEXT"), "CREATE VIEW o09_v AS SELECT a FROM o09", "DROP VIEW o09_v"),
    Change("o soft delete", t("o10", "name TEXT NOT NULL") + "CREATE UNIQUE INDEX o10_u ON o10 (name);;",
           "ALTER TABLE o10 ADD COLUMN gone TIMESTAMP;; DROP INDEX o10_u;; CREATE UNIQUE INDEX o10_u ON o10 (name) WHERE gone IS NULL",
           "DELETE FROM o10 WHERE gone IS NOT NULL;; DROP INDEX o10_u;; ALTER TABLE o10 DROP COLUMN gone;;"
           " CREATE UNIQUE INDEX o10_u ON o10 (name)"),
    Change("o reference rows", "CREATE TABLE o11 (code TEXT PRIMARY KEY, label TEXT);;",
           "INSERT INTO o11 VALUES ('zz-eur', 'Euro') ON CONFLICT DO NOTHING", "DELETE FROM o11 WHERE code = 'zz-eur'"),
    Change("o cents and back", t("o12", "price NUMERIC(10,2) NOT NULL"),
           rebuilt("o12", "cents INTEGER NOT NULL", "id, CAST(round(price * 100) AS INTEGER)"),
           rebuilt("o12", "price NUMERIC(10,2) NOT NULL", "id, cents / 100.0")),
    Change("o orm session", t("o13", "name VARCHAR(50)"),
           """#py
           from sqlalchemy.orm import Session
           op.add_column("o13", sa.Column("letter", sa.String(1)))
           session = Session(bind=op.get_bind())
           for key, name in session.execute(sa.text("SELECT id, name FROM o13")).fetchall():
               session.execute(sa.text("UPDATE o13 SET letter = :l WHERE id = :i"), {"l": (name or "?")[:1], "i": key})
           session.flush()""", "ALTER TABLE o13 DROP COLUMN letter"),
    Change("o child table and back", t("o14", "a TEXT, b TEXT"),
           "CREATE TABLE o14d (o14_id INTEGER PRIMARY KEY REFERENCES o14, b TEXT);; INSERT INTO o14d SELECT id, b FROM o14;;"
           + rebuilt("o14", "a TEXT", "id, a"),
           "CREATE TABLE o14_new (id INTEGER NOT NULL PRIMARY KEY, a TEXT, b TEXT);; INSERT INTO o14_new SELECT o14.id, a,"
           " d.b FROM o14 LEFT JOIN o14d d ON d.o14_id = o14.id;; DROP TABLE o14d;; DROP TABLE o14;;"
           " ALTER TABLE o14_new RENAME TO o14"),
    Change("o expand again", t("o15", "a TEXT"), "UPDATE o01 SET a = '?' WHERE a IS NULL", "#py"),
)  # fmt: skip
