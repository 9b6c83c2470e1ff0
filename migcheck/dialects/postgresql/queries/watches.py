"""What to look at to learn which objects changed: row versions and row counts of the catalogs.

A row version that a transaction wrote after (or while) the last look was taken has an xmin at or above that
look's mark, the xmin of its snapshot: nothing that was in flight then is missed, subtransactions included,
whose ids are above their parent's. Rows that are gone show in the count.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from migcheck.dialects.postgresql.queries.fragments import FIRST_USER_OID

USER = f">= {FIRST_USER_OID}"
# The mark before the first look is the invalid transaction id, to which age() gives this.
_NOT_FIRST = f"mark.whole < {2**31 - 1}"


@dataclass(frozen=True, slots=True)
class Watch:
    """A catalog whose rows are attributed to objects.

    `source` is a FROM clause with alias c, and WHERE; `key` tells rows apart, `owner` is the OID that the row
    belongs to, `identity` what others' definitions quote of it: its name (or NULL). What is not `counted`
    never goes by itself, but with its owner. What plain DDL cannot touch is not `brief`.
    """

    name: str
    source: str
    key: str = "c.oid"
    owner: str = "c.oid"
    identity: str = "NULL"
    counted: bool = True
    brief: bool = True


def _in_schema(prefix: str, more: str = "") -> str:
    return f"c.{prefix}namespace::text || ' ' || c.{prefix}name{more}"


# A table's own row type, or the array type of any type: neither is in a snapshot.
_IMPLIED_TYPE = (
    "c.typrelid <> 0 AND (SELECT relkind FROM pg_class WHERE oid = c.typrelid) <> 'c' "
    "OR c.typcategory = 'A' AND c.typelem <> 0 AND c.typarray = 0"
)

WATCHES = (
    Watch(
        "pg_class",
        f"FROM pg_class c WHERE c.oid {USER} "
        "AND (c.relkind = 't' OR c.relnamespace <> 'pg_toast'::regnamespace)",
        identity=f"c.relkind::text || ' ' || {_in_schema('rel')}",
        # A toast table's options are its table's; a composite type's fields are the type's.
        owner="CASE c.relkind WHEN 'c' THEN c.reltype ELSE c.reltoastrelid END",
    ),
    Watch("pg_index", f"FROM pg_index c WHERE c.indrelid {USER}", "c.indexrelid", "c.indrelid"),
    Watch(
        "pg_attribute",
        f"FROM pg_attribute c WHERE c.attnum > 0 AND c.attrelid {USER}",
        "c.attrelid::bigint * 65536 + c.attnum",
        "c.attrelid",
        "CASE WHEN NOT c.attisdropped THEN c.attname END",
        counted=False,
    ),
    Watch("pg_attrdef", f"FROM pg_attrdef c WHERE c.oid {USER}", owner="c.adrelid"),
    Watch(
        "pg_constraint",
        f"FROM pg_constraint c WHERE c.oid {USER}",
        owner="CASE c.contypid WHEN 0 THEN c.conrelid ELSE c.contypid END",
        identity="c.conname",
    ),
    Watch(
        "pg_trigger",
        f"FROM pg_trigger c WHERE c.oid {USER}",
        owner="c.tgrelid",
        identity="c.tgconstraint::text",
    ),
    Watch("pg_rewrite", f"FROM pg_rewrite c WHERE c.oid {USER}", owner="c.ev_class"),
    Watch("pg_policy", "FROM pg_policy c", owner="c.polrelid"),
    Watch("pg_statistic_ext", "FROM pg_statistic_ext c", owner="c.stxrelid"),
    Watch("pg_inherits", "FROM pg_inherits c", "c.inhrelid::text || ' ' || c.inhparent::text", "c.inhrelid"),
    # ALTER SEQUENCE ... OWNED BY writes this row, too.
    Watch("pg_sequence", "FROM pg_sequence c", "c.seqrelid", "c.seqrelid"),
    Watch("pg_partitioned_table", "FROM pg_partitioned_table c", "c.partrelid", "c.partrelid"),
    Watch("pg_foreign_table", "FROM pg_foreign_table c", "c.ftrelid", "c.ftrelid"),
    Watch(
        "members of extensions",
        "FROM pg_depend c WHERE c.refclassid = 'pg_catalog.pg_extension'::regclass",
        "concat_ws(' ', c.classid, c.objid, c.objsubid, c.refobjid, c.deptype)",
        "0",
        brief=False,
    ),
    Watch(
        "pg_type",
        f"FROM pg_type c WHERE c.oid {USER}",
        owner=f"CASE WHEN NOT ({_IMPLIED_TYPE}) THEN c.oid ELSE 0 END",
        identity=_in_schema("typ"),
    ),
    Watch("pg_enum", f"FROM pg_enum c WHERE c.oid {USER}", owner="c.enumtypid", identity="c.enumlabel"),
    Watch(
        "pg_proc",
        f"FROM pg_proc c WHERE c.oid {USER}",
        identity=_in_schema("pro", " || ' ' || c.proargtypes::text"),
    ),
    Watch(
        "pg_aggregate",
        f"FROM pg_aggregate c WHERE c.aggfnoid::oid {USER}",
        "c.aggfnoid::oid",
        "c.aggfnoid::oid",
        brief=False,
    ),
    Watch("pg_namespace", "FROM pg_namespace c", identity="c.nspname", brief=False),
    Watch(
        "pg_description",
        f"FROM pg_description c WHERE c.objoid {USER}",
        "c.classoid::regclass::text || ' ' || c.objoid::text || ' ' || c.objsubid::text",
        "c.objoid",
        "c.classoid::regclass::text",
    ),
    Watch(
        "pg_description of initdb's objects",
        # Asked for by their numbers: there are thousands of other comments, of functions mostly.
        "FROM pg_description c WHERE c.classoid IN ('pg_namespace'::regclass, 'pg_extension'::regclass) "
        "AND c.objoid = ANY (ARRAY(SELECT oid FROM pg_namespace WHERE nspname = 'public' "
        f"UNION ALL SELECT oid FROM pg_extension WHERE oid < {FIRST_USER_OID}))",
        "c.classoid::regclass::text || ' ' || c.objoid::text || ' ' || c.objsubid::text",
        "c.objoid",
        "c.classoid::regclass::text",
        brief=False,
    ),
)

# Names under which the query tells of what is not watched row by row. (A watched catalog's is its place in
# WATCHES.)
RARE, SELDOM, SYSTEM, MARK = -1, -2, -3, -4

# A change of any row, or of the count, of these is rare: then everything is read again.
RARE_SOURCES = {
    **{
        name: f"FROM {name} c WHERE c.oid {USER}"
        for name in (
            "pg_am",
            "pg_amop",
            "pg_amproc",
            "pg_cast",
            "pg_collation",
            "pg_conversion",
            "pg_default_acl",
            "pg_event_trigger",
            "pg_foreign_data_wrapper",
            "pg_foreign_server",
            "pg_opclass",
            "pg_operator",
            "pg_opfamily",
            "pg_publication",
            "pg_publication_rel",
            "pg_transform",
            "pg_ts_config",
            "pg_ts_dict",
            "pg_ts_parser",
            "pg_ts_template",
        )
    },
    "pg_largeobject_metadata": "FROM pg_largeobject_metadata c",
    "pg_range": f"FROM pg_range c WHERE c.rngtypid {USER}",
    "pg_seclabel": "FROM pg_seclabel c",
    "pg_ts_config_map": f"FROM pg_ts_config_map c WHERE c.mapcfg {USER}",
    "pg_init_privs": f"FROM pg_init_privs c WHERE c.objoid {USER}",
}

# Rows of these are always there. They count apart: a count of the rare ones tells whether there are any.
SELDOM_SOURCES = ("FROM pg_extension c", "FROM pg_language c")

# Initdb's own objects and columns, which somebody can grant something on: where any of these rows is new (at
# the first look all would be), everything is read again.
SYSTEM_CATALOGS = {"pg_class": "oid", "pg_proc": "oid", "pg_type": "oid", "pg_attribute": "attrelid"}

# Views and catalogs that hide their row versions from ordinary roles: a digest of their rows stands for them.
DIGESTED = {
    "pg_roles": "r.oid::text || ' ' || r.rolname",
    "pg_tablespace": "r.oid::text || ' ' || r.spcname",
    "pg_user_mappings": "r.*::text",
}
# With those of subscriptions that every role may read.
_SUBSCRIPTION = "concat(r.subname, r.subowner, r.subenabled, r.subslotname, r.subpublications)"

# What a statement of plain DDL or DML cannot touch, where there are no objects of rare kinds (event triggers,
# publications ...), is left out of a brief look.
PLAIN = re.compile(
    r"(?!.*\bCONCURRENTLY\b)\s*"
    r"(ALTER TABLE|COMMENT ON (COLUMN|CONSTRAINT|INDEX|TABLE)|CREATE (UNIQUE )?INDEX|CREATE (SEQUENCE|TABLE)"
    r"|CREATE TYPE \S+ AS ENUM|DELETE|DROP (INDEX|SEQUENCE|TABLE|TYPE)|INSERT|UPDATE)\b[^;]*;?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
"""Matches such a statement. (What its triggers do is not in its text: a thorough look has to follow.)"""


def watch(version: int, superuser: bool, brief: bool) -> str:
    """One query over all catalogs, or (`brief`) over those that plain DDL touches.

    Its parameters are the mark of the last look, and that of the last one that was not brief. It gives rows
    (name, count, texts), but for names that nothing is there of. For a watched catalog `texts` holds what is
    new, as `key TAB owner TAB identity` (the last one empty for NULL). Under RARE, SELDOM and SYSTEM is a
    text for each new row. The row MARK has the mark for the next look; then, unless brief, the digests.
    """
    watched = [w for w in WATCHES if not brief or w.brief]
    rows = [_watched(w, "mark.last" if w.brief else "mark.whole") for w in watched]
    digests: list[str] = []
    if not brief:
        rows += _unwatched(version, superuser)
        digests = _digests(superuser)
    mark = ", ".join(("pg_snapshot_xmin(pg_current_snapshot())::xid::text", *digests))
    selects = "\nUNION ALL\n".join(rows)
    return f"""WITH mark AS MATERIALIZED (SELECT age(%s::text::xid) AS last, age(%s::text::xid) AS whole)
