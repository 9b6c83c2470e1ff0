"""Privileges on what nobody's migration made: members of extensions and the system's own objects.

Such objects are left out of the snapshot, but for privileges that differ from those they came with: what
pg_init_privs holds, or the default for their kind where it has no row.
"""

from __future__ import annotations

from collections.abc import Iterator

from migcheck.dialects.postgresql.queries.fragments import FIRST_USER_OID, select

# catalog -> (prefix of its columns, letter for acldefault(), kind, name)
OWNED = {
    "pg_class": ("rel", "CASE c.relkind WHEN 'S' THEN 's'::\"char\" ELSE 'r' END", "c.oid::regclass::text"),
    "pg_proc": ("pro", "'f'", "c.oid::regprocedure::text"),
    "pg_type": ("typ", "'T'", "c.oid::regtype::text"),
    "pg_namespace": ("nsp", "'n'", "c.nspname"),
    "pg_language": ("lan", "'l'", "c.lanname"),
    "pg_foreign_data_wrapper": ("fdw", "'F'", "c.fdwname"),
    "pg_foreign_server": ("srv", "'S'", "c.srvname"),
}

KINDS = {
    "pg_class": "CASE c.relkind WHEN 'S' THEN 'sequence' WHEN 'v' THEN 'view' "
    "WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table' ELSE 'table' END",
    "pg_proc": "CASE c.prokind WHEN 'p' THEN 'procedure' WHEN 'a' THEN 'aggregate' ELSE 'function' END",
    "pg_type": "CASE c.typtype WHEN 'd' THEN 'domain' ELSE 'type' END",
    "pg_namespace": "'schema'",
    "pg_language": "'language'",
    "pg_foreign_data_wrapper": "'foreign data wrapper'",
    "pg_foreign_server": "'server'",
}


def member_privileges() -> Iterator[str]:
    """One SELECT for each kind of object that can be granted on, and one for columns."""
    for catalog, (prefix, letter, name) in OWNED.items():
        yield _changed(catalog, prefix, letter, name)
    yield _changed_columns()


def _sorted(acl: str) -> str:
    return f'ARRAY(SELECT a::text FROM unnest({acl}) AS a ORDER BY a::text COLLATE "C")'


def _changed(catalog: str, prefix: str, letter: str, name: str) -> str:
    default = f"acldefault({letter}, c.{prefix}owner)"
    now = _sorted(f"coalesce(c.{prefix}acl, {default})")
    initial = _sorted(f"coalesce(i.initprivs, {default})")
    # `public` is the system's only in its OID: it is read as a schema like any other. initdb makes
    # information_schema after it has recorded the initial privileges.
    apart = {
        "pg_namespace": "AND c.nspname NOT IN ('public', 'information_schema')",
        "pg_class": "AND c.relnamespace <> 'information_schema'::regnamespace",
    }
    source = f"""FROM pg_catalog.{catalog} c
    LEFT JOIN pg_depend e ON e.classid = 'pg_catalog.{catalog}'::regclass AND e.objid = c.oid
        AND e.objsubid = 0 AND e.deptype = 'e'
    LEFT JOIN pg_extension x ON x.oid = e.refobjid
    LEFT JOIN pg_init_privs i ON i.classoid = 'pg_catalog.{catalog}'::regclass AND i.objoid = c.oid
        AND i.objsubid = 0
    WHERE c.{prefix}acl IS DISTINCT FROM i.initprivs AND (x.oid IS NOT NULL OR c.oid < {FIRST_USER_OID})
    {apart.get(catalog, "")}
    AND {now} <> {initial}"""
    return select("'o'", KINDS[catalog], name, {"extension": "x.extname", "privileges": now}, source)


def _changed_columns() -> str:
    now = _sorted("a.attacl")
    initial = _sorted("i.initprivs")
    source = f"""FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid
    LEFT JOIN pg_depend e ON e.classid = 'pg_catalog.pg_class'::regclass AND e.objid = a.attrelid
        AND e.objsubid = 0 AND e.deptype = 'e'
    LEFT JOIN pg_extension x ON x.oid = e.refobjid
    LEFT JOIN pg_init_privs i ON i.classoid = 'pg_catalog.pg_class'::regclass AND i.objoid = a.attrelid
        AND i.objsubid = a.attnum
    WHERE a.attacl IS DISTINCT FROM i.initprivs AND (x.oid IS NOT NULL OR a.attrelid < {FIRST_USER_OID})
    AND a.attnum > 0 AND {now} <> {initial}"""
    name = "c.oid::regclass::text || '.' || a.attname"
    return select("'o'", "'column'", name, {"extension": "x.extname", "privileges": now}, source)
