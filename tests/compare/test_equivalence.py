"""Which differing values mean the same, and (more important) which don't."""

from __future__ import annotations

import json

import pytest

from migcheck.compare import differences
from migcheck.model import ObjectKey, Snapshot


def classes(kind: str, before: dict[str, object], after: dict[str, object]) -> set[str]:
    key = ObjectKey(kind, "public.x")
    found = differences(
        Snapshot({key: json.dumps(before, sort_keys=True)}),
        Snapshot({key: json.dumps(after, sort_keys=True)}),
    )
    assert found, "a text that differs is always a difference"
    return {difference.difference_class.value for difference in found}


@pytest.mark.parametrize(
    ("type_name", "before", "after"),
    [
        ("text", "'q'", "'q'::text"),
        ("character varying(20)", "'q'::character varying", "'q'::text"),
        ("bigint", "0", "'0'::bigint"),
        ("integer", "0", "'0'"),
        ("smallint", "(0)::smallint", "'0'::smallint"),
        ("integer", "'-1'::integer", "(-1)"),
        ("numeric(10,2)", "0", "'0'::numeric"),
        ("numeric(10,2)", "1.50", "'1.50'::numeric"),
        ("double precision", "0.5", "'0.5'::double precision"),
        ("timestamp with time zone", "now()", "CURRENT_TIMESTAMP"),
        (
            "timestamp without time zone",
            "timezone('utc'::text, now())",
            "(CURRENT_TIMESTAMP AT TIME ZONE 'utc'::text)",
        ),
        ("text", None, "NULL::text"),
        ("character varying(20)", "NULL::character varying", None),
        ("jsonb", "'{}'::jsonb", "('{}'::jsonb)"),
        ("boolean", "(false)", "false"),
    ],
)
def test_defaults_of_one_meaning(type_name: str, before: str | None, after: str | None) -> None:
    old, new = {"type": type_name, "default": before}, {"type": type_name, "default": after}
    assert classes("column", old, new) == {"cosmetic"}
    assert classes("column", new, old) == {"cosmetic"}


@pytest.mark.parametrize(
    ("type_name", "before", "after"),
    [
        ("text", "'q'::text", "'Q'::text"),
        ("text", "'q'::text", "'q '::text"),
        ("text", "''::text", None),
        ("text", "'NULL'::text", None),
        ("text", "'now()'::text", "now()"),
        ("text", "'q'::text", "'q'::character varying(1)"),
        ("text", "'{}'::text", "'{ }'::text"),
        ("character(3)", "'q'::bpchar", "'q  '::text"),
        ("integer", "0", "1"),
        ("integer", "0", None),
        ("integer", "1", "'-1'::integer"),
        ("integer", "10", "'1'::integer"),
        ("numeric", "0", "0.0"),
        ("boolean", "false", "true"),
        ("timestamp with time zone", "now()", "clock_timestamp()"),
        ("timestamp with time zone", "now()", "CURRENT_TIMESTAMP(0)"),
        ("timestamp with time zone", "now()", "'2020-01-01 00:00:00+00'::timestamp with time zone"),
        ("timestamp without time zone", "timezone('utc'::text, now())", "timezone('cet'::text, now())"),
        ("timestamp without time zone", "('now'::text)::timestamp", "'now'::timestamp without time zone"),
        ("public.positive", None, "NULL::public.positive"),
        ("public.mood", "'ok'::public.mood", "'sad'::public.mood"),
        ("integer", "nextval('public.a_seq'::regclass)", "nextval('public.b_seq'::regclass)"),
        ("text", "app.now()", "now()"),
        ("text", "'a'::text", "('a'::text || 'b'::text)"),
    ],
)
def test_defaults_of_two_meanings(type_name: str, before: str | None, after: str | None) -> None:
    old, new = {"type": type_name, "default": before}, {"type": type_name, "default": after}
    assert classes("column", old, new) == {"semantic"}
    assert classes("column", new, old) == {"semantic"}


@pytest.mark.parametrize(
    ("kind", "before", "after", "expected"),
    [
        ("table", ["fillfactor=100"], None, "cosmetic"),
        ("table", ["fillfactor=100"], [], "cosmetic"),
        ("table", ["fillfactor=90"], None, "semantic"),
        ("table", ["autovacuum_enabled=false"], None, "semantic"),
        ("table", ["autovacuum_enabled=true"], None, "cosmetic"),
        ("view", ["security_barrier=false"], None, "cosmetic"),
        ("view", ["security_barrier=true"], None, "semantic"),
        ("view", ["check_option=local"], None, "semantic"),
        ("materialized view", ["fillfactor=100"], None, "cosmetic"),
    ],
)
def test_storage_parameters(kind: str, before: object, after: object, expected: str) -> None:
    assert classes(kind, {"options": before}, {"options": after}) == {expected}


@pytest.mark.parametrize(
    ("method", "fillfactor", "expected"),
    [("btree", "90", "cosmetic"), ("btree", "100", "semantic"), ("hash", "75", "cosmetic")],
)
def test_fillfactor_of_an_index(method: str, fillfactor: str, expected: str) -> None:
    plain = {"text": f"CREATE INDEX x ON public.t USING {method} (a)", "options": []}
    filled = {
        "text": f"CREATE INDEX x ON public.t USING {method} (a) WITH (fillfactor='{fillfactor}')",
        "options": [f"fillfactor={fillfactor}"],
    }
    assert classes("index", plain, filled) == {expected}


