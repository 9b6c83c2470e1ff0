"""Which objects changed since the last look: attributes new and missing catalog rows to what they belong to.

Wherever that is not certain, or where another object's definition may quote what changed (a name), the answer
is "everything": an incremental read must equal a full one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import psycopg

from migcheck.dialects.postgresql.looks import Known, Look, Looks
from migcheck.dialects.postgresql.queries.fragments import FIRST_USER_OID, oid_array
from migcheck.dialects.postgresql.queries.watches import DEPENDENTS, WATCHES, Watch

# Catalogs whose names (labels) other objects' definitions quote.
QUOTED = {"pg_class", "pg_attribute", "pg_constraint", "pg_type", "pg_enum", "pg_proc", "pg_namespace"}
IN_PG_CATALOG = "11 "
# The parts of the query of relations: those in which relations of some kinds (relkind) can have rows, and
# those that are empty as long as a catalog is.
_PARTS_OF = {
    "rpf": ("tables", "constraints"),
    "vm": ("views",),
    "S": ("sequences",),
    "rpfvm": ("columns",),
    "rpm": ("indexes",),
}
_ATTACHED = {
    "triggers": "pg_trigger",
    "rules": "pg_rewrite",
    "policies": "pg_policy",
    "statistics": "pg_statistic_ext",
}
WATCHED: dict[str, Watch] = {w.name: w for w in WATCHES}


@dataclass(slots=True)
class Changes:
    """What to read again, as OIDs; `everything` overrides the rest, `others` is the query of rare kinds.

    `parts` are those of the query of relations that can have rows for these `relations`. `old` are those
    units that were there before. `any_rare`: there are objects of rare kinds.
    `cluster`: what belongs to the whole server may have changed.
    """

    relations: set[int] = field(default_factory=set)
    parts: frozenset[str] = frozenset()
    types: set[int] = field(default_factory=set)
    routines: set[int] = field(default_factory=set)
    others: bool = False
    everything: bool = False
    old: set[str] = field(default_factory=set)
    any_rare: bool = True
    cluster: bool = False

    def units(self) -> set[str]:
        """The units (see migcheck.dialects.postgresql.queries) of the objects concerned."""
        return {
            *(f"r{oid}" for oid in self.relations),
            *(f"t{oid}" for oid in self.types),
            *(f"p{oid}" for oid in self.routines),
            *({"o"} if self.others else ()),
            *({"c"} if self.cluster else ()),
        }


def _of_owners(name: str, known: dict[str, Known], owners: set[int]) -> set[str]:
    """The keys of those rows that belonged to dropped relations (an index is one itself)."""
    if not owners:
        return set()
    if name == "pg_index":
        return {key for key, row in known.items() if row.owner in owners or int(key) in owners}
    return {key for key, row in known.items() if row.owner in owners}


class Ledger:
    """What is known of the catalogs' rows since the last look, over one connection (not owned).

    `any_rare` says whether there were objects of rare kinds when it was last looked for them.
    """

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        self._looks = Looks(connection)
        self._rows: dict[str, dict[str, Known]] = {}
        self._rare: tuple[object, ...] | None = None
        self._tables: dict[int, int] = {}  # index or toast table -> its table
        self.any_rare = True

    def restart(self) -> None:
        """Forget everything and look: what comes next is told against now."""
        self._looks.forget()
        self._rows = {name: {} for name in WATCHED}
        self._tables = {}
        self._merge(self._looks.look(brief=False))

    def changes(self, brief: bool = False) -> Changes:
        """What changed since the last call (or restart). Raises psycopg.Error.

        With `brief` it looks only where statements of plain DDL leave something (`watches.PLAIN`).
        """
        looked = self._looks.look(brief)
        changes, fresh = Changes(any_rare=self.any_rare, cluster=not brief), looked.fresh
        if looked.rare_is_new or looked.rare not in (None, self._rare):
            changes.everything = True
            return changes
        gone = self._gone(looked.totals, fresh)
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
        columns = {known.owner for _, known in fresh.get("pg_attribute", ())}
        for name, missing in gone.items():
            for key in missing:
                del self._rows[name][key]
        self._add_dependents(new, columns, changes)
        changes.parts = self._parts(changes.relations)
        return changes

    def _merge(self, looked: Look) -> None:
        if looked.rare is not None:
            self._rare, self.any_rare = looked.rare, looked.any_rare
        for name, rows in looked.fresh.items():
            self._rows[name].update(rows)
            if name == "pg_index":
                self._tables.update((int(key), row.owner) for key, row in rows)
            elif name == "pg_class":
                toasted = ((key, row) for key, row in rows if row.owner and row.kind != "c")
                self._tables.update((row.owner, int(key)) for key, row in toasted)

    def _gone(
        self, totals: dict[str, int], fresh: dict[str, list[tuple[str, Known]]]
    ) -> dict[str, set[str]] | None:
        """The keys of known rows that are no more; None where the counts do not add up."""
        gone: dict[str, set[str]] = {}
        owners: set[int] = set()
        for name, total in totals.items():
            known = self._rows[name]
            new = sum(1 for key, _ in fresh.get(name, ()) if key not in known)
            missing = len(known) + new - total
            # Columns go only with their relation; a dropped one keeps its row.
            if not missing or not WATCHED[name].counted:
                continue
            # What belonged to a dropped relation is gone with it: no need to ask.
            gone[name] = _of_owners(name, known, owners) if name not in ("pg_class", "pg_type") else set()
            if len(gone[name]) != missing:
                gone[name] = known.keys() - self._looks.present(WATCHED[name])
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

    def _add_dependents(self, new: dict[str, set[int]], columns: set[int], changes: Changes) -> None:
        """Add what has changed objects in its definition: a view's text depends on its tables' columns.

        On nothing else of theirs: `columns` are the relations with a column that changed (or is gone).
        """
        parts = {"pg_class": changes.relations, "pg_type": changes.types, "pg_proc": changes.routines}
        old = [part - new[name] for name, part in parts.items()]
        changes.old = Changes(relations=old[0], types=old[1], routines=old[2]).units()
        old[0] &= columns
        if not any(old):
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

    def _parts(self, relations: set[int]) -> frozenset[str]:
        """The parts of the query of relations that can have rows for these."""
        known = (self._rows["pg_class"].get(str(oid)) for oid in relations)
        kinds = {row.kind for row in known if row is not None}
        parts: set[str] = set()
        for relkinds, some in _PARTS_OF.items():
            if kinds & set(relkinds):
                parts.update(some)
        if kinds - {"S"}:
            parts.update(part for part, catalog in _ATTACHED.items() if self._rows[catalog])
        return frozenset(parts)
