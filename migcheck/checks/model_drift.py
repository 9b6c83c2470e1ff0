"""MC401: the models say something else than the schema at head."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.checks.base import Check
from migcheck.model import Evidence, Finding, Severity


def _judge(evidence: Evidence) -> Iterable[Finding]:
    # An autogenerate that raises has judged nothing: that is a skip (see judgement), not a finding.
    for operation in evidence.drift.operations if evidence.drift else ():
        yield CHECK.finding(
            f"the models differ from the schema at head; autogenerate would still do: {operation}",
            'Write the missing revision: alembic revision --autogenerate -m "..."; or mend the model, or'
            " leave the object"
            " out with include_object or include_name in env.py.",
        )


CHECK = Check(
    code="MC401",
    name="model-drift",
    severity=Severity.ERROR,
    proves="The schema at head is what the models' metadata say, with env.py's own autogenerate options.",
    why=(
        "A model that was changed without a revision works on the developer's machine, where create_all made"
        " the table,"
        ' and fails in production with "column does not exist".'
    ),
    remedy="`alembic revision --autogenerate` writes what is missing; `alembic check` must find nothing.",
    acknowledge=(
        "The finding is about the models, not about a revision: leave the object out with include_object in"
        " env.py, or use the settings."
    ),
    needs="drift",
    judge=_judge,
)
