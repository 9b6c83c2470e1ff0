"""Attributes back to their former values, as statements that PostgreSQL has."""

from __future__ import annotations

import pytest

from migcheck.checks.remedies import undo
from migcheck.checks.remedies.code import execute, identifier, literal
from tests.checks.by_hand import added, changed, removed


@pytest.mark.parametrize(
    ("kind", "name", "attribute", "before", "after", "sql"),
    [
        (
            "column",
            "public.t.a",
            "storage",
            "external",
            None,
            "ALTER TABLE t ALTER COLUMN a SET STORAGE EXTERNAL",
        ),
        (
            "column",
            "public.t.a",
            "compression",
            None,
            "pglz",
            "ALTER TABLE t ALTER COLUMN a SET COMPRESSION default",
        ),
        ("column", "public.t.a", "statistics", None, "9", "ALTER TABLE t ALTER COLUMN a SET STATISTICS -1"),
        (
            "column",
            "public.t.a",
            "options",
            None,
            "n_distinct=5",
            "ALTER TABLE t ALTER COLUMN a RESET (n_distinct)",
        ),
        (
            "column",
            "public.t.a",
            "identity",
            "always",
            None,
            "ALTER TABLE t ALTER COLUMN a ADD GENERATED ALWAYS AS IDENTITY",
        ),
        (
            "column",
            "public.t.a",
            "identity",
            "always",
            "by default",
            "ALTER TABLE t ALTER COLUMN a SET GENERATED ALWAYS",
        ),
        ("column", "public.t.a", "identity", None, "always", "ALTER TABLE t ALTER COLUMN a DROP IDENTITY"),
        ("column", "public.t.a", "generated", None, "stored", "ALTER TABLE t ALTER COLUMN a DROP EXPRESSION"),
        ("trigger", "public.t.touch", "enabled", "disabled", None, "ALTER TABLE t DISABLE TRIGGER touch"),
        ("trigger", "public.t.touch", "enabled", None, "disabled", "ALTER TABLE t ENABLE TRIGGER touch"),
        ("rule", "public.t.r", "enabled", "always", None, "ALTER TABLE t ENABLE ALWAYS RULE r"),
        ("event trigger", "evt", "enabled", None, "disabled", "ALTER EVENT TRIGGER evt ENABLE"),
        ("table", "public.t", "replica_identity", None, "full", "ALTER TABLE t REPLICA IDENTITY DEFAULT"),
        (
            "table",
            "public.t",
            "options",
            "fillfactor=70",
            "fillfactor=50",
            "ALTER TABLE t SET (fillfactor = 70)",
        ),
        ("table", "app.t", "inherits", "public.p", None, "ALTER TABLE app.t INHERIT public.p"),
        ("materialized view", "public.m", "populated", "true", "false", "REFRESH MATERIALIZED VIEW m"),
        ("sequence", "public.s", "increment", "1", "5", "ALTER SEQUENCE s INCREMENT BY 1"),
        (
            "sequence",
            "public.s",
            "owned_by",
            "public.t.order",
            None,
            'ALTER SEQUENCE s OWNED BY public.t."order"',
        ),
        ("domain", "public.d", "nullable", "true", "false", "ALTER DOMAIN d DROP NOT NULL"),
        (
            "domain",
            "public.d",
            "constraints",
            "c CHECK (1)",
            "c CHECK (1)\nn CHECK (2)",
            "ALTER DOMAIN d DROP CONSTRAINT n",
        ),
        ("server", "srv", "options", None, "host=h", "ALTER SERVER srv OPTIONS (DROP host)"),
        (
            "foreign table",
            "public.f",
            "server_options",
            "x=1",
            "x=2",
            "ALTER FOREIGN TABLE f OPTIONS (SET x '1')",
        ),
        ("policy", "public.t.own", "roles", "public", "app", "ALTER POLICY own ON t TO public"),
        (
            "publication",
            "pub",
            "tables",
            "public.t",
            "public.t (a)",
            "ALTER PUBLICATION pub SET TABLE public.t",
        ),
        (
            "publication",
            "pub",
            "tables",
            None,
            "public.t WHERE (a > 5)",
            "ALTER PUBLICATION pub DROP TABLE public.t",
        ),
        (
            "extension",
            "x",
            "dependents",
            None,
            "function f(integer)",
            "ALTER function f(integer) NO DEPENDS ON EXTENSION x",
        ),
        ("role", "app", "create_database", None, "true", "ALTER ROLE app NOCREATEDB"),
        ("role", "app", "valid_until", None, "2030-01-01", "ALTER ROLE app VALID UNTIL 'infinity'"),
        (
            "database",
            "current",
            "connection_limit",
            None,
            "7",
            "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I CONNECTION LIMIT -1', current_database()); END $$",
        ),
        (
            "type",
            "public.mood",
            "labels",
            "new, sent",
            "new, shipped",
            "ALTER TYPE mood RENAME VALUE 'shipped' TO 'sent'",
        ),
        ("type", "public.mood", "labels", "a, b, c", "a, c", "ALTER TYPE mood ADD VALUE 'b' AFTER 'a'"),
    ],
)
def test_an_attribute_back(
    kind: str, name: str, attribute: str, before: str | None, after: str | None, sql: str
) -> None:
    assert undo((changed(kind, name, attribute, before, after),)) == execute(sql)


