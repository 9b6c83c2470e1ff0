"""Which objects changed since the last look: attributes new and missing catalog rows to what they belong to.

Wherever that is not certain, or where another object's definition may quote what changed (a name), the answer
is "everything": an incremental read must equal a full one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

import psycopg

from migcheck.dialects.postgresql.queries.fragments import FIRST_USER_OID, oid_array
from migcheck.dialects.postgresql.queries.watches import DEPENDENTS, DIGESTED, WATCHES, Watch, keys, watch

NEVER = "0"  # an invalid transaction id: every row is newer

# Catalogs whose names (labels) other objects' definitions quote.
QUOTED = {"pg_class", "pg_attribute", "pg_constraint", "pg_type", "pg_enum", "pg_proc", "pg_namespace"}
IN_PG_CATALOG = "11 "
WATCHED: dict[str, Watch] = {w.name: w for w in WATCHES}


class Known(NamedTuple):
    """A catalog row: the OID that it belongs to, and what others quote of it ("" for nothing)."""

    owner: int
    identity: str

    @property
    def kind(self) -> str:
        """The relkind of a row of pg_class."""
        return self.identity[0]


class Look(NamedTuple):
    """What `queries.watches.watch` tells of one catalog."""

    total: int
    texts: list[str] | None

    def rows(self) -> list[tuple[str, Known]]:
        """The new rows of a watched catalog: (key, row)."""
        split = (text.split("\t", 2) for text in self.texts or ())
        return [(key, Known(int(owner), identity)) for key, owner, identity in split]


@dataclass(slots=True)
class Changes:
    """What to read again, as OIDs; `everything` overrides the rest, `others` is the query of rare kinds.

    `old` are those units that were there before.
    """

    relations: set[int] = field(default_factory=set)
    types: set[int] = field(default_factory=set)
    routines: set[int] = field(default_factory=set)
    others: bool = False
    everything: bool = False
    old: set[str] = field(default_factory=set)

    def units(self) -> set[str]:
        """The units (see migcheck.dialects.postgresql.queries) of the objects concerned."""
        return {
            *(f"r{oid}" for oid in self.relations),
            *(f"t{oid}" for oid in self.types),
            *(f"p{oid}" for oid in self.routines),
            *({"o"} if self.others else ()),
        }


class Ledger:
    """What is known of the catalogs' rows since the last look, over one connection (not owned)."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        info = connection.info
        self._query = watch(info.server_version // 10000, info.parameter_status("is_superuser") == "on")
        self._mark = NEVER
        self._rows: dict[str, dict[str, Known]] = {}
        self._rare: dict[str, Look] = {}
        self._tables: dict[int, int] = {}  # index or toast table -> its table

    def restart(self) -> None:
        """Forget everything and look: what comes next is told against now."""
        self._mark = NEVER
        self._rows = {name: {} for name in WATCHED}
        self._rare, self._tables = {}, {}
        self._merge(self._look())

    def changes(self) -> Changes:
        """What changed since the last call (or restart). Raises psycopg.Error."""
        looked = self._look()
        changes = Changes()
        if self._rare_changed(looked):
            changes.everything = True
            return changes
        fresh = {name: look.rows() for name, look in looked.items() if name in WATCHED and look.texts}
        gone = self._gone(looked, fresh)
        if gone is None or self._renamed(fresh, changes):
            changes.everything = True
            return changes
        new = {
            name: {int(key) for key, _ in fresh.get(name, ()) if key not in self._rows[name]}
            for name in ("pg_class", "pg_type", "pg_proc")
        }
        for name, missing in gone.items():
            for key in missing:
                self._attribute(name, key, self._rows[name][key], changes)
        self._merge(looked)
        for name, rows in fresh.items():
            for key, known in rows:
                self._attribute(name, key, known, changes)
        for name, missing in gone.items():
            for key in missing:
                del self._rows[name][key]
        self._add_dependents(new, changes)
        return changes

    def _look(self) -> dict[str, Look]:
        rows = self._connection.execute(self._query, [self._mark], prepare=True).fetchall()
        return {name: Look(total, texts) for name, total, texts in rows}

    def _merge(self, looked: dict[str, Look]) -> None:
        for name, look in looked.items():
            if name == "mark":
                assert look.texts is not None
                self._mark = look.texts[0]
            elif name not in WATCHED:
                self._rare[name] = look
            elif look.texts:
                rows = look.rows()
                self._rows[name].update(rows)
                if name == "pg_index":
                    self._tables.update((int(key), row.owner) for key, row in rows)
                elif name == "pg_class":
                    toasted = ((key, row) for key, row in rows if row.owner and row.kind != "c")
                    self._tables.update((row.owner, int(key)) for key, row in toasted)

    def _rare_changed(self, looked: dict[str, Look]) -> bool:
        for name, look in looked.items():
            if name in DIGESTED:
                if self._rare[name] != look:
                    return True
            elif name in WATCHED or name == "mark":
                continue
            elif look.texts is not None or self._rare[name].total != look.total:
                return True
        return False

    def _gone(
        self,
        looked: dict[str, Look],
        fresh: dict[str, list[tuple[str, Known]]],
    ) -> dict[str, set[str]] | None:
        """The keys of known rows that are no more; None where the counts do not add up."""
        gone: dict[str, set[str]] = {}
        owners: set[int] = set()
        for name, known in self._rows.items():
            new = sum(1 for key, _ in fresh.get(name, ()) if key not in known)
            missing = len(known) + new - looked[name].total
            # Columns go only with their relation; a dropped one keeps its row.
            if not missing or not WATCHED[name].counted:
                continue
            # What belonged to a dropped relation is gone with it: no need to ask.
            gone[name] = {key for key, row in known.items() if row.owner in owners} if owners else set()
            if name in ("pg_class", "pg_type") or len(gone[name]) != missing:
                present = {row[0] for row in self._connection.execute(keys(WATCHED[name]), prepare=True)}
                gone[name] = known.keys() - present
            if len(gone[name]) != missing:
                return None
            if name == "pg_class":
                owners = set(map(int, gone[name]))
        return gone

    def _renamed(self, fresh: dict[str, list[tuple[str, Known]]], changes: Changes) -> bool:
        """Whether something that others quote has another name, or is new where every search path looks."""
        for name, rows in fresh.items():
            if name not in QUOTED:
                continue
            for key, (_, identity) in rows:
                before = self._rows[name].get(key)
                if before is None:
                    named = identity[2:] if name == "pg_class" else identity
                    if name in ("pg_class", "pg_type", "pg_proc") and named.startswith(IN_PG_CATALOG):
                        return True
                elif identity and before.identity != identity:
                    if name != "pg_class" or before.kind != "i":
                        return True
                    changes.others = True
        return False

    def _attribute(self, name: str, key: str, known: Known, changes: Changes) -> None:
        """Mark what a changed, new or missing row belongs to."""
        owner, identity = known
        if name == "members of extensions" or (name == "pg_attribute" and owner < FIRST_USER_OID):
            changes.everything = True
        elif name == "pg_class":
            self._relation(int(key), changes)
        elif name in ("pg_type", "pg_enum"):
            if owner:
                changes.types.add(owner)
        elif name in ("pg_proc", "pg_aggregate"):
            changes.routines.add(owner)
        elif name == "pg_constraint":
            self._constraint(owner, changes)
        elif name == "pg_trigger":
            self._relation(owner, changes)
            if identity != "0":
                self._via("pg_constraint", identity, changes)
        elif name == "pg_namespace":
            changes.others = True
        elif name.startswith("pg_description"):
            self._commented(owner, identity, changes)
        else:
            self._relation(owner, changes)

    def _relation(self, oid: int, changes: Changes) -> None:
        while oid in self._tables:
            oid = self._tables[oid]
        known = self._rows["pg_class"].get(str(oid))
        if known is None:
            # Indexes of toast tables are not watched. What is dropped is known until its rows are attributed.
            return
        if known.kind == "c":
            changes.types.add(known.owner)
        elif known.kind == "t":
            changes.everything = True  # a toast table of nobody's
        else:
            changes.relations.add(oid)

    def _constraint(self, owner: int, changes: Changes) -> None:
        if str(owner) in self._rows["pg_class"]:
            self._relation(owner, changes)
        if str(owner) in self._rows["pg_type"]:
            changes.types.add(owner)

    def _via(self, catalog: str, key: str, changes: Changes) -> None:
        """Mark the relation (or domain) of a row that is known by its own OID."""
        known = self._rows[catalog].get(key)
        if known is None:
            changes.everything = True
        elif catalog == "pg_constraint":
            self._constraint(known.owner, changes)
        else:
            self._relation(known.owner, changes)

    def _commented(self, oid: int, catalog: str, changes: Changes) -> None:
        if catalog == "pg_class":
            self._relation(oid, changes)
        elif catalog == "pg_type":
            changes.types.add(oid)
        elif catalog == "pg_proc":
            changes.routines.add(oid)
        elif catalog in ("pg_constraint", "pg_trigger", "pg_rewrite", "pg_policy", "pg_statistic_ext"):
            self._via(catalog, str(oid), changes)
        else:
            changes.others = True

    def _add_dependents(self, new: dict[str, set[int]], changes: Changes) -> None:
        """Add what has changed objects in its definition: a view's text depends on its tables' columns."""
        parts = {"pg_class": changes.relations, "pg_type": changes.types, "pg_proc": changes.routines}
        old = [part - new[name] for name, part in parts.items()]
        changes.old = Changes(relations=old[0], types=old[1], routines=old[2]).units()
        if not changes.old:
            return
        for name, oid in self._connection.execute(
            DEPENDENTS, [oid_array(part) for part in old], prepare=True
        ).fetchall():
            if name == "pg_class":
                self._relation(oid, changes)
            elif name == "pg_proc":
                changes.routines.add(oid)
            elif (row := self._rows["pg_type"].get(str(oid))) is not None and row.owner:
                changes.types.add(oid)
