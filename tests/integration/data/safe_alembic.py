"""More data migrations on PostgreSQL that are in order, in the words of Alembic."""

from __future__ import annotations

from tests.integration.data.faults import t
from tests.integration.data.histories import Change

TOUCH = (
    "CREATE FUNCTION {0}_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {1} RETURN NEW; END $$;;"
)

SAFE = (
    Change("q expand first", t("q01", "name varchar(80) NOT NULL"),
           """#py
           op.add_column("q01", sa.Column("slug", sa.String(120)))""", """#py
           op.drop_column("q01", "slug")"""),
    Change("q expand second", t("q02", "a int"),
           """#py
           op.execute("UPDATE q01 SET slug = lower(replace(name, ' ', '-')) || '-' || id WHERE slug IS NULL")""", "#py"),
    Change("q expand third", t("q03", "a int"),
           """#py
           op.execute("UPDATE q01 SET slug = 'x-' || id WHERE slug IS NULL")
           op.execute("UPDATE q01 a SET slug = 'y-' || id WHERE EXISTS (SELECT FROM q01 b WHERE b.slug = a.slug AND b.id < a.id)")
           op.alter_column("q01", "slug", nullable=False)
           op.create_unique_constraint("q01_slug", "q01", ["slug"])""", """#py
           op.drop_constraint("q01_slug", "q01")
           op.alter_column("q01", "slug", nullable=True)"""),
    Change("q lookup table with a way back", t("q04", "city varchar(80)"),
           """#py
           op.create_table("q04c", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80), nullable=False, unique=True))
           op.execute("INSERT INTO q04c (name) SELECT DISTINCT city FROM q04 WHERE city IS NOT NULL")
           op.add_column("q04", sa.Column("city_id", sa.Integer, sa.ForeignKey("q04c.id")))
           op.execute("UPDATE q04 SET city_id = c.id FROM q04c c WHERE c.name = city")
           op.drop_column("q04", "city")""",
           """#py
           op.add_column("q04", sa.Column("city", sa.String(80)))
           op.execute("UPDATE q04 SET city = c.name FROM q04c c WHERE c.id = city_id")
           op.drop_column("q04", "city_id")
           op.drop_table("q04c")"""),
    Change("q column renamed", t("q05", "nick varchar(20) NOT NULL UNIQUE"),
           """#py
           op.alter_column("q05", "nick", new_column_name="handle")""", """#py
           op.alter_column("q05", "handle", new_column_name="nick")"""),
    Change("q table renamed", t("q06p", "n text") + t("q06", "p_id int REFERENCES q06p"),
           """#py
           op.rename_table("q06p", "q06parents")""", """#py
           op.rename_table("q06parents", "q06p")"""),
    Change("q enum label added", "CREATE TYPE q07_e AS ENUM ('a', 'b');;" + t("q07", "k q07_e"),
           """#py
           with op.get_context().autocommit_block():
               op.execute("ALTER TYPE q07_e ADD VALUE IF NOT EXISTS 'c'")""",
           """#py
           op.execute("UPDATE q07 SET k = 'a' WHERE k = 'c'")
           op.execute("ALTER TYPE q07_e RENAME TO q07_o")
           op.execute("CREATE TYPE q07_e AS ENUM ('a', 'b')")
           op.execute("ALTER TABLE q07 ALTER k TYPE q07_e USING k::text::q07_e")
           op.execute("DROP TYPE q07_o")"""),
    Change("q json column with a default", t("q08", "a int"),
           """#py
           op.add_column("q08", sa.Column("settings", sa.dialects.postgresql.JSONB, nullable=False, server_default="{}"))""", """#py
           op.drop_column("q08", "settings")"""),
    Change("q json to jsonb", t("q09", "doc json"),
           """#py
           op.alter_column("q09", "doc", type_=sa.dialects.postgresql.JSONB, postgresql_using="doc::jsonb")""", """#py
           op.alter_column("q09", "doc", type_=sa.JSON, postgresql_using="doc::json")"""),
    Change("q created at now", t("q10", "a int"),
           """#py
           op.add_column("q10", sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.func.now(), nullable=False))
           op.add_column("q10", sa.Column("updated_at", sa.DateTime(), nullable=True))
           op.execute("UPDATE q10 SET updated_at = now()")""", """#py
           op.drop_column("q10", "updated_at")
           op.drop_column("q10", "created_at")"""),
    Change("q random tokens", t("q11", "a int"),
           """#py
           op.add_column("q11", sa.Column("token", sa.String(32)))
           op.execute("UPDATE q11 SET token = md5(random()::text || id)")
           op.alter_column("q11", "token", nullable=False)""", """#py
           op.drop_column("q11", "token")"""),
    Change("q tokens by python", t("q12", "a int"),
           """#py
           import secrets
           op.add_column("q12", sa.Column("token", sa.String(32)))
           for (key,) in op.get_bind().execute(sa.text("SELECT id FROM q12")).fetchall():
               op.get_bind().execute(sa.text("UPDATE q12 SET token = :t WHERE id = :i"), {"t": secrets.token_hex(8), "i": key})
           op.alter_column("q12", "token", nullable=False)""", """#py
           op.drop_column("q12", "token")"""),
    Change("q null slugs are mended by a trigger", TOUCH.format("q13", "NEW.slug = coalesce(NEW.slug, 's' || NEW.id);")
           + t("q13", "a int, slug text")
           + "CREATE TRIGGER q13_t BEFORE INSERT OR UPDATE ON q13 FOR EACH ROW EXECUTE FUNCTION q13_f()",
           """#py
           op.execute("UPDATE q13 SET slug = 's' || id WHERE slug IS NULL")
           op.alter_column("q13", "slug", nullable=False)""", """#py
           op.alter_column("q13", "slug", nullable=True)"""),
    Change("q trigger that stamps", t("q14", "a int"),
           """#py
           op.add_column("q14", sa.Column("touched", sa.DateTime(), nullable=False, server_default=sa.func.now()))
           op.execute("CREATE FUNCTION q14_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.touched = now(); RETURN NEW; END $$")
           op.execute("CREATE TRIGGER q14_t BEFORE INSERT OR UPDATE ON q14 FOR EACH ROW EXECUTE FUNCTION q14_f()")""",
           """#py
           op.execute("DROP TRIGGER q14_t ON q14")
           op.execute("DROP FUNCTION q14_f()")
           op.drop_column("q14", "touched")"""),
    Change("q rows routed by a trigger", "CREATE TABLE q15 (id int NOT NULL, a int);; CREATE TABLE q15_x () INHERITS (q15);;"
           "CREATE FUNCTION q15_f() RETURNS trigger LANGUAGE plpgsql AS"
           " $$ BEGIN INSERT INTO q15_x VALUES (NEW.*); RETURN NULL; END $$;;"
           "CREATE TRIGGER q15_t BEFORE INSERT ON q15 FOR EACH ROW EXECUTE FUNCTION q15_f()",
           """#py
           op.execute("UPDATE q15 SET a = 0 WHERE a IS NULL")
           op.alter_column("q15", "a", nullable=False)""", """#py
           op.alter_column("q15", "a", nullable=True)"""),
    Change("q audited table", t("q16", "note text") + "CREATE TABLE q16_log (at timestamptz DEFAULT now(), was jsonb);;"
           "CREATE FUNCTION q16_f() RETURNS trigger LANGUAGE plpgsql AS"
           " $$ BEGIN INSERT INTO q16_log (was) VALUES (to_jsonb(OLD)); RETURN NULL; END $$;;"
           "CREATE TRIGGER q16_t AFTER UPDATE OR DELETE ON q16 FOR EACH ROW EXECUTE FUNCTION q16_f()",
           """#py
           op.execute("UPDATE q16 SET note = '' WHERE note IS NULL")
           op.alter_column("q16", "note", nullable=False)""", """#py
           op.alter_column("q16", "note", nullable=True)"""),
    Change("q counter cache", t("q17p", "n text") + t("q17", "p_id int REFERENCES q17p"),
           """#py
           op.add_column("q17p", sa.Column("q17_count", sa.Integer, nullable=False, server_default="0"))
           op.execute("UPDATE q17p SET q17_count = (SELECT count(*) FROM q17 WHERE p_id = q17p.id)")""", """#py
           op.drop_column("q17p", "q17_count")"""),
    Change("q view and materialized view", t("q18", "a int"),
           """#py
           op.execute("CREATE VIEW q18_v AS SELECT a FROM q18")
           op.execute("CREATE MATERIALIZED VIEW q18_m AS SELECT count(*) AS n FROM q18")""",
           """#py
           op.execute("DROP MATERIALIZED VIEW q18_m")
           op.execute("DROP VIEW q18_v")"""),
    Change("q index concurrently", t("q19", "mail text NOT NULL, a int"),
           """#py
           with op.get_context().autocommit_block():
               op.create_index("q19_i", "q19", ["a"], postgresql_concurrently=True)""",
           """#py
           with op.get_context().autocommit_block():
               op.drop_index("q19_i", "q19", postgresql_concurrently=True)"""),
    Change("q reference rows that may be there", "CREATE TABLE q20 (code text PRIMARY KEY, label text);;",
           """#py
           op.execute("INSERT INTO q20 VALUES ('zz-eur', 'Euro') ON CONFLICT (code) DO NOTHING")""", """#py
           op.execute("DELETE FROM q20 WHERE code = 'zz-eur'")"""),
    Change("q grams in a new column", t("q21", "kg numeric(10,3)"),
           """#py
           op.add_column("q21", sa.Column("grams", sa.Numeric(20, 0)))
           op.execute("UPDATE q21 SET grams = kg * 1000")
           op.drop_column("q21", "kg")""",
           """#py
           op.add_column("q21", sa.Column("kg", sa.Numeric(10, 3)))
           op.execute("UPDATE q21 SET kg = grams / 1000 WHERE abs(grams) < 10000000000")
           op.drop_column("q21", "grams")"""),
    Change("q cents and back", t("q22", "price numeric(10,2) NOT NULL"),
           """#py
           op.alter_column("q22", "price", type_=sa.BigInteger, postgresql_using="(price * 100)::bigint")""", """#py
           op.execute("UPDATE q22 SET price = 9999999999 WHERE price > 9999999999")
           op.alter_column("q22", "price", type_=sa.Numeric(10, 2), postgresql_using="price::numeric / 100")"""),
    Change("q times of UTC", t("q23", "at timestamp NOT NULL"),
           """#py
           op.alter_column("q23", "at", type_=sa.DateTime(timezone=True), postgresql_using="at AT TIME ZONE 'UTC'")""", """#py
           op.alter_column("q23", "at", type_=sa.DateTime(), postgresql_using="at AT TIME ZONE 'UTC'")"""),
    Change("q merged with a separator", t("q24", "a text NOT NULL, b text NOT NULL, CHECK (strpos(a, chr(31)) = 0), CHECK (strpos(b, chr(31)) = 0)"),
           """#py
           op.add_column("q24", sa.Column("ab", sa.Text))
           op.execute("UPDATE q24 SET ab = a || chr(31) || b")
           op.drop_column("q24", "a")
           op.drop_column("q24", "b")""",
           """#py
           op.add_column("q24", sa.Column("a", sa.Text))
           op.add_column("q24", sa.Column("b", sa.Text))
           op.execute("UPDATE q24 SET a = split_part(coalesce(ab, ''), chr(31), 1), b = split_part(coalesce(ab, ''), chr(31), 2)")
           op.alter_column("q24", "a", nullable=False)
           op.alter_column("q24", "b", nullable=False)
           op.create_check_constraint("q24_a_check", "q24", "strpos(a, chr(31)) = 0")
           op.create_check_constraint("q24_b_check", "q24", "strpos(b, chr(31)) = 0")
           op.drop_column("q24", "ab")"""),
    Change("q keys from int to uuid", t("q25p", "n text") + t("q25", "p_id int REFERENCES q25p"),
           """#py
           op.add_column("q25p", sa.Column("uid", sa.Uuid, nullable=False, server_default=sa.text("gen_random_uuid()")))
           op.create_unique_constraint("q25p_uid", "q25p", ["uid"])
           op.add_column("q25", sa.Column("p_uid", sa.Uuid, sa.ForeignKey("q25p.uid", name="q25_p_uid")))
           op.execute("UPDATE q25 SET p_uid = p.uid FROM q25p p WHERE p.id = p_id")
           op.drop_column("q25", "p_id")""",
           """#py
           op.add_column("q25", sa.Column("p_id", sa.Integer, sa.ForeignKey("q25p.id", name="q25_p_id_fkey")))
           op.execute("UPDATE q25 SET p_id = p.id FROM q25p p WHERE p.uid = p_uid")
           op.drop_column("q25", "p_uid")
           op.drop_column("q25p", "uid")"""),
    Change("q array to child and back", t("q26", "tags text[]"),
           """#py
           op.create_table("q26t", sa.Column("q26_id", sa.Integer, sa.ForeignKey("q26.id")), sa.Column("pos", sa.Integer), sa.Column("tag", sa.Text))
           op.execute("INSERT INTO q26t SELECT id, pos, tag FROM q26, unnest(tags) WITH ORDINALITY AS u(tag, pos)")
           op.add_column("q26", sa.Column("has_tags", sa.Boolean))
           op.execute("UPDATE q26 SET has_tags = tags IS NOT NULL")
           op.drop_column("q26", "tags")""",
           """#py
           op.add_column("q26", sa.Column("tags", sa.ARRAY(sa.Text)))
           op.execute("UPDATE q26 SET tags = ARRAY(SELECT tag FROM q26t WHERE q26_id = q26.id ORDER BY pos) WHERE has_tags")
           op.drop_column("q26", "has_tags")
           op.drop_table("q26t")"""),
    Change("q merged tables and back", t("q27a", "name text NOT NULL") + t("q27b", "name text NOT NULL, city text"),
           """#py
           op.execute("CREATE TABLE q27 (id serial PRIMARY KEY, kind text NOT NULL, old int NOT NULL, name text NOT NULL, city text)")
           op.execute("INSERT INTO q27 (kind, old, name) SELECT 'a', id, name FROM q27a")
           op.execute("INSERT INTO q27 (kind, old, name, city) SELECT 'b', id, name, city FROM q27b")
           op.drop_table("q27a")
           op.drop_table("q27b")""",
           """#py
           op.execute("CREATE TABLE q27a (id serial PRIMARY KEY, name text NOT NULL)")
           op.execute("CREATE TABLE q27b (id serial PRIMARY KEY, name text NOT NULL, city text)")
           op.execute("INSERT INTO q27a SELECT old, name FROM q27 WHERE kind = 'a' ON CONFLICT DO NOTHING")
           op.execute("INSERT INTO q27b SELECT old, name, city FROM q27 WHERE kind = 'b' ON CONFLICT DO NOTHING")
           op.execute("SELECT setval('q27a_id_seq', (SELECT max(id) FROM q27a))")
           op.execute("SELECT setval('q27b_id_seq', (SELECT max(id) FROM q27b))")
           op.drop_table("q27")"""),
    Change("q soft delete comes", t("q28", "name text NOT NULL UNIQUE"),
           """#py
           op.add_column("q28", sa.Column("deleted_at", sa.DateTime(timezone=True)))
           op.drop_constraint("q28_name_key", "q28")
           op.create_index("q28_u", "q28", ["name"], unique=True, postgresql_where=sa.text("deleted_at IS NULL"))""",
           """#py
           op.execute("DELETE FROM q28 WHERE deleted_at IS NOT NULL")
           op.drop_index("q28_u", "q28")
           op.create_unique_constraint("q28_name_key", "q28", ["name"])
           op.drop_column("q28", "deleted_at")"""),
    Change("q orm session", t("q29", "name varchar(50), initial varchar(1)"),
           """#py
           from sqlalchemy.orm import Session, declarative_base
           Base = declarative_base()
           class Person(Base):
               __tablename__ = "q29"
               id = sa.Column(sa.Integer, primary_key=True)
               name = sa.Column(sa.String)
               letter = sa.Column(sa.String)
           op.add_column("q29", sa.Column("letter", sa.String(1)))
           with Session(bind=op.get_bind()) as session:
               for person in session.query(Person):
                   person.letter = (person.name or "?")[:1]
               session.flush()
               session.commit()""", """#py
           op.drop_column("q29", "letter")"""),
    Change("q dropped only when empty", t("q31", "a int"),
           """#py
           if not op.get_bind().execute(sa.text("SELECT count(*) FROM q31")).scalar():
               op.drop_table("q31")""",
           """#py
           op.execute("CREATE TABLE IF NOT EXISTS q31 (id serial PRIMARY KEY, a int)")"""),
    Change("q serial to identity", t("q30", "a int"),
           """#py
           op.execute("ALTER TABLE q30 ALTER id DROP DEFAULT")
           op.execute("DROP SEQUENCE q30_id_seq")
           op.execute("ALTER TABLE q30 ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")
           op.execute("SELECT setval(pg_get_serial_sequence('q30', 'id'), coalesce(max(id), 0) + 1, false) FROM q30")""",
           """#py
           op.execute("ALTER TABLE q30 ALTER id DROP IDENTITY")
           op.execute("CREATE SEQUENCE q30_id_seq AS integer OWNED BY q30.id")
           op.execute("SELECT setval('q30_id_seq', coalesce(max(id), 0) + 1, false) FROM q30")
           op.execute("ALTER TABLE q30 ALTER id SET DEFAULT nextval('q30_id_seq')")"""),
)  # fmt: skip
