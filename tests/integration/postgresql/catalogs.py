"""Which rows of which catalogs a snapshot answers for, and what it knowingly does not see.

`EXAMINED` maps a catalog to a condition for the rows of users' objects and an expression for the kind of such
a row. `LEFT_OUT` are catalogs, `UNSEEN` columns that no snapshot shows, `MEANINGLESS` columns that mean
nothing for a kind of row, each with its reason. A catalog or column that is in none of them, as a new server
version brings them, fails the test.
"""

from __future__ import annotations

USER = "oid >= 16384"

EXAMINED: dict[str, tuple[str, str]] = {
    "pg_aggregate": ("aggfnoid::oid >= 16384", "''"),
    "pg_am": (USER, "''"),
    "pg_amop": (USER, "''"),
    "pg_amproc": (USER, "''"),
    "pg_attrdef": (USER, "''"),
    "pg_attribute": (
        "attrelid >= 16384 AND attnum > 0 AND NOT attisdropped AND attrelid IN (SELECT oid FROM pg_class "
        "WHERE relkind NOT IN ('t', 'S', 'i', 'I') AND relnamespace::regnamespace::text !~ '^pg_toast')",
        "(SELECT relkind FROM pg_class WHERE oid = attrelid)",
    ),
    "pg_auth_members": ("roleid >= 16384", "''"),
    "pg_authid": (USER, "''"),
    "pg_cast": (USER + " AND castmethod = 'i'", "''"),
    "pg_class": (USER + " AND relkind <> 't' AND relname !~ '^pg_toast'", "relkind"),
    "pg_collation": (USER, "''"),
    "pg_constraint": (USER + " AND contype <> 't'", "contype"),
    "pg_conversion": (USER, "''"),
    "pg_database": ("datname = current_database()", "''"),
    "pg_db_role_setting": ("true", "CASE setrole WHEN 0 THEN 'database' ELSE 'role' END"),
    "pg_default_acl": ("true", "''"),
    "pg_description": ("objoid >= 16384 OR objoid = 'public'::regnamespace", "classoid::regclass::text"),
    "pg_enum": (USER, "''"),
    "pg_event_trigger": ("true", "''"),
    "pg_extension": ("true", "''"),
    "pg_foreign_data_wrapper": ("true", "''"),
    "pg_foreign_server": ("true", "''"),
    "pg_foreign_table": ("true", "''"),
    "pg_index": (
        "indrelid >= 16384 AND indrelid::regclass::text !~ 'pg_toast'",
        "CASE WHEN indisprimary THEN 'primary' WHEN indisunique THEN 'unique' WHEN indisexclusion "
        "THEN 'exclusion' "
        "ELSE '' END",
    ),
    "pg_inherits": ("true", "(SELECT relkind FROM pg_class WHERE oid = inhrelid)"),
    "pg_language": (USER + " AND lanname <> 'plpgsql'", "''"),
    "pg_largeobject_metadata": ("true", "''"),
    "pg_namespace": (USER + " AND nspname !~ '^pg_'", "''"),
    "pg_opclass": (USER, "''"),
    "pg_operator": (USER, "''"),
    "pg_opfamily": (USER, "''"),
    "pg_parameter_acl": ("true", "''"),
    "pg_partitioned_table": ("true", "''"),
    "pg_policy": ("true", "''"),
    "pg_proc": (
        USER + " AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = c.oid AND deptype IN ('e', 'i'))",
        "prokind",
    ),
    "pg_publication": ("true", "''"),
    "pg_publication_namespace": ("true", "''"),
    "pg_publication_rel": ("true", "''"),
    "pg_range": ("rngtypid >= 16384", "''"),
    "pg_rewrite": (USER, "CASE rulename WHEN '_RETURN' THEN 'view' ELSE 'rule' END"),
    "pg_seclabel": ("true", "''"),
    "pg_sequence": ("true", "''"),
    "pg_shdescription": ("objoid >= 16384", "classoid::regclass::text"),
    "pg_statistic_ext": ("true", "''"),
    "pg_subscription": ("true", "''"),
    "pg_tablespace": (USER, "''"),
    "pg_transform": ("true", "''"),
    "pg_trigger": (USER, "CASE WHEN tgisinternal THEN 'internal' ELSE '' END"),
    "pg_ts_config": (USER, "''"),
    "pg_ts_config_map": ("mapcfg >= 16384", "''"),
    "pg_ts_dict": (USER, "''"),
    "pg_ts_parser": (USER, "''"),
    "pg_ts_template": (USER, "''"),
    "pg_type": (
        USER + " AND typtype <> 'm' AND (typrelid = 0 OR (SELECT relkind FROM pg_class WHERE oid = "
        "typrelid) = 'c') "
        "AND NOT EXISTS (SELECT FROM pg_type e WHERE e.typarray = c.oid)",
        "typtype",
    ),
    "pg_user_mapping": ("true", "''"),
}

