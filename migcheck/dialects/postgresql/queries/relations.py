"""Relations and all that hangs on them: tables, views, sequences; columns, constraints ..."""

from __future__ import annotations

from collections.abc import Collection

from migcheck.dialects.postgresql.queries.attached import indexes, policies, rules, statistics, triggers
from migcheck.dialects.postgresql.queries.fragments import (
    Scope,
    comment_join,
    flag,
    named,
    not_member,
    privileges,
    select,
    sorted_texts,
    user_schema,
    with_clause,
    words,
)

PARTS = frozenset(
    "tables views sequences columns constraints indexes triggers rules policies statistics".split()
)
"""What the query consists of: the relations themselves, and what hangs on them."""


def relations(version: int, scope: Scope, parts: Collection[str] = PARTS) -> str:
    """The query for a server of major `version`; with Scope.SOME its parameter holds OIDs.

    The OIDs are those of tables, views, foreign tables and sequences; an index belongs to its table.
    `parts` are those of PARTS that are asked for, at least one.
    """
    expressions = [
        f"""rel AS MATERIALIZED (
    SELECT c.*, n.nspname || '.' || c.relname AS name
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE {scope.restrict("c.oid")} AND c.relkind IN ('r', 'p', 'f', 'v', 'm', 'S')
    AND {user_schema("n.nspname")} AND {not_member("pg_class", "c.oid")})""",
        """att AS MATERIALIZED (
    SELECT a.*, r.name AS relation, r.relkind, r.relowner
    FROM pg_attribute a JOIN rel r ON r.oid = a.attrelid
    WHERE a.attnum > 0 AND NOT a.attisdropped AND r.relkind <> 'S')""",
        """ordered AS MATERIALIZED (
    SELECT attrelid, jsonb_agg(attname ORDER BY attnum) AS names FROM att GROUP BY attrelid)""",
    ]
    selects = {
        "tables": tables(version, scope.notes),
        "views": views(scope.notes),
        "sequences": sequences(scope.notes),
        "columns": columns(version, scope.notes),
        "constraints": constraints(version, scope.notes),
        "indexes": indexes(scope.notes),
        "triggers": triggers(scope.notes),
        "rules": rules(scope.notes),
        "policies": policies(scope.notes),
        "statistics": statistics(scope.notes),
    }
    asked = [text for name, text in selects.items() if name in parts]
    return with_clause(scope, expressions) + "\nUNION ALL\n".join(asked)


def tables(version: int, notes: str) -> str:
    """Tables (plain, partitioned, foreign)."""
    pending = flag("bool_or(i.inhdetachpending)") if version >= 14 else "NULL"
    attributes = {
        "kind": words("r.relkind", {"r": "table", "p": "partitioned table", "f": "foreign table"}),
        "persistence": words("r.relpersistence", {"p": None, "u": "unlogged", "t": "temporary"}),
        "access_method": f"nullif({named('r.relam', 'pg_am', 'amname')}, 'heap')",
        "tablespace": named("r.reltablespace", "pg_tablespace", "spcname"),
        "of_type": "nullif(r.reloftype, 0)::regtype::text",
        "options": sorted_texts("r.reloptions"),
        "toast_options": sorted_texts("toast.reloptions"),
        "replica_identity": words("r.relreplident", {"d": None, "n": "nothing", "f": "full", "i": "index"}),
        "row_security": flag("r.relrowsecurity"),
        "force_row_security": flag("r.relforcerowsecurity"),
        "partition_key": "CASE WHEN r.relkind = 'p' THEN pg_get_partkeydef(r.oid) END",
        "partition_bound": "pg_get_expr(r.relpartbound, r.oid)",
        "inherits": "parents.names",
        "detach_pending": "parents.pending",
        "server": "s.srvname",
        "server_options": sorted_texts("ft.ftoptions"),
        "column_order": "coalesce(o.names, '[]')",
        "owner": "pg_get_userbyid(r.relowner)",
        "privileges": privileges("r.relacl", "r", "r.relowner"),
        "comment": "d.description",
    }
    source = f"""FROM rel r LEFT JOIN ordered o ON o.attrelid = r.oid
    LEFT JOIN pg_class toast ON toast.oid = r.reltoastrelid
    LEFT JOIN pg_foreign_table ft ON ft.ftrelid = r.oid
    LEFT JOIN pg_foreign_server s ON s.oid = ft.ftserver
    LEFT JOIN (
        SELECT i.inhrelid, {pending} AS pending,
            jsonb_agg(n.nspname || '.' || p.relname ORDER BY i.inhseqno) AS names
        FROM rel c JOIN pg_inherits i ON i.inhrelid = c.oid JOIN pg_class p ON p.oid = i.inhparent
        JOIN pg_namespace n ON n.oid = p.relnamespace GROUP BY i.inhrelid
    ) parents ON parents.inhrelid = r.oid
    {comment_join(notes, "pg_class", "r.oid")}
    WHERE r.relkind IN ('r', 'p', 'f')"""
    kind = "CASE r.relkind WHEN 'f' THEN 'foreign table' ELSE 'table' END"
    return select("'r' || r.oid", kind, "r.name", attributes, source)


