"""What became of the rows of one table."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence

from migcheck.compare.rows.matching import Whereabouts
from migcheck.compare.rows.values import is_now, left_of, same
from migcheck.model.data import DataChange, Row, TableContents
from migcheck.model.tables import TableName

EXAMPLES = 5
EVERY = "*"
"""Among hidden columns: nothing of the rows but their number can be compared."""
_TEXTUAL = re.compile("char|text|clob", re.IGNORECASE)

Values = tuple["str | None", ...]
Examples = tuple[tuple["Row | None", "Row | None"], ...]


def table_changes(
    name: TableName,
    other: TableName,
    before: TableContents,
    after: TableContents,
    elsewhere: Whereabouts,
    hidden: Collection[str],
    now: float | None,
) -> Iterator[DataChange]:
    """What differs between the rows of table `name` before and of the same table, now called `other`.

    Columns that are `hidden` are not compared; a time of the day around `now` is the clock's doing.
    """
    if before == after or (EVERY in hidden and before.count == after.count):
        return
    if before.rows is None or after.rows is None:
        yield from _by_digests(str(other), before, after, elsewhere, hidden)
        return
    yield from _Comparison(str(other), before, after, elsewhere, hidden, now).changes()


class _Comparison:
    """Two moments of one table of which all rows are there."""

    def __init__(
        self,
        table: str,
        before: TableContents,
        after: TableContents,
        elsewhere: Whereabouts,
        hidden: Collection[str],
        now: float | None,
    ) -> None:
        self.table, self.before, self.after, self.elsewhere = table, before, after, elsewhere
        self.hidden, self.now = hidden, now
        self._untold = {*hidden, *before.derived}
        self.common = [c for c in before.columns if c in after.columns and c not in hidden]
        self.pairs, self.removed, self.added = self._matched()

    def changes(self) -> Iterator[DataChange]:
        """All that differs, rows first."""
        removed = [
            row
            for row in self.removed
            if not self.elsewhere.has_row(self.before.columns, row, self.before.key)
        ]
        if removed:
            gone: Examples = tuple((self._old(row), None) for row in removed[:EXAMPLES])
            yield DataChange("rows removed", self.table, None, len(removed), self.before.count, gone)
        if self.added:
            new: Examples = tuple((None, self._new(row)) for row in self.added[:EXAMPLES])
            yield DataChange("rows added", self.table, None, len(self.added), self.after.count, new)
        for column in self.before.columns:
            if column not in self.after.columns and column not in self._untold:
                yield from self._gone(column)
        for column in self.common:
            if column not in self._untold:
                yield from self._changed(column)

    def _old(self, row: Values) -> Row:
        return tuple(zip(self.before.columns, row, strict=True))

    def _new(self, row: Values) -> Row:
        return tuple(zip(self.after.columns, row, strict=True))

    def _matched(self) -> tuple[list[tuple[Values, Values]], list[Values], list[Values]]:
        """Rows that are the same one before and after, and those that are there on one side only."""
        assert self.before.rows is not None and self.after.rows is not None
        key = self.before.key
        if key and key == self.after.key and not set(key) & set(self.hidden):
            pairs, removed, added = _match(
                self.before.rows, self.after.rows, _places(self.before, key), _places(self.after, key)
            )
        else:
            # By as many columns as leave the fewest rows over: one alone may have changed in all of them.
            pairs, removed, added = [], list(self.before.rows), list(self.after.rows)
            wholly = [self.common, *([c for c in self.common if c != left] for left in self.common)]
            for columns in wholly:
                if not columns or not removed or not added:
                    break
                found, removed, added = _match(
                    removed, added, _places(self.before, columns), _places(self.after, columns)
                )
                pairs += found
        # Numbered anew by the server (rows of the migration's own, deleted and put in again): the same rows.
        rest = [column for column in self.common if column not in key]
        if key and rest and removed and added:
            _, removed, added = _match(removed, added, _places(self.before, rest), _places(self.after, rest))
        return pairs, removed, added

    def _gone(self, column: str) -> Iterator[DataChange]:
        """A column that is not there any more; nothing where another one has its values."""
        place = self.before.columns.index(column)
        filled = [row for row in self.before.rows or () if row[place] is not None]
        if not filled or self._is_renamed(place) or self.elsewhere.has_values(self.before, column):
            return
        shown = tuple((self._old(row), None) for row in filled[:EXAMPLES])
        yield DataChange("column removed", self.table, column, len(filled), self.before.count, shown)

    def _is_renamed(self, place: int) -> bool:
        """Whether a new column has the value of the old one in each row."""
        new = [i for i, column in enumerate(self.after.columns) if column not in self.before.columns]
        return bool(self.pairs) and any(all(old[place] == row[i] for old, row in self.pairs) for i in new)

    def _changed(self, column: str) -> Iterator[DataChange]:
        old_place, new_place = self.before.columns.index(column), self.after.columns.index(column)
        types = self.before.types[old_place], self.after.types[new_place]
        changed = [
            (old, new)
            for old, new in self.pairs
            if (value := old[old_place]) is not None and not self._stays(value, new[new_place], types)
        ]
        mapping = [(old[old_place] or "", new[new_place]) for old, new in changed]
        if not changed or (_are_other_words(*types) and _is_translation(mapping)):
            return
        if self.elsewhere.has_values(self.before, column):
            return
        shown = tuple((self._old(old), self._new(new)) for old, new in changed[:EXAMPLES])
        lossy = not _is_injective(mapping) or any(now is None or left_of(was, now) for was, now in mapping)
        yield DataChange("values changed", self.table, column, len(changed), self.before.count, shown, lossy)

    def _stays(self, value: str, now: str | None, types: tuple[str, str]) -> bool:
        if now is None:
            return False
        clock = self.now is not None and is_now(now, self.now)
        return clock or same(value, now, *types)


def _places(table: TableContents, columns: Iterable[str]) -> list[int]:
    return [table.columns.index(column) for column in columns]


def _match(
    before: Iterable[Values], after: Iterable[Values], old: Sequence[int], new: Sequence[int]
) -> tuple[list[tuple[Values, Values]], list[Values], list[Values]]:
    waiting: dict[Values, list[Values]] = defaultdict(list)
    for row in after:
        waiting[tuple(row[place] for place in new)].append(row)
    pairs, removed = [], []
    for row in before:
        same_key = waiting.get(tuple(row[place] for place in old))
        if same_key:
            pairs.append((row, same_key.pop(0)))
        else:
            removed.append(row)
    return pairs, removed, [row for rows in waiting.values() for row in rows]


def _is_injective(mapping: Iterable[tuple[str, str | None]]) -> bool:
    """Whether different old values have become different new ones."""
    known: dict[str | None, str] = {}
    return all(known.setdefault(now, was) == was for was, now in mapping)


def _are_other_words(old: str, new: str) -> bool:
    """Whether a type says things otherwise than another: two types of texts do not."""
    return old != new and not (_TEXTUAL.search(old) and _TEXTUAL.search(new))


def _is_translation(mapping: Sequence[tuple[str, str | None]]) -> bool:
    """Whether a column of another type says the same in other words: a word for each word, nothing cut."""
    several = len({was for was, _ in mapping}) > 1
    return (
        several
        and _is_injective(mapping)
        and not any(now is None or left_of(was, now) for was, now in mapping)
    )


def _by_digests(
    table: str, before: TableContents, after: TableContents, elsewhere: Whereabouts, hidden: Collection[str]
) -> Iterator[DataChange]:
    """What counts and digests tell of a table that is too large for its rows to be kept."""
    if after.count < before.count:
        yield DataChange("rows removed", table, None, before.count - after.count, before.count)
    if after.count > before.count:
        yield DataChange("rows added", table, None, after.count - before.count, after.count)
    for place, column in enumerate(before.columns):
        filled = before.filled[place] if before.filled else 0
        if column in hidden or column in before.derived or not filled:
            continue
        if column not in after.columns:
            if not elsewhere.has_values(before, column):
                yield DataChange("column removed", table, column, filled, before.count)
            continue
        now = after.columns.index(column)
        # A sum does not tell a filled NULL from a changed value; nor texts of two types from each other.
        comparable = after.count == before.count and before.types[place] == after.types[now]
        backfilled = bool(after.filled) and after.filled[now] > filled
        if (
            comparable
            and not backfilled
            and before.sums
            and after.sums
            and before.sums[place] != after.sums[now]
        ):
            yield DataChange("values changed", table, column, filled, before.count)