# Examined, yet without a row of a user's in a test: nothing in every_kind.sql can make one.
EMPTY = {
    "pg_seclabel": "needs a label provider, a library that the server loads",
    "pg_tablespace": "needs a directory of the server's",
}

LEFT_OUT: dict[str, str] = {
    "pg_depend": "how objects hang together shows in their definitions; ownership of sequences, "
    "membership and "
    "dependence on extensions are tested on their own",
    "pg_init_privs": "what an extension granted when it was made",
    "pg_largeobject": "data",
    "pg_replication_origin": "state of replication",
    "pg_shdepend": "derived from owners and privileges",
    "pg_shseclabel": "labels of roles, databases and tablespaces: they need a label provider",
    "pg_statistic": "what ANALYZE found",
    "pg_statistic_ext_data": "what ANALYZE found",
    "pg_subscription_rel": "state of replication",
}


def _columns(catalog: str, reason: str, names: str) -> dict[str, str]:
    return {f"{catalog}.{name}": reason for name in names.split()}


DERIVED = "derived by the server from other columns"
STORAGE = "where or how rows are stored, not what they are"
STATE = "changes by itself, without DDL"
IDENTITY = "an OID: objects are known by their names"
TYPE = "a copy of the type's"
DEPENDENT = "always changes together with what it belongs to, which shows it"

# Columns that no snapshot shows, of whatever kind the row is: `catalog.column` -> why.
UNSEEN: dict[str, str] = {
    **_columns("pg_amop", DERIVED, "amopmethod"),
    **_columns("pg_attribute", TYPE, "attlen attbyval attalign"),
    **_columns("pg_attribute", DERIVED, "attnum atthasdef"),
    **_columns("pg_attribute", STATE, "attcacheoff atthasmissing attmissingval"),
    "pg_attribute.attndims": "dimensions are declared, never enforced nor shown: int[][] is int[]",
    **_columns("pg_class", STORAGE, "relfilenode relisshared relrewrite reltoastrelid relnatts"),
    **_columns("pg_class", STATE, "relpages reltuples relallvisible relallfrozen relfrozenxid relminmxid"),
    **_columns("pg_class", STATE, "relhasindex relhasrules relhastriggers relhassubclass relchecks"),
    **_columns("pg_class", DERIVED, "relispartition"),
    **_columns("pg_class", IDENTITY, "reltype"),
    "pg_amop.amopsortfamily": "shown for ordering operators",
    **_columns("pg_constraint", DERIVED, "connamespace conpfeqop conppeqop conffeqop"),
    **_columns(
        "pg_database", "fixed when the database is made", "encoding datlocprovider datcollate datctype"
    ),
    **_columns("pg_database", "fixed when the database is made", "daticulocale datlocale daticurules"),
    **_columns("pg_database", STATE, "datfrozenxid datminmxid datcollversion"),
    "pg_database.dathasloginevt": DERIVED,
    "pg_database.dattablespace": STORAGE,
    "pg_enum.enumsortorder": "only the order counts",
    "pg_extension.extcondition": "shown with extconfig, which plpgsql has not",
    **_columns("pg_index", STATE, "indcheckxmin"),
    **_columns("pg_index", DERIVED, "indisexclusion"),
    **_columns("pg_inherits", "only the order counts", "inhseqno"),
    **_columns("pg_operator", DERIVED, "oprkind"),
    **_columns("pg_partitioned_table", DERIVED, "partdefid partnatts"),
    **_columns("pg_proc", DERIVED, "provariadic pronargs pronargdefaults"),
    **_columns("pg_subscription", STATE, "subskiplsn"),
    **_columns("pg_trigger", DERIVED, "tgconstrindid"),
    "pg_ts_config_map.mapseqno": "only the order counts",
}

