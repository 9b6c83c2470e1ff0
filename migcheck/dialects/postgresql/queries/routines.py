"""Routines: functions, procedures, aggregates."""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.fragments import (
    Scope,
    comment_join,
    flag,
    not_member,
    privileges,
    procedure,
    select,
    user_schema,
    with_clause,
    words,
)


def routines(version: int, scope: Scope) -> str:
    """The query for a server of major `version`; with Scope.SOME its parameter holds OIDs of routines."""
    expressions = [
        f"""routine AS MATERIALIZED (
    SELECT p.*, n.nspname || '.' || p.proname || '(' || oidvectortypes(p.proargtypes) || ')' AS name
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE {scope.restrict("p.oid")} AND {user_schema("n.nspname")}
        AND {not_member("pg_proc", "p.oid", internal=True)})"""
    ]
    selects = [functions(scope.notes), aggregates(scope.notes)]
    return with_clause(scope, expressions) + "\nUNION ALL\n".join(selects)


def functions(notes: str) -> str:
    """Functions, window functions and procedures."""
    attributes = {
        "text": "pg_get_functiondef(p.oid)",
        "owner": "pg_get_userbyid(p.proowner)",
        "privileges": privileges("p.proacl", "f", "p.proowner"),
        "comment": "d.description",
    }
    source = f"""FROM routine p {comment_join(notes, "pg_proc", "p.oid")}
    WHERE p.prokind <> 'a'"""
    kind = "CASE p.prokind WHEN 'p' THEN 'procedure' ELSE 'function' END"
    return select("'p' || p.oid", kind, "p.name", attributes, source)


def aggregates(notes: str) -> str:
    """Aggregates, for which pg_get_functiondef() raises."""
    modes = {"r": None, "s": "shareable", "w": "read_write"}
    attributes = {
        "arguments": "pg_get_function_arguments(p.oid)",
        "result": "pg_get_function_result(p.oid)",
        "kind": words("a.aggkind", {"n": None, "o": "ordered-set", "h": "hypothetical-set"}),
        "direct_arguments": "nullif(a.aggnumdirectargs, 0)",
        "sfunc": procedure("a.aggtransfn"),
        "stype": "format_type(a.aggtranstype, NULL)",
        "sspace": "nullif(a.aggtransspace, 0)",
        "initcond": "a.agginitval",
        "finalfunc": procedure("a.aggfinalfn"),
        "finalfunc_extra": flag("a.aggfinalextra"),
        "finalfunc_modify": words("a.aggfinalmodify", dict(modes)),
        "combinefunc": procedure("a.aggcombinefn"),
        "serialfunc": procedure("a.aggserialfn"),
        "deserialfunc": procedure("a.aggdeserialfn"),
        "msfunc": procedure("a.aggmtransfn"),
        "minvfunc": procedure("a.aggminvtransfn"),
        "mstype": "format_type(nullif(a.aggmtranstype, 0), NULL)",
        "msspace": "nullif(a.aggmtransspace, 0)",
        "minitcond": "a.aggminitval",
        "mfinalfunc": procedure("a.aggmfinalfn"),
        "mfinalfunc_extra": flag("a.aggmfinalextra"),
        "mfinalfunc_modify": words("a.aggmfinalmodify", dict(modes)),
        "sortop": "nullif(a.aggsortop, 0)::regoperator::text",
        "parallel": words("p.proparallel", {"u": None, "s": "safe", "r": "restricted"}),
        "volatility": words("p.provolatile", {"i": None, "s": "stable", "v": "volatile"}),
        "owner": "pg_get_userbyid(p.proowner)",
        "privileges": privileges("p.proacl", "f", "p.proowner"),
        "comment": "d.description",
    }
    source = f"""FROM routine p JOIN pg_aggregate a ON a.aggfnoid = p.oid
    {comment_join(notes, "pg_proc", "p.oid")}"""
    return select("'p' || p.oid", "'aggregate'", "p.name", attributes, source)