def views(notes: str) -> str:
    """Views and materialized views."""
    attributes = {
        "text": "pg_get_viewdef(r.oid)",
        "options": sorted_texts("r.reloptions"),
        "toast_options": sorted_texts("toast.reloptions"),
        "populated": "CASE WHEN r.relkind = 'm' THEN r.relispopulated END",
        "persistence": words("r.relpersistence", {"p": None, "u": "unlogged", "t": "temporary"}),
        "access_method": f"nullif({named('r.relam', 'pg_am', 'amname')}, 'heap')",
        "tablespace": named("r.reltablespace", "pg_tablespace", "spcname"),
        "replica_identity": "CASE WHEN r.relkind = 'm' THEN "
        + words("r.relreplident", {"d": None, "n": None, "f": "full", "i": "index"})
        + " END",
        "column_order": "coalesce(o.names, '[]')",
        "owner": "pg_get_userbyid(r.relowner)",
        "privileges": privileges("r.relacl", "r", "r.relowner"),
        "comment": "d.description",
    }
    source = f"""FROM rel r LEFT JOIN ordered o ON o.attrelid = r.oid
    LEFT JOIN pg_class toast ON toast.oid = r.reltoastrelid
    {comment_join(notes, "pg_class", "r.oid")}
    WHERE r.relkind IN ('v', 'm')"""
    kind = "CASE r.relkind WHEN 'v' THEN 'view' ELSE 'materialized view' END"
    return select("'r' || r.oid", kind, "r.name", attributes, source)


