"""Kinds that few migrations touch, read as a whole: schemas, extensions, operators, casts, publications ...

Incremental reads repeat this query entirely whenever one of its catalogs changed.
"""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.fragments import (
    FIRST_USER_OID,
    NOTES,
    comment_join,
    flag,
    not_member,
    privileges,
    procedure,
    select,
    sorted_texts,
    user_schema,
    words,
)
from migcheck.dialects.postgresql.queries.members import member_privileges
from migcheck.dialects.postgresql.queries.operators import operator_classes, operator_families, operators
from migcheck.dialects.postgresql.queries.replication import publications, subscriptions
from migcheck.dialects.postgresql.queries.textsearch import text_search

UNIT = "'o'"


def others(version: int, superuser: bool, rare: bool) -> str:
    """The query for a server of major `version`; no parameters.

    Without `superuser` it leaves out what only a superuser may read (a subscription's connection string),
    without `rare` the kinds of which the watched catalogs hold no row (see queries.watches).
    """
    selects = [schemas(), extensions(), languages(), *member_privileges()]
    if rare:
        selects += _rare(version, superuser)
    return f"WITH {NOTES}\n" + "\nUNION ALL\n".join(selects)


def _rare(version: int, superuser: bool) -> list[str]:
    return [
        default_privileges(),
        casts(),
        transforms(),
        operators(),
        operator_classes(),
        operator_families(),
        collations(version),
        conversions(),
        access_methods(),
        event_triggers(),
        wrappers(),
        servers(),
        user_mappings(),
        *text_search(),
        publications(version),
        *([subscriptions(version, superuser)] if superuser or version >= 14 else []),
        security_labels(),
        large_objects(),
    ]


def schemas() -> str:
    """Schemas, `public` included."""
    attributes = {
        "owner": "pg_get_userbyid(n.nspowner)",
        "privileges": privileges("n.nspacl", "n", "n.nspowner"),
        "comment": "d.description",
    }
    source = f"""FROM pg_namespace n {comment_join("note", "pg_namespace", "n.oid")}
    WHERE {user_schema("n.nspname")} AND n.nspname NOT IN ('pg_catalog', 'information_schema')
    AND {not_member("pg_namespace", "n.oid")}"""
    return select(UNIT, "'schema'", "n.nspname", attributes, source)


def extensions() -> str:
    """Extensions; of their members only a hash of what they are called."""
    attributes = {
        "version": "x.extversion",
        "schema": "n.nspname",
        "owner": "pg_get_userbyid(x.extowner)",
        "relocatable": flag("x.extrelocatable"),
        "members": "m.hash",
        "dependents": "used.list",
        "configuration": "CASE WHEN x.extconfig IS NOT NULL THEN ARRAY(SELECT c.oid::regclass::text "
        "|| coalesce(' ' || x.extcondition[c.place], '') "
        "FROM unnest(x.extconfig) WITH ORDINALITY AS c(oid, place) ORDER BY 1) END",
        "comment": "d.description",
    }
    source = f"""FROM pg_extension x JOIN pg_namespace n ON n.oid = x.extnamespace
    LEFT JOIN (
        SELECT refobjid,
            md5(string_agg(pg_describe_object(classid, objid, objsubid), ', '
                ORDER BY pg_describe_object(classid, objid, objsubid) COLLATE "C")) AS hash
        FROM pg_depend WHERE deptype = 'e' AND refclassid = 'pg_catalog.pg_extension'::regclass
            GROUP BY refobjid
    ) m ON m.refobjid = x.oid
    LEFT JOIN (
        SELECT refobjid,
            jsonb_agg(pg_describe_object(classid, objid, objsubid)
                ORDER BY pg_describe_object(classid, objid, objsubid) COLLATE "C") AS list
        FROM pg_depend WHERE deptype = 'x' AND refclassid = 'pg_catalog.pg_extension'::regclass
            GROUP BY refobjid
    ) used ON used.refobjid = x.oid
    {comment_join("note", "pg_extension", "x.oid")}"""
    return select(UNIT, "'extension'", "x.extname", attributes, source)


