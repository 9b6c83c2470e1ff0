"""The whole schema at one moment."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class ObjectKey(NamedTuple):
    """What identifies a schema object: its kind and its qualified name.

    `kind` is the word of SQL (`table`, `column`, `constraint`, `index`, `trigger`, `role` ...).
    `name` is unquoted and qualified as far as the kind needs it: `public.users` for a table,
    `public.users.email` for a column, `public.f(integer, text)` for a routine.
    """

    kind: str
    name: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Every object a migration can change, at one moment.

    `objects` maps each object to its attributes as canonical JSON text (an object with sorted
    keys), so that two equal objects have equal strings and only what differs is ever parsed.
    """

    objects: Mapping[ObjectKey, str] = field(default_factory=dict)

    def __iter__(self) -> Iterator[ObjectKey]:
        return iter(self.objects)

    def __len__(self) -> int:
        return len(self.objects)


@dataclass(frozen=True, slots=True)
class SnapshotFile:
    """A schema as a file: what is `committed` in `path`, and what the history makes (None: not known)."""

    path: str
    committed: str
    made: str | None = None


def major_version(dialect: str, version: str) -> str:
    """`17` of PostgreSQL 17.2, `10.11` of others: what decides in which words a server describes."""
    parts = version.split(".")
    return parts[0] if dialect == "postgresql" else ".".join(parts[:2])
