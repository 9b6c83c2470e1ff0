"""Pieces of SQL that several queries share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum

# OIDs below are initdb's own objects (FirstNormalObjectId in access/transam.h).
FIRST_USER_OID = 16384


class Scope(Enum):
    """What a query reads: every object of its kinds, or those whose OIDs the parameter (oid[]) holds."""

    ALL = "all"
    SOME = "some"

    def restrict(self, oid: str) -> str:
        """A condition on the column `oid`."""
        return f"{oid} >= {FIRST_USER_OID}" if self is Scope.ALL else f"{oid} = ANY(%s::oid[])"

    @property
    def notes(self) -> str:
        """What to join for comments: a reduced copy for hash joins, or the catalog with its index."""
        return "note" if self is Scope.ALL else "pg_description"


# `public` and its extension plpgsql are the objects of initdb whose comments count.
NOTES = (
    f"note AS MATERIALIZED (SELECT * FROM pg_description WHERE objoid >= {FIRST_USER_OID} "
    "OR objoid = to_regnamespace('public') OR classoid = 'pg_catalog.pg_extension'::regclass)"
)


def oid_array(oids: Iterable[int]) -> str:
    """A parameter for `%s::oid[]`, as text: numbers would be sent as the smallest type that holds them."""
    return "{" + ",".join(map(str, sorted(oids))) + "}"


def with_clause(scope: Scope, expressions: Iterable[str]) -> str:
    """`WITH ...` of the common table expressions that the scope needs."""
    parts = ([NOTES] if scope is Scope.ALL else []) + list(expressions)
    return "WITH " + ",\n".join(parts) + "\n" if parts else ""


def value(attributes: Mapping[str, str]) -> str:
    """The JSON text of an entry; attributes whose expression is NULL are left out."""
    pairs = ", ".join(f"'{name}', {expression}" for name, expression in attributes.items())
    return f"jsonb_strip_nulls(jsonb_build_object({pairs}))::text"


def sorted_texts(array: str) -> str:
    """The elements of an array as text[], sorted; NULL for a NULL array."""
    ordered = f'ARRAY(SELECT e::text FROM unnest({array}) AS e ORDER BY e::text COLLATE "C")'
    return f"CASE WHEN {array} IS NOT NULL THEN {ordered} END"


def privileges(acl: str, object_type: str, owner: str) -> str:
    """The items of an ACL, sorted; NULL where they are what a fresh object of this owner has.

    `object_type` is the letter that acldefault() takes. An ACL that is NULL and one that GRANT and REVOKE
    have expanded to the same rights are thus equal.
    """
    given = f'ARRAY(SELECT a::text FROM unnest({acl}) AS a ORDER BY a::text COLLATE "C")'
    default = (
        f"ARRAY(SELECT a::text FROM unnest(acldefault('{object_type}', {owner})) AS a "
        'ORDER BY a::text COLLATE "C")'
    )
    return f"CASE WHEN {acl} IS NOT NULL THEN nullif({given}, {default}) END"


def comment_join(notes: str, catalog: str, oid: str, alias: str = "d", column: str = "0") -> str:
    """LEFT JOIN of the comment on an object, as `alias`.description."""
    return (
        f"LEFT JOIN {notes} {alias} ON {alias}.objoid = {oid} AND {alias}.objsubid = {column} "
        f"AND {alias}.classoid = 'pg_catalog.{catalog}'::regclass"
    )


def not_member(catalog: str, oid: str, internal: bool = False) -> str:
    """A condition: the object belongs to no extension.

    With `internal` neither is it part of another object, as the constructors of a range type are of the type.
    """
    types = "e.deptype IN ('e', 'i')" if internal else "e.deptype = 'e'"
    return (
        f"NOT EXISTS (SELECT FROM pg_depend e WHERE {types} AND e.objsubid = 0 "
        f"AND e.classid = 'pg_catalog.{catalog}'::regclass AND e.objid = {oid})"
    )


def user_schema(name: str) -> str:
    """A condition: the schema is not one of another session's temporary ones or the toast schema.

    Objects of the system in pg_catalog and information_schema are told by their OIDs: a user's function in
    pg_catalog counts.
    """
    return f"{name} !~ '^pg_(toast|temp|toast_temp)(_|$)'"


def named(oid: str, table: str, column: str) -> str:
    """The bare name of what an OID refers to; NULL for 0."""
    return f"(SELECT {column} FROM {table} WHERE oid = {oid})"


def procedure(oid: str) -> str:
    """A regproc column as `schema.f(types)`; NULL for 0."""
    return f"nullif({oid}::oid, 0)::regprocedure::text"


def flag(expression: str) -> str:
    """`true`, or NULL for false: flags that are off are left out."""
    return f"nullif({expression}, false)"


def words(expression: str, meanings: Mapping[str, str | None]) -> str:
    """A one-letter code spelt out; None for the code of the usual case, which is left out."""
    cases = " ".join(
        f"WHEN '{code}' THEN " + ("NULL" if meaning is None else f"'{meaning}'")
        for code, meaning in meanings.items()
    )
    return f"CASE {expression} {cases} ELSE {expression}::text END"


def select(unit: str, kind: str, name: str, attributes: Mapping[str, str], source: str) -> str:
    """One SELECT of rows (unit, kind, name, value); `kind` is an SQL expression."""
    return f"SELECT {unit} AS unit, {kind} AS kind, {name} AS name, {value(attributes)} AS value\n{source}"
