"""More faults of data migrations on PostgreSQL: what is lost, what runs twice, and constraints that nobody keeps."""

from __future__ import annotations

from tests.integration.data.faults import t
from tests.integration.data.histories import Change

FAULTS = (
    Change("k soft deleted for good", t("k01", "name text, deleted_at timestamptz"),
           """#py
           op.execute("DELETE FROM k01 WHERE deleted_at IS NOT NULL")
           op.drop_column("k01", "deleted_at")""", """#py
           op.add_column("k01", sa.Column("deleted_at", sa.DateTime(timezone=True)))""", {"MC302": "k01", "MC303": "k01"}),
    Change("k dedupe that groups nulls", t("k02", "mail text"),
           """#py
           op.execute("DELETE FROM k02 WHERE id NOT IN (SELECT min(id) FROM k02 GROUP BY mail)")
           op.create_unique_constraint("k02_u", "k02", ["mail"])""", """#py
           op.drop_constraint("k02_u", "k02")""", {"MC302": "k02"}),
    Change("k cascade takes the children", t("k03p", "n text") + t("k03", "p_id int REFERENCES k03p ON DELETE CASCADE, a int"),
           """#py
           op.execute("DELETE FROM k03p WHERE id % 2 = 0")""", "#py", {"MC302": "k03p", "MC303": "k03"}),
    Change("k hundredths and no way back", t("k04", "weight numeric(20,3) NOT NULL"),
           """#py
           op.execute("UPDATE k04 SET weight = weight * 100")""", "#py", {"MC302": "weight", "MC303": "weight", "MC304": "weight"}),
    Change("k integer division", t("k05", "cents int NOT NULL"),
           """#py
           op.execute("UPDATE k05 SET cents = cents / 100")
           op.alter_column("k05", "cents", new_column_name="euros")""",
           """#py
           op.alter_column("k05", "euros", new_column_name="cents")
           op.execute("UPDATE k05 SET cents = cents * 100")""", {"MC303": "k05.cents"}),
    Change("k rounded price", t("k06", "price numeric(12,2) NOT NULL"),
           """#py
           op.alter_column("k06", "price", type_=sa.Integer, postgresql_using="round(price)")""", """#py
           op.alter_column("k06", "price", type_=sa.Numeric(12, 2))""", {"MC301": "more than integer", "MC302": "k06.price", "MC303": "k06.price"}),
    Change("k numeric to float", t("k07", "rate numeric(28,20) NOT NULL"),
           """#py
           op.alter_column("k07", "rate", type_=sa.Float)""", """#py
           op.alter_column("k07", "rate", type_=sa.Numeric(28, 20))""", {"MC303": "k07.rate", "MC307": "more than numeric"}),
    Change("k times of Berlin", t("k08", "at timestamp NOT NULL"),
           """#py
           op.alter_column("k08", "at", type_=sa.DateTime(timezone=True), postgresql_using="at AT TIME ZONE 'Europe/Berlin'")""",
           """#py
           op.alter_column("k08", "at", type_=sa.DateTime(), postgresql_using="at AT TIME ZONE 'UTC'")""", {"MC303": "k08.at", "MC304": "k08.at"}),
    Change("k half of a document", t("k09", "width int, height int"),
           """#py
           op.add_column("k09", sa.Column("doc", sa.dialects.postgresql.JSONB))
           op.execute("UPDATE k09 SET doc = jsonb_build_object('w', width, 'h', height)")
           op.drop_column("k09", "width")
           op.drop_column("k09", "height")""",
           """#py
           op.add_column("k09", sa.Column("width", sa.Integer))
           op.add_column("k09", sa.Column("height", sa.Integer))
           op.execute("UPDATE k09 SET width = (doc->>'w')::int")
           op.drop_column("k09", "doc")""", {"MC303": "k09.height", "MC304": "k09.doc"}),
    Change("k names split at a space", t("k10", "name varchar(120) NOT NULL"),
           """#py
           op.add_column("k10", sa.Column("first", sa.String(120)))
           op.add_column("k10", sa.Column("last", sa.String(120)))
           op.execute("UPDATE k10 SET first = split_part(name, ' ', 1), last = split_part(name, ' ', 2)")
           op.drop_column("k10", "name")""",
           """#py
           op.add_column("k10", sa.Column("name", sa.String(250)))
           op.execute("UPDATE k10 SET name = first || ' ' || last")
           op.alter_column("k10", "name", type_=sa.String(120), nullable=False)
           op.drop_column("k10", "first")
           op.drop_column("k10", "last")""", {"MC303": "k10.name"}),
    Change("k merged tables and one way back", t("k11a", "name text NOT NULL") + t("k11b", "name text NOT NULL, city text"),
           """#py
           op.execute("CREATE TABLE k11 (id serial PRIMARY KEY, kind text NOT NULL, old int NOT NULL, name text NOT NULL, city text)")
           op.execute("INSERT INTO k11 (kind, old, name) SELECT 'a', id, name FROM k11a")
           op.execute("INSERT INTO k11 (kind, old, name, city) SELECT 'b', id, name, city FROM k11b")
           op.drop_table("k11a")
           op.drop_table("k11b")""",
           """#py
           op.execute("CREATE TABLE k11a (id serial PRIMARY KEY, name text NOT NULL)")
           op.execute("CREATE TABLE k11b (id serial PRIMARY KEY, name text NOT NULL, city text)")
           op.execute("INSERT INTO k11a SELECT old, name FROM k11 WHERE kind = 'a'")
           op.execute("SELECT setval('k11a_id_seq', (SELECT max(id) FROM k11a))")
           op.drop_table("k11")""", {"MC303": "k11b", "MC304": "k11"}),
    Change("k denormalised for good", t("k12c", "name text NOT NULL, country text NOT NULL") + t("k12", "c_id int REFERENCES k12c"),
           """#py
           op.add_column("k12", sa.Column("city", sa.Text))
           op.execute("UPDATE k12 SET city = c.name FROM k12c c WHERE c.id = c_id")
           op.drop_column("k12", "c_id")
           op.drop_table("k12c")""",
           """#py
           op.execute("CREATE TABLE k12c (id serial PRIMARY KEY, name text NOT NULL, country text NOT NULL)")
           op.execute("INSERT INTO k12c (name, country) SELECT DISTINCT city, '' FROM k12 WHERE city IS NOT NULL")
           op.add_column("k12", sa.Column("c_id", sa.Integer, sa.ForeignKey("k12c.id")))
           op.execute("UPDATE k12 SET c_id = c.id FROM k12c c WHERE c.name = city")
           op.drop_column("k12", "city")""", {"MC302": "k12c", "MC303": "k12c"}),
    Change("k two labels become one", "CREATE TYPE k13_e AS ENUM ('new', 'open', 'done');;" + t("k13", "state k13_e NOT NULL"),
           """#py
           op.execute("ALTER TYPE k13_e RENAME TO k13_o")
           op.execute("CREATE TYPE k13_e AS ENUM ('open', 'done')")
           op.alter_column("k13", "state", type_=sa.Enum(name="k13_e"), postgresql_using="replace(state::text, 'new', 'open')::k13_e")
           op.execute("DROP TYPE k13_o")""",
           """#py
           op.execute("ALTER TYPE k13_e RENAME TO k13_o")
           op.execute("CREATE TYPE k13_e AS ENUM ('new', 'open', 'done')")
           op.alter_column("k13", "state", type_=sa.Enum(name="k13_e"), postgresql_using="state::text::k13_e")
           op.execute("DROP TYPE k13_o")""", {"MC302": "state", "MC303": "state"}),
    Change("k words become a flag", t("k14", "state varchar(20) NOT NULL"),
           """#py
           op.add_column("k14", sa.Column("active", sa.Boolean))
           op.execute("UPDATE k14 SET active = (state = 'active')")
           op.drop_column("k14", "state")""",
           """#py
           op.add_column("k14", sa.Column("state", sa.String(20)))
           op.execute("UPDATE k14 SET state = CASE WHEN active THEN 'active' ELSE 'inactive' END")
           op.alter_column("k14", "state", nullable=False)
           op.drop_column("k14", "active")""", {"MC302": "k14.state", "MC303": "k14.state"}),
    Change("k bulk insert that stays", t("k15", "code varchar(40) NOT NULL"),
           """#py
           k15 = sa.table("k15", sa.column("code"))
           op.bulk_insert(k15, [{"code": "zz-a"}, {"code": "zz-b"}])""", "#py", {"MC304": "k15|zz-a"}),
    Change("k sequence set by hand", t("k16", "a int"),
           """#py
           op.execute("SELECT setval('k16_id_seq', 1, false)")""", "#py", {"MC303": "sequence of k16.id"}),
    Change("k identity instead of serial", t("k17", "a int"),
           """#py
           op.execute("ALTER TABLE k17 ALTER id DROP DEFAULT")
           op.execute("DROP SEQUENCE k17_id_seq")
           op.execute("ALTER TABLE k17 ALTER id ADD GENERATED BY DEFAULT AS IDENTITY")""",
           """#py
           op.execute("ALTER TABLE k17 ALTER id DROP IDENTITY")
           op.execute("CREATE SEQUENCE k17_id_seq AS integer OWNED BY k17.id")
           op.execute("ALTER TABLE k17 ALTER id SET DEFAULT nextval('k17_id_seq')")
           op.execute("SELECT setval('k17_id_seq', (SELECT max(id) FROM k17))")""", {"MC303": "sequence of k17.id"}),
    Change("k first of an array", t("k18", "tags text[]"),
           """#py
           op.alter_column("k18", "tags", type_=sa.Text, postgresql_using="tags[1]")""", """#py
           op.alter_column("k18", "tags", type_=sa.ARRAY(sa.Text), postgresql_using="ARRAY[tags]")""", {"MC302": "k18.tags", "MC303": "k18.tags"}),
    Change("k empty array comes back as null", t("k19", "tags text[]"),
           """#py
           op.create_table("k19t", sa.Column("k19_id", sa.Integer), sa.Column("pos", sa.Integer), sa.Column("tag", sa.Text))
           op.execute("INSERT INTO k19t SELECT id, pos, tag FROM k19, unnest(tags) WITH ORDINALITY AS u(tag, pos)")
           op.drop_column("k19", "tags")""",
           """#py
           op.add_column("k19", sa.Column("tags", sa.ARRAY(sa.Text)))
           op.execute("UPDATE k19 SET tags = (SELECT array_agg(tag ORDER BY pos) FROM k19t WHERE k19_id = k19.id)")
           op.drop_table("k19t")""", {"MC303": "k19.tags"}),
    Change("k titles cut in place", t("k20", "title text NOT NULL"),
           """#py
           op.execute("UPDATE k20 SET title = substring(title for 10)")""", "#py", {"MC302": "title", "MC303": "title"}),
    Change("k only digits", t("k21", "phone text"),
           """#py
           op.execute("UPDATE k21 SET phone = regexp_replace(phone, '[^0-9]', '', 'g')")""", "#py", {"MC302": "phone", "MC303": "phone"}),
    Change("k downgrade deletes too much", "CREATE TABLE k22 (code text PRIMARY KEY, label text);;",
           """#py
           op.bulk_insert(sa.table("k22", sa.column("code"), sa.column("label")), [{"code": "zz-n", "label": "New"}])""", """#py
           op.execute("DELETE FROM k22")""", {"MC303": "k22", "MC304": "k22"}),
    Change("k downgrade truncates with cascade", t("k23p", "n text") + t("k23", "p_id int REFERENCES k23p"),
           """#py
           op.add_column("k23p", sa.Column("b", sa.Integer, server_default="0", nullable=False))""", """#py
           op.execute("TRUNCATE k23p CASCADE")
           op.drop_column("k23p", "b")""", {"MC303": "k23", "MC304": "k23"}),
    Change("k label replaced for all", "CREATE TYPE k24_e AS ENUM ('a', 'b');;" + t("k24", "k k24_e NOT NULL"),
           """#py
           op.execute("UPDATE k24 SET k = 'b' WHERE k = 'a'")""", """#py
           op.execute("UPDATE k24 SET k = 'a' WHERE k = 'b'")""", {"MC302": "k24.k", "MC303": "k24.k"}),
    Change("k zeros become nulls", t("k25", "n int"),
           """#py
           op.execute("UPDATE k25 SET n = 0 WHERE n IS NULL")
           op.alter_column("k25", "n", nullable=False)""", """#py
           op.alter_column("k25", "n", nullable=True)
           op.execute("UPDATE k25 SET n = NULL WHERE n = 0")""", {"MC303": "k25.n"}),
    Change("k empty text becomes null", t("k26", "note text"),
           """#py
           op.execute("UPDATE k26 SET note = NULL WHERE note = ''")""", "#py", {"MC302": "k26.note", "MC303": "k26.note"}),
    Change("k whole seconds", t("k27", "at timestamp NOT NULL"),
           """#py
           op.execute("ALTER TABLE k27 ALTER at TYPE timestamp(0)")""", """#py
           op.execute("ALTER TABLE k27 ALTER at TYPE timestamp")""", {"MC302": "k27.at", "MC303": "k27.at"}),
    Change("k months in seconds", t("k28", "period interval NOT NULL"),
           """#py
           op.execute("ALTER TABLE k28 ALTER period TYPE bigint USING extract(epoch FROM period)::bigint")""", """#py
           op.execute("ALTER TABLE k28 ALTER period TYPE interval USING make_interval(hours => period::int)")""", {"MC303": "k28.period", "MC304": "k28.period"}),
    Change("k foreign key in alembic left not valid", t("k29p", "n text") + t("k29", "p_id int"),
           """#py
           op.create_foreign_key("k29_f", "k29", "k29p", ["p_id"], ["id"], postgresql_not_valid=True)""", """#py
           op.drop_constraint("k29_f", "k29")""", {"MC305": "k29_f"}),
    Change("k not null that is not valid", t("k30", "a int"),
           """#py
           op.execute("ALTER TABLE k30 ADD CONSTRAINT k30_n NOT NULL a NOT VALID")""", """#py
           op.drop_constraint("k30_n", "k30")""", {"MC305": "k30"}),
    Change("k parents gone as a replica", t("k31p", "n text") + t("k31", "p_id int NOT NULL REFERENCES k31p"),
           """#py
           op.execute("SET session_replication_role = replica")
           op.execute("DELETE FROM k31p WHERE id % 2 = 0")
           op.execute("SET session_replication_role = DEFAULT")""", "#py", {"MC302": "k31p", "MC303": "k31p", "MC305": "k31"}),
    Change("k triggers of the parent off", t("k32p", "n text") + t("k32", "p_id int NOT NULL REFERENCES k32p ON DELETE CASCADE"),
           """#py
           op.execute("ALTER TABLE k32p DISABLE TRIGGER ALL")""", """#py
           op.execute("ALTER TABLE k32p ENABLE TRIGGER ALL")""", {"MC306": "k32"}),
    Change("k cascade swallowed by a trigger",
           "CREATE FUNCTION k33_f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;;"
           + t("k33p", "n text") + t("k33", "p_id int NOT NULL REFERENCES k33p ON DELETE CASCADE"),
           """#py
           op.execute("CREATE TRIGGER k33_t BEFORE DELETE ON k33 FOR EACH ROW EXECUTE FUNCTION k33_f()")""", """#py
           op.execute("DROP TRIGGER k33_t ON k33")""", {"MC306": "k33"}),
    Change("k column dropped and demanded again", t("k34", "a int NOT NULL, b int"),
           """#py
           op.drop_column("k34", "a")""", """#py
           op.add_column("k34", sa.Column("a", sa.Integer, nullable=False))""", {"MC302": "k34.a", "MC307": "k34"}),
    Change("k orphans on the way back", t("k35p", "n text") + t("k35", "p_id int REFERENCES k35p"),
           """#py
           op.drop_constraint("k35_p_id_fkey", "k35")""", """#py
           op.create_foreign_key("k35_p_id_fkey", "k35", "k35p", ["p_id"], ["id"])""", {"MC307": "k35|23503"}),
    Change("k check on the way back", t("k36", "n int NOT NULL CONSTRAINT k36_c CHECK (n BETWEEN 0 AND 2000000000)"),
           """#py
           op.drop_constraint("k36_c", "k36")""", """#py
           op.create_check_constraint("k36_c", "k36", "n BETWEEN 0 AND 2000000000")""", {"MC307": "k36|23514"}),
    Change("k numbers become words", t("k37", "code int NOT NULL"),
           """#py
           op.alter_column("k37", "code", type_=sa.String(20))""", """#py
           op.alter_column("k37", "code", type_=sa.Integer, postgresql_using="code::int")""", {"MC307": "k37.code|22P02"}),
    Change("k many to many and back to one", t("k38p", "n text") + t("k38", "p_id int REFERENCES k38p"),
           """#py
           op.create_table("k38l", sa.Column("k38_id", sa.Integer, sa.ForeignKey("k38.id"), primary_key=True),
                           sa.Column("p_id", sa.Integer, sa.ForeignKey("k38p.id"), primary_key=True))
           op.execute("INSERT INTO k38l SELECT id, p_id FROM k38 WHERE p_id IS NOT NULL")
           op.drop_column("k38", "p_id")""",
           """#py
           op.add_column("k38", sa.Column("p_id", sa.Integer, sa.ForeignKey("k38p.id")))
           op.execute("UPDATE k38 SET p_id = (SELECT p_id FROM k38l WHERE k38_id = k38.id)")
           op.drop_table("k38l")""", {"MC307": "k38l|21000"}),
    Change("k lookup that forgets the rest", t("k39", "city text, zip text"),
           """#py
           op.execute("CREATE TABLE k39c (id serial PRIMARY KEY, name text UNIQUE)")
           op.execute("INSERT INTO k39c (name) SELECT city FROM k39 WHERE city IS NOT NULL ON CONFLICT DO NOTHING")
           op.add_column("k39", sa.Column("c_id", sa.Integer))
           op.execute("UPDATE k39 SET c_id = c.id FROM k39c c WHERE c.name = city AND zip <> ''")
           op.drop_column("k39", "city")""",
           """#py
           op.add_column("k39", sa.Column("city", sa.Text))
           op.execute("UPDATE k39 SET city = c.name FROM k39c c WHERE c.id = c_id")
           op.drop_column("k39", "c_id")
           op.drop_table("k39c")""", {"MC303": "k39.city", "MC304": "k39"}),
    Change("k lookup without distinct", t("k40", "city text NOT NULL"),
           """#py
           op.execute("CREATE TABLE k40c (name text PRIMARY KEY)")
           op.execute("INSERT INTO k40c SELECT city FROM k40")
           op.create_foreign_key("k40_f", "k40", "k40c", ["city"], ["name"])""", """#py
           op.drop_constraint("k40_f", "k40")
           op.drop_table("k40c")""", {"MC301": "k40|23505"}),
    Change("k counter added on each run", t("k41p", "hits int NOT NULL") + t("k41", "p_id int NOT NULL REFERENCES k41p"),
           """#py
           op.execute("UPDATE k41p SET hits = hits + (SELECT count(*) FROM k41 WHERE p_id = k41p.id)")""", "#py",
           {"MC303": "k41p.hits", "MC304": "k41p.hits"}),
)  # fmt: skip
