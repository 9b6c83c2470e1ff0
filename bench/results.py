"""What a run of the bench has measured, as data that is kept in a file."""

from __future__ import annotations

import json
import statistics
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True)
class Measured:
    """One contender on one history: the seconds of each run, or `reason` why there are none."""

    contender: str
    seconds: tuple[float, ...]
    note: str = ""
    reason: str = ""

    @property
    def median(self) -> float | None:
        """The median in seconds; None where nothing was measured."""
        return statistics.median(self.seconds) if self.seconds else None


@dataclass(frozen=True)
class Series:
    """All contenders on one history of `revisions`, in one run of the bench, on one server.

    `generated` says that the bench has made the history; `run` is when the run began, and under which load.
    """

    history: str
    summary: str
    revisions: int
    generated: bool
    measured: tuple[Measured, ...]
    run: str = ""

    @property
    def planned_as(self) -> str:
        """How a plan calls a generated history."""
        return f"{self.history}, {self.revisions} revisions"

    def of(self, contender: str) -> Measured | None:
        """What was measured of `contender`; None where it did not run on this history."""
        return next((m for m in self.measured if m.contender == contender), None)

    def median(self, contender: str) -> float | None:
        """The median of `contender` in seconds; None where nothing was measured."""
        measured = self.of(contender)
        return measured.median if measured else None

    def ratio(self, above: str, below: str) -> float | None:
        """How many times as long as `below` the contender `above` takes; None where one was not measured.

        It is the median over the rounds in which both ran: what ran once, in a busy minute, is compared with
        what ran in that minute, not with the others' median of quieter ones.
        """
        first, second = self.of(above), self.of(below)
        # The n-th run of a contender is that of the n-th round: who is not repeated once never is again.
        rounds = list(zip(first.seconds, second.seconds, strict=False)) if first and second else []
        return statistics.median(mine / other for mine, other in rounds) if rounds else None


@dataclass(frozen=True)
class Results:
    """What there is. `about` says on what it ran, name and text; `left` are histories not come to."""

    about: tuple[tuple[str, str], ...]
    series: tuple[Series, ...]
    left: tuple[str, ...] = ()


def merged(kept: Results, new: Results) -> Results:
    """`new`, and what `kept` has of other histories; left is what neither has measured."""
    measured = {each.planned_as for each in new.series}
    others = tuple(each for each in kept.series if each.planned_as not in measured)
    series = (*others, *new.series)
    names = {name for each in series for name in (each.planned_as, each.history.partition(" ")[0])}
    left = dict.fromkeys(name for name in (*new.left, *kept.left) if name not in names)
    return Results(new.about, series, tuple(left))


def save(results: Results, path: Path) -> None:
    """Write `results` to `path` as JSON."""
    path.write_text(json.dumps(asdict(results), indent=1) + "\n", encoding="utf-8")


def load(path: Path) -> Results:
    """What `save` has written. KeyError or ValueError where it is something else."""
    content = json.loads(path.read_text(encoding="utf-8"))
    series = tuple(
        Series(
            **{
                **each,
                "measured": tuple(
                    Measured(**{**measured, "seconds": tuple(measured["seconds"])})
                    for measured in each["measured"]
                ),
            }
        )
        for each in content["series"]
    )
    about = tuple((name, text) for name, text in content["about"])
    return Results(about, series, tuple(content["left"]))