def test_what_takes_two_statements_is_left_to_the_reader() -> None:
    remedy = undo((changed("table", "public.t", "options", "fillfactor=70", "autovacuum_enabled=off"),))
    assert remedy == 'op.execute("ALTER TABLE t ...")  # options back to fillfactor=70'


def test_what_a_publication_publishes_is_one_statement() -> None:
    lost = tuple(changed("publication", "pub", name, "true", "false") for name in ("delete", "truncate"))
    assert undo(lost) == (
        "op.execute(\"ALTER PUBLICATION pub SET (publish = '...')\")"
        "  # what it publishes, with delete, with truncate"
    )


def test_the_options_of_a_sequence_are_one_statement_its_type_first() -> None:
    narrowed = (
        changed("sequence", "public.s", "max", "9223372036854775807", "2147483647"),
        changed("sequence", "public.s", "type", "bigint", "integer"),
    )
    assert undo(narrowed) == 'op.execute("ALTER SEQUENCE s AS bigint MAXVALUE 9223372036854775807")'


def test_a_generated_column_is_added_again() -> None:
    lost = (
        changed("column", "public.t.a", "default", "(b || '!'::text)", None),
        changed("column", "public.t.a", "generated", "stored", None),
    )
    assert undo(lost) == (
        'op.drop_column("t", "a")\n'
        'op.add_column("t", sa.Column("a", ..., sa.Computed("(b || \'!\'::text)", persisted=True)))'
        "  # ... is its type"
    )


def test_a_partition_is_attached_again() -> None:
    detached = (
        changed("table", "public.p1", "inherits", "public.p", None),
        changed("table", "public.p1", "partition_bound", "FOR VALUES IN (1)", None),
    )
    assert undo(detached) == 'op.execute("ALTER TABLE public.p ATTACH PARTITION p1 FOR VALUES IN (1)")'


def test_the_index_under_a_changed_constraint_has_no_remedy_of_its_own() -> None:
    both = (
        changed(
            "constraint", "public.t.ex", "text", "EXCLUDE USING btree (a WITH =) WHERE ((a > 0))", "EXCLUDE"
        ),
        changed("index", "public.ex", "text", "CREATE INDEX ex ON public.t USING btree (a)", "CREATE INDEX"),
    )
    assert undo(both) == (
        'op.drop_constraint("ex", "t")\n'
        'op.execute("ALTER TABLE t ADD CONSTRAINT ex EXCLUDE USING btree (a WITH =) WHERE ((a > 0))")'
    )


