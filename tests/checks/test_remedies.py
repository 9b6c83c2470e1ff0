"""The code that mends a difference, from definitions as `compare` words them."""

from __future__ import annotations

import json

import pytest

from migcheck.checks.remedies import undo
from migcheck.compare import differences
from migcheck.model import Difference, ObjectKey, Snapshot
from tests.checks.by_hand import ENUM, INDEX_TEXT, added, changed, removed

CALL = "CREATE FUNCTION public.f(a integer, b text) RETURNS integer LANGUAGE sql AS $$ select 1 $$"


@pytest.mark.parametrize(
    ("difference", "code"),
    [
        (ENUM, 'sa.Enum(name="status").drop(op.get_bind())'),
        (
            added("type", "app.mood", "type app.mood\n    kind: enum\n    labels: a"),
            'sa.Enum(name="mood", schema="app").drop(op.get_bind())',
        ),
        (added("table", "app.t", "CREATE TABLE app.t ()"), 'op.drop_table("t", schema="app")'),
        (added("column", "public.t.a", "a integer"), 'op.drop_column("t", "a")'),
        (added("index", "public.ix_t_a", INDEX_TEXT), 'op.drop_index("ix_t_a", table_name="t")'),
        (
            added("constraint", "public.t.fk", "FOREIGN KEY (a) REFERENCES u(id)"),
            'op.drop_constraint("fk", "t", type_="foreignkey")',
        ),
        (added("view", "public.v", " SELECT 1;"), 'op.execute("DROP VIEW v")'),
        (
            added("materialized view", "app.V", " SELECT 1;"),
            "op.execute('DROP MATERIALIZED VIEW app.\"V\"')",
        ),
        (added("function", "public.f(integer, text)", CALL), 'op.execute("DROP FUNCTION f(integer, text)")'),
        (
            added("trigger", "public.t.touch", "CREATE TRIGGER touch ..."),
            'op.execute("DROP TRIGGER touch ON t")',
        ),
        (added("policy", "public.t.own", "USING (true)"), 'op.execute("DROP POLICY own ON t")'),
        (
            added("extension", "citext", "extension citext\n    version: 1.6"),
            'op.execute("DROP EXTENSION citext")',
        ),
        (added("schema", "app", "schema app"), 'op.execute("DROP SCHEMA app")'),
        (added("sequence", "public.s", "sequence public.s"), 'op.execute("DROP SEQUENCE s")'),
        (removed("index", "public.ix_t_a", INDEX_TEXT), 'op.create_index("ix_t_a", "t", ["a"])'),
        (
            removed(
                "index", "public.ux", "CREATE UNIQUE INDEX ux ON public.t USING btree (a, b) WHERE (a > 0)"
            ),
            'op.create_index("ux", "t", ["a", "b"], unique=True, postgresql_where=sa.text("(a > 0)"))',
        ),
        (
            removed("index", "public.ix", "CREATE INDEX ix ON public.t USING gin (a)"),
            'op.execute("CREATE INDEX ix ON public.t USING gin (a)")',
        ),
        (
            removed("index", "public.ix", "CREATE INDEX ix ON public.t USING btree (a DESC)"),
            'op.execute("CREATE INDEX ix ON public.t USING btree (a DESC)")',
        ),
        (
            removed("constraint", "public.t.uq", "UNIQUE (a, b)"),
            'op.create_unique_constraint("uq", "t", ["a", "b"])',
        ),
        (
            removed("constraint", "public.t.t_pkey", "PRIMARY KEY (id)\nCREATE UNIQUE INDEX"),
            'op.create_primary_key("t_pkey", "t", ["id"])',
        ),
        (
            removed("constraint", "public.t.fk", "FOREIGN KEY (u_id) REFERENCES u(id) ON DELETE CASCADE"),
            'op.create_foreign_key("fk", "t", "u", ["u_id"], ["id"], ondelete="CASCADE")',
        ),
        (
            removed("constraint", "public.t.fk", "FOREIGN KEY (a) REFERENCES u(id) DEFERRABLE"),
            'op.execute("ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES u(id) DEFERRABLE")',
        ),
        (
            removed("constraint", "public.t.ck", "CHECK ((a > 0))"),
            'op.create_check_constraint("ck", "t", sa.text("(a > 0)"))',
        ),
        (
            removed("column", "public.t.a", "a character varying(20) DEFAULT ''::character varying NOT NULL"),
            'op.add_column("t", sa.Column("a", sa.String(20),'
            " server_default=sa.text(\"''::character varying\"),"
            " nullable=False))",
        ),
        (removed("column", "public.t.p", "p point"), 'op.execute("ALTER TABLE t ADD COLUMN p point")'),
        (
            removed("type", "public.mood", "type public.mood\n    kind: enum\n    labels: happy, sad"),
            'sa.Enum("happy", "sad", name="mood").create(op.get_bind())',
        ),
        (
            removed("view", "public.v", " SELECT a\n   FROM t;\na integer"),
            'op.execute("""CREATE VIEW v AS SELECT a\n   FROM t""")',
        ),
        (
            changed("column", "public.t.a", "type", "character varying(20)", "text"),
            'op.alter_column("t", "a", type_=sa.String(20))',
        ),
        (
            changed("column", "public.t.a", "type", "inet", "text"),
            'op.execute("ALTER TABLE t ALTER COLUMN a TYPE inet USING a::inet")',
        ),
        (
            changed("column", "public.t.a", "default", None, "0"),
            'op.alter_column("t", "a", server_default=None)',
        ),
        (changed("column", "public.t.a", "comment", "x", None), 'op.alter_column("t", "a", comment="x")'),
        (
            changed("table", "public.t", "row_security", None, "true"),
            'op.execute("ALTER TABLE t DISABLE ROW LEVEL SECURITY")',
        ),
        (
            changed("sequence", "public.s", "owned_by", "public.t.id", None),
            'op.execute("ALTER SEQUENCE s OWNED BY public.t.id")',
        ),
        (
            changed("constraint", "public.t.fk", "validated", "true", "false"),
            'op.execute("ALTER TABLE t VALIDATE CONSTRAINT fk")',
        ),
        (
            changed("view", "public.v", "text", " SELECT 1;", " SELECT 2;"),
            'op.execute("CREATE OR REPLACE VIEW v AS SELECT 1")',
        ),
        (
            changed(
                "index", "public.ix", "text", "CREATE UNIQUE INDEX ix ON public.t USING btree (a)", INDEX_TEXT
            ),
            'op.drop_index("ix", table_name="t")\nop.create_index("ix", "t", ["a"], unique=True)',
        ),
        (
            changed("table", "public.t", "owner", "app", "postgres"),
            'op.execute("ALTER TABLE t OWNER TO app")',
        ),
        (changed("function", "public.f(integer)", "text", CALL, CALL + "2"), f'op.execute("{CALL}")'),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_undo(difference: Difference, code: str) -> None:
    assert undo((difference,)) == code


def test_lost_privileges_are_named() -> None:
    lost = changed(
        "table",
        "public.t",
        "privileges",
        "app=r/postgres, postgres=arwdDxt/postgres",
        "postgres=arwdDxt/postgres",
    )
    assert undo((lost,)) == 'op.execute("GRANT SELECT ON TABLE t TO app")'


def test_every_python_remedy_compiles() -> None:
    for mark in test_undo.pytestmark:  # type: ignore[attr-defined]
        for _, code in mark.args[1]:
            compile(code, "remedy", "exec")


def test_definitions_come_back_out_of_real_differences() -> None:
    column = {
        "table": "public.t",
        "type": "numeric(10,2)",
        "nullable": False,
        "default": "0",
        "comment": "in euro",
    }
    enum = {"kind": "enum", "labels": ["a, b", "c"], "owner": "app"}
    before = Snapshot({ObjectKey("table", "public.t"): json.dumps({"kind": "table", "column_order": ["id"]})})
    after = Snapshot(
        {
            **before.objects,
            ObjectKey("column", "public.t.price"): json.dumps(column),
            ObjectKey("type", "public.mood"): json.dumps(enum),
        }
    )
    back = {d.object_type: undo((d,)) for d in differences(after, before)}
    assert back["column"] == (
        'op.add_column("t", sa.Column("price", sa.Numeric(10, 2),'
        ' server_default=sa.text("0"), nullable=False))'
    )
    assert back["type"] == 'sa.Enum("a, b", "c", name="mood").create(op.get_bind())'
