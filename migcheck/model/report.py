"""What checks make of the evidence, and what reporters show."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import Enum

from migcheck.model.differences import Difference
from migcheck.model.evidence import RevisionInfo, Statement

_MOST_STATEMENTS = 200
_MOST_DIFFERENCES = 200
_LONGEST_TEXT = 4_000
_LONGEST_TOGETHER = 60_000


class Severity(str, Enum):
    """How bad a finding is; `--fail-on` draws the line."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """2 for an error, 1 for a warning, 0 for info."""
        return {"error": 2, "warning": 1, "info": 0}[self.value]


@dataclass(frozen=True, slots=True)
class FindingError:
    """The server's or Python's error behind a finding; the fields are those of `StepError`."""

    type: str
    message: str
    sqlstate: str | None = None
    statement: str | None = None
    traceback: str = ""


@dataclass(frozen=True, slots=True)
class FindingRow:
    """A row behind a finding: as it was, and what became of it (`after`; None where that is not the point, or
    where it is gone: then `why` says so). Values are texts, None is NULL; migcheck has invented them."""

    table: str
    row: tuple[tuple[str, str | None], ...] | None
    after: tuple[tuple[str, str | None], ...] | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, where, how it is known and how to mend it.

    `revision` is None for a finding about the whole history. `path` is absolute here and relative
    in reports. `evidence` is `proved` (it was made to happen), `observed` or `inferred`. `targets` are the
    labels of the targets on which it was found. A finding about rows says in `concerns` what it is about, for
    its fingerprint: table, column, constraint.
    """

    code: str
    name: str
    severity: Severity
    revision: str | None
    message: str
    remedy: str
    path: str | None = None
    line: int | None = None
    evidence: str = "proved"
    differences: tuple[Difference, ...] = ()
    error: FindingError | None = None
    targets: tuple[str, ...] = ()
    rows: tuple[FindingRow, ...] = ()
    concerns: str = ""

    @property
    def fingerprint(self) -> str:
        """16 hex digits, the same for the same fault in every run and on every machine.

        Made of the code, the revision and the objects concerned, never of line numbers, paths or rows.
        """
        if self.concerns:
            return _digest([self.code, self.revision or "", self.concerns])
        objects = sorted(f"{d.kind.value} {d.object_type} {d.name} {d.attribute}" for d in self.differences)
        parts = [self.code, self.revision or "", *objects]
        if self.error is not None:
            parts += [self.error.type, self.error.sqlstate or ""]
        if not objects and self.error is None:
            parts.append(self.message)
        return _digest(parts)


