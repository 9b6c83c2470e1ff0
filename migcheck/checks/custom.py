"""Checks of others: registered by the decorator `check`, and judged like migcheck's own."""

from __future__ import annotations

import inspect
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from migcheck.checks.base import Check
from migcheck.checks.judgement import OF_REVISION, PASSES
from migcheck.errors import PluginError, UsageError
from migcheck.model import Evidence, Finding, Severity

Judge = Callable[[Evidence], Iterable[Finding]]

NEEDS = ("history", *sorted(OF_REVISION), *sorted(PASSES))
_CODE = re.compile(r"(?!MC)[A-Z]{2,10}[0-9]{3}")
_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_REGISTERED: dict[str, Check] = {}


def check(
    *,
    code: str,
    name: str,
    severity: str = "error",
    needs: str = "history",
    proves: str = "",
    why: str = "",
    remedy: str = "",
    acknowledge: str = "",
    docs: str = "",
) -> Callable[[Judge], Check]:
    """Register the decorated function as a check: it takes the Evidence of one target, and returns or yields
    what it finds.

    `code` is a prefix of your own, of 2 to 10 capitals that do not begin with MC, and three digits (ACME001);
    `name` is of small letters and hyphens, `severity` error, warning or info. `needs` is what must be there
    to judge by: `history`; a field of RevisionEvidence, which is None where a revision did not get that far
    (upgrade, downgrade, reupgrade, reverted, reapplied); or a pass over the history, without which the check
    is reported as skipped (ways_down, idempotence, one_shot, drift, data). The others are texts for
    `migcheck checks CODE`: what holds when the check is silent (default: the function's docstring), what goes
    wrong otherwise, how to mend it, how to answer for it, and the address of a page.

    The function becomes a Check, whose `finding()` makes findings. It is registered for the whole process.
    Raises UsageError for a code or name that is wrong or taken.
    """

    def register(judge: Judge) -> Check:
        origin = f"{getattr(judge, '__module__', '?')}:{getattr(judge, '__qualname__', judge)}"
        proved = proves or inspect.getdoc(judge) or name.replace("-", " ")
        made = Check(
            code=code,
            name=name,
            severity=_severity(severity, code, origin),
            proves=" ".join(proved.split()),
            why=why or "It is a rule of this project.",
            remedy=remedy or "Each finding says how.",
            acknowledge=acknowledge
            or f"`# migcheck: ignore[{code}] reason` on the line of the finding, or at the top of the file.",
            needs=needs,
            judge=_Guarded(judge, code, needs),
            origin=origin,
            page=docs,
        )
        add(made)
        return made

    return register


def add(check: Check) -> None:
    """Register a check; again under the same origin (its module was loaded again), it replaces the first."""
    origin = check.origin
    if not isinstance(check.code, str) or not _CODE.fullmatch(check.code):
        raise UsageError(
            f"the check {origin} has the code {check.code!r}",
            "a code is a prefix of your own, 2 to 10 capitals that do not begin with MC, and three digits:"
            " ACME001",
        )
    if not isinstance(check.name, str) or not _NAME.fullmatch(check.name):
        raise UsageError(
            f"the check {check.code} ({origin}) has the name {check.name!r}",
            "a name is of small letters, digits and hyphens: names-a-ticket",
        )
    if check.needs not in NEEDS:
        raise UsageError(
            f"the check {check.code} ({origin}) needs {check.needs!r}", f"there are: {', '.join(NEEDS)}"
        )
    from migcheck.checks import CHECKS

    for other in (*CHECKS, *_REGISTERED.values()):
        same = other.code == check.code, other.name == check.name
        if any(same) and not (all(same) and _place(other) == _place(check)):
            what = f"code {check.code}" if same[0] else f"name {check.name}"
            raise UsageError(
                f"the {what} is taken twice: by {other.origin or 'migcheck'} and by {origin}",
                "give one of them another",
            )
    _REGISTERED[check.code] = check


def registered() -> tuple[Check, ...]:
    """All checks of others, by their codes."""
    return tuple(_REGISTERED[code] for code in sorted(_REGISTERED))


def attribute(check: Check, distribution: str) -> None:
    """Remember which distribution (`acme-checks 1.2`) a registered check has come with."""
    _REGISTERED[check.code] = replace(check, origin=f"{distribution} ({_place(check)})")


def module_of(check: Check) -> str:
    """The module in which a check of others is defined."""
    return _place(check).partition(":")[0]


def _place(check: Check) -> str:
    return check.origin.rpartition("(")[2].removesuffix(")")


def _severity(severity: object, code: object, origin: str) -> Severity:
    try:
        return Severity(severity)
    except ValueError:
        raise UsageError(
            f"the check {code} ({origin}) has the severity {severity!r}",
            f"there are: {', '.join(each.value for each in Severity)}",
        ) from None


@dataclass(frozen=True, slots=True)
class _Guarded:
    """A function of others: what it raises, or returns that is no finding, is told as theirs."""

    judge: Judge
    code: str
    needs: str

    def __call__(self, evidence: Evidence) -> list[Finding]:
        if self.needs in PASSES and not getattr(evidence, self.needs):
            return []  # reported as skipped
        found: list[Finding] = []
        try:
            given = self.judge(evidence)
            found.extend(() if given is None else given)
        except Exception as error:
            frames = error.__traceback__.tb_next if error.__traceback__ else None
            last = traceback.extract_tb(frames)[-1:] if frames else []
            place = "".join(f" at {frame.filename}:{frame.lineno}" for frame in last)
            raise PluginError(
                f"{self._title()} broke{place}: {type(error).__name__}: {error}",
                f"that is a fault of the check: tell its author, or leave it out with --ignore {self.code}",
                "".join(traceback.format_exception(type(error), error, frames)),
            ) from error
        for finding in found:
            wrong = _wrong(finding, self.code)
            if wrong:
                raise PluginError(
                    f"{self._title()} returns {wrong}", "make findings with the check's own finding()"
                )
        return found

    def _title(self) -> str:
        known = _REGISTERED.get(self.code)
        return f"the check {self.code} of {known.origin}" if known else f"the check {self.code}"


_TYPES: tuple[tuple[str, type | tuple[type, ...]], ...] = (
    ("message", str),
    ("remedy", str),
    ("severity", Severity),
    ("revision", (str, type(None))),
    ("path", (str, type(None))),
    ("line", (int, type(None))),
    ("concerns", str),
    ("differences", tuple),
    ("rows", tuple),
)


def _wrong(finding: object, code: str) -> str | None:
    """What is wrong with what a check has returned; later it would be a reporter that stumbles over it."""
    if not isinstance(finding, Finding):
        return f"no finding, but {finding!r}"
    if finding.code != code:
        return f"a finding with the code {finding.code!r}"
    for name, kind in _TYPES:
        if not isinstance(getattr(finding, name), kind):
            return f"a finding whose {name} is {getattr(finding, name)!r}"
    return None if finding.message.strip() else "a finding without a message"
