"""Looking at the catalogs: which of their rows are new since the last look, and how many there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

import psycopg

from migcheck.dialects.postgresql.queries.watches import (
    MARK,
    RARE,
    SELDOM,
    SYSTEM,
    WATCHES,
    Watch,
    keys,
    watch,
)

_NEVER = "0"  # an invalid transaction id: every row is newer


class Known(NamedTuple):
    """A catalog row: the OID that it belongs to, and what others quote of it ("" for nothing)."""

    owner: int
    identity: str

    @property
    def kind(self) -> str:
        """The relkind of a row of pg_class."""
        return self.identity[0]


@dataclass(frozen=True, slots=True)
class Look:
    """What a look has shown.

    Of the watched catalogs `totals` has how many rows there are, `fresh` the new ones as (key, row). Of all
    others `rare` has what must not differ from look to look (None for a brief one), `rare_is_new` says
    whether any of their rows is new, and `any_rare` whether there may be objects of rare kinds.
    """

    mark: str
    totals: dict[str, int]
    fresh: dict[str, list[tuple[str, Known]]]
    rare: tuple[object, ...] | None
    rare_is_new: bool
    any_rare: bool


class Looks:
    """The looks of one connection (not owned). Raises psycopg.Error."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self._connection = connection
        version = connection.info.server_version // 10000
        self._superuser = connection.info.parameter_status("is_superuser") == "on"
        self._queries = {brief: watch(version, self._superuser, brief) for brief in (False, True)}
        self._planned: set[bool] = set()
        self.forget()

    def forget(self) -> None:
        """Let every row be new to the next look, which must not be brief."""
        self._mark = self._thorough_mark = _NEVER

    def look(self, brief: bool) -> Look:
        """What is new since the last look; a brief one looks only where plain DDL leaves something."""
        marks, first = [self._mark, self._thorough_mark], brief not in self._planned
        if first:  # its plan is for ever, and most catalogs are best looked through from end to end
            self._connection.execute("SET enable_seqscan = on")
        rows = self._connection.execute(self._queries[brief], marks, prepare=True).fetchall()
        if first:
            self._connection.execute("SET enable_seqscan = off")
            self._planned.add(brief)
        looked = self._told(rows, brief)
        self._mark = looked.mark
        if not brief:
            self._thorough_mark = looked.mark
        return looked

    def _told(self, rows: Iterable[tuple[int, int, list[str] | None]], brief: bool) -> Look:
        told = {name: (total, texts) for name, total, texts in rows}
        totals, fresh = {}, {}
        for place, watched in enumerate(WATCHES):
            if watched.brief or not brief:
                totals[watched.name], texts = told.get(place, (0, None))
                if texts:
                    fresh[watched.name] = list(map(_row, texts))
        _, own = told[MARK]
        assert own is not None
        mark, *digests = own
        rare, seldom, system = (told.get(name, (0, None)) for name in (RARE, SELDOM, SYSTEM))
        return Look(
            mark,
            totals,
            fresh,
            None if brief else (rare[0], seldom[0], *digests),
            any(texts for _, texts in (rare, seldom, system)),
            # Subscriptions hide their row versions from ordinary roles.
            rare[0] > 0 or not self._superuser,
        )

    def present(self, watched: Watch) -> set[str]:
        """The keys of all rows of a catalog."""
        row = self._connection.execute(keys(watched), prepare=True).fetchone()
        assert row is not None
        return set((row[0] or "").split("\n"))


def _row(text: str) -> tuple[str, Known]:
    key, owner, identity = text.split("\t", 2)
    return key, Known(int(owner), identity)