# Columns that mean nothing for a kind of row: `catalog[kind]` -> names.
MEANINGLESS: dict[str, str] = {
    "pg_attribute[c]": "attrelid attstattarget attstorage attcompression attnotnull attidentity attgenerated "
    "attislocal attinhcount attacl attoptions attfdwoptions",
    "pg_attribute[f]": "attislocal atttypmod",
    "pg_attribute[m]": "attislocal atttypmod",
    "pg_attribute[p]": "attislocal",
    "pg_attribute[v]": "attislocal",
    "pg_class[I]": "reloftype relowner relpersistence relrowsecurity relforcerowsecurity relispopulated "
    "relreplident relacl relpartbound",
    "pg_class[i]": "reloftype relowner relpersistence relrowsecurity relforcerowsecurity relispopulated "
    "relreplident relacl relpartbound",
    "pg_class[S]": "reloftype relam reltablespace relrowsecurity relforcerowsecurity relispopulated "
    "relreplident "
    "reloptions relpartbound",
    "pg_class[c]": "relname relnamespace reloftype relowner relam reltablespace relpersistence "
    "relrowsecurity "
    "relforcerowsecurity relispopulated relreplident relacl reloptions relpartbound",
    "pg_class[f]": "relispopulated",
    "pg_class[m]": "reloftype relrowsecurity relforcerowsecurity relpartbound",
    "pg_class[p]": "relispopulated",
    "pg_class[r]": "relispopulated",
    "pg_class[v]": "reloftype relrowsecurity relforcerowsecurity relispopulated relreplident relpartbound",
    "pg_constraint[c]": "conindid confrelid confupdtype confdeltype confmatchtype conkey confkey "
    "confdelsetcols "
    "conexclop conperiod",
    "pg_constraint[n]": "conindid confrelid confupdtype confdeltype confmatchtype confkey confdelsetcols "
    "conexclop conbin conperiod",
    "pg_constraint[f]": "contypid conindid connoinherit conexclop conbin",
    "pg_constraint[p]": "contypid confrelid confupdtype confdeltype confmatchtype connoinherit confkey "
    "confdelsetcols conexclop conbin",
    "pg_constraint[u]": "contypid confrelid confupdtype confdeltype confmatchtype connoinherit confkey "
    "confdelsetcols conexclop conbin",
    "pg_constraint[x]": "contypid confrelid confupdtype confdeltype confmatchtype connoinherit "
    "conislocal conkey "
    "confkey confdelsetcols conbin",
}

_NO_BASE_TYPE = (
    "typlen typbyval typcategory typispreferred typdelim typsubscript typelem typinput typoutput "
    "typreceive typsend "
    "typmodin typmodout typanalyze typalign typstorage"
)
_NO_DOMAIN = "typnotnull typbasetype typtypmod typndims typdefaultbin"
MEANINGLESS.update(
    {
        "pg_attribute[f]": MEANINGLESS["pg_attribute[f]"] + " attrelid",
        "pg_constraint[f]": MEANINGLESS["pg_constraint[f]"] + " conperiod",
        "pg_constraint[x]": MEANINGLESS["pg_constraint[x]"] + " conperiod",
        "pg_index[exclusion]": "indoption indexprs",
        "pg_index[primary]": "indexprs",
        "pg_index[unique]": "indexprs",
        "pg_inherits[i]": "inhdetachpending",
        "pg_proc[a]": "prolang procost prorows prosupport prosecdef proleakproof proisstrict proargdefaults "
        "protrftypes prosrc probin prosqlbody proconfig",
        "pg_proc[p]": "proretset prorettype",
        "pg_proc[w]": "proargtypes proargdefaults prosqlbody",
        # Only whether they fire can be changed: the rest is the constraint's.
        "pg_trigger[internal]": "tgrelid tgparentid tgname tgtype tgconstrrelid tgdeferrable "
        "tginitdeferred tgnargs "
        "tgattr tgargs tgqual tgoldtable tgnewtable",
        "pg_type[b]": _NO_DOMAIN,
        "pg_type[c]": f"{_NO_BASE_TYPE} {_NO_DOMAIN} typisdefined typcollation typdefault",
        "pg_type[d]": f"{_NO_BASE_TYPE} typisdefined typndims typdefault",
        "pg_type[e]": f"{_NO_BASE_TYPE} {_NO_DOMAIN} typisdefined typcollation typdefault",
        "pg_type[p]": f"{_NO_DOMAIN} typarray",
        "pg_type[r]": f"{_NO_BASE_TYPE} {_NO_DOMAIN} typisdefined typcollation typdefault",
    }
)

# Columns that the server does not survive being changed under it.
UNTOUCHABLE: dict[str, str] = {
    **_columns("pg_database", "the database that the session is in", "oid datname"),
    **_columns("pg_trigger", "more arguments than there are: pg_get_triggerdef() reads on", "tgnargs"),
}


def excused(catalog: str, kind: str, column: str) -> bool:
    """Whether a snapshot need not show this column of this kind of row."""
    key = f"{catalog}.{column}"
    return (
        column == "oid"
        or key in UNSEEN
        or key in UNTOUCHABLE
        or column in MEANINGLESS.get(f"{catalog}[{kind}]", "").split()
    )
