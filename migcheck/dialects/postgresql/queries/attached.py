"""What hangs on a relation and has a catalog of its own: indexes, triggers, rules, policies, statistics.

Every function expects the common table expression `rel` of queries.relations.
"""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.fragments import (
    comment_join,
    flag,
    named,
    select,
    sorted_texts,
    words,
)

FIRING = {"O": None, "D": "disabled", "R": "replica", "A": "always"}


def indexes(notes: str) -> str:
    """Indexes, also those of constraints."""
    attributes = {
        "table": "r.name",
        "text": "pg_get_indexdef(i.indexrelid)",
        "primary": flag("i.indisprimary"),
        "deferrable": flag("NOT i.indimmediate"),
        "valid": "i.indisvalid",
        "ready": "CASE WHEN NOT i.indisready THEN false END",
        "live": "CASE WHEN NOT i.indislive THEN false END",
        "clustered": flag("i.indisclustered"),
        "replica_identity": flag("i.indisreplident"),
        "options": sorted_texts("c.reloptions"),
        "tablespace": named("c.reltablespace", "pg_tablespace", "spcname"),
        "statistics": "targets.list",
        "parent": "parent.name",
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_class c ON c.oid = i.indexrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    LEFT JOIN (
        SELECT a.attrelid, jsonb_object_agg(a.attnum, a.attstattarget) AS list
        FROM rel r JOIN pg_index i ON i.indrelid = r.oid JOIN pg_attribute a ON a.attrelid = i.indexrelid
        WHERE a.attstattarget >= 0 GROUP BY a.attrelid
    ) targets ON targets.attrelid = i.indexrelid
    LEFT JOIN (
        SELECT h.inhrelid, n.nspname || '.' || p.relname AS name
        FROM pg_inherits h JOIN pg_class p ON p.oid = h.inhparent
            JOIN pg_namespace n ON n.oid = p.relnamespace
        WHERE p.relkind = 'I'
    ) parent ON parent.inhrelid = i.indexrelid
    {comment_join(notes, "pg_class", "i.indexrelid")}"""
    return select("'r' || r.oid", "'index'", "n.nspname || '.' || c.relname", attributes, source)


def triggers(notes: str) -> str:
    """Triggers that somebody made; those of the server itself show with their constraints."""
    attributes = {
        "table": "r.name",
        "text": "pg_get_triggerdef(t.oid)",
        "enabled": words("t.tgenabled", dict(FIRING)),
        "inherited": flag("t.tgparentid <> 0"),
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid AND NOT t.tgisinternal
    {comment_join(notes, "pg_trigger", "t.oid")}"""
    return select("'r' || r.oid", "'trigger'", "r.name || '.' || t.tgname", attributes, source)


def rules(notes: str) -> str:
    """Rewrite rules; a view's own rule only where it is not as CREATE VIEW leaves it."""
    attributes = {
        "table": "r.name",
        "text": "pg_get_ruledef(w.oid)",
        "enabled": words("w.ev_enabled", dict(FIRING)),
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_rewrite w ON w.ev_class = r.oid
    {comment_join(notes, "pg_rewrite", "w.oid")}
    WHERE w.rulename <> '_RETURN' OR w.ev_enabled <> 'O' OR d.description IS NOT NULL"""
    return select("'r' || r.oid", "'rule'", "r.name || '.' || w.rulename", attributes, source)


def policies(notes: str) -> str:
    """Row level security policies."""
    commands = {"*": "all", "r": "select", "a": "insert", "w": "update", "d": "delete"}
    attributes = {
        "table": "r.name",
        "command": words("p.polcmd", dict(commands)),
        "permissive": "p.polpermissive",
        "roles": "ARRAY(SELECT CASE o WHEN 0 THEN 'public' ELSE pg_get_userbyid(o) END COLLATE \"C\" "
        "FROM unnest(p.polroles) AS o ORDER BY 1)",
        "using": "pg_get_expr(p.polqual, p.polrelid)",
        "check": "pg_get_expr(p.polwithcheck, p.polrelid)",
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_policy p ON p.polrelid = r.oid
    {comment_join(notes, "pg_policy", "p.oid")}"""
    return select("'r' || r.oid", "'policy'", "r.name || '.' || p.polname", attributes, source)


def statistics(notes: str) -> str:
    """Extended statistics objects (CREATE STATISTICS)."""
    attributes = {
        "table": "r.name",
        "text": "pg_get_statisticsobjdef(s.oid)",
        "target": "nullif(s.stxstattarget, -1)",
        "owner": "pg_get_userbyid(s.stxowner)",
        "comment": "d.description",
    }
    source = f"""FROM rel r JOIN pg_statistic_ext s ON s.stxrelid = r.oid
    JOIN pg_namespace n ON n.oid = s.stxnamespace
    {comment_join(notes, "pg_statistic_ext", "s.oid")}"""
    return select("'r' || r.oid", "'statistics'", "n.nspname || '.' || s.stxname", attributes, source)
