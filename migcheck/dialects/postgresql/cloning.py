"""What CREATE DATABASE ... TEMPLATE loses, replayed on the copy.

The server copies the files of a database; what it keeps about it in shared catalogs (pg_database,
pg_shdescription, pg_db_role_setting) stays behind.
"""

from __future__ import annotations

import re

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

_MARKER = "migcheck."

# Settings that hold a list of identifiers (GUC_LIST_QUOTE in the server's source): their stored text is a
# list of quoted elements, each of which must be given as a literal of its own.
_LIST_SETTINGS = frozenset(
    {
        "local_preload_libraries",
        "search_path",
        "session_preload_libraries",
        "shared_preload_libraries",
        "temp_tablespaces",
        "unix_socket_directories",
    }
)


def replay(connection: psycopg.Connection[TupleRow], template: str, copy: str) -> None:
    """Give `copy` the owner, privileges, connection limit, comment and settings of `template`.

    `connection` is in autocommit mode on any database of the server. Raises psycopg.Error.
    """
    row = connection.execute(
        """SELECT t.datdba <> c.datdba, pg_get_userbyid(t.datdba), t.datconnlimit, t.datacl IS NOT NULL,
                  shobj_description(t.oid, 'pg_database')
           FROM pg_database t, pg_database c WHERE t.datname = %s AND c.datname = %s""",
        [template, copy],
    ).fetchone()
    if row is None:
        return
    other_owner, owner, limit, has_privileges, comment = row
    name = sql.Identifier(copy)
    if other_owner:
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(name, sql.Identifier(owner)))
    if limit != -1:
        connection.execute(sql.SQL("ALTER DATABASE {} CONNECTION LIMIT {}").format(name, sql.Literal(limit)))
    if comment is not None:
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, sql.Literal(comment)))
    if has_privileges:
        _privileges(connection, template, copy, owner)
    _settings(connection, template, copy)


def _privileges(connection: psycopg.Connection[TupleRow], template: str, copy: str, owner: str) -> None:
    """Replace the default privileges by the template's, each granted by the role that granted it there."""
    name = sql.Identifier(copy)
    for grantee in (sql.SQL("PUBLIC"), sql.Identifier(owner)):
        connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM {}").format(name, grantee))
    grants = connection.execute(
        """SELECT pg_get_userbyid(a.grantor), CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
                  a.privilege_type, a.is_grantable
           FROM pg_database t, aclexplode(t.datacl) WITH ORDINALITY AS a(grantor, grantee, privilege_type,
                                                                         is_grantable, position)
           WHERE t.datname = %s
           ORDER BY a.grantor <> t.datdba, a.position""",
        [template],
    ).fetchall()
    for grantor, grantee, privilege, grantable in grants:
        statement = sql.SQL("GRANT {} ON DATABASE {} TO {}{}").format(
            sql.SQL(privilege),
            name,
            sql.SQL("PUBLIC") if grantee is None else sql.Identifier(grantee),
            sql.SQL(" WITH GRANT OPTION" if grantable else ""),
        )
        if grantor == owner:
            connection.execute(statement)
            continue
        connection.execute(sql.SQL("SET ROLE {}").format(sql.Identifier(grantor)))
        try:
            connection.execute(statement)
        finally:
            connection.execute("RESET ROLE")


def _settings(connection: psycopg.Connection[TupleRow], template: str, copy: str) -> None:
    rows = connection.execute(
        """SELECT CASE WHEN s.setrole <> 0 THEN pg_get_userbyid(s.setrole) END, entry
           FROM pg_db_role_setting s JOIN pg_database t ON t.oid = s.setdatabase, unnest(s.setconfig) AS entry
           WHERE t.datname = %s""",
        [template],
    ).fetchall()
    for role, entry in rows:
        setting, _, value = entry.partition("=")
        if setting.startswith(_MARKER):
            continue
        if role is None:
            target = sql.SQL("DATABASE {}").format(sql.Identifier(copy))
        else:
            target = sql.SQL("ROLE {} IN DATABASE {}").format(sql.Identifier(role), sql.Identifier(copy))
        connection.execute(
            sql.SQL("ALTER {} SET {} TO {}").format(
                target,
                # A custom setting has a dot in its name, which is no qualification to quote apart.
                sql.SQL(".").join(sql.Identifier(part) for part in setting.split(".")),
                _value(setting, value),
            )
        )


def _value(setting: str, value: str) -> sql.Composable:
    if setting not in _LIST_SETTINGS:
        return sql.Literal(value)
    elements = re.findall(r'"((?:[^"]|"")*)"|([^\s,"]+)', value)
    literals = [sql.Literal(quoted.replace('""', '"') or plain) for quoted, plain in elements]
    return sql.SQL(", ").join(literals or [sql.Literal("")])