SELECT seen.name, count(*), array_agg(seen.text) FILTER (WHERE seen.text IS NOT NULL)
FROM mark CROSS JOIN LATERAL (
{selects}
) AS seen GROUP BY seen.name
UNION ALL SELECT {MARK}, 0, ARRAY[{mark}]"""


def _watched(w: Watch, mark: str) -> str:
    text = f"concat({w.key}, E'\\t', {w.owner}, E'\\t', {w.identity})"
    name, fresh = WATCHES.index(w), f"age(c.xmin) <= {mark}"
    if w.counted:
        return f"SELECT {name} AS name, CASE WHEN {fresh} THEN {text} END AS text {w.source}"
    return f"SELECT {name}, {text} {w.source} AND {fresh}"


def _unwatched(version: int, superuser: bool) -> list[str]:
    rare = dict(RARE_SOURCES)
    if version >= 15:
        rare["pg_publication_namespace"] = "FROM pg_publication_namespace c"
    if superuser:
        rare["pg_subscription"] = "FROM pg_subscription c"
    if version < 14:
        # CREATE INDEX CONCURRENTLY sets these flags in place, without a new row version.
        rare["unfinished indexes"] = (
            "FROM pg_index c WHERE NOT (c.indisvalid AND c.indisready AND c.indislive)"
        )
    fresh = "age(c.xmin) <= mark.whole"
    counted = [(RARE, source) for source in rare.values()] + [(SELDOM, source) for source in SELDOM_SOURCES]
    new = f"{fresh} AND {_NOT_FIRST}"
    return [
        *(f"SELECT {name}, CASE WHEN {fresh} THEN '' END {source}" for name, source in counted),
        *(
            f"SELECT {SYSTEM}, '' FROM {catalog} c WHERE c.{oid} < {FIRST_USER_OID} AND {new}"
            for catalog, oid in SYSTEM_CATALOGS.items()
        ),
    ]


def _digests(superuser: bool) -> list[str]:
    digested = dict(DIGESTED)
    if not superuser:
        digested["pg_subscription"] = _SUBSCRIPTION
    return [
        f"(SELECT md5(string_agg({row}, ',' ORDER BY {row} COLLATE \"C\")) FROM {catalog} r)"
        for catalog, row in digested.items()
    ]


def keys(watched: Watch) -> str:
    """The keys of all rows of a watched catalog, as one text of lines (NULL for none)."""
    return f"SELECT string_agg(({watched.key})::text, E'\\n') {watched.source}"


DEPENDENTS = """
WITH RECURSIVE start(class, oid) AS (
    SELECT 'pg_catalog.pg_class'::regclass::oid, unnest(%s::oid[])
    UNION ALL SELECT 'pg_catalog.pg_type'::regclass::oid, unnest(%s::oid[])
    UNION ALL SELECT 'pg_catalog.pg_proc'::regclass::oid, unnest(%s::oid[])
), found(class, oid) AS (
    SELECT class, oid FROM start
    UNION
    SELECT up.class, up.oid FROM found f
    JOIN pg_depend d ON d.refclassid = f.class AND d.refobjid = f.oid AND d.deptype <> 'e'
    CROSS JOIN LATERAL (
        SELECT 'pg_catalog.pg_class'::regclass::oid AS class, w.ev_class AS oid FROM pg_rewrite w
            WHERE d.classid = 'pg_catalog.pg_rewrite'::regclass AND w.oid = d.objid
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, p.polrelid FROM pg_policy p
            WHERE d.classid = 'pg_catalog.pg_policy'::regclass AND p.oid = d.objid
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, a.adrelid FROM pg_attrdef a
            WHERE d.classid = 'pg_catalog.pg_attrdef'::regclass AND a.oid = d.objid
            AND d.refclassid <> 'pg_catalog.pg_class'::regclass
        UNION ALL
        SELECT CASE k.contypid WHEN 0 THEN 'pg_catalog.pg_class'::regclass
            ELSE 'pg_catalog.pg_type'::regclass END,
            CASE k.contypid WHEN 0 THEN k.conrelid ELSE k.contypid END FROM pg_constraint k
            WHERE d.classid = 'pg_catalog.pg_constraint'::regclass AND k.oid = d.objid
            AND d.refclassid <> 'pg_catalog.pg_class'::regclass
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, t.tgrelid FROM pg_trigger t
            WHERE d.classid = 'pg_catalog.pg_trigger'::regclass AND t.oid = d.objid AND NOT t.tgisinternal
            AND d.refclassid <> 'pg_catalog.pg_class'::regclass
        UNION ALL
        SELECT 'pg_catalog.pg_class'::regclass, coalesce(i.indrelid, d.objid) FROM pg_class c
            LEFT JOIN pg_index i ON i.indexrelid = c.oid
            WHERE d.classid = 'pg_catalog.pg_class'::regclass AND c.oid = d.objid
            AND d.refclassid <> 'pg_catalog.pg_class'::regclass
        UNION ALL
        SELECT d.classid, d.objid
            WHERE d.classid IN ('pg_catalog.pg_type'::regclass, 'pg_catalog.pg_proc'::regclass)
    ) AS up
)
SELECT class::regclass::text, oid::bigint FROM found
"""
