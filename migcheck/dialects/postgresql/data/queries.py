"""What there is to know of tables for rows to be put in: catalog queries, one result row an object."""

from __future__ import annotations

_USER = (
    "n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp)'"
    " AND NOT EXISTS (SELECT FROM pg_catalog.pg_depend d WHERE d.classid = 'pg_catalog.pg_class'::regclass"
    " AND d.objid = c.oid AND d.deptype = 'e')"
)

RELATIONS = f"""
SELECT c.oid::int8, n.nspname, c.relname, c.relkind, c.relispartition,
       (SELECT p.partstrat FROM pg_catalog.pg_partitioned_table p WHERE p.partrelid = c.oid),
       (SELECT min(i.inhparent::int8) FROM pg_catalog.pg_inherits i WHERE i.inhrelid = c.oid),
       CASE WHEN c.relispartition THEN pg_catalog.pg_get_partition_constraintdef(c.oid) END
FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'p', 'f') AND {_USER}
ORDER BY n.nspname COLLATE "C", c.relname COLLATE "C"
"""

COLUMNS = f"""
SELECT a.attrelid::int8, a.attname, a.atttypid::int8, a.atttypmod,
       pg_catalog.format_type(a.atttypid, a.atttypmod), a.attnotnull, a.attidentity, a.attgenerated,
       pg_catalog.pg_get_expr(ad.adbin, ad.adrelid),
       NOT coalesce(co.collisdeterministic, true), q.sequence, q.step
FROM pg_catalog.pg_attribute a
LEFT JOIN (
    SELECT d.refobjid, d.refobjsubid, min(s.seqincrement) AS step,
           min(pg_catalog.quote_ident(sn.nspname) || '.' || pg_catalog.quote_ident(sc.relname)) AS sequence
    FROM pg_catalog.pg_depend d
    JOIN pg_catalog.pg_sequence s ON s.seqrelid = d.objid AND NOT s.seqcycle
    JOIN pg_catalog.pg_class sc ON sc.oid = d.objid
    JOIN pg_catalog.pg_namespace sn ON sn.oid = sc.relnamespace
    WHERE d.classid = 'pg_catalog.pg_class'::regclass AND d.refclassid = 'pg_catalog.pg_class'::regclass
      AND d.deptype IN ('a', 'i') AND d.refobjsubid > 0
    GROUP BY d.refobjid, d.refobjsubid) AS q
  ON q.refobjid = a.attrelid AND q.refobjsubid = a.attnum AND a.atttypid IN (20, 21, 23)
JOIN pg_catalog.pg_class c ON c.oid = a.attrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
LEFT JOIN pg_catalog.pg_collation co ON co.oid = a.attcollation
WHERE a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'f') AND {_USER}
ORDER BY a.attrelid, a.attnum
"""

TYPES = """
SELECT t.oid::int8, t.typname, n.nspname, t.typtype, t.typbasetype::int8, t.typtypmod, t.typnotnull,
       t.typelem::int8, t.typcategory,
       CASE WHEN t.typtype = 'e' THEN
           (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder)
            FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid) END,
       CASE WHEN t.typtype = 'd' THEN
           (SELECT array_agg(pg_catalog.pg_get_expr(k.conbin, 0) ORDER BY k.conname)
            FROM pg_catalog.pg_constraint k WHERE k.contypid = t.oid AND k.contype = 'c') END,
       CASE WHEN t.typtype = 'c' THEN
           (SELECT pg_catalog.jsonb_agg(pg_catalog.jsonb_build_array(a.attname, a.atttypid::int8, a.atttypmod,
                                        pg_catalog.format_type(a.atttypid, a.atttypmod)) ORDER BY a.attnum)
            FROM pg_catalog.pg_attribute a
            WHERE a.attrelid = t.typrelid AND a.attnum > 0 AND NOT a.attisdropped)::text END,
       (SELECT r.rngsubtype::int8 FROM pg_catalog.pg_range r WHERE r.rngtypid = t.oid),
       {multirange}
FROM pg_catalog.pg_type t JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
WHERE t.typtype IN ('d', 'e', 'r', 'm')
   OR (t.typtype = 'c' AND EXISTS (SELECT FROM pg_catalog.pg_class c
                                   WHERE c.oid = t.typrelid AND c.relkind = 'c'))
   OR (t.typtype = 'b' AND n.nspname <> 'pg_catalog')
ORDER BY t.oid
"""

