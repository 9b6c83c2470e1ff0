"""What the user wants put in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from migcheck.model.tables import Value

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
    id, and what fills columns in every revision."""

    before_upgrade: Mapping[str, tuple[OwnSeed, ...]] = field(default_factory=dict)
    after_upgrade: Mapping[str, tuple[OwnSeed, ...]] = field(default_factory=dict)
    factories: Factories = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.before_upgrade or self.after_upgrade)

    def before(self, revision: str) -> tuple[OwnSeed, ...]:
        """What goes in before the upgrade of `revision`."""
        return self.before_upgrade.get(revision, ())

    def after(self, revision: str) -> tuple[OwnSeed, ...]:
        """What goes in after the upgrade of `revision`, before the next."""
        return self.after_upgrade.get(revision, ())


@dataclass(frozen=True, slots=True)
class SeedingSpec:
    """How many rows each table gets, what makes them other ones, and the user's own."""

    rows: int = 0
    random_seed: int = 0
    own: OwnRows = OwnRows()
