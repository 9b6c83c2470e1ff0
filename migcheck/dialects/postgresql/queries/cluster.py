"""The database itself and what belongs to the whole server: roles, tablespaces, settings.

Few rows, and some of the catalogs hide their row versions from ordinary roles: read entirely each time.
"""

from __future__ import annotations

from collections.abc import Iterator

from migcheck.dialects.postgresql.queries.fragments import flag, privileges, select, sorted_texts

# Set on the disposable database to prove that env.py reached it.
MARKER = "migcheck.marker"

UNIT = "'c'"


def cluster(version: int, superuser: bool) -> str:
    """The query for a server of major `version`; no parameters.

    Without `superuser` it does not see whether a role has a password.
    """
    selects = [database(), roles(version, superuser), *settings(), tablespaces()]
    if version >= 15:
        selects.append(parameters())
    return "\nUNION ALL\n".join(selects)


def database() -> str:
    """The current database, under the name `current`: what it is called differs from run to run."""
    attributes = {
        "connection_limit": "nullif(b.datconnlimit, -1)",
        "allow_connections": "CASE WHEN NOT b.datallowconn THEN false END",
        "is_template": flag("b.datistemplate"),
        "owner": "pg_get_userbyid(b.datdba)",
        "privileges": privileges("b.datacl", "d", "b.datdba"),
        "comment": "shobj_description(b.oid, 'pg_database')",
    }
    source = "FROM pg_database b WHERE b.datname = current_database()"
    return select(UNIT, "'database'", "'current'", attributes, source)


def roles(version: int, superuser: bool) -> str:
    """Roles, each with the roles it is a member of; the server's own (pg_*) only where there are such."""
    catalog = "pg_authid" if superuser else "pg_roles"
    options = "CASE WHEN m.admin_option THEN ' with admin option' ELSE '' END"
    if version >= 16:
        options += (
            " || CASE WHEN m.inherit_option THEN '' ELSE ' without inherit' END"
            " || CASE WHEN m.set_option THEN '' ELSE ' without set' END"
        )
    membership = f"pg_get_userbyid(m.roleid) || {options} || ' granted by ' || pg_get_userbyid(m.grantor)"
    attributes = {
        "superuser": flag("r.rolsuper"),
        "inherit": "r.rolinherit",
        "create_role": flag("r.rolcreaterole"),
        "create_database": flag("r.rolcreatedb"),
        "login": flag("r.rolcanlogin"),
        "replication": flag("r.rolreplication"),
        "bypass_row_security": flag("r.rolbypassrls"),
        "connection_limit": "nullif(r.rolconnlimit, -1)",
        # A password's hash is salted: the same password never looks the same twice.
        "password": flag("r.rolpassword IS NOT NULL") if superuser else "NULL",
        "valid_until": "r.rolvaliduntil",
        "member_of": "groups.list",
        "comment": "shobj_description(r.oid, 'pg_authid')",
    }
    source = f"""FROM {catalog} r LEFT JOIN (
        SELECT m.member, jsonb_agg({membership} ORDER BY {membership} COLLATE "C") AS list
        FROM pg_auth_members m GROUP BY m.member
    ) groups ON groups.member = r.oid
    WHERE r.rolname !~ '^pg_' OR groups.list IS NOT NULL"""
    return select(UNIT, "'role'", "r.rolname", attributes, source)


def settings() -> Iterator[str]:
    """ALTER DATABASE ... SET of this database, ALTER ROLE ... SET in it or everywhere: one entry for each."""
    source = f"""FROM pg_db_role_setting s LEFT JOIN pg_database b ON b.oid = s.setdatabase
    CROSS JOIN LATERAL unnest(s.setconfig) AS item
    CROSS JOIN LATERAL (SELECT split_part(item, '=', 1) AS setting, strpos(item, '=') AS place) AS part
    WHERE (s.setdatabase = 0 OR b.datname = current_database()) AND part.setting <> '{MARKER}'"""
    name = (
        "CASE WHEN s.setrole = 0 THEN 'database ' ELSE 'role ' || pg_get_userbyid(s.setrole) || "
        "CASE WHEN s.setdatabase = 0 THEN ' ' ELSE ' in database ' END END || part.setting"
    )
    yield select(UNIT, "'setting'", name, {"value": "substr(item, part.place + 1)"}, source)


def tablespaces() -> str:
    """Tablespaces but the server's own two."""
    attributes = {
        "location": "pg_tablespace_location(t.oid)",
        "options": sorted_texts("t.spcoptions"),
        "owner": "pg_get_userbyid(t.spcowner)",
        "privileges": privileges("t.spcacl", "t", "t.spcowner"),
        "comment": "shobj_description(t.oid, 'pg_tablespace')",
    }
    return select(
        UNIT, "'tablespace'", "t.spcname", attributes, "FROM pg_tablespace t WHERE t.spcname !~ '^pg_'"
    )


def parameters() -> str:
    """GRANT ... ON PARAMETER (15 and newer)."""
    return select(
        UNIT, "'parameter'", "p.parname", {"privileges": sorted_texts("p.paracl")}, "FROM pg_parameter_acl p"
    )