def default_privileges() -> str:
    """ALTER DEFAULT PRIVILEGES."""
    types = {
        "r": "tables",
        "S": "sequences",
        "f": "functions",
        "T": "types",
        "n": "schemas",
        "L": "large objects",
    }
    attributes = {
        "role": "pg_get_userbyid(a.defaclrole)",
        "schema": "n.nspname",
        "privileges": sorted_texts("a.defaclacl"),
    }
    source = "FROM pg_default_acl a LEFT JOIN pg_namespace n ON n.oid = a.defaclnamespace"
    name = "pg_get_userbyid(a.defaclrole) || coalesce(' in ' || n.nspname, '') || ' on ' || " + words(
        "a.defaclobjtype", dict(types)
    )
    return select(UNIT, "'default privileges'", name, attributes, source)


def casts() -> str:
    """Casts."""
    attributes = {
        "context": words("c.castcontext", {"e": "explicit", "a": "assignment", "i": "implicit"}),
        "method": words("c.castmethod", {"f": "function", "i": "inout", "b": "binary"}),
        "function": procedure("c.castfunc"),
        "comment": "d.description",
    }
    source = f"""FROM pg_cast c {comment_join("note", "pg_cast", "c.oid")}
    WHERE c.oid >= {FIRST_USER_OID} AND {not_member("pg_cast", "c.oid", internal=True)}"""
    name = "'(' || format_type(c.castsource, NULL) || ' AS ' || format_type(c.casttarget, NULL) || ')'"
    return select(UNIT, "'cast'", name, attributes, source)


def transforms() -> str:
    """CREATE TRANSFORM."""
    attributes = {
        "from_sql": procedure("t.trffromsql"),
        "to_sql": procedure("t.trftosql"),
        "comment": "d.description",
    }
    source = f"""FROM pg_transform t JOIN pg_language l ON l.oid = t.trflang
    {comment_join("note", "pg_transform", "t.oid")} WHERE {not_member("pg_transform", "t.oid")}"""
    return select(
        UNIT, "'transform'", "format_type(t.trftype, NULL) || ' for ' || l.lanname", attributes, source
    )


