"""What stands on what in a history, by the names that people give to revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from migcheck.errors import UsageError
from migcheck.walk.jobs import Probed


class Lineage:
    """What stands on what in a `history`. `order` is that of `upgrade heads`."""

    def __init__(self, probed: Probed) -> None:
        infos = {info.revision: info for info in probed.history.revisions}
        self.history = probed.history
        self.order = probed.order
        self._infos = infos
        self._labels = {label: info.revision for info in infos.values() for label in info.branch_labels}

    def named(self, name: str) -> tuple[str, ...]:
        """The revisions that `name` means: an id or its beginning, a label, `heads`, `base`."""
        if name in ("heads", "head"):
            return self.history.heads
        if name == "base":
            return ()
        if name in self._infos:
            return (name,)
        label = name.removesuffix("@head")
        if label in self._labels:
            first = self._labels[label]
            return tuple(head for head in self.history.heads if first in self._ancestors([head])) or (first,)
        found = [revision for revision in self.order if revision.startswith(name)] if name else []
        if len(found) == 1:
            return (found[0],)
        what = f"{len(found)} revisions begin with {name!r}" if found else f"there is no revision {name!r}"
        raise UsageError(what, "give an id or its beginning, a branch label, heads or base")

    def lineage(self, *names: str) -> tuple[str, ...]:
        """All revisions that `names` stand on, and themselves, in their order."""
        found = self._ancestors([revision for name in names for revision in self.named(name)])
        return tuple(revision for revision in self.order if revision in found)

    def parents(self, revision: str) -> set[str]:
        """What must have been applied before `revision`."""
        info = self._infos[revision]
        # What it depends on may be written as a label or as the beginning of an id.
        return {*info.down_revisions, *(each for name in info.depends_on for each in self.named(name))}

    def _ancestors(self, revisions: Iterable[str]) -> set[str]:
        return ancestors(revisions, self.parents)


def ancestors(revisions: Iterable[str], parents: Callable[[str], Iterable[str]]) -> set[str]:
    """`revisions`, and all that they stand on: what each stands on directly, `parents` says."""
    found: set[str] = set()
    todo = list(revisions)
    while todo:
        revision = todo.pop()
        if revision not in found:
            found.add(revision)
            todo.extend(parents(revision))
    return found
