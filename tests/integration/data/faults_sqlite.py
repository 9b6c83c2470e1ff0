"""Faults of data migrations on SQLite, and migrations that are in order."""

from __future__ import annotations

from tests.integration.data.histories import Change


def t(name: str, columns: str) -> str:
    """A table with a key that SQLite numbers."""
    return f"CREATE TABLE {name} (id INTEGER NOT NULL PRIMARY KEY, {columns});;"


def batch(table: str, *calls: str) -> str:
    """Alembic's batch mode: the table is made anew and its rows are copied."""
    return "\n".join((f"#py\nwith op.batch_alter_table('{table}') as b:", *(f"    b.{call}" for call in calls)))


def rebuilt(name: str, columns: str, copied: str, into: str = "") -> str:
    """SQLite's own way to change a table: a new one, the rows copied, the old one dropped, the name given."""
    return (
        f"CREATE TABLE {name}_new (id INTEGER NOT NULL PRIMARY KEY, {columns});;"
        f" INSERT INTO {name}_new {into} SELECT {copied} FROM {name};; DROP TABLE {name};;"
        f" ALTER TABLE {name}_new RENAME TO {name}"
    )


FAULTS = (
    Change("not null on nulls", t("f01", "a TEXT"),
           rebuilt("f01", "a TEXT NOT NULL", "id, a"), rebuilt("f01", "a TEXT", "id, a"), {"MC301": "f01.a is NULL"}),
    Change("not null in batch mode", t("f02", "a TEXT"),
           batch("f02", "alter_column('a', existing_type=sa.Text, nullable=False)"),
           batch("f02", "alter_column('a', existing_type=sa.Text, nullable=True)"), {"MC301": "f02.a is NULL"}),
    Change("new column not null", t("f03", "a TEXT"),
           rebuilt("f03", "a TEXT, b INTEGER NOT NULL", "id, a", "(id, a)"), rebuilt("f03", "a TEXT", "id, a"),
           {"MC301": "f03"}),
    Change("unique on duplicates", t("f04", "a TEXT NOT NULL"),
           "CREATE UNIQUE INDEX f04_u ON f04 (a)", "DROP INDEX f04_u", {"MC301": "same (a)"}),
    Change("composite unique", t("f05", "a TEXT NOT NULL, b INTEGER NOT NULL"),
           "CREATE UNIQUE INDEX f05_u ON f05 (a, b)", "DROP INDEX f05_u", {"MC301": "(a, b)"}),
    Change("partial unique", t("f06", "a TEXT NOT NULL, gone INTEGER NOT NULL"),
           "CREATE UNIQUE INDEX f06_u ON f06 (a) WHERE gone = 0", "DROP INDEX f06_u", {"MC301": "f06"}),
    Change("unique by expression", t("f07", "mail TEXT NOT NULL"),
           "CREATE UNIQUE INDEX f07_u ON f07 (lower(mail))", "DROP INDEX f07_u", {"MC301": "f07"}),
    Change("check that old rows violate", t("f08", "n INTEGER NOT NULL"),
           rebuilt("f08", "n INTEGER NOT NULL CHECK (n > 0)", "id, n"), rebuilt("f08", "n INTEGER NOT NULL", "id, n"),
           {"MC301": "n > 0"}),
    Change("orphans stay", t("f09p", "n TEXT") + t("f09", "p INTEGER"),
           rebuilt("f09", "p INTEGER REFERENCES f09p (id)", "id, p"), rebuilt("f09", "p INTEGER", "id, p"),
           {"MC305": "f09"}),
    Change("copy back forgotten", t("f10", "name TEXT"),
           "ALTER TABLE f10 ADD COLUMN label TEXT;; UPDATE f10 SET label = name;; ALTER TABLE f10 DROP COLUMN name",
           "ALTER TABLE f10 ADD COLUMN name TEXT;; ALTER TABLE f10 DROP COLUMN label",
           {"MC303": "f10.name", "MC304": "f10"}),
    Change("drop and re-add", t("f11", "note TEXT"),
           "ALTER TABLE f11 DROP COLUMN note", "ALTER TABLE f11 ADD COLUMN note TEXT",
           {"MC302": "f11.note", "MC303": "f11.note"}),
    Change("drop and re-add in batch mode", t("f12", "note TEXT, a TEXT"),
           batch("f12", "drop_column('note')"), batch("f12", "add_column(sa.Column('note', sa.Text))"),
           {"MC303": "f12.note"}),
    Change("table made again", t("f13", "a TEXT"), "DROP TABLE f13", t("f13", "a TEXT"), {"MC303": "f13"}),
    Change("amounts changed", t("f14", "n INTEGER NOT NULL"), "UPDATE f14 SET n = n * 100", "#py",
           {"MC302": "f14.n", "MC303": "f14.n", "MC304": "f14.n"}),
    Change("rows put in twice", t("f15", "code TEXT NOT NULL"), "INSERT INTO f15 (code) VALUES ('zz1'), ('zz2')",
           "#py", {"MC304": "f15"}),
    Change("rows deleted", t("f16", "a TEXT NOT NULL"), "DELETE FROM f16 WHERE id % 2 = 0", "#py", {"MC303": "f16"}),
    Change("copied without some", t("f17", "a TEXT, kind INTEGER"),
           "CREATE TABLE f17_new (id INTEGER NOT NULL PRIMARY KEY, a TEXT, kind INTEGER);; INSERT INTO f17_new SELECT"
           " id, a, kind FROM f17 WHERE kind > 0;; DROP TABLE f17;; ALTER TABLE f17_new RENAME TO f17",
           "#py", {"MC302": "f17", "MC303": "f17"}),
    Change("columns mixed up in the copy", t("f18", "a TEXT, b TEXT"),
           rebuilt("f18", "a TEXT, b TEXT", "id, b, a"), "#py", {"MC303": "f18.a", "MC304": "f18"}),
    Change("downgrade fails on nulls", t("f19", "a TEXT NOT NULL"),
           rebuilt("f19", "a TEXT", "id, a"), rebuilt("f19", "a TEXT NOT NULL", "id, a"), {"MC307": "f19.a is NULL"}),
    Change("downgrade fails on duplicates", t("f20", "a TEXT NOT NULL") + "CREATE UNIQUE INDEX f20_u ON f20 (a);;",
           "DROP INDEX f20_u", "CREATE UNIQUE INDEX f20_u ON f20 (a)", {"MC307": "f20"}),
    Change("cut on the way", t("f21", "a TEXT NOT NULL"),
           "UPDATE f21 SET a = substr(a, 1, 3)", "#py", {"MC302": "f21.a", "MC303": "f21.a"}),
    Change("lowered", t("f22", "mail TEXT NOT NULL"), "UPDATE f22 SET mail = upper(mail)", "#py", {"MC303": "f22.mail"}),
    Change("python that knows no null", t("f23", "name TEXT"),
           """#py
           for key, name in op.get_bind().execute(sa.text("SELECT id, name FROM f23")).fetchall():
               op.execute(f"UPDATE f23 SET name = '{name.strip()[:3]}' WHERE id = {key}")""",
           "#py", {"MC301": "f23"}),
)  # fmt: skip

