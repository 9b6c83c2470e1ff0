"""The SQL that reads a whole PostgreSQL schema: one SELECT per group of kinds, for servers 13 to 18.

Every SELECT gives rows of (unit, kind, name, value): `kind` and `name` are those of `ObjectKey`, `value` the
canonical JSON text of the attributes. `unit` is what an incremental read replaces as a whole: `r<oid>` for a
relation and all that hangs on it (columns, constraints, indexes, triggers ...), `t<oid>` for a type, `p<oid>`
for a routine, and `o` for everything else.

Each SELECT is built from the server's version (catalogs gain columns) and a `Scope`: everything, or the
objects in the parameter. The two share their text but for the restriction, so what an incremental read sees
is what a full one sees. References are rendered by the server (regprocedure, format_type, pg_get_*def), never
given as OIDs, and lists that have no order of their own are sorted bytewise (`COLLATE "C"`).
"""

from __future__ import annotations

from migcheck.dialects.postgresql.queries.cluster import cluster
from migcheck.dialects.postgresql.queries.others import others
from migcheck.dialects.postgresql.queries.relations import relations
from migcheck.dialects.postgresql.queries.routines import routines
from migcheck.dialects.postgresql.queries.types import types

__all__ = ["cluster", "others", "relations", "routines", "types"]