@pytest.mark.parametrize(
    ("before", "after", "code"),
    [
        (" SELECT a,\n    b AS c\n   FROM t;", " SELECT a\n   FROM t;", None),
        # Another name of a column is all: it is renamed.
        (
            " SELECT a,\n    total\n   FROM t;",
            " SELECT a,\n    total AS amount\n   FROM t;",
            'op.execute("ALTER VIEW v RENAME COLUMN amount TO total")',
        ),
        # OR REPLACE cannot take a column away.
        (
            " SELECT a FROM t;",
            " SELECT a,\n    b\n   FROM t;",
            'op.execute("DROP VIEW v")\nop.execute("CREATE VIEW v AS SELECT a FROM t")',
        ),
    ],
)
def test_a_view_back(before: str, after: str, code: str | None) -> None:
    remedy = undo((changed("view", "public.v", "text", before, after),))
    assert remedy == (
        code or 'op.execute("""CREATE OR REPLACE VIEW v AS SELECT a,\n    b AS c\n   FROM t""")'
    )


@pytest.mark.parametrize(
    ("kind", "former", "now", "code"),
    [
        ("index", "public.ix_a", "public.ix_b", 'op.execute("ALTER INDEX ix_b RENAME TO ix_a")'),
        (
            "constraint",
            "public.t.pk_a",
            "public.t.pk_b",
            'op.execute("ALTER TABLE t RENAME CONSTRAINT pk_b TO pk_a")',
        ),
        (
            "sequence",
            "public.s",
            "app.z",
            'op.execute("ALTER SEQUENCE app.z SET SCHEMA public")\n'
            'op.execute("ALTER SEQUENCE z RENAME TO s")',
        ),
        ("column", "public.t.a", "public.t.b", 'op.alter_column("t", "b", new_column_name="a")'),
        ("table", "public.t", "public.u", 'op.rename_table("u", "t")'),
        ("trigger", "public.t.x", "public.t.y", 'op.execute("ALTER TRIGGER y ON t RENAME TO x")'),
    ],
)
def test_a_former_name_back(kind: str, former: str, now: str, code: str) -> None:
    assert undo((removed(kind, former, ""), added(kind, now, ""))) == code


@pytest.mark.parametrize(
    ("kind", "name", "code"),
    [
        ("user mapping", "app on srv", 'op.execute("DROP USER MAPPING FOR app SERVER srv")'),
        (
            "operator",
            "public.##(integer, integer)",
            'op.execute("DROP OPERATOR public.## (integer, integer)")',
        ),
        ("operator class", "public.c using btree", 'op.execute("DROP OPERATOR CLASS c USING btree")'),
        (
            "transform",
            "public.hstore for plperl",
            'op.execute("DROP TRANSFORM FOR public.hstore LANGUAGE plperl")',
        ),
        ("cast", "(integer AS app.t)", 'op.execute("DROP CAST (integer AS app.t)")'),
        ("setting", "role app work_mem", 'op.execute("ALTER ROLE app RESET work_mem")'),
    ],
)
def test_kinds_that_are_called_otherwise_in_sql(kind: str, name: str, code: str) -> None:
    assert undo((added(kind, name, ""),)) == code


def test_names_are_quoted_where_sql_needs_it() -> None:
    assert [identifier(name) for name in ("t", "User", "order", "user", "a b", 'a"b')] == [
        "t",
        '"User"',
        '"order"',
        '"user"',
        '"a b"',
        '"a""b"',
    ]


@pytest.mark.parametrize("value", ["a", 'a "b"', "it's", '"it\'s"', 'two\nlines "', "back\\slash", '"""\n"'])
def test_literals_are_python(value: str) -> None:
    assert eval(literal(value)) == value


def test_a_colon_in_a_statement_is_no_parameter() -> None:
    assert execute("SELECT ':a', a::text, 12:30") == "op.execute(\"SELECT '\\\\:a', a::text, 12:30\")"
