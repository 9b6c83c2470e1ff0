"""What the checks of rows have in common: rows to show, lines at fault, and what became of data in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from migcheck.checks.causes import headline
from migcheck.checks.lines import line_mentioning
from migcheck.model import Evidence, FindingRow, RevisionInfo, Step, StepError
from migcheck.model.data import DataChange, RevisionData, Trial
from migcheck.model.tables import Check, Constraint, Exclusion, Fits, ForeignKey, Key, NotNull, bare


def revisions(evidence: Evidence) -> Iterator[tuple[RevisionData, RevisionInfo]]:
    """Each revision that was walked with rows, in order."""
    known = {info.revision: info for info in evidence.history.revisions}
    for seen in evidence.data.revisions if evidence.data is not None else ():
        if not seen.skipped:
            yield seen, known[seen.revision]


def failure(error: StepError) -> str:
    """The server's words, with the SQLSTATE."""
    state = f" (SQLSTATE {error.sqlstate})" if error.sqlstate else ""
    return f"{headline(error)}{state}"


def of_trial(trial: Trial) -> tuple[FindingRow, ...]:
    """The rows of a trial; a trial without rows to show has none."""
    return tuple(FindingRow(trial.table, row, None, trial.why) for row in trial.rows)


def of_change(change: DataChange) -> tuple[FindingRow, ...]:
    """The rows of a change, as they were and as they are; those that are gone say so."""
    why = {
        "rows removed": "gone",
        "table removed": "gone with its table",
        "column removed": "its column is gone",
    }
    return tuple(
        FindingRow(change.table, before, after, why.get(change.what, change.what))
        for before, after in change.examples
    )


def concerns(trial: Trial) -> str:
    """What a trial is about, for fingerprints."""
    return " ".join((trial.direction, trial.kind, trial.table, *trial.columns, kind_of(trial.constraint)))


def kind_of(constraint: Constraint | None) -> str:
    """The kind of a constraint in one word; "" for none."""
    words: dict[type, str] = {NotNull: "not-null", Key: "unique", ForeignKey: "foreign-key"}
    words |= {Check: "check", Exclusion: "exclusion", Fits: "type"}
    return words.get(type(constraint), "")


def of_one_change(change: DataChange) -> str:
    """What a change is about, for fingerprints."""
    return " ".join((change.what, change.table, change.column or ""))


def in_words(change: DataChange, moment: str) -> str:
    """`3 of 5 values of users.note are gone after the downgrade`, `moment` being the last words."""
    table, column = bare(change.table), change.column
    where = f"{table}.{column}"
    if change.what == "table removed":
        return f"{_count(change.count, 'row')} of {table} {_are(change.count)} gone with the table {moment}"
    if change.what == "rows removed":
        return (
            f"{change.count} of {_count(change.total, 'row')} of {table} {_are(change.count)} gone {moment}"
        )
    if change.what == "rows added":
        return f"{_count(change.count, 'row')} too many {_are(change.count)} in {table} {moment}"
    if change.what == "column removed":
        return (
            f"{_count(change.count, 'value')} of {where} {_are(change.count)} gone with the column {moment}"
        )
    if change.what == "sequence behind":
        return (
            f"the sequence of {where} gives {change.count} next {moment}, and there is {change.total} already"
        )
    if column is None:
        return f"rows of {table} are other ones {moment}"
    if _all_null(change):
        return f"{_count(change.count, 'value')} of {where} {_are(change.count)} NULL {moment}"
    lossy = ", and what they were cannot be told from it" if change.lossy else ""
    of_all = f"{change.count} of {_count(change.total, 'value')} of {where}"
    return f"{of_all} {_are(change.count)} other {moment}{lossy}"


def _all_null(change: DataChange) -> bool:
    return bool(change.examples) and all(
        after is not None and change.column in dict(after) and dict(after)[change.column] is None
        for _, after in change.examples
    )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _are(number: int) -> str:
    return "is" if number == 1 else "are"


def line_about(change: DataChange, step: Step | None, default: int | None) -> int | None:
    """The line of the statement that speaks of the column, else of the table, else `default`."""
    names = [change.column, change.table.rpartition(".")[2]]
    lines = (line_mentioning(step, name) for name in names if name)
    return next((line for line in lines if line is not None), default)


def explained(error: StepError, trials: Iterable[Trial], direction: str) -> bool:
    """Whether a trial has shown a row on which steps of that direction end as with `error`."""
    return any(trial.explains(error, direction) for trial in trials)
