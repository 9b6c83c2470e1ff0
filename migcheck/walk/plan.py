"""Which revisions are walked, in which order, and what hangs together: pure functions of the history."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from migcheck.errors import UsageError
from migcheck.model import Difference, DifferenceClass, History, RevisionEvidence, Statement, Step

PHASES = ("upgrade", "downgrade", "reupgrade")
_PARTS = (*PHASES, "applied", "reverted", "reapplied", "irreversible")


def tasks(revisions: Iterable[str]) -> tuple[tuple[str, str], ...]:
    """The (revision, phase) pairs of a walk through `revisions`."""
    return tuple((revision, phase) for revision in revisions for phase in PHASES)


def descendants(history: History, *revisions: str) -> set[str]:
    """All revisions that stand on one of `revisions`, by parentage or depends_on."""
    standing = set(revisions)
    for info in history.revisions:  # topological order: parents come first
        if standing & {*info.down_revisions, *info.depends_on}:
            standing.add(info.revision)
    return standing.difference(revisions)


@dataclass(frozen=True, slots=True)
class Part:
    """The part of a history that is to be verified: a range FROM:TO, its `last` N revisions, or what has
    changed since a commit (`since`). All of it where none is given; never more than one is."""

    revisions: str | None = None
    last: int | None = None
    since: str | None = None

    def __str__(self) -> str:
        given = (("revisions", self.revisions), ("last", self.last), ("since", self.since))
        return next((f"--{name} {value}" for name, value in given if value is not None), "all")


@dataclass(frozen=True, slots=True)
class Shard:
    """Number `number` (from 1 on) of `of` equal stretches."""

    number: int
    of: int

    @property
    def is_last(self) -> bool:
        """Whether it ends where the last of them ends, and so does what belongs to the whole."""
        return self.number == self.of

    def __str__(self) -> str:
        return f"{self.number}/{self.of}"

    def stretch(self, start: int, end: int) -> tuple[int, int]:
        """Its own range of the half-open range of positions from `start` to `end`; empty where there are
        fewer positions than shards."""
        length = end - start
        return (
            start + length * (self.number - 1) // self.of,
            start + length * self.number // self.of,
        )


WHOLE = Shard(1, 1)


def cut(
    order: Sequence[str], part: Part, history: History, touched: frozenset[str]
) -> tuple[list[str], int, int]:
    """`order`, perhaps another one that the graph allows, and the half-open range of positions in it that
    make up `part`. Raises UsageError.

    `touched` are the revisions that have changed since a commit. What stands on them is verified with them,
    and all others come before, so that nothing else is.
    """
    if part.since is not None:
        chosen = touched | descendants(history, *touched)
        first = [revision for revision in order if revision not in chosen]
        return first + [revision for revision in order if revision in chosen], len(first), len(order)
    if part.last is not None:
        return list(order), max(0, len(order) - part.last), len(order)
    return list(order), *_stretch(order, part.revisions or ":")


def _stretch(order: Sequence[str], revisions: str) -> tuple[int, int]:
    """The positions that FROM:TO means: after FROM, up to TO. Either side may be empty, `base` or
    `head`/`heads`, a revision or a unique beginning of one."""
    first, _, last = revisions.partition(":")
    start = 0 if first in ("", "base") else _position(order, first) + 1
    end = len(order) if last in ("", "head", "heads") else _position(order, last) + 1
    if start >= end:
        raise UsageError(
            f"--revisions {revisions}: nothing there, {last or 'head'} does not come after {first or 'base'}",
            "FROM is left out and TO is taken in, as in `alembic upgrade FROM:TO`",
        )
    return start, end


def _position(order: Sequence[str], name: str) -> int:
    found = [position for position, revision in enumerate(order) if revision == name]
    found = found or [position for position, revision in enumerate(order) if revision.startswith(name)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise UsageError(f"--revisions: there is no revision {name} in this history", "see `alembic history`")
    raise UsageError(
        f"--revisions: {name} fits several revisions: {', '.join(order[position] for position in found)}",
        "write more of it",
    )


def segments(order: Sequence[str], clean: set[str], first: int) -> list[tuple[int, int]]:
    """Half-open ranges of positions, from the top down, in which every revision can be undone.

    Positions below `first` are left out, and a single revision between two floors too: its own walk
    has shown all there is.
    """
    found: list[tuple[int, int]] = []
    end = len(order)
    while end > first:
        start = end
        while start > first and order[start - 1] in clean:
            start -= 1
        if end - start > 1 or (end - start == 1 and (start, end) == (first, len(order))):
            found.append((start, end))
        end = start if start < end else end - 1
    return found


# What such a statement does to a schema follows from the schema and its text: no code runs in it that could
# do otherwise the next time.
_DEFINITE = re.compile(
    r"\s*(ALTER|COMMENT ON|CREATE|DELETE|DROP|INSERT|RENAME|UPDATE)\b[^;]*;?\s*\Z", re.IGNORECASE
)


def foreseen(seen: RevisionEvidence) -> tuple[Statement, ...]:
    """The statements of a downgrade that has led back to just the schema before its revision, and will do so
    whenever it sends the same; empty where that is not certain."""
    if seen.downgrade is None or seen.reverted != ():
        return ()
    statements = seen.downgrade.statements
    definite = all(each.length is None and _DEFINITE.match(each.sql) for each in statements)
    return statements if definite else ()


def semantic(found: Sequence[Difference]) -> bool:
    """Whether there is a difference that fails."""
    return any(difference.difference_class is DifferenceClass.SEMANTIC for difference in found)


def direction(phase: str) -> str:
    """`downgrade` for the phase of that name, `upgrade` for both others."""
    return "downgrade" if phase == "downgrade" else "upgrade"


def with_step(seen: RevisionEvidence, phase: str, step: Step) -> RevisionEvidence:
    """`seen` with the step of a phase."""
    if phase == "upgrade":
        return replace(seen, upgrade=step)
    return replace(seen, downgrade=step) if phase == "downgrade" else replace(seen, reupgrade=step)


def merged(seen: RevisionEvidence, part: RevisionEvidence) -> RevisionEvidence:
    """`seen` with everything that `part` knows."""
    known = {name: value for name in _PARTS if (value := getattr(part, name)) is not None}
    return replace(seen, **known)


def module_state(first: RevisionEvidence, fresh: RevisionEvidence) -> tuple[Step, ...]:
    """The steps that failed in the walk's process and do not in one of their own."""
    found = []
    for phase in PHASES:
        then, now = getattr(first, phase), getattr(fresh, phase)
        if then is not None and then.error is not None and now is not None and now.error is None:
            found.append(then)
    return tuple(found)
