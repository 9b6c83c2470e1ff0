"""What the user wants put in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from migcheck.errors import UsageError
from migcheck.model.tables import Tables, Value
from migcheck.spelling import nearest

Factory = Value | tuple["Value", ...] | Mapping[str, str]
"""What fills a column: one value, several in turn, or {"faker": "email"}."""

Factories = Mapping[str, Mapping[str, Factory]]
"""By the table's name (`users` or `public.users`) and the column's."""


@dataclass(frozen=True, slots=True)
class OwnSeed:
    """Rows of the user's own for one moment: a `kind` of `sql`, `py` (then `text` is the file's) or `rows`,
    `where` it comes from, for messages."""

    kind: str
    where: str
    text: str = ""
    rows: tuple[tuple[str, tuple[tuple[str, Value], ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class OwnRows:
    """All rows of the user's own: those put in before a revision's upgrade and those put in after it, by its
    id, and what fills columns in every revision (`source` is the file that says so)."""

    before_upgrade: Mapping[str, tuple[OwnSeed, ...]] = field(default_factory=dict)
    after_upgrade: Mapping[str, tuple[OwnSeed, ...]] = field(default_factory=dict)
    factories: Factories = field(default_factory=dict)
    source: str = ""

    def __bool__(self) -> bool:
        return bool(self.before_upgrade or self.after_upgrade)

    def of_history(self, revisions: Sequence[str]) -> OwnRows:
        """The same by whole ids: they may be abbreviated, as for Alembic. Raises UsageError for an id that no
        revision, or more than one, begins with."""
        return replace(
            self,
            before_upgrade=_by_whole_ids(self.before_upgrade, revisions),
            after_upgrade=_by_whole_ids(self.after_upgrade, revisions),
        )

    def filled(self, tables: Tables) -> frozenset[tuple[str, str]]:
        """The (table, column) of the factories, as they name them, that are in `tables`."""
        return frozenset(
            (name, column.name)
            for table in tables.values()
            for name in (table.name.name, str(table.name))
            for column in table.columns
            if column.name in self.factories.get(name, {})
        )

    def unfilled(self, filled: Collection[tuple[str, str]]) -> tuple[str, ...]:
        """Those that are not among `filled`, in words."""
        told = ((table, column) for table, columns in self.factories.items() for column in columns)
        return tuple(f"{table}.{column}" for table, column in told if (table, column) not in filled)

    def before(self, revision: str) -> tuple[OwnSeed, ...]:
        """What goes in before the upgrade of `revision`."""
        return self.before_upgrade.get(revision, ())

    def after(self, revision: str) -> tuple[OwnSeed, ...]:
        """What goes in after the upgrade of `revision`, before the next."""
        return self.after_upgrade.get(revision, ())


def _by_whole_ids(
    seeds: Mapping[str, tuple[OwnSeed, ...]], revisions: Sequence[str]
) -> dict[str, tuple[OwnSeed, ...]]:
    found: dict[str, tuple[OwnSeed, ...]] = {}
    for name, each in seeds.items():
        revision = name if name in revisions else _whole_id(name, each[0].where, revisions)
        found[revision] = found.get(revision, ()) + each
    return found


def _whole_id(name: str, where: str, revisions: Sequence[str]) -> str:
    matches = [revision for revision in revisions if revision.startswith(name)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        raise UsageError(
            f"{where}: several revisions begin with {name}: {', '.join(matches)}", "write more of the id"
        )
    begun = [revision for revision in revisions if name.startswith(revision)]
    near = begun[-1] if begun else nearest(name, revisions)
    hint = f"did you mean {near}?" if near else "a file is called after the revision before which it goes"
    raise UsageError(f"{where}: the history has no revision {name}", hint)


@dataclass(frozen=True, slots=True)
class SeedingSpec:
    """How many rows each table gets, what makes them other ones, and the user's own."""

    rows: int = 0
    random_seed: int = 0
    own: OwnRows = OwnRows()