SAFE = (
    Change("s backfill then not null", t("s01", "a TEXT"),
           "UPDATE s01 SET a = '' WHERE a IS NULL;; " + rebuilt("s01", "a TEXT NOT NULL", "id, a"),
           rebuilt("s01", "a TEXT", "id, a")),
    Change("s dedupe then unique", t("s02", "a TEXT NOT NULL"),
           "DELETE FROM s02 WHERE id NOT IN (SELECT min(id) FROM s02 GROUP BY a);; CREATE UNIQUE INDEX s02_u ON s02 (a)",
           "DROP INDEX s02_u"),
    Change("s check after mending", t("s03", "n INTEGER NOT NULL"),
           "UPDATE s03 SET n = 0 WHERE n < 0;; " + rebuilt("s03", "n INTEGER NOT NULL CHECK (n >= 0)", "id, n"),
           rebuilt("s03", "n INTEGER NOT NULL", "id, n")),
    Change("s orphans then key", t("s04p", "n TEXT") + t("s04", "p INTEGER"),
           "UPDATE s04 SET p = NULL WHERE p NOT IN (SELECT id FROM s04p);; "
           + rebuilt("s04", "p INTEGER REFERENCES s04p (id)", "id, p"), rebuilt("s04", "p INTEGER", "id, p")),
    Change("s expand", t("s05", "name TEXT"),
           "ALTER TABLE s05 ADD COLUMN label TEXT;; UPDATE s05 SET label = name", "ALTER TABLE s05 DROP COLUMN label"),
    Change("s contract", t("s06", "a TEXT"), "ALTER TABLE s05 DROP COLUMN name",
           rebuilt("s05", "name TEXT, label TEXT", "id, label, label")),
    Change("s renamed", t("s07", "a TEXT NOT NULL"),
           "ALTER TABLE s07 RENAME COLUMN a TO b;; ALTER TABLE s07 RENAME TO s07n",
           "ALTER TABLE s07n RENAME TO s07;; ALTER TABLE s07 RENAME COLUMN b TO a"),
    Change("s batch mode", t("s08", "a VARCHAR(20), b INTEGER"),
           batch("s08", "alter_column('a', type_=sa.String(40), existing_type=sa.String(20))"),
           batch("s08", "alter_column('a', type_=sa.String(20), existing_type=sa.String(40))")),
    Change("s default for a new column", t("s09", "a TEXT"),
           "ALTER TABLE s09 ADD COLUMN b INTEGER NOT NULL DEFAULT 0", "ALTER TABLE s09 DROP COLUMN b"),
    Change("s clock", t("s10", "a TEXT"),
           rebuilt("s10", "a TEXT, at TIMESTAMP DEFAULT CURRENT_TIMESTAMP", "id, a", "(id, a)"),
           rebuilt("s10", "a TEXT", "id, a")),
    Change("s lookup rows", t("s11", "a TEXT NOT NULL"), "INSERT INTO s11 (a) VALUES ('zz-a'), ('zz-b')",
           "DELETE FROM s11 WHERE a LIKE 'zz-%'"),
    Change("s split with a way back", t("s12", "street TEXT"),
           "CREATE TABLE s12a (s12_id INTEGER PRIMARY KEY, street TEXT);; INSERT INTO s12a SELECT id, street FROM s12;;"
           " ALTER TABLE s12 DROP COLUMN street",
           "ALTER TABLE s12 ADD COLUMN street TEXT;;"
           " UPDATE s12 SET street = (SELECT street FROM s12a WHERE s12_id = s12.id);; DROP TABLE s12a"),
    Change("s idempotent", t("s13", "a TEXT"), "UPDATE s13 SET a = 'none' WHERE a IS NULL", "#py"),
)  # fmt: skip
