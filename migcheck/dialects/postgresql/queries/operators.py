"""Operators, operator classes and operator families."""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.fragments import (
    FIRST_USER_OID,
    comment_join,
    flag,
    not_member,
    procedure,
    select,
)


def operators() -> str:
    """Operators, named `schema.+(left, right)`; NONE stands for a missing operand."""
    attributes = {
        "function": procedure("o.oprcode"),
        "result": "format_type(nullif(o.oprresult, 0), NULL)",
        "commutator": "nullif(o.oprcom, 0)::regoperator::text",
        "negator": "nullif(o.oprnegate, 0)::regoperator::text",
        "restrict": procedure("o.oprrest"),
        "join": procedure("o.oprjoin"),
        "merges": flag("o.oprcanmerge"),
        "hashes": flag("o.oprcanhash"),
        "owner": "pg_get_userbyid(o.oprowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace
    {comment_join("note", "pg_operator", "o.oid")}
    WHERE o.oid >= {FIRST_USER_OID} AND {not_member("pg_operator", "o.oid")}"""
    operand = "coalesce(format_type(nullif(o.{}, 0), NULL), 'NONE')"
    name = f"n.nspname || '.' || o.oprname || '(' || {operand.format('oprleft')} || ', ' || "
    return select("'o'", "'operator'", name + operand.format("oprright") + " || ')'", attributes, source)


def operator_classes() -> str:
    """Operator classes; their members stand in the family."""
    attributes = {
        "type": "format_type(c.opcintype, NULL)",
        "family": "fn.nspname || '.' || f.opfname",
        "default": flag("c.opcdefault"),
        "storage": "format_type(nullif(c.opckeytype, 0), NULL)",
        "owner": "pg_get_userbyid(c.opcowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_opclass c JOIN pg_namespace n ON n.oid = c.opcnamespace
        JOIN pg_am am ON am.oid = c.opcmethod
    JOIN pg_opfamily f ON f.oid = c.opcfamily JOIN pg_namespace fn ON fn.oid = f.opfnamespace
    {comment_join("note", "pg_opclass", "c.oid")}
    WHERE c.oid >= {FIRST_USER_OID} AND {not_member("pg_opclass", "c.oid")}"""
    name = "n.nspname || '.' || c.opcname || ' using ' || am.amname"
    return select("'o'", "'operator class'", name, attributes, source)


def operator_families() -> str:
    """Operator families with their operators and support functions, also those added to a built-in family."""
    attributes = {
        "operators": "ops.list",
        "functions": "procs.list",
        "owner": "pg_get_userbyid(f.opfowner)",
        "comment": "d.description",
    }
    types = "format_type({0}lefttype, NULL) || ', ' || format_type({0}righttype, NULL)"
    operator = (
        f"m.amopstrategy || ' (' || {types.format('m.amop')} || ') ' || m.amopopr::regoperator::text || "
        "CASE m.amoppurpose WHEN 'o' THEN ' for order by ' || coalesce(s.opfname, '') ELSE '' END"
    )
    function = f"m.amprocnum || ' (' || {types.format('m.amproc')} || ') ' || m.amproc::regprocedure::text"
    source = f"""FROM pg_opfamily f JOIN pg_namespace n ON n.oid = f.opfnamespace
        JOIN pg_am am ON am.oid = f.opfmethod
    LEFT JOIN (
        SELECT m.amopfamily, jsonb_agg({operator} ORDER BY {operator} COLLATE "C") AS list
        FROM pg_amop m LEFT JOIN pg_opfamily s ON s.oid = nullif(m.amopsortfamily, 0)
        WHERE m.oid >= {FIRST_USER_OID} AND {not_member("pg_amop", "m.oid")} GROUP BY m.amopfamily
    ) ops ON ops.amopfamily = f.oid
    LEFT JOIN (
        SELECT m.amprocfamily, jsonb_agg({function} ORDER BY {function} COLLATE "C") AS list
        FROM pg_amproc m WHERE m.oid >= {FIRST_USER_OID} AND {not_member("pg_amproc", "m.oid")}
            GROUP BY m.amprocfamily
    ) procs ON procs.amprocfamily = f.oid
    {comment_join("note", "pg_opfamily", "f.oid")}
    WHERE (f.oid >= {FIRST_USER_OID} OR ops.list IS NOT NULL OR procs.list IS NOT NULL)
    AND {not_member("pg_opfamily", "f.oid")}"""
    name = "n.nspname || '.' || f.opfname || ' using ' || am.amname"
    return select("'o'", "'operator family'", name, attributes, source)