def collations(version: int) -> str:
    """Collations that somebody made; a database's own come from initdb."""
    locale = "colllocale" if version >= 17 else "colliculocale" if version >= 15 else None
    attributes = {
        "provider": words("c.collprovider", {"c": "libc", "i": "icu", "b": "builtin", "d": "default"}),
        "deterministic": "c.collisdeterministic",
        "encoding": "nullif(pg_encoding_to_char(c.collencoding), '')",
        "collate": "c.collcollate",
        "ctype": "c.collctype",
        "locale": f"c.{locale}" if locale else "NULL",
        "rules": "c.collicurules" if version >= 16 else "NULL",
        "version": "c.collversion",
        "owner": "pg_get_userbyid(c.collowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_collation c JOIN pg_namespace n ON n.oid = c.collnamespace
    {comment_join("note", "pg_collation", "c.oid")}
    WHERE c.oid >= {FIRST_USER_OID} AND {not_member("pg_collation", "c.oid")}"""
    return select(UNIT, "'collation'", "n.nspname || '.' || c.collname", attributes, source)


def conversions() -> str:
    """Conversions between encodings."""
    attributes = {
        "from": "pg_encoding_to_char(c.conforencoding)",
        "to": "pg_encoding_to_char(c.contoencoding)",
        "function": procedure("c.conproc"),
        "default": flag("c.condefault"),
        "owner": "pg_get_userbyid(c.conowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_conversion c JOIN pg_namespace n ON n.oid = c.connamespace
    {comment_join("note", "pg_conversion", "c.oid")}
    WHERE c.oid >= {FIRST_USER_OID} AND {not_member("pg_conversion", "c.oid")}"""
    return select(UNIT, "'conversion'", "n.nspname || '.' || c.conname", attributes, source)


def languages() -> str:
    """Procedural languages (most come as extensions)."""
    attributes = {
        "procedural": "l.lanispl",
        "trusted": "l.lanpltrusted",
        "handler": procedure("l.lanplcallfoid"),
        "inline": procedure("l.laninline"),
        "validator": procedure("l.lanvalidator"),
        "owner": "pg_get_userbyid(l.lanowner)",
        "privileges": privileges("l.lanacl", "l", "l.lanowner"),
        "comment": "d.description",
    }
    source = f"""FROM pg_language l {comment_join("note", "pg_language", "l.oid")}
    WHERE l.oid >= {FIRST_USER_OID} AND {not_member("pg_language", "l.oid")}"""
    return select(UNIT, "'language'", "l.lanname", attributes, source)


def access_methods() -> str:
    """Access methods."""
    attributes = {
        "handler": procedure("a.amhandler"),
        "type": words("a.amtype", {"t": "table", "i": "index"}),
        "comment": "d.description",
    }
    source = f"""FROM pg_am a {comment_join("note", "pg_am", "a.oid")}
    WHERE a.oid >= {FIRST_USER_OID} AND {not_member("pg_am", "a.oid")}"""
    return select(UNIT, "'access method'", "a.amname", attributes, source)


def event_triggers() -> str:
    """Event triggers."""
    attributes = {
        "event": "t.evtevent",
        "function": procedure("t.evtfoid"),
        "enabled": words("t.evtenabled", {"O": None, "D": "disabled", "R": "replica", "A": "always"}),
        "tags": sorted_texts("t.evttags"),
        "owner": "pg_get_userbyid(t.evtowner)",
        "comment": "d.description",
    }
    source = f"""FROM pg_event_trigger t {comment_join("note", "pg_event_trigger", "t.oid")}
    WHERE {not_member("pg_event_trigger", "t.oid")}"""
    return select(UNIT, "'event trigger'", "t.evtname", attributes, source)


def wrappers() -> str:
    """Foreign data wrappers."""
    attributes = {
        "handler": procedure("w.fdwhandler"),
        "validator": procedure("w.fdwvalidator"),
        "options": sorted_texts("w.fdwoptions"),
        "owner": "pg_get_userbyid(w.fdwowner)",
        "privileges": privileges("w.fdwacl", "F", "w.fdwowner"),
        "comment": "d.description",
    }
    source = f"""FROM pg_foreign_data_wrapper w {comment_join("note", "pg_foreign_data_wrapper", "w.oid")}
    WHERE {not_member("pg_foreign_data_wrapper", "w.oid")}"""
    return select(UNIT, "'foreign data wrapper'", "w.fdwname", attributes, source)


def servers() -> str:
    """Foreign servers."""
    attributes = {
        "wrapper": "w.fdwname",
        "type": "s.srvtype",
        "version": "s.srvversion",
        "options": sorted_texts("s.srvoptions"),
        "owner": "pg_get_userbyid(s.srvowner)",
        "privileges": privileges("s.srvacl", "S", "s.srvowner"),
        "comment": "d.description",
    }
    source = f"""FROM pg_foreign_server s JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw
    {comment_join("note", "pg_foreign_server", "s.oid")}
    WHERE {not_member("pg_foreign_server", "s.oid")}"""
    return select(UNIT, "'server'", "s.srvname", attributes, source)


def user_mappings() -> str:
    """User mappings, through the view that every role may read."""
    attributes = {"server": "m.srvname", "user": "m.usename", "options": sorted_texts("m.umoptions")}
    return select(
        UNIT, "'user mapping'", "m.usename || ' on ' || m.srvname", attributes, "FROM pg_user_mappings m"
    )


def security_labels() -> str:
    """Security labels (SECURITY LABEL), on whatever object."""
    attributes = {"provider": "l.provider", "label": "l.label"}
    source = "FROM pg_seclabel l"
    name = "pg_describe_object(l.classoid, l.objoid, l.objsubid) || ' for ' || l.provider"
    return select(UNIT, "'security label'", name, attributes, source)


def large_objects() -> str:
    """How many large objects there are, and whose; their OIDs and contents are data."""
    attributes = {
        "count": "count(*)",
        "owners": 'jsonb_agg(DISTINCT pg_get_userbyid(l.lomowner) COLLATE "C")',
        "privileges": 'jsonb_agg(DISTINCT l.lomacl::text COLLATE "C") FILTER (WHERE l.lomacl IS NOT NULL)',
    }
    return select(
        UNIT, "'large objects'", "''", attributes, "FROM pg_largeobject_metadata l HAVING count(*) > 0"
    )