def sequences(notes: str) -> str:
    """Sequences; the last value belongs to the data."""
    attributes = {
        "type": "format_type(s.seqtypid, NULL)",
        "start": "s.seqstart",
        "increment": "s.seqincrement",
        "min": "s.seqmin",
        "max": "s.seqmax",
        "cache": "s.seqcache",
        "cycle": flag("s.seqcycle"),
        "owned_by": "n.nspname || '.' || c.relname || '.' || a.attname",
        "identity": flag("dep.deptype = 'i'"),
        "persistence": words("r.relpersistence", {"p": None, "u": "unlogged", "t": "temporary"}),
        "owner": "pg_get_userbyid(r.relowner)",
        "privileges": privileges("r.relacl", "s", "r.relowner"),
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_sequence s ON s.seqrelid = r.oid
    LEFT JOIN pg_depend dep ON dep.classid = 'pg_catalog.pg_class'::regclass AND dep.objid = r.oid
        AND dep.refclassid = 'pg_catalog.pg_class'::regclass AND dep.refobjsubid > 0
            AND dep.deptype IN ('a', 'i')
    LEFT JOIN pg_class c ON c.oid = dep.refobjid LEFT JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN pg_attribute a ON a.attrelid = dep.refobjid AND a.attnum = dep.refobjsubid
    {comment_join(notes, "pg_class", "r.oid")}"""
    return select("'r' || r.oid", "'sequence'", "r.name", attributes, source)


def columns(version: int, notes: str) -> str:
    """Columns of tables, foreign tables and views; no position: that is the table's `column_order`."""
    attributes = {
        "table": "a.relation",
        "type": "format_type(a.atttypid, a.atttypmod)",
        "nullable": "NOT a.attnotnull",
        "default": "pg_get_expr(def.adbin, def.adrelid)",
        "identity": words("a.attidentity", {"": None, "a": "always", "d": "by default"}),
        "generated": words("a.attgenerated", {"": None, "s": "stored", "v": "virtual"}),
        "collation": "CASE WHEN a.attcollation <> t.typcollation "
        "THEN nullif(a.attcollation, 0)::regcollation::text END",
        "storage": "CASE WHEN a.attstorage <> t.typstorage THEN "
        + words("a.attstorage", {"p": "plain", "e": "external", "m": "main", "x": "extended"})
        + " END",
        "compression": words("a.attcompression", {"": None, "p": "pglz", "l": "lz4"})
        if version >= 14
        else "NULL",
        "statistics": "nullif(a.attstattarget, -1)",
        "options": sorted_texts("a.attoptions"),
        "fdw_options": sorted_texts("a.attfdwoptions"),
        "inherited": flag("a.attinhcount > 0"),
        "local": flag("a.attinhcount > 0 AND a.attislocal"),
        "privileges": privileges("a.attacl", "c", "a.relowner"),
        "comment": "d.description",
    }
    source = f"""FROM att a JOIN pg_type t ON t.oid = a.atttypid
    LEFT JOIN pg_attrdef def ON def.adrelid = a.attrelid AND def.adnum = a.attnum
    {comment_join(notes, "pg_class", "a.attrelid", column="a.attnum")}"""
    return select("'r' || a.attrelid", "'column'", "a.relation || '.' || a.attname", attributes, source)


def constraints(version: int, notes: str) -> str:
    """Constraints of relations; of a foreign key also the state of the triggers that enforce it.

    Constraint triggers are left out here: they are triggers.
    """
    types = {
        "c": "check",
        "f": "foreign key",
        "p": "primary key",
        "u": "unique",
        "x": "exclude",
        "n": "not null",
    }
    attributes = {
        "table": "r.name",
        "type": words("k.contype", dict(types)),
        "text": "pg_get_constraintdef(k.oid)",
        "validated": "k.convalidated",
        "enforced": "CASE WHEN NOT k.conenforced THEN false END" if version >= 18 else "NULL",
        "deferrable": flag("k.condeferrable"),
        "deferred": flag("k.condeferred"),
        "no_inherit": "CASE WHEN k.contype IN ('c', 'n') THEN " + flag("k.connoinherit") + " END",
        "index": "CASE WHEN k.contype IN ('p', 'u', 'x') THEN index.relname END",
        "triggers": "t.states",
        "parent": "parent.name",
        "inherited": flag("k.coninhcount > 0"),
        "local": flag("k.coninhcount > 0 AND k.conislocal"),
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_constraint k ON k.conrelid = r.oid
    LEFT JOIN pg_class index ON index.oid = k.conindid
    LEFT JOIN (
        SELECT t.tgconstraint, jsonb_object_agg(p.proname, t.tgenabled) AS states
        FROM rel r JOIN pg_constraint c ON c.conrelid = r.oid
        JOIN pg_trigger t ON t.tgconstraint = c.oid AND t.tgisinternal AND t.tgenabled <> 'O'
        JOIN pg_proc p ON p.oid = t.tgfoid GROUP BY t.tgconstraint
    ) t ON t.tgconstraint = k.oid
    LEFT JOIN (
        SELECT c.oid, n.nspname || '.' || p.relname || '.' || c.conname AS name
        FROM pg_constraint c JOIN pg_class p ON p.oid = c.conrelid
            JOIN pg_namespace n ON n.oid = p.relnamespace
    ) parent ON parent.oid = nullif(k.conparentid, 0)
    {comment_join(notes, "pg_constraint", "k.oid")}
    WHERE k.contype <> 't'"""
    return select("'r' || r.oid", "'constraint'", "r.name || '.' || k.conname", attributes, source)
