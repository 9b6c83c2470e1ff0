"""More faults of data migrations on PostgreSQL, as people write them: with Alembic's operations and in Python."""

from __future__ import annotations

from tests.integration.data.faults import t
from tests.integration.data.histories import Change

FAULTS = (
    Change("g add column not null", t("g01", "a int"),
           '#py\nop.add_column("g01", sa.Column("tenant", sa.Integer(), nullable=False))',
           '#py\nop.drop_column("g01", "tenant")', {"MC301": "g01|tenant|23502"}),
    Change("g default dropped again", t("g02", "a int"),
           '#py\nop.add_column("g02", sa.Column("b", sa.Text()))\nop.alter_column("g02", "b", nullable=False)',
           '#py\nop.drop_column("g02", "b")', {"MC301": "g02|b|23502"}),
    Change("g foreign key to a new empty table", t("g03", "kind int NOT NULL"),
           "CREATE TABLE g03k (id int PRIMARY KEY);;"
           " ALTER TABLE g03 ADD CONSTRAINT g03_f FOREIGN KEY (kind) REFERENCES g03k (id)",
           "ALTER TABLE g03 DROP CONSTRAINT g03_f;; DROP TABLE g03k", {"MC301": "g03|23503"}),
    Change("g lookup that misses values", t("g04", "kind text NOT NULL"),
           "CREATE TABLE g04k (kind text PRIMARY KEY);; INSERT INTO g04k VALUES ('new'), ('old');;"
           " ALTER TABLE g04 ADD CONSTRAINT g04_f FOREIGN KEY (kind) REFERENCES g04k (kind)",
           "ALTER TABLE g04 DROP CONSTRAINT g04_f;; DROP TABLE g04k", {"MC301": "g04|23503"}),
    Change("g nulls not distinct", t("g05", "a int, b int"),
           "CREATE UNIQUE INDEX g05_u ON g05 (a, b) NULLS NOT DISTINCT", "DROP INDEX g05_u", {"MC301": "g05|23505"}),
    Change("g check over two columns", t("g06", "starts date NOT NULL, ends date NOT NULL"),
           "ALTER TABLE g06 ADD CONSTRAINT g06_c CHECK (ends > starts)", "ALTER TABLE g06 DROP CONSTRAINT g06_c",
           {"MC301": "ends > starts|23514"}),
    Change("g check of a length", t("g07", "code text NOT NULL"),
           "ALTER TABLE g07 ADD CONSTRAINT g07_c CHECK (length(code) = 8)", "ALTER TABLE g07 DROP CONSTRAINT g07_c",
           {"MC301": "length(code)|23514"}),
    Change("g check of a pattern", t("g08", "mail text NOT NULL"),
           "ALTER TABLE g08 ADD CONSTRAINT g08_c CHECK (mail ~ '^[^@]+@[^@]+$')",
           "ALTER TABLE g08 DROP CONSTRAINT g08_c", {"MC301": "g08|23514"}),
    Change("g check in a list", t("g09", "state text NOT NULL"),
           "ALTER TABLE g09 ADD CONSTRAINT g09_c CHECK (state IN ('open', 'done'))",
           "ALTER TABLE g09 DROP CONSTRAINT g09_c", {"MC301": "g09|23514"}),
    Change("g primary key made of a column", "CREATE TABLE g10 (code text);;",
           "ALTER TABLE g10 ADD PRIMARY KEY (code)", "ALTER TABLE g10 DROP CONSTRAINT g10_pkey;;"
           " ALTER TABLE g10 ALTER code DROP NOT NULL", {"MC301": "g10"}),
    Change("g timestamp text", t("g11", "at text NOT NULL"),
           "ALTER TABLE g11 ALTER at TYPE timestamptz USING at::timestamptz", "ALTER TABLE g11 ALTER at TYPE text",
           {"MC301": "g11.at"}),
    Change("g text to json", t("g12", "doc text"),
           "ALTER TABLE g12 ALTER doc TYPE jsonb USING doc::jsonb", "ALTER TABLE g12 ALTER doc TYPE text",
           {"MC301": "g12.doc|22P02"}),
    Change("g int to smallint", t("g13", "n int NOT NULL"),
           "ALTER TABLE g13 ALTER n TYPE smallint", "ALTER TABLE g13 ALTER n TYPE int", {"MC301": "g13.n|22003"}),
    Change("g float to int", t("g14", "n double precision NOT NULL"),
           "ALTER TABLE g14 ALTER n TYPE int USING n::int", "ALTER TABLE g14 ALTER n TYPE double precision",
           {"MC301": "g14.n", "MC302": "g14.n", "MC303": "g14.n"}),
    Change("g empty text cast", t("g15", "n text NOT NULL"),
           "UPDATE g15 SET n = '0' WHERE n !~ '^[0-9]*$';; ALTER TABLE g15 ALTER n TYPE int USING n::int",
           "ALTER TABLE g15 ALTER n TYPE text", {"MC301": "g15|22P02", "MC302": "g15.n"}),
    Change("g division by zero", t("g16", "total numeric(12,2) NOT NULL, pieces int NOT NULL"),
           "ALTER TABLE g16 ADD price numeric(20,2);; UPDATE g16 SET price = total / pieces",
           "ALTER TABLE g16 DROP price", {"MC301": "g16|22012"}),
    Change("g full name of null", t("g17", "first text, last text NOT NULL"),
           "ALTER TABLE g17 ADD full_name text;; UPDATE g17 SET full_name = first || ' ' || last;;"
           " ALTER TABLE g17 ALTER full_name SET NOT NULL",
           "ALTER TABLE g17 DROP full_name", {"MC301": "g17|23502"}),
    Change("g split on a space", t("g18", "name text NOT NULL"),
           """#py
           op.add_column("g18", sa.Column("last", sa.Text()))
           bind = op.get_bind()
           for row in bind.execute(sa.text("SELECT id, name FROM g18")).fetchall():
               first, last = row[1].split(" ")
               bind.execute(sa.text("UPDATE g18 SET last = :l WHERE id = :i"), {"l": last, "i": row[0]})""",
           '#py\nop.drop_column("g18", "last")', {"MC301": "g18|ValueError"}),
    Change("g json key of null", t("g19", "doc jsonb"),
           """#py
           bind = op.get_bind()
           for key, doc in bind.execute(sa.text("SELECT id, doc FROM g19")).fetchall():
               bind.execute(sa.text("UPDATE g19 SET doc = jsonb_set(doc, '{v}', to_jsonb(:n)) WHERE id = :i"),
                            {"n": len(doc), "i": key})""",
           "UPDATE g19 SET doc = doc - 'v'", {"MC301": "g19|('doc', None)"}),
    Change("g core update", t("g20", "price int NOT NULL"),
           """#py
           g20 = sa.table("g20", sa.column("price", sa.Integer))
           op.execute(g20.update().values(price=g20.c.price * 100))""",
           "UPDATE g20 SET price = price / 10", {"MC302": "g20.price", "MC303": "g20.price", "MC304": "g20"}),
    Change("g bulk insert kept", "CREATE TABLE g21 (code text, label text);;",
           """#py
           g21 = sa.table("g21", sa.column("code", sa.Text), sa.column("label", sa.Text))
           op.bulk_insert(g21, [{"code": "zz-a", "label": "A"}, {"code": "zz-b", "label": "B"}])""",
           '#py\nop.execute("SELECT 1")', {"MC304": "g21"}),
    Change("g too much deleted on the way back", t("g23", "code text NOT NULL"),
           "INSERT INTO g23 (code) VALUES ('zz-a')", "DELETE FROM g23", {"MC303": "g23", "MC304": "g23"}),
    Change("g cascade takes the children", t("g24p", "old boolean NOT NULL")
           + t("g24", "p_id int NOT NULL REFERENCES g24p ON DELETE CASCADE"),
           "DELETE FROM g24p WHERE old", "#py\nop.execute('SELECT 1')", {"MC302": "g24", "MC303": "g24"}),
    Change("g column renamed by copy", t("g25", "a text"),
           "ALTER TABLE g25 ADD b text;; ALTER TABLE g25 DROP a", "ALTER TABLE g25 ADD a text;; ALTER TABLE g25 DROP b",
           {"MC302": "g25.a", "MC303": "g25.a"}),
    Change("g table replaced", t("g26", "a text, b text"),
           "CREATE TABLE g26n (id serial PRIMARY KEY, a text);; INSERT INTO g26n (id, a) SELECT id, a FROM g26;;"
           " DROP TABLE g26;; ALTER TABLE g26n RENAME TO g26;; SELECT setval('g26n_id_seq', 10000)",
           "ALTER TABLE g26 ADD b text;; ALTER SEQUENCE g26n_id_seq RENAME TO g26_id_seq;;"
           " ALTER INDEX g26n_pkey RENAME TO g26_pkey", {"MC302": "g26.b", "MC303": "g26.b"}),
    Change("g zone forgotten", t("g27", "at timestamp NOT NULL"),
           "UPDATE g27 SET at = at - interval '2 hours'", "UPDATE g27 SET at = at", {"MC302": "g27.at", "MC303": "g27.at",
                                                                                 "MC304": "g27.at"}),
    Change("g soft delete made hard", t("g28", "name text NOT NULL, deleted_at timestamptz"),
           "DELETE FROM g28 WHERE deleted_at IS NOT NULL;; ALTER TABLE g28 DROP deleted_at",
           "ALTER TABLE g28 ADD deleted_at timestamptz", {"MC302": "g28", "MC303": "g28"}),
    Change("g flag inverted once", t("g29", "active boolean NOT NULL"),
           "ALTER TABLE g29 RENAME active TO disabled;; UPDATE g29 SET disabled = NOT disabled",
           "ALTER TABLE g29 RENAME disabled TO active", {"MC303": "g29.active", "MC304": "g29"}),
    Change("g array to rows loses order", t("g30", "tags text[]"),
           "CREATE TABLE g30t (g30_id int, tag text);; INSERT INTO g30t SELECT id, unnest(tags) FROM g30;;"
           " ALTER TABLE g30 DROP tags",
           "ALTER TABLE g30 ADD tags text[];; UPDATE g30 SET tags = (SELECT array_agg(tag ORDER BY tag DESC) FROM g30t"
           " WHERE g30_id = g30.id);; DROP TABLE g30t", {"MC303": "g30.tags"}),
    Change("g unique lower mail", t("g31", "mail varchar(80) NOT NULL UNIQUE"),
           "UPDATE g31 SET mail = lower(mail)", "#py\nop.execute('SELECT 1')", {"MC301": "g31|23505"}),
    Change("g generated column overflows", t("g32", "w int NOT NULL, h int NOT NULL"),
           "ALTER TABLE g32 ADD area smallint GENERATED ALWAYS AS (w * h) STORED", "ALTER TABLE g32 DROP area",
           {"MC301": "g32|22003"}),
    Change("g deferrable unique", t("g33", "place int NOT NULL"),
           "ALTER TABLE g33 ADD CONSTRAINT g33_u UNIQUE (place) DEFERRABLE INITIALLY DEFERRED",
           "ALTER TABLE g33 DROP CONSTRAINT g33_u", {"MC301": "g33|23505"}),
    Change("g composite foreign key", "CREATE TABLE g34p (a int, b int, PRIMARY KEY (a, b));;" + t("g34", "a int, b int"),
           "ALTER TABLE g34 ADD CONSTRAINT g34_f FOREIGN KEY (a, b) REFERENCES g34p (a, b)",
           "ALTER TABLE g34 DROP CONSTRAINT g34_f", {"MC301": "g34|23503"}),
    Change("g key to itself", t("g35", "boss int"),
           "ALTER TABLE g35 ADD CONSTRAINT g35_f FOREIGN KEY (boss) REFERENCES g35 (id)",
           "ALTER TABLE g35 DROP CONSTRAINT g35_f", {"MC301": "g35.boss|23503"}),
    Change("g partitions without default", "CREATE TABLE g36 (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));;",
           "ALTER TABLE g36 RENAME TO g36o;; CREATE TABLE g36 (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at))"
           " PARTITION BY RANGE (at);; CREATE TABLE g36_a PARTITION OF g36 FOR VALUES FROM ('2020-01-01') TO"
           " ('2030-01-01');; INSERT INTO g36 SELECT * FROM g36o;; DROP TABLE g36o",
           "ALTER TABLE g36 RENAME TO g36p;; CREATE TABLE g36 (id int NOT NULL, at date NOT NULL, PRIMARY KEY (id, at));;"
           " INSERT INTO g36 SELECT * FROM g36p;; DROP TABLE g36p", {"MC301": "g36|23514"}),
    Change("g default partition in the way",
           "CREATE TABLE g37 (id int NOT NULL, n int NOT NULL) PARTITION BY LIST (n);;"
           "CREATE TABLE g37_d PARTITION OF g37 DEFAULT;;",
           "CREATE TABLE g37_1 PARTITION OF g37 FOR VALUES IN (1, 2, 3)", "DROP TABLE g37_1",
           {"MC301": "g37|23514"}),
    Change("g rows of a dropped partition",
           "CREATE TABLE g38 (id int NOT NULL, n int NOT NULL) PARTITION BY RANGE (n);;"
           "CREATE TABLE g38_a PARTITION OF g38 FOR VALUES FROM (0) TO (100000000);;",
           "DROP TABLE g38_a", "CREATE TABLE g38_a PARTITION OF g38 FOR VALUES FROM (0) TO (100000000)",
           {"MC302": "g38", "MC303": "g38"}),
    Change("g enum shrunk by cast", "CREATE TYPE g39_e AS ENUM ('a', 'b', 'c');;" + t("g39", "k g39_e"),
           """#py
           op.execute("ALTER TABLE g39 ALTER k TYPE text")
           op.execute("DROP TYPE g39_e")
           sa.Enum("a", "b", name="g39_e").create(op.get_bind())
           op.execute("ALTER TABLE g39 ALTER k TYPE g39_e USING k::g39_e")""",
           """#py
           op.execute("ALTER TABLE g39 ALTER k TYPE text")
           op.execute("DROP TYPE g39_e")
           sa.Enum("a", "b", "c", name="g39_e").create(op.get_bind())
           op.execute("ALTER TABLE g39 ALTER k TYPE g39_e USING k::g39_e")""", {"MC301": "g39|'c'"}),
    Change("g constraint trigger left disabled",
           "CREATE FUNCTION g40_no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;;"
           + t("g40p", "n text") + t("g40", "p_id int NOT NULL REFERENCES g40p"),
           "ALTER TABLE g40 DISABLE TRIGGER ALL;; UPDATE g40 SET p_id = p_id + 0", "ALTER TABLE g40 ENABLE TRIGGER ALL",
           {"MC306": "g40"}),
    Change("g orphans made", t("g41p", "n text") + t("g41", "p_id int REFERENCES g41p"),
           "ALTER TABLE g41 DROP CONSTRAINT g41_p_id_fkey;; UPDATE g41 SET p_id = -1 WHERE p_id IS NOT NULL;;"
           " ALTER TABLE g41 ADD CONSTRAINT g41_p_id_fkey FOREIGN KEY (p_id) REFERENCES g41p (id) NOT VALID",
           "ALTER TABLE g41 DROP CONSTRAINT g41_p_id_fkey;; UPDATE g41 SET p_id = NULL;;"
           " ALTER TABLE g41 ADD CONSTRAINT g41_p_id_fkey FOREIGN KEY (p_id) REFERENCES g41p (id)",
           {"MC302": "g41.p_id", "MC303": "g41.p_id", "MC304": "g41", "MC305": "g41"}),
    Change("g uuid keys", t("g42", "a text"),
           "ALTER TABLE g42 ADD uid uuid NOT NULL DEFAULT gen_random_uuid();; ALTER TABLE g42 DROP CONSTRAINT g42_pkey;;"
           " ALTER TABLE g42 DROP id;; ALTER TABLE g42 ADD PRIMARY KEY (uid)",
           "ALTER TABLE g42 DROP CONSTRAINT g42_pkey;; ALTER TABLE g42 ADD id serial PRIMARY KEY;;"
           " ALTER TABLE g42 DROP uid", {"MC302": "g42.id"}),
    Change("g case folded on the way", t("g43", "code text NOT NULL"),
           "ALTER TABLE g43 ALTER code TYPE varchar(200) USING lower(code)", "ALTER TABLE g43 ALTER code TYPE text",
           {"MC301": "g43.code", "MC302": "g43.code", "MC303": "g43.code"}),
    Change("g bytes to text", t("g44", "raw bytea NOT NULL"),
           "ALTER TABLE g44 ALTER raw TYPE text USING convert_from(raw, 'UTF8')",
           "ALTER TABLE g44 ALTER raw TYPE bytea USING convert_to(raw, 'UTF8')", {"MC301": "g44"}),
    Change("g rolled up", t("g45", "day date NOT NULL, n int NOT NULL"),
           "CREATE TABLE g45s (day date, n bigint);; INSERT INTO g45s SELECT day, sum(n) FROM g45 GROUP BY day;;"
           " DROP TABLE g45", t("g45", "day date NOT NULL, n int NOT NULL") + "DROP TABLE g45s",
           {"MC302": "g45", "MC303": "g45", "MC304": "g45s"}),
    Change("g merged tables", t("g46a", "name text NOT NULL") + t("g46b", "name text NOT NULL"),
           "INSERT INTO g46a (name) SELECT name FROM g46b;; DROP TABLE g46b",
           t("g46b", "name text NOT NULL"), {"MC303": "g46b"}),
    Change("g interval to int", t("g47", "took interval NOT NULL"),
           "ALTER TABLE g47 ALTER took TYPE int USING extract(hour FROM took)::int",
           "ALTER TABLE g47 ALTER took TYPE interval USING make_interval(mins => took)", {"MC302": "g47.took", "MC303": "g47.took", "MC304": "g47.took"}),
    Change("g numbering by hand", t("g48", "a text"),
           "ALTER TABLE g48 ALTER id DROP DEFAULT;; DROP SEQUENCE g48_id_seq;;"
           " ALTER TABLE g48 ALTER id ADD GENERATED BY DEFAULT AS IDENTITY",
           "ALTER TABLE g48 ALTER id DROP IDENTITY;; CREATE SEQUENCE g48_id_seq OWNED BY g48.id;;"
           " ALTER TABLE g48 ALTER id SET DEFAULT nextval('g48_id_seq')", {"MC303": "g48.id"}),
)  # fmt: skip