def routine(body: str, language: str = "plpgsql", rest: str = "") -> dict[str, object]:
    head = (
        f"CREATE OR REPLACE FUNCTION public.x(language text)\n RETURNS trigger\n LANGUAGE {language}\n{rest}"
    )
    return {"text": f"{head}AS $function${body}$function$\n"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BEGIN\n  RETURN NEW;\nEND", " BEGIN RETURN NEW; END "),
        ("BEGIN a:=1; END", "BEGIN a := 1; END"),
        ("BEGIN -- why\n RETURN NEW; END", "BEGIN RETURN NEW; END"),
        ("BEGIN /* a /* b */ c */ RETURN NEW; END", "BEGIN RETURN NEW; END"),
        ("begin RETURN new; END", "BEGIN return NEW; end"),
    ],
)
def test_white_space_in_a_body_is_cosmetic(before: str, after: str) -> None:
    assert classes("function", routine(before), routine(after)) == {"cosmetic"}
    assert classes("function", routine(before, "sql"), routine(after, "sql")) == {"cosmetic"}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("BEGIN RAISE NOTICE 'a  b'; END", "BEGIN RAISE NOTICE 'a b'; END"),
        ("BEGIN EXECUTE $q$SELECT  1$q$; END", "BEGIN EXECUTE $q$SELECT 1$q$; END"),
        ("BEGIN EXECUTE E'a\\n'; END", "BEGIN EXECUTE E'a\\n '; END"),
        ('BEGIN PERFORM "a  b"; END', 'BEGIN PERFORM "a b"; END'),
        ('BEGIN PERFORM "A"; END', 'BEGIN PERFORM "a"; END'),
        ("BEGIN RETURN NEW; END", "BEGIN RETURN OLD; END"),
        ("BEGIN -- a\n b; END", "BEGIN -- a b; END"),
        ("SELECT 1 e5", "SELECT 1e5"),
        ("SELECT a - -b", "SELECT a --b"),
        ("SELECT 'a'\n'b'", "SELECT 'a' 'b'"),
        ("SELECT a > = b", "SELECT a >= b"),
        ("SELECT E 'a'", "SELECT E'a'"),
        ("SELECT ab", "SELECT a b"),
        ("SELECT /*+ IndexScan(a) */ 1", "SELECT 1"),
        ("SELECT 'it\\' -- x'\n", "SELECT 'it\\' -- y'\n"),
    ],
)
def test_what_white_space_can_mean(before: str, after: str) -> None:
    assert classes("function", routine(before), routine(after)) == {"semantic"}


@pytest.mark.parametrize("language", ["plpython3u", "plv8", "pltcl", "c"])
def test_white_space_matters_in_other_languages(language: str) -> None:
    before, after = routine("return 1", language), routine("  return 1", language)
    assert classes("function", before, after) == {"semantic"}


def test_the_head_of_a_routine_is_compared_whatever_the_body() -> None:
    before, after = routine("SELECT 1", "sql", " STABLE\n"), routine("SELECT  1", "sql", " IMMUTABLE\n")
    assert classes("function", before, after) == {"semantic"}


def view(text: str, *columns: str) -> dict[str, object]:
    return {"text": f" SELECT {text};", "column_order": list(columns)}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "t.a,\n t.f(1, 2) AS b\n FROM t WHERE (t.a > 0)",
            "t.f(1, 2) AS b,\n t.a\n FROM t WHERE (t.a > 0)",
            "order",
        ),
        ("t.a AS b,\n t.b AS a\n FROM t", "t.b AS b,\n t.a AS a\n FROM t", "semantic"),
        ("t.a,\n t.b\n FROM t WHERE (t.a > 0)", "t.b,\n t.a\n FROM t WHERE (t.a > 1)", "semantic"),
        ("t.a,\n t.b\n FROM t", "t.b,\n t.a,\n t.a\n FROM t", "semantic"),
        ("t.a,\n t.b\n FROM t UNION SELECT 1, 2", "t.b,\n t.a\n FROM t UNION SELECT 1, 2", "semantic"),
        ("(SELECT x.b, x.a FROM x), t.b FROM t", "(SELECT x.a, x.b FROM x), t.b FROM t", "semantic"),
    ],
)
def test_a_view_with_its_columns_in_another_order(before: str, after: str, expected: str) -> None:
    assert classes("view", view(before, "a", "b"), view(after, "b", "a")) == {expected}


def test_a_view_whose_text_alone_has_another_order_is_semantic() -> None:
    before, after = view("t.a, t.b FROM t", "a", "b"), view("t.b, t.a FROM t", "a", "b")
    assert classes("view", before, after) == {"semantic"}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [(None, "infinity", "cosmetic"), ("infinity", None, "cosmetic"), (None, "2030-01-01", "semantic")],
)
def test_a_password_without_an_end_is_one_that_ends_never(
    before: str | None, after: str | None, expected: str
) -> None:
    assert classes("role", {"valid_until": before}, {"valid_until": after}) == {expected}
