"""Roles: they belong to the whole server, so what a migration makes of them outlives its database."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

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
    'connection_limit', nullif(r.rolconnlimit, -1), 'valid_until', nullif(r.rolvaliduntil, 'infinity'),
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


def restore_roles(address: ServerAddress, texts: Mapping[str, str]) -> None:
    """Put roles back to what `roles()` said of them: attributes, settings and memberships.

    Raises DatabaseError where the login may not.
    """
    if not texts:
        return
    now = roles(address)
    with connect(address) as connection:
        try:
            for name, text in sorted(texts.items()):
                for statement in _back(name, json.loads(now[name]), json.loads(text)):
                    connection.execute(statement)
        except psycopg.Error as error:
            raise database_error("cannot put roles back", error) from error


_FLAGS = {
    "superuser": "SUPERUSER",
    "inherit": "INHERIT",
    "create_role": "CREATEROLE",
    "create_database": "CREATEDB",
    "login": "LOGIN",
    "replication": "REPLICATION",
    "bypass_row_security": "BYPASSRLS",
}


def _back(name: str, now: dict[str, Any], then: dict[str, Any]) -> Iterator[sql.Composed]:
    """Statements that lead from what a role is to what it was."""
    role = sql.Identifier(name)
    for key, word in _FLAGS.items():
        if now.get(key) != then.get(key):
            yield sql.SQL("ALTER ROLE {} {}").format(role, sql.SQL(word if then.get(key) else f"NO{word}"))
    if now.get("connection_limit") != then.get("connection_limit"):
        limit = sql.Literal(then.get("connection_limit", -1))
        yield sql.SQL("ALTER ROLE {} CONNECTION LIMIT {}").format(role, limit)
    if now.get("valid_until") != then.get("valid_until"):
        until = sql.Literal(then.get("valid_until", "infinity"))
        yield sql.SQL("ALTER ROLE {} VALID UNTIL {}").format(role, until)
    if now.get("comment") != then.get("comment"):
        yield sql.SQL("COMMENT ON ROLE {} IS {}").format(role, sql.Literal(then.get("comment")))
    if now.get("settings") != then.get("settings"):
        yield sql.SQL("ALTER ROLE {} RESET ALL").format(role)
        for setting in then.get("settings") or ():
            variable, _, value = setting.partition("=")
            pair = sql.SQL("{} = {}").format(sql.Identifier(variable), sql.Literal(value))
            yield sql.SQL("ALTER ROLE {} SET {}").format(role, pair)
    yield from _memberships_back(role, now.get("member_of") or [], then.get("member_of") or [])


def _memberships_back(
    role: sql.Identifier, now: list[dict[str, Any]], then: list[dict[str, Any]]
) -> Iterator[sql.Composed]:
    for membership in (each for each in now if each not in then):
        parent, grantor = sql.Identifier(membership["role"]), sql.Identifier(membership["grantor"])
        yield sql.SQL("REVOKE {} FROM {} GRANTED BY {}").format(parent, role, grantor)
    for membership in (each for each in then if each not in now):
        admin = sql.SQL(" WITH ADMIN OPTION" if membership.get("admin_option") else "")
        yield sql.SQL("GRANT {} TO {}{}").format(sql.Identifier(membership["role"]), role, admin)
