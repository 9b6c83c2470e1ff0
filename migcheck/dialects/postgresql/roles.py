"""Roles: they belong to the whole server, so what a migration makes of them outlives its database."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import sql
from psycopg.rows import TupleRow

from migcheck.dialects.postgresql.connection import connect, database_error
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

# Options of a membership came with PostgreSQL 16; to_jsonb() takes those that there are.
_ROLES = """
SELECT r.rolname, jsonb_strip_nulls(jsonb_build_object(
    'superuser', nullif(r.rolsuper, false), 'inherit', r.rolinherit,
    'create_role', nullif(r.rolcreaterole, false), 'create_database', nullif(r.rolcreatedb, false),
    'login', nullif(r.rolcanlogin, false), 'replication', nullif(r.rolreplication, false),
    'bypass_row_security', nullif(r.rolbypassrls, false),
    'connection_limit', nullif(r.rolconnlimit, -1), 'valid_until', r.rolvaliduntil,
    'comment', shobj_description(r.oid, 'pg_authid'),
    'settings', (SELECT jsonb_agg(entry ORDER BY entry COLLATE "C")
                 FROM pg_db_role_setting s, unnest(s.setconfig) AS entry
                 WHERE s.setdatabase = 0 AND s.setrole = r.oid),
    'member_of', (SELECT jsonb_agg(
                      jsonb_build_object('role', pg_get_userbyid(m.roleid),
                                         'grantor', pg_get_userbyid(m.grantor))
                          || (to_jsonb(m) - '{oid,roleid,member,grantor}'::text[])
                      ORDER BY pg_get_userbyid(m.roleid) COLLATE "C", pg_get_userbyid(m.grantor) COLLATE "C")
                  FROM pg_auth_members m WHERE m.member = r.oid)))::text
FROM pg_roles r ORDER BY r.rolname COLLATE "C"
"""


def roles(address: ServerAddress) -> dict[str, str]:
    """All roles of the server: name -> canonical JSON of attributes, settings and memberships.

    Passwords are left out: only a superuser can read them, and their salt differs each time.
    """
    with connect(address) as connection:
        try:
            # Pinned, because they decide how valid_until is written.
            connection.execute("SET TimeZone = 'UTC'; SET DateStyle = 'ISO'")
            return dict(connection.execute(_ROLES).fetchall())
        except psycopg.Error as error:
            raise database_error("cannot read the server's roles", error) from error


def drop_roles(address: ServerAddress, names: Iterable[str]) -> None:
    """Drop roles that migrations made, after the databases in which they owned anything are gone.

    Roles that aren't there are no error. Raises DatabaseError for those that something still depends on.
    """
    left = sorted(names)
    with connect(address) as connection:
        while left:
            failures: dict[str, psycopg.Error] = {}
            for name in left:
                try:
                    _drop(connection, name, address.private)
                except psycopg.Error as error:
                    failures[name] = error
            if len(failures) == len(left):
                first = min(failures)
                raise _still_used(first, failures[first])
            # One role may have granted what another holds: what failed may work now.
            left = sorted(failures)


def _drop(connection: psycopg.Connection[TupleRow], name: str, private: bool) -> None:
    identifier = sql.Identifier(name)
    there = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [name]).fetchone()
    if there is None:
        return
    if private:
        # Privileges on shared objects (databases, tablespaces, parameters). On somebody's server this could
        # reach into a database that isn't ours.
        connection.execute(sql.SQL("DROP OWNED BY {}").format(identifier))
    connection.execute(sql.SQL("DROP ROLE {}").format(identifier))


def _still_used(name: str, error: psycopg.Error) -> DatabaseError:
    failure = database_error(f"cannot drop role {name}, which a migration made", error)
    failure.hint = "Drop it by hand; see the details for what depends on it."
    return failure
