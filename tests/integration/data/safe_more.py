"""More data migrations on PostgreSQL that are in order, as people write them."""

from __future__ import annotations

from tests.integration.data.faults import t
from tests.integration.data.histories import Change

SAFE = (
    Change("h server default", t("h01", "a int"),
           '#py\nop.add_column("h01", sa.Column("tenant", sa.Integer(), nullable=False, server_default="1"))',
           '#py\nop.drop_column("h01", "tenant")'),
    Change("h default then dropped", t("h02", "a int"),
           """#py
           op.add_column("h02", sa.Column("b", sa.Text(), nullable=False, server_default=""))
           op.alter_column("h02", "b", server_default=None)""", '#py\nop.drop_column("h02", "b")'),
    Change("h three steps to not null", t("h03", "a text"),
           """#py
           op.add_column("h03", sa.Column("slug", sa.Text()))
           op.execute("UPDATE h03 SET slug = 'row-' || id")
           op.alter_column("h03", "slug", nullable=False)
           op.create_unique_constraint("h03_u", "h03", ["slug"])""",
           '#py\nop.drop_constraint("h03_u", "h03")\nop.drop_column("h03", "slug")'),
    Change("h lookup from the values", t("h04", "kind text"),
           """#py
           op.execute("CREATE TABLE h04k (id serial PRIMARY KEY, name text UNIQUE NOT NULL)")
           op.execute("INSERT INTO h04k (name) SELECT DISTINCT kind FROM h04 WHERE kind IS NOT NULL")
           op.execute("ALTER TABLE h04 ADD kind_id int REFERENCES h04k")
           op.execute("UPDATE h04 SET kind_id = k.id FROM h04k k WHERE k.name = h04.kind")
           op.execute("ALTER TABLE h04 DROP kind")""",
           """#py
           op.execute("ALTER TABLE h04 ADD kind text")
           op.execute("UPDATE h04 SET kind = k.name FROM h04k k WHERE k.id = h04.kind_id")
           op.execute("ALTER TABLE h04 DROP kind_id")
           op.execute("DROP TABLE h04k")"""),
    Change("h enum of words", t("h05", "state text NOT NULL CHECK (state IN ('open', 'done'))"),
           """#py
           op.execute("CREATE TYPE h05_s AS ENUM ('open', 'done')")
           op.execute("ALTER TABLE h05 DROP CONSTRAINT h05_state_check")
           op.execute("ALTER TABLE h05 ALTER state TYPE h05_s USING state::h05_s")""",
           """#py
           op.execute("ALTER TABLE h05 ALTER state TYPE text")
           op.execute("ALTER TABLE h05 ADD CONSTRAINT h05_state_check CHECK (state IN ('open', 'done'))")
           op.execute("DROP TYPE h05_s")"""),
    Change("h int to bigint key", t("h06", "a text"),
           "ALTER TABLE h06 ALTER id TYPE bigint;; ALTER SEQUENCE h06_id_seq AS bigint",
           "ALTER TABLE h06 ALTER id TYPE int;; ALTER SEQUENCE h06_id_seq AS int"),
    Change("h money in cents", t("h07", "price numeric(10,2) NOT NULL"),
           "ALTER TABLE h07 ADD cents bigint;; UPDATE h07 SET cents = (price * 100)::bigint;;"
           " ALTER TABLE h07 ALTER cents SET NOT NULL;; ALTER TABLE h07 DROP price",
           "ALTER TABLE h07 ADD price numeric(10,2);; UPDATE h07 SET price = cents / 100.0;;"
           " ALTER TABLE h07 ALTER price SET NOT NULL;; ALTER TABLE h07 DROP cents",
           {"MC302": "price"}),
    Change("h timestamp with zone", t("h08", "at timestamp"),
           "ALTER TABLE h08 ALTER at TYPE timestamptz USING at AT TIME ZONE 'UTC'",
           "ALTER TABLE h08 ALTER at TYPE timestamp USING at AT TIME ZONE 'UTC'"),
    Change("h json column", t("h09", "a int, b text"),
           "ALTER TABLE h09 ADD doc jsonb NOT NULL DEFAULT '{}';;"
           " UPDATE h09 SET doc = jsonb_build_object('a', a, 'b', b)", "ALTER TABLE h09 DROP doc"),
    Change("h text to json that copes", t("h10", "doc text"),
           "ALTER TABLE h10 ADD doc2 jsonb;; UPDATE h10 SET doc2 = to_jsonb(doc);; ALTER TABLE h10 DROP doc;;"
           " ALTER TABLE h10 RENAME doc2 TO doc",
           "ALTER TABLE h10 ADD doc2 text;; UPDATE h10 SET doc2 = doc #>> '{}';; ALTER TABLE h10 DROP doc;;"
           " ALTER TABLE h10 RENAME doc2 TO doc", {"MC302": "doc"}),
    Change("h audit trigger", t("h11", "a text") + "CREATE TABLE h11a (h11_id int, at timestamptz DEFAULT now(), was text);;"
           "CREATE FUNCTION h11_log() RETURNS trigger LANGUAGE plpgsql AS"
           " $$ BEGIN INSERT INTO h11a (h11_id, was) VALUES (OLD.id, OLD.a); RETURN NEW; END $$;;"
           "CREATE TRIGGER h11_t AFTER UPDATE ON h11 FOR EACH ROW EXECUTE FUNCTION h11_log()",
           "ALTER TABLE h11 ADD b text", "ALTER TABLE h11 DROP b"),
    Change("h counter cache", t("h12p", "n text") + t("h12", "p_id int REFERENCES h12p"),
           "ALTER TABLE h12p ADD h12_count int NOT NULL DEFAULT 0;;"
           " UPDATE h12p SET h12_count = (SELECT count(*) FROM h12 WHERE p_id = h12p.id)",
           "ALTER TABLE h12p DROP h12_count"),
    Change("h random backfill", t("h13", "a int"),
           "ALTER TABLE h13 ADD token text;; UPDATE h13 SET token = md5(random()::text);;"
           " ALTER TABLE h13 ALTER token SET NOT NULL", "ALTER TABLE h13 DROP token"),
    Change("h python backfill", t("h14", "name text NOT NULL"),
           """#py
           import uuid
           op.add_column("h14", sa.Column("uid", sa.Text()))
           bind = op.get_bind()
           for (key,) in bind.execute(sa.text("SELECT id FROM h14")).fetchall():
               bind.execute(sa.text("UPDATE h14 SET uid = :u WHERE id = :i"), {"u": str(uuid.uuid4()), "i": key})
           op.alter_column("h14", "uid", nullable=False)""", '#py\nop.drop_column("h14", "uid")'),
    Change("h reference rows", "CREATE TABLE h15 (code text PRIMARY KEY, label text);;",
           "INSERT INTO h15 VALUES ('zz-a', 'A'), ('zz-b', 'B') ON CONFLICT DO NOTHING",
           "DELETE FROM h15 WHERE code IN ('zz-a', 'zz-b')"),
    Change("h view and column", t("h16", "a text") + "CREATE VIEW h16v AS SELECT id, a FROM h16",
           "DROP VIEW h16v;; ALTER TABLE h16 RENAME a TO b;; CREATE VIEW h16v AS SELECT id, b AS a FROM h16",
           "DROP VIEW h16v;; ALTER TABLE h16 RENAME b TO a;; CREATE VIEW h16v AS SELECT id, a FROM h16"),
    Change("h materialized view", t("h17", "a int"),
           "CREATE MATERIALIZED VIEW h17m AS SELECT count(*) AS n FROM h17", "DROP MATERIALIZED VIEW h17m"),
    Change("h many to many", t("h18a", "n text") + t("h18b", "a_id int NOT NULL REFERENCES h18a"),
           "CREATE TABLE h18ab (b_id int REFERENCES h18b, a_id int REFERENCES h18a, PRIMARY KEY (b_id, a_id));;"
           " INSERT INTO h18ab SELECT id, a_id FROM h18b;; ALTER TABLE h18b DROP a_id",
           "ALTER TABLE h18b ADD a_id int REFERENCES h18a;;"
           " UPDATE h18b SET a_id = ab.a_id FROM h18ab ab WHERE ab.b_id = h18b.id;;"
           " ALTER TABLE h18b ALTER a_id SET NOT NULL;; DROP TABLE h18ab", {"MC307": "h18b"}),
    Change("h array to rows", t("h19", "tags text[]"),
           "CREATE TABLE h19t (h19_id int, place int, tag text);; INSERT INTO h19t SELECT id, place, tag FROM h19,"
           " unnest(tags) WITH ORDINALITY AS u (tag, place);; ALTER TABLE h19 RENAME tags TO old_tags",
           "ALTER TABLE h19 RENAME old_tags TO tags;; DROP TABLE h19t"),
    Change("h check not valid then valid", t("h20", "n int"),
           "UPDATE h20 SET n = 0 WHERE n < 0;; ALTER TABLE h20 ADD CONSTRAINT h20_c CHECK (n >= 0) NOT VALID;;"
           " ALTER TABLE h20 VALIDATE CONSTRAINT h20_c", "ALTER TABLE h20 DROP CONSTRAINT h20_c", {"MC302": "h20.n"}),
    Change("h concurrent index", t("h21", "a text, b int"),
           """#py
           with op.get_context().autocommit_block():
               op.create_index("h21_i", "h21", ["a", "b"], postgresql_concurrently=True)""",
           """#py
           with op.get_context().autocommit_block():
               op.drop_index("h21_i", "h21", postgresql_concurrently=True)"""),
    Change("h label added", "CREATE TYPE h22_e AS ENUM ('a', 'b');;" + t("h22", "k h22_e"),
           """#py
           with op.get_context().autocommit_block():
               op.execute("ALTER TYPE h22_e ADD VALUE IF NOT EXISTS 'c'")""",
           """#py
           op.execute("UPDATE h22 SET k = 'a' WHERE k = 'c'")
           op.execute("ALTER TYPE h22_e RENAME TO h22_o")
           op.execute("CREATE TYPE h22_e AS ENUM ('a', 'b')")
           op.execute("ALTER TABLE h22 ALTER k TYPE h22_e USING k::text::h22_e")
           op.execute("DROP TYPE h22_o")"""),
    Change("h soft delete", t("h23", "a text"),
           "ALTER TABLE h23 ADD deleted_at timestamptz", "ALTER TABLE h23 DROP deleted_at"),
    Change("h exclusion on an empty column", t("h24", "room int NOT NULL"),
           "ALTER TABLE h24 ADD during tstzrange;;"
           " ALTER TABLE h24 ADD CONSTRAINT h24_x EXCLUDE USING gist (during WITH &&)",
           "ALTER TABLE h24 DROP CONSTRAINT h24_x;; ALTER TABLE h24 DROP during"),
    Change("h swapped keys", t("h25", "code text NOT NULL UNIQUE") + t("h25c", "h25_id int NOT NULL REFERENCES h25"),
           "ALTER TABLE h25c ADD h25_code text REFERENCES h25 (code);;"
           " UPDATE h25c SET h25_code = h25.code FROM h25 WHERE h25.id = h25c.h25_id;;"
           " ALTER TABLE h25c ALTER h25_code SET NOT NULL", "ALTER TABLE h25c DROP h25_code"),
    Change("h generated column", t("h26", "first text, last text"),
           "ALTER TABLE h26 ADD full_name text GENERATED ALWAYS AS (coalesce(first, '') || coalesce(last, '')) STORED",
           "ALTER TABLE h26 DROP full_name"),
    Change("h identity kept", t("h27", "a text"),
           "ALTER TABLE h27 ALTER id DROP DEFAULT;; DROP SEQUENCE h27_id_seq;;"
           " ALTER TABLE h27 ALTER id ADD GENERATED BY DEFAULT AS IDENTITY;;"
           " SELECT setval(pg_get_serial_sequence('h27', 'id'), coalesce(max(id), 1), max(id) IS NOT NULL) FROM h27",
           "ALTER TABLE h27 ALTER id DROP IDENTITY;; CREATE SEQUENCE h27_id_seq AS integer OWNED BY h27.id;;"
           " ALTER TABLE h27 ALTER id SET DEFAULT nextval('h27_id_seq');;"
           " SELECT setval('h27_id_seq', coalesce(max(id), 1), max(id) IS NOT NULL) FROM h27"),
    Change("h widened numeric", t("h28", "n numeric(8,2)"),
           "ALTER TABLE h28 ALTER n TYPE numeric(12,4)",
           "UPDATE h28 SET n = NULL WHERE abs(n) >= 1000000;; ALTER TABLE h28 ALTER n TYPE numeric(8,2)"),
    Change("h key made cascading", t("h29p", "n text") + t("h29", "p_id int REFERENCES h29p"),
           "ALTER TABLE h29 DROP CONSTRAINT h29_p_id_fkey, ADD CONSTRAINT h29_p_id_fkey FOREIGN KEY (p_id)"
           " REFERENCES h29p ON DELETE CASCADE",
           "ALTER TABLE h29 DROP CONSTRAINT h29_p_id_fkey, ADD CONSTRAINT h29_p_id_fkey FOREIGN KEY (p_id)"
           " REFERENCES h29p"),
    Change("h unique made of two", t("h30", "a int NOT NULL UNIQUE, b int NOT NULL"),
           "ALTER TABLE h30 DROP CONSTRAINT h30_a_key;; ALTER TABLE h30 ADD CONSTRAINT h30_ab UNIQUE (a, b)",
           "ALTER TABLE h30 DROP CONSTRAINT h30_ab;; DELETE FROM h30 x USING h30 y WHERE x.a = y.a AND x.id > y.id;;"
           " ALTER TABLE h30 ADD CONSTRAINT h30_a_key UNIQUE (a)"),
    Change("h unlogged copy", t("h31", "a text, b int"),
           "CREATE TABLE h31_copy AS SELECT * FROM h31", "DROP TABLE h31_copy"),
    Change("h moved to a schema", t("h32", "a text") + "CREATE SCHEMA h32s",
           "ALTER TABLE h32 SET SCHEMA h32s", "ALTER TABLE h32s.h32 SET SCHEMA public"),
    Change("h renamed by copy with a way back", t("h33", "a text NOT NULL"),
           "ALTER TABLE h33 ADD b text;; UPDATE h33 SET b = a;; ALTER TABLE h33 ALTER b SET NOT NULL;;"
           " ALTER TABLE h33 DROP a",
           "ALTER TABLE h33 ADD a text;; UPDATE h33 SET a = b;; ALTER TABLE h33 ALTER a SET NOT NULL;;"
           " ALTER TABLE h33 DROP b"),
    Change("h bookkeeping", t("h34", "a text"),
           "CREATE TABLE h34_runs (at timestamptz);; INSERT INTO h34_runs VALUES (clock_timestamp())",
           "DROP TABLE h34_runs"),
    Change("h flag from null", t("h35", "deleted_at timestamptz"),
           "ALTER TABLE h35 ADD deleted boolean NOT NULL DEFAULT false;;"
           " UPDATE h35 SET deleted = true WHERE deleted_at IS NOT NULL", "ALTER TABLE h35 DROP deleted"),
    Change("h partial unique with care", t("h36", "mail text, active boolean NOT NULL"),
           "UPDATE h36 SET active = false WHERE id NOT IN (SELECT min(id) FROM h36 WHERE active GROUP BY mail);;"
           " CREATE UNIQUE INDEX h36_u ON h36 (mail) WHERE active", "DROP INDEX h36_u", {"MC302": "h36"}),
)  # fmt: skip
