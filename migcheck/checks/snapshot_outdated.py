"""MC403: the committed snapshot of the schema is not what the history makes."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.model import Difference, DifferenceKind, Evidence, Finding, Severity

_RENEW = "Write it anew, look at what changes in it, and commit it: migcheck snapshot -o {name}"


def _judge(evidence: Evidence) -> Iterable[Finding]:
    file = evidence.snapshot
    if file is None or file.made is None or file.made == file.committed:
        return
    name = file.path.rpartition("/")[2]
    server, made_on = _server(file.committed), _server(file.made)
    if server != made_on:
        message = f"the snapshot {name} is of {server}, and the history was verified on {made_on}"
        remedy = f"Verify on {server} (--database), or: migcheck snapshot -o {name}"
        yield CHECK.finding(message, remedy, path=file.path, line=1, concerns="server")
        return
    changed = Difference(
        "snapshot", name, DifferenceKind.CHANGED, "text", before=file.committed, after=file.made
    )
    yield CHECK.finding(
        f"the snapshot {name} is not what the history makes",
        _RENEW.format(name=name),
        path=file.path,
        line=_first_difference(file.committed, file.made),
        differences=(changed,),
        concerns="text",
    )


def _server(text: str) -> str:
    return text.partition("\n")[0].rpartition(": ")[2]


def _first_difference(committed: str, made: str) -> int:
    lines, others = committed.split("\n"), made.split("\n")
    same = (n for n, (a, b) in enumerate(zip(lines, others, strict=False), 1) if a != b)
    return next(same, min(len(lines), len(others)))


CHECK = Check(
    code="MC403",
    name="snapshot-outdated",
    severity=Severity.ERROR,
    proves="The committed snapshot of the schema is what the history makes at heads.",
    why=(
        "A snapshot shows in a review what a revision really does to the schema. One that is not renewed"
        " shows nothing, and the next one shows the changes of two."
    ),
    remedy="`migcheck snapshot -o FILE` writes it. It is judged only with `--check-snapshot FILE`.",
    acknowledge="Leave `--check-snapshot` out; or the settings.",
    needs="snapshot",
    judge=_judge,
)