CONSTRAINTS = f"""
SELECT k.conrelid::int8, k.conname, k.contype, k.convalidated, {{enforced}}, k.condeferrable,
       (SELECT array_agg(a.attname::text ORDER BY u.place)
        FROM unnest(k.conkey) WITH ORDINALITY AS u(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.number),
       k.confrelid::int8,
       (SELECT array_agg(a.attname::text ORDER BY u.place)
        FROM unnest(k.confkey) WITH ORDINALITY AS u(number, place)
        JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.number),
       k.confdeltype, k.confupdtype, k.confmatchtype,
       CASE WHEN k.contype = 'c' THEN pg_catalog.pg_get_expr(k.conbin, k.conrelid) END,
       CASE WHEN k.contype = 'f' THEN EXISTS (
           SELECT FROM pg_catalog.pg_trigger t
           WHERE t.tgconstraint = k.oid AND t.tgrelid = k.conrelid AND t.tgenabled = 'D') END,
       CASE WHEN k.contype = 'f' THEN EXISTS (
           SELECT FROM pg_catalog.pg_trigger t
           WHERE t.tgconstraint = k.oid AND t.tgrelid = k.confrelid AND t.tgenabled = 'D') END
FROM pg_catalog.pg_constraint k
JOIN pg_catalog.pg_class c ON c.oid = k.conrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE k.contype IN ('f', 'c', 'n') AND {_USER}
ORDER BY k.conrelid, k.conname COLLATE "C"
"""

INDEXES = f"""
SELECT i.indrelid::int8, x.relname, i.indisprimary, i.indisexclusion, i.indisvalid AND i.indisready,
       {{nulls_not_distinct}}, coalesce(k.condeferrable, false),
       0 = ANY (i.indkey),
       (SELECT array_agg(CASE WHEN i.indkey[p] = 0 OR i.indisexclusion OR 0 = ANY (i.indkey)
                              THEN pg_catalog.pg_get_indexdef(i.indexrelid, p + 1, true)
                              ELSE (SELECT a.attname::text FROM pg_catalog.pg_attribute a
                                    WHERE a.attrelid = i.indrelid AND a.attnum = i.indkey[p]) END ORDER BY p)
        FROM generate_series(0, i.indnkeyatts - 1) AS p),
       pg_catalog.pg_get_expr(i.indpred, i.indrelid),
       CASE WHEN i.indisexclusion THEN
           (SELECT array_agg(o.oprname::text ORDER BY u.place)
            FROM unnest(k.conexclop) WITH ORDINALITY AS u(operator, place)
            JOIN pg_catalog.pg_operator o ON o.oid = u.operator) END
FROM pg_catalog.pg_index i
JOIN pg_catalog.pg_class x ON x.oid = i.indexrelid
JOIN pg_catalog.pg_class c ON c.oid = i.indrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
LEFT JOIN pg_catalog.pg_constraint k ON k.conindid = i.indexrelid AND k.contype IN ('p', 'u', 'x')
WHERE (i.indisunique OR i.indisexclusion) AND c.relkind IN ('r', 'p') AND {_USER}
ORDER BY i.indrelid, NOT i.indisprimary, x.relname COLLATE "C"
"""

TRIGGERS = f"""
SELECT t.tgrelid::int8, t.tgname, t.tgtype & 4 = 4
FROM pg_catalog.pg_trigger t
JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
WHERE NOT t.tgisinternal AND t.tgenabled <> 'D' AND {_USER}
ORDER BY t.tgrelid, t.tgname COLLATE "C"
"""


def all_queries(version: int) -> tuple[str, ...]:
    """Relations, columns, types, constraints, indexes and triggers, for a major version of the server."""
    return (
        RELATIONS,
        COLUMNS,
        TYPES.format(
            multirange="(SELECT r.rngtypid::int8 FROM pg_catalog.pg_range r WHERE r.rngmultitypid = t.oid)"
            if version >= 14
            else "NULL::int8"
        ),
        CONSTRAINTS.format(enforced="k.conenforced" if version >= 18 else "true"),
        INDEXES.format(nulls_not_distinct="i.indnullsnotdistinct" if version >= 15 else "false"),
        TRIGGERS,
    )
