"""More faults of data migrations on PostgreSQL, in the words of Alembic: upgrades that fail on rows."""

from __future__ import annotations

from tests.integration.data.faults import t
from tests.integration.data.histories import Change

FAULTS = (
    Change("m enum column without default", t("m01", "a int"),
           """#py
           sa.Enum("new", "done", name="m01_status").create(op.get_bind())
           op.add_column("m01", sa.Column("status", sa.Enum(name="m01_status", create_type=False), nullable=False))""",
           """#py
           op.drop_column("m01", "status")
           sa.Enum(name="m01_status").drop(op.get_bind())""", {"MC301": "m01|status"}),
    Change("m default is no backfill", t("m02", "qty int"),
           """#py
           op.alter_column("m02", "qty", existing_type=sa.Integer, server_default="0", nullable=False)""",
           """#py
           op.alter_column("m02", "qty", existing_type=sa.Integer, server_default=None, nullable=True)""",
           {"MC301": "m02.qty is NULL"}),
    Change("m division by zero", t("m03", "total int NOT NULL, qty int NOT NULL"),
           """#py
           op.add_column("m03", sa.Column("price", sa.Integer))
           op.execute("UPDATE m03 SET price = total / qty")""", """#py
           op.drop_column("m03", "price")""", {"MC301": "22012|('qty', '0')"}),
    Change("m digits of a text", t("m04", "phone varchar(30)"),
           """#py
           op.alter_column("m04", "phone", type_=sa.BigInteger, existing_type=sa.String(30),
                           postgresql_using="regexp_replace(phone, '[^0-9]', '', 'g')::bigint")""",
           """#py
           op.alter_column("m04", "phone", type_=sa.String(30), existing_type=sa.BigInteger)""",
           {"MC301": "not a number|22P02"}),
    Change("m dates out of text", t("m05", "born varchar(20)"),
           """#py
           op.add_column("m05", sa.Column("born_on", sa.Date))
           op.execute("UPDATE m05 SET born_on = to_date(born, 'YYYY-MM-DD')")
           op.drop_column("m05", "born")""",
           """#py
           op.add_column("m05", sa.Column("born", sa.String(20)))
           op.execute("UPDATE m05 SET born = to_char(born_on, 'YYYY-MM-DD')")
           op.drop_column("m05", "born_on")""", {"MC301": "m05"}),
    Change("m folded case meets unique", t("m06", "email varchar(200) NOT NULL UNIQUE"),
           """#py
           op.execute("UPDATE m06 SET email = lower(email)")""", "#py", {"MC301": "m06|23505"}),
    Change("m cut text meets unique", t("m07", "code varchar(40) NOT NULL UNIQUE"),
           """#py
           op.alter_column("m07", "code", type_=sa.String(10), existing_type=sa.String(40),
                           postgresql_using="substring(code for 10)")""",
           """#py
           op.alter_column("m07", "code", type_=sa.String(40), existing_type=sa.String(10))""",
           {"MC301": "m07|23505"}),
    Change("m null in a concatenation", t("m08", "first text, last text"),
           """#py
           op.add_column("m08", sa.Column("full_name", sa.Text))
           op.execute("UPDATE m08 SET full_name = first || ' ' || last")
           op.alter_column("m08", "full_name", nullable=False)""", """#py
           op.drop_column("m08", "full_name")""", {"MC301": "m08|23502"}),
    Change("m key missing in a document", t("m09", "doc jsonb NOT NULL"),
           """#py
           op.add_column("m09", sa.Column("amount", sa.Integer))
           op.execute("UPDATE m09 SET amount = (doc->>'amount')::int")
           op.alter_column("m09", "amount", nullable=False)""", """#py
           op.drop_column("m09", "amount")""", {"MC301": "m09|23502"}),
    Change("m document is no list", t("m10", "doc jsonb"),
           """#py
           op.create_table("m10i", sa.Column("m10_id", sa.Integer, sa.ForeignKey("m10.id")), sa.Column("item", sa.Text))
           op.execute("INSERT INTO m10i SELECT id, jsonb_array_elements_text(doc) FROM m10")""",
           """#py
           op.drop_table("m10i")""", {"MC301": "m10|22023"}),
    Change("m array with the same item twice", t("m11", "tags text[] NOT NULL"),
           """#py
           op.create_table("m11t", sa.Column("m11_id", sa.Integer, primary_key=True), sa.Column("tag", sa.Text, primary_key=True))
           op.execute("INSERT INTO m11t SELECT id, unnest(tags) FROM m11")""",
           """#py
           op.drop_table("m11t")""", {"MC301": "m11|23505"}),
    Change("m lookup of nulls", t("m12", "city varchar(80)"),
           """#py
           op.create_table("m12c", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.String(80), nullable=False))
           op.execute("INSERT INTO m12c (name) SELECT DISTINCT city FROM m12")
           op.add_column("m12", sa.Column("city_id", sa.Integer, sa.ForeignKey("m12c.id")))
           op.execute("UPDATE m12 SET city_id = c.id FROM m12c c WHERE c.name = m12.city")
           op.drop_column("m12", "city")""",
           """#py
           op.add_column("m12", sa.Column("city", sa.String(80)))
           op.execute("UPDATE m12 SET city = c.name FROM m12c c WHERE c.id = m12.city_id")
           op.drop_column("m12", "city_id")
           op.drop_table("m12c")""", {"MC301": "m12|23502"}),
    Change("m keys from int to uuid", t("m13p", "a int") + t("m13", "p_id int REFERENCES m13p"),
           """#py
           op.add_column("m13p", sa.Column("uid", sa.Uuid, nullable=False, server_default=sa.text("gen_random_uuid()")))
           op.create_unique_constraint("m13p_uid", "m13p", ["uid"])
           op.add_column("m13", sa.Column("p_uid", sa.Uuid, sa.ForeignKey("m13p.uid")))
           op.execute("UPDATE m13 SET p_uid = p.uid FROM m13p p WHERE p.id = m13.p_id")
           op.alter_column("m13", "p_uid", nullable=False)
           op.drop_column("m13", "p_id")""",
           """#py
           op.add_column("m13", sa.Column("p_id", sa.Integer, sa.ForeignKey("m13p.id")))
           op.execute("UPDATE m13 SET p_id = p.id FROM m13p p WHERE p.uid = m13.p_uid")
           op.drop_column("m13", "p_uid")
           op.drop_column("m13p", "uid")""", {"MC301": "m13|23502"}),
    Change("m deferred unique at commit", t("m14", "pos int NOT NULL, CONSTRAINT m14_u UNIQUE (pos) DEFERRABLE INITIALLY DEFERRED"),
           """#py
           op.execute("UPDATE m14 SET pos = 0")""", "#py", {"MC301": "m14|23505"}),
    Change("m check over two columns", t("m15", "starts date NOT NULL, ends date NOT NULL"),
           """#py
           op.create_check_constraint("m15_c", "m15", "starts < ends")""", """#py
           op.drop_constraint("m15_c", "m15")""", {"MC301": "starts < ends|23514"}),
    Change("m one of two", t("m16", "user_id int, team_id int"),
           """#py
           op.create_check_constraint("m16_c", "m16", "num_nonnulls(user_id, team_id) = 1")""", """#py
           op.drop_constraint("m16_c", "m16")""", {"MC301": "m16|23514"}),
    Change("m check that implies", t("m17", "status varchar(10) NOT NULL, paid_at timestamptz"),
           """#py
           op.create_check_constraint("m17_c", "m17", "status <> 'paid' OR paid_at IS NOT NULL")""", """#py
           op.drop_constraint("m17_c", "m17")""", {"MC301": "m17|23514|paid"}),
    Change("m check with a pattern", t("m18", "code varchar(10) NOT NULL"),
           """#py
           op.create_check_constraint("m18_c", "m18", "code ~ '^[A-Z]{3}$'")""", """#py
           op.drop_constraint("m18_c", "m18")""", {"MC301": "m18|23514"}),
    Change("m times overlap", t("m19", "starts timestamp NOT NULL, ends timestamp NOT NULL, CHECK (starts < ends)"),
           """#py
           op.execute("ALTER TABLE m19 ADD CONSTRAINT m19_x EXCLUDE USING gist (tsrange(starts, ends) WITH &&)")""",
           """#py
           op.drop_constraint("m19_x", "m19")""", {"MC301": "overlap|23P01"}),
    Change("m nulls not distinct", t("m20", "tenant int, name text NOT NULL"),
           """#py
           op.create_unique_constraint("m20_u", "m20", ["tenant", "name"], postgresql_nulls_not_distinct=True)""",
           """#py
           op.drop_constraint("m20_u", "m20")""", {"MC301": "m20|23505"}),
    Change("m unique among the living", t("m21", "slug text NOT NULL, deleted_at timestamptz"),
           """#py
           op.create_index("m21_u", "m21", ["slug"], unique=True, postgresql_where=sa.text("deleted_at IS NULL"))""",
           """#py
           op.drop_index("m21_u", "m21")""", {"MC301": "(slug)|('deleted_at', None)"}),
    Change("m one a day", t("m22", "at timestamp NOT NULL"),
           """#py
           op.create_index("m22_u", "m22", [sa.text("date_trunc('day', at)")], unique=True)""", """#py
           op.drop_index("m22_u", "m22")""", {"MC301": "m22|23505"}),
    Change("m unique with coalesce", t("m23", "a int NOT NULL, b int"),
           """#py
           op.create_index("m23_u", "m23", ["a", sa.text("coalesce(b, 0)")], unique=True)""", """#py
           op.drop_index("m23_u", "m23")""", {"MC301": "m23|23505"}),
    Change("m natural primary key", t("m24", "code varchar(20)"),
           """#py
           op.drop_constraint("m24_pkey", "m24")
           op.create_primary_key("m24_pkey", "m24", ["code"])""",
           """#py
           op.drop_constraint("m24_pkey", "m24")
           op.alter_column("m24", "code", nullable=True)
           op.create_primary_key("m24_pkey", "m24", ["id"])""", {"MC301": "m24"}),
    Change("m composite key to a membership",
           "CREATE TABLE m25m (org int, usr int, PRIMARY KEY (org, usr));;" + t("m25", "org int, usr int"),
           """#py
           op.create_foreign_key("m25_f", "m25", "m25m", ["org", "usr"], ["org", "usr"], ondelete="CASCADE")""", """#py
           op.drop_constraint("m25_f", "m25")""", {"MC301": "m25|23503"}),
    Change("m parent of its own kind", t("m26", "parent_id int"),
           """#py
           op.create_foreign_key("m26_f", "m26", "m26", ["parent_id"], ["id"], ondelete="SET NULL")""", """#py
           op.drop_constraint("m26_f", "m26")""", {"MC301": "parent_id|23503"}),
    Change("m domain with a check", t("m27", "email text"),
           """#py
           op.execute("CREATE DOMAIN m27_d AS text CHECK (VALUE ~ '@')")
           op.execute("ALTER TABLE m27 ALTER email TYPE m27_d")""",
           """#py
           op.execute("ALTER TABLE m27 ALTER email TYPE text")
           op.execute("DROP DOMAIN m27_d")""", {"MC301": "m27|23514"}),
    Change("m numeric of fewer digits", t("m28", "price numeric(12,2) NOT NULL"),
           """#py
           op.alter_column("m28", "price", type_=sa.Numeric(6, 2), existing_type=sa.Numeric(12, 2))""", """#py
           op.alter_column("m28", "price", type_=sa.Numeric(12, 2), existing_type=sa.Numeric(6, 2))""", {"MC301": "m28.price|22003"}),
    Change("m text to jsonb", t("m29", "doc text"),
           """#py
           op.alter_column("m29", "doc", type_=sa.dialects.postgresql.JSONB, existing_type=sa.Text, postgresql_using="doc::jsonb")""",
           """#py
           op.alter_column("m29", "doc", type_=sa.Text, existing_type=sa.JSON)""", {"MC301": "m29.doc|22P02"}),
    Change("m partitions of one year", "CREATE TABLE m30 (id int, at date NOT NULL, PRIMARY KEY (id, at))",
           """#py
           op.rename_table("m30", "m30o")
           op.execute("CREATE TABLE m30 (id int, at date NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at)")
           op.execute("CREATE TABLE m30_2024 PARTITION OF m30 FOR VALUES FROM ('2024-01-01') TO ('2025-01-01')")
           op.execute("INSERT INTO m30 SELECT * FROM m30o")
           op.drop_table("m30o")""",
           """#py
           op.rename_table("m30", "m30p")
           op.execute("CREATE TABLE m30 (id int, at date NOT NULL, PRIMARY KEY (id, at))")
           op.execute("INSERT INTO m30 SELECT * FROM m30p")
           op.drop_table("m30p")""", {"MC301": "m30|23514"}),
    Change("m session that splits names", t("m31", "name varchar(50) NOT NULL, surname varchar(50)"),
           """#py
           from sqlalchemy.orm import Session, declarative_base
           Base = declarative_base()
           class Person(Base):
               __tablename__ = "m31"
               id = sa.Column(sa.Integer, primary_key=True)
               name = sa.Column(sa.String)
               surname = sa.Column(sa.String)
           session = Session(bind=op.get_bind())
           for person in session.query(Person).order_by(Person.id):
               person.surname = person.name.split(" ", 1)[1]
           session.commit()""", "#py", {"MC301": "IndexError|('name', '')"}),
    Change("m loop over documents", t("m32", "doc text, kind text"),
           """#py
           import json
           m32 = sa.table("m32", sa.column("id"), sa.column("doc"), sa.column("kind"))
           for row in op.get_bind().execute(sa.select(m32.c.id, m32.c.doc)).fetchall():
               op.execute(m32.update().where(m32.c.id == row.id).values(kind=json.loads(row.doc)["kind"]))""",
           "#py", {"MC301": "m32"}),
    Change("m parents deleted under children", t("m33p", "n text") + t("m33", "p_id int REFERENCES m33p"),
           """#py
           op.execute("DELETE FROM m33p WHERE n IS NULL OR n = ''")""", "#py", {"MC301": "m33|23503"}),
    Change("m generated and not null", t("m34", "a text, b text"),
           """#py
           op.execute("ALTER TABLE m34 ADD ab text GENERATED ALWAYS AS (a || b) STORED NOT NULL")""", """#py
           op.drop_column("m34", "ab")""", {"MC301": "m34|23502"}),
    Change("m generated product", t("m35", "price int NOT NULL, qty int NOT NULL, vat int NOT NULL"),
           """#py
           op.add_column("m35", sa.Column("total", sa.Integer, sa.Computed("price * qty * vat", persisted=True)))""", """#py
           op.drop_column("m35", "total")""", {"MC301": "m35|22003"}),
    Change("m trigger that forbids", "CREATE FUNCTION m36_f() RETURNS trigger LANGUAGE plpgsql AS"
           " $$ BEGIN IF OLD.closed THEN RAISE EXCEPTION 'closed'; END IF; RETURN NEW; END $$;;"
           + t("m36", "closed boolean NOT NULL, note text")
           + "CREATE TRIGGER m36_t BEFORE UPDATE ON m36 FOR EACH ROW EXECUTE FUNCTION m36_f()",
           """#py
           op.add_column("m36", sa.Column("size", sa.Integer))
           op.execute("UPDATE m36 SET size = coalesce(length(note), 0)")""", """#py
           op.drop_column("m36", "size")""", {"MC301": "closed|P0001"}),
    Change("m merged tables share numbers", t("m37a", "name text NOT NULL") + t("m37b", "name text NOT NULL"),
           """#py
           op.create_table("m37", sa.Column("id", sa.Integer, primary_key=True), sa.Column("kind", sa.Text), sa.Column("name", sa.Text))
           op.execute("INSERT INTO m37 SELECT id, 'a', name FROM m37a")
           op.execute("INSERT INTO m37 SELECT id, 'b', name FROM m37b")""", """#py
           op.drop_table("m37")""", {"MC301": "23505"}),
    Change("m scalar subquery of many", t("m38", "a int") + t("m38n", "m38_id int NOT NULL REFERENCES m38, body text"),
           """#py
           op.add_column("m38", sa.Column("note", sa.Text))
           op.execute("UPDATE m38 SET note = (SELECT body FROM m38n n WHERE n.m38_id = m38.id)")""", """#py
           op.drop_column("m38", "note")""", {"MC301": "m38|21000"}),
    Change("m one to one", t("m39p", "a int") + t("m39", "p_id int NOT NULL REFERENCES m39p"),
           """#py
           op.create_unique_constraint("m39_u", "m39", ["p_id"])""", """#py
           op.drop_constraint("m39_u", "m39")""", {"MC301": "(p_id)|23505"}),
    Change("m batch update that knows no null", t("m40", "price numeric(10,2), label varchar(20)"),
           """#py
           rows = op.get_bind().execute(sa.text("SELECT id, price FROM m40")).mappings().all()
           for row in rows:
               op.get_bind().execute(sa.text("UPDATE m40 SET label = :l WHERE id = :i"), {"l": f"{row['price']:.2f} EUR", "i": row["id"]})""",
           "#py", {"MC301": "TypeError|('price', None)"}),
)  # fmt: skip