def _digest(parts: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A finding that somebody answers for: `by` is `inline`, `baseline` or `config`; a baseline does up to
    and including the day `expires` (`2027-05-31`; None: for ever)."""

    finding: Finding
    reason: str
    by: str
    expires: str | None = None


@dataclass(frozen=True, slots=True)
class Skip:
    """A check that did not run (for one revision, or at all), and why."""

    code: str
    revision: str | None
    reason: str


def whole_of(parts: Iterable[Iterable[str]]) -> str:
    """What tells the revisions of several targets from any others: see `Report.whole`."""
    return _digest("\n".join(part) for part in parts)


def left_to_the_last(shards: int) -> str:
    """Why a shard says nothing of the whole history: the reason of its `Skip`s."""
    return f"shard {shards}/{shards} does it"


@dataclass(frozen=True, slots=True)
class Target:
    """What was verified, and on what; `database` is the SPEC that asked for it, without a password."""

    config: str
    dialect: str
    server_version: str
    provider: str
    database: str = "auto"

    @property
    def label(self) -> str:
        """What tells this target from the others of a run: `postgresql 17.2 (docker:postgres:17)`."""
        return f"{self.dialect} {self.server_version} ({self.database})"


@dataclass(frozen=True, slots=True)
class RevisionResult:
    """How one revision fared: `status` is `passed`, `failed` or `skipped` (then with a reason).

    `seconds` and `statements` map `upgrade`, `downgrade` and `reupgrade` to what was measured;
    a step that did not run is missing. `rows_seeded` rows stood in the database before the upgrade, in the
    walk with rows, and `seconds_with_rows` is what its steps took there. `ran` maps `upgrade` and `downgrade`
    to the first of their statements, and `changes` are what the upgrade changed in the schema, the first of
    `changes_count`; None where its end was not reached. See `first_statements` and `first_differences`.
    """

    info: RevisionInfo
    status: str
    reason: str | None
    seconds: tuple[tuple[str, float], ...]
    statements: tuple[tuple[str, int], ...]
    rows_seeded: int = 0
    seconds_with_rows: tuple[tuple[str, float], ...] = ()
    ran: tuple[tuple[str, tuple[Statement, ...]], ...] = ()
    changes: tuple[Difference, ...] | None = None
    changes_count: int = 0


def first_statements(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """As many of a step's statements as a report keeps: 200 of them, 4,000 characters of each, about 60,000
    together. How many there were is in `RevisionResult.statements`."""
    kept: list[Statement] = []
    characters = 0
    for statement in statements:
        if len(kept) == _MOST_STATEMENTS or characters >= _LONGEST_TOGETHER:
            break
        text = statement.sql
        if len(text) > _LONGEST_TEXT:
            length = statement.length or len(text)
            statement = replace(statement, sql=text[:_LONGEST_TEXT], length=length)
        kept.append(statement)
        characters += len(statement.sql)
    return tuple(kept)


def first_differences(differences: Iterable[Difference]) -> tuple[Difference, ...]:
    """As many of an upgrade's changes as a report keeps, in order: 200 of them, about 60,000 characters
    together. A definition of more than 4,000 ends with how many are left out."""
    kept: list[Difference] = []
    characters = 0
    for each in sorted(differences, key=lambda d: (d.object_type, d.name, d.attribute or "", d.kind.value)):
        if len(kept) == _MOST_DIFFERENCES or characters >= _LONGEST_TOGETHER:
            break
        short = replace(each, before=_shortened(each.before), after=_shortened(each.after), former=None)
        kept.append(short)
        characters += len(short.before or "") + len(short.after or "")
    return tuple(kept)


def _shortened(text: str | None) -> str | None:
    if text is None or len(text) <= _LONGEST_TEXT:
        return text
    return f"{text[:_LONGEST_TEXT]}\n… {len(text) - _LONGEST_TEXT} more characters"


@dataclass(frozen=True, slots=True)
class Report:
    """The result of a run on one or several targets.

    `started_at` is UTC in ISO 8601 (`2026-01-31T12:00:00Z`), `seconds` the duration. `exit_code` is
    0 clean or 1 with findings at or above the `fail_on` of the settings. `shard` is (I, N) where only the
    I-th of N equal stretches was verified, and `whole` 16 hex digits of the revisions that all of them are.
    `compared` is the living database that was compared with the history, instead of verifying it; `heads` are
    then the revisions at which it stands.
    """

    targets: tuple[Target, ...]
    heads: tuple[str, ...]
    bases: tuple[str, ...]
    revisions: tuple[RevisionResult, ...]
    findings: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...]
    skipped: tuple[Skip, ...]
    started_at: str
    seconds: float
    exit_code: int
    notes: tuple[str, ...] = ()
    shard: tuple[int, int] | None = None
    whole: str = ""
    compared: str = ""

    @property
    def target(self) -> Target:
        """The only target, or the first."""
        return self.targets[0]

    @property
    def ok(self) -> bool:
        """True when nothing at or above `fail_on` was found."""
        return self.exit_code == 0

    @property
    def verified(self) -> int:
        """How many revisions were walked (passed or failed, not skipped)."""
        return sum(1 for result in self.revisions if result.status != "skipped")
