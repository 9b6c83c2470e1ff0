"""Types: enums, composites, ranges, base types; domains."""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.fragments import (
    Scope,
    comment_join,
    not_member,
    privileges,
    procedure,
    select,
    user_schema,
    with_clause,
    words,
)


def types(version: int, scope: Scope) -> str:
    """The query for a server of major `version`; with Scope.SOME its parameter holds OIDs of types.

    Array types, the row types of tables and the multirange types that belong to ranges are left out.
    """
    element = "EXISTS (SELECT FROM pg_type e WHERE e.oid = t.typelem AND e.typarray = t.oid)"
    expressions = [
        f"""typ AS MATERIALIZED (
    SELECT t.*, n.nspname || '.' || t.typname AS name
    FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace LEFT JOIN pg_class c ON c.oid = t.typrelid
    WHERE {scope.restrict("t.oid")} AND (c.relkind IS NULL OR c.relkind = 'c') AND t.typtype <> 'm'
    AND NOT {element} AND {user_schema("n.nspname")} AND {not_member("pg_type", "t.oid")})"""
    ]
    selects = [plain_types(version, scope.notes), domains(scope.notes)]
    return with_clause(scope, expressions) + "\nUNION ALL\n".join(selects)


def plain_types(version: int, notes: str) -> str:
    """All types but domains."""
    kinds = {"e": "enum", "c": "composite", "r": "range", "b": "base", "p": "pseudo"}
    multirange = "nullif(rng.rngmultitypid, 0)::regtype::text" if version >= 14 else "NULL"
    subscript = procedure("t.typsubscript") if version >= 14 else "NULL"
    base = {
        "input": procedure("t.typinput"),
        "output": procedure("t.typoutput"),
        "receive": procedure("t.typreceive"),
        "send": procedure("t.typsend"),
        "typmod_input": procedure("t.typmodin"),
        "typmod_output": procedure("t.typmodout"),
        "analyze": procedure("t.typanalyze"),
        "subscript": subscript,
        "length": "t.typlen",
        "by_value": "t.typbyval",
        "alignment": "t.typalign",
        "storage": "t.typstorage",
        "category": "t.typcategory",
        "preferred": "t.typispreferred",
        "delimiter": "t.typdelim",
        "element": "nullif(t.typelem, 0)::regtype::text",
        "default": "t.typdefault",
        "collatable": "t.typcollation <> 0",
        "defined": "t.typisdefined",
    }
    attributes = {
        "kind": words("t.typtype", dict(kinds)),
        "labels": "labels.list",
        "attributes": "fields.list",
        "subtype": "nullif(rng.rngsubtype, 0)::regtype::text",
        "subtype_opclass": "opclass.name",
        "collation": "nullif(rng.rngcollation, 0)::regcollation::text",
        "canonical": procedure("rng.rngcanonical"),
        "subtype_diff": procedure("rng.rngsubdiff"),
        "multirange": multirange,
        **{name: f"CASE WHEN t.typtype IN ('b', 'p') THEN {text} END" for name, text in base.items()},
        "owner": "pg_get_userbyid(t.typowner)",
        "privileges": privileges("t.typacl", "T", "t.typowner"),
        "comment": "d.description",
    }
    source = f"""FROM typ t LEFT JOIN pg_range rng ON rng.rngtypid = t.oid
    LEFT JOIN (
        SELECT c.oid, n.nspname || '.' || c.opcname AS name
        FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace
    ) opclass ON opclass.oid = rng.rngsubopc
    LEFT JOIN (
        SELECT e.enumtypid, jsonb_agg(e.enumlabel ORDER BY e.enumsortorder) AS list
        FROM typ t JOIN pg_enum e ON e.enumtypid = t.oid GROUP BY e.enumtypid
    ) labels ON labels.enumtypid = t.oid
    LEFT JOIN ({composite_fields(notes)}) fields ON fields.attrelid = t.typrelid
    {comment_join(notes, "pg_type", "t.oid")}
    WHERE t.typtype <> 'd'"""
    return select("'t' || t.oid", "'type'", "t.name", attributes, source)


def composite_fields(notes: str) -> str:
    """SELECT of (attrelid, list): the fields of composite types in their order."""
    return f"""
        SELECT a.attrelid, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'name', a.attname, 'type', format_type(a.atttypid, a.atttypmod), 'comment', d.description,
            'collation', CASE WHEN a.attcollation <> f.typcollation
                THEN nullif(a.attcollation, 0)::regcollation::text END)) ORDER BY a.attnum) AS list
        FROM typ t JOIN pg_attribute a ON a.attrelid = t.typrelid JOIN pg_type f ON f.oid = a.atttypid
        {comment_join(notes, "pg_class", "a.attrelid", column="a.attnum")}
        WHERE a.attnum > 0 AND NOT a.attisdropped GROUP BY a.attrelid"""


def domains(notes: str) -> str:
    """Domains with their constraints: a list sorted by name, for a name is all that tells them apart."""
    attributes = {
        "type": "format_type(t.typbasetype, t.typtypmod)",
        "nullable": "NOT t.typnotnull",
        "default": "coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault)",
        "collation": "CASE WHEN t.typcollation <> base.typcollation "
        "THEN nullif(t.typcollation, 0)::regcollation::text END",
        "constraints": "checks.list",
        "owner": "pg_get_userbyid(t.typowner)",
        "privileges": privileges("t.typacl", "T", "t.typowner"),
        "comment": "d.description",
    }
    source = f"""FROM typ t JOIN pg_type base ON base.oid = t.typbasetype
    LEFT JOIN (
        SELECT k.contypid, jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
            'name', k.conname, 'text', pg_get_constraintdef(k.oid), 'validated', k.convalidated,
            'comment', d.description)) ORDER BY k.conname) AS list
        FROM typ t JOIN pg_constraint k ON k.contypid = t.oid
        {comment_join(notes, "pg_constraint", "k.oid")} GROUP BY k.contypid
    ) checks ON checks.contypid = t.oid
    {comment_join(notes, "pg_type", "t.oid")}
    WHERE t.typtype = 'd'"""
    return select("'t' || t.oid", "'domain'", "t.name", attributes, source)
