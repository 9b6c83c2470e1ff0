"""MC102: the history cannot be read, or only in part."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from migcheck.checks.base import Check
from migcheck.model import Evidence, Finding, Problem, Severity

_MISSING_PARENT = re.compile(
    r"Revision (?P<parent>\S+) referenced from (?:.* -> )?(?P<child>[^\s,]+)[^,]*,.* is not present\Z",
    re.DOTALL,
)
_KEY_ERROR = re.compile(r"KeyError: '(?P<key>[^']+)'\Z")


def _judge(evidence: Evidence) -> Iterable[Finding]:
    problems = [_in_words(problem) for problem in evidence.history.problems]
    for problem in problems:
        key = _KEY_ERROR.match(problem.message)
        if key and any(key["key"] in other.message for other in problems if other is not problem):
            continue  # Alembic stumbles over the revision whose absence another problem explains
        yield CHECK.finding(
            problem.message,
            _remedy(problem),
            revision=problem.revision,
            path=problem.path,
            line=problem.line,
            evidence="observed",
        )


def _in_words(problem: Problem) -> Problem:
    """Alembic's warning about a parent that is not there, turned to the revision that names it."""
    match = _MISSING_PARENT.match(problem.message)
    if not match:
        return problem
    child, parent = match["child"], match["parent"]
    return replace(
        problem, message=f"revision {child} names the parent {parent}, which is not there", revision=child
    )


def _remedy(problem: Problem) -> str:
    text = problem.message.lower()
    if "cycle" in text or "loop" in text:
        return "Break the cycle: one of these revisions must name another down_revision."
    if "more than once" in text or "duplicate" in text:
        return "Give one of the two files another revision id, and fix the down_revision of what follows it."
    if "not present" in text or "no such revision" in text or "missing" in text or "is not there" in text:
        return (
            "Put the missing file back (was it lost in a merge?), or make down_revision name the revision"
            " that really comes before."
        )
    if module := re.match(r"ModuleNotFoundError: No module named '([^']+)'", problem.message):
        return (
            f"Install {module[1]} in the environment that migcheck runs in, as for `alembic history`; if it"
            " is the project's own, put its folder on the path: prepend_sys_path in alembic.ini."
        )
    if variable := re.match(r"KeyError: '([A-Z][A-Z0-9_]+)'\Z", problem.message):
        return f"If {variable[1]} is an environment variable, give it with --env {variable[1]}=VALUE."
    if "syntax" in text:
        return "Mend the file so that `python FILE` compiles it."
    return "Mend the file so that `alembic history` lists it."


CHECK = Check(
    code="MC102",
    name="broken-history",
    severity=Severity.ERROR,
    proves=(
        "Every file of the history loads, every parent is there, no id is used twice and there is no cycle."
    ),
    why=(
        "Alembic loads all revisions before it runs one: a single file with a syntax error, or one whose"
        " down_revision was deleted, stops every command, including the upgrade of a deploy."
    ),
    remedy="The finding says which file and why; `alembic history` must run without an error.",
    acknowledge=(
        "It cannot be acknowledged in the file; use --ignore MC102 for a history that is broken on purpose."
    ),
    needs="history",
    judge=_judge,
)
