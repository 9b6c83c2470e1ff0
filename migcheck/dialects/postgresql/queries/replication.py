"""Publications and subscriptions."""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.fragments import (
    comment_join,
    flag,
    not_member,
    select,
    sorted_texts,
    words,
)


def publications(version: int) -> str:
    """Publications with their tables (and, from 15 on, column lists, row filters and schemas)."""
    details = "''"
    schemas = "SELECT NULL::oid AS pnpubid, NULL::jsonb AS list"
    if version >= 15:
        details = """coalesce(' (' || (SELECT string_agg(a.attname, ', ' ORDER BY a.attname)
            FROM pg_attribute a WHERE a.attrelid = r.prrelid AND a.attnum = ANY (r.prattrs)) || ')', '')
            || coalesce(' WHERE ' || pg_get_expr(r.prqual, r.prrelid), '')"""
        schemas = """SELECT s.pnpubid, jsonb_agg(n.nspname ORDER BY n.nspname) AS list
        FROM pg_publication_namespace s JOIN pg_namespace n ON n.oid = s.pnnspid GROUP BY s.pnpubid"""
    attributes = {
        "all_tables": flag("p.puballtables"),
        "insert": "p.pubinsert",
        "update": "p.pubupdate",
        "delete": "p.pubdelete",
        "truncate": "p.pubtruncate",
        "via_root": flag("p.pubviaroot"),
        "generated_columns": words("p.pubgencols", {"n": None, "s": "stored"}) if version >= 18 else "NULL",
        "tables": "tables.list",
        "schemas": "schemas.list",
        "owner": "pg_get_userbyid(p.pubowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_publication p
    LEFT JOIN (
        SELECT r.prpubid, jsonb_agg(r.prrelid::regclass::text || {details}
            ORDER BY r.prrelid::regclass::text COLLATE "C") AS list FROM pg_publication_rel r
                GROUP BY r.prpubid
    ) tables ON tables.prpubid = p.oid
    LEFT JOIN ({schemas}) schemas ON schemas.pnpubid = p.oid
    {comment_join("note", "pg_publication", "p.oid")} WHERE {not_member("pg_publication", "p.oid")}"""
    return select("'o'", "'publication'", "p.pubname", attributes, source)


def subscriptions(version: int, superuser: bool) -> str:
    """Subscriptions of this database; the state of their copying belongs to the data."""
    attributes = {
        "enabled": "s.subenabled",
        "connection": "s.subconninfo" if superuser else "NULL",
        "slot": "s.subslotname",
        "synchronous_commit": "s.subsynccommit",
        "publications": sorted_texts("s.subpublications"),
        "owner": "pg_get_userbyid(s.subowner)",
        "comment": "d.description",
    }
    since = {
        "binary": ("subbinary", 14),
        "streaming": ("substream", 14),
        "disable_on_error": ("subdisableonerr", 15),
        "password_required": ("subpasswordrequired", 16),
        "run_as_owner": ("subrunasowner", 16),
        "origin": ("suborigin", 16),
        "failover": ("subfailover", 17),
    }
    attributes.update({name: f"s.{column}" for name, (column, first) in since.items() if version >= first})
    if version >= 15:
        attributes["two_phase"] = "s.subtwophasestate <> 'd'"
    source = f"""FROM pg_subscription s {comment_join("note", "pg_subscription", "s.oid")}
    WHERE s.subdbid = (SELECT oid FROM pg_database WHERE datname = current_database())"""
    return select("'o'", "'subscription'", "s.subname", attributes, source)
