"""Text search configurations, dictionaries, parsers and templates."""

from __future__ import annotations

from collections.abc import Iterator

from migcheck.dialects.postgresql.queries.fragments import (
    FIRST_USER_OID,
    comment_join,
    not_member,
    procedure,
    select,
)


def text_search() -> Iterator[str]:
    """One SELECT for each of the four kinds."""
    yield configurations()
    yield _objects(
        "dictionary",
        "pg_ts_dict",
        "dict",
        {
            "template": "(SELECT m.nspname || '.' || t.tmplname FROM pg_ts_template t "
            "JOIN pg_namespace m ON m.oid = t.tmplnamespace WHERE t.oid = o.dicttemplate)",
            "options": "o.dictinitoption",
            "owner": "pg_get_userbyid(o.dictowner)",
        },
    )
    functions = {
        "start": "start",
        "token": "token",
        "end": "end",
        "headline": "headline",
        "lextype": "lextype",
    }
    yield _objects("parser", "pg_ts_parser", "prs", {key: procedure(f"o.prs{key}") for key in functions})
    yield _objects(
        "template", "pg_ts_template", "tmpl", {key: procedure(f"o.tmpl{key}") for key in ("init", "lexize")}
    )


def configurations() -> str:
    """Configurations: the parser, and for each token type the dictionaries in their order."""
    attributes = {
        "parser": "pn.nspname || '.' || p.prsname",
        "mappings": "maps.list",
        "owner": "pg_get_userbyid(c.cfgowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_ts_config c JOIN pg_namespace n ON n.oid = c.cfgnamespace
    JOIN pg_ts_parser p ON p.oid = c.cfgparser JOIN pg_namespace pn ON pn.oid = p.prsnamespace
    LEFT JOIN (
        SELECT m.mapcfg, jsonb_agg(m.maptokentype || ' with ' || dn.nspname || '.' || t.dictname
            ORDER BY m.maptokentype, m.mapseqno) AS list
        FROM pg_ts_config_map m JOIN pg_ts_dict t ON t.oid = m.mapdict
            JOIN pg_namespace dn ON dn.oid = t.dictnamespace
        WHERE m.mapcfg >= {FIRST_USER_OID} GROUP BY m.mapcfg
    ) maps ON maps.mapcfg = c.oid
    {comment_join("note", "pg_ts_config", "c.oid")}
    WHERE c.oid >= {FIRST_USER_OID} AND {not_member("pg_ts_config", "c.oid")}"""
    return select("'o'", "'text search configuration'", "n.nspname || '.' || c.cfgname", attributes, source)


def _objects(kind: str, catalog: str, prefix: str, attributes: dict[str, str]) -> str:
    source = f"""FROM {catalog} o JOIN pg_namespace n ON n.oid = o.{prefix}namespace
    {comment_join("note", catalog, "o.oid")}
    WHERE o.oid >= {FIRST_USER_OID} AND {not_member(catalog, "o.oid")}"""
    name = f"n.nspname || '.' || o.{prefix}name"
    return select("'o'", f"'text search {kind}'", name, {**attributes, "comment": "d.description"}, source)
