"""What a check is: constant data, and one pure function of the evidence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from migcheck.model import (
    Difference,
    Evidence,
    Finding,
    FindingError,
    FindingRow,
    RevisionInfo,
    Severity,
    StepError,
)

_ADDRESS = re.compile(r" at 0x[0-9a-fA-F]+")


@dataclass(frozen=True, slots=True)
class Check:
    """One line of the catalogue.

    `proves` says what holds when the check is silent, `why` what goes wrong otherwise, `remedy` how
    to mend it and `acknowledge` how to answer for it; all are plain text for a person. `needs` names
    the part of the evidence that must be there for the check to judge: `history`, a field of
    `RevisionEvidence` (`upgrade`, `downgrade`, `reupgrade`, `reverted`, `reapplied`), a pass of
    `Evidence` (`ways_down`, `idempotence`, `one_shot`, `drift`, `data`), `living` or `acknowledgements`.
    `judge` takes the evidence of one target and returns what it finds, in any order; it runs nothing.
    `origin` says where a check comes from that is not migcheck's own, and `page` is the address of its page.
    """

    code: str
    name: str
    severity: Severity
    proves: str
    why: str
    remedy: str
    acknowledge: str
    needs: str
    judge: Callable[[Evidence], Iterable[Finding]]
    origin: str = ""
    page: str = ""

    @property
    def docs(self) -> str:
        """The page that explains the check: relative to the repository, or the address of another's."""
        return self.page if self.origin else f"docs/checks/{self.code}.md"

    def finding(
        self,
        message: str,
        remedy: str,
        *,
        info: RevisionInfo | None = None,
        revision: str | None = None,
        path: str | None = None,
        line: int | None = None,
        differences: tuple[Difference, ...] = (),
        error: StepError | None = None,
        evidence: str = "proved",
        rows: tuple[FindingRow, ...] = (),
        concerns: str = "",
    ) -> Finding:
        """A finding of this check.

        `info` is the revision at fault (`revision` and `path` say the same where there is no
        `RevisionInfo`); none of them for a finding about the whole history.
        """
        return Finding(
            code=self.code,
            name=self.name,
            severity=self.severity,
            revision=info.revision if info else revision,
            message=message,
            remedy=remedy,
            path=info.path if info else path,
            line=line,
            evidence=evidence,
            differences=differences,
            error=finding_error(error) if error else None,
            rows=rows,
            concerns=concerns,
        )


def finding_error(error: StepError) -> FindingError:
    """The error as a report shows it: without memory addresses, which differ from run to run."""
    return FindingError(
        type=error.type,
        message=_ADDRESS.sub("", error.message),
        sqlstate=error.sqlstate,
        statement=error.statement,
        traceback=_ADDRESS.sub("", error.traceback),
    )


def infos(evidence: Evidence) -> dict[str, RevisionInfo]:
    """The revisions of the history by their ids."""
    return {info.revision: info for info in evidence.history.revisions}
