"""Which revisions can do anything to rows, as the schema's walk has shown them: pure functions."""

from __future__ import annotations

import re

from migcheck.model import DifferenceKind, RevisionEvidence
from migcheck.walk import plan

# Statements that only add, or that do nothing to rows.
_ADDS = re.compile(
    r"\s*(--[^\n]*\n\s*|/\*.*?\*/\s*)*"
    r"(create\s+(or\s+replace\s+)?(unlogged\s+)?"
    r"(table|index|view|materialized\s+view|type|sequence|function|schema|extension|collation|domain)\b"
    r"|comment\s+on\b|grant\b|revoke\b|set\b|select\s+(pg_catalog\.)?(set_config|version|current_\w+)\b"
    r"|show\b|pragma\b|alter\s+table\s+\S+\s+add\s+(column\s+)?(?!constraint|unique|primary|foreign|check|index))",
    re.IGNORECASE | re.DOTALL,
)
_SELECTS = re.compile(r"\bas\s+select\b", re.IGNORECASE)
_NEW_WITH_TABLE = frozenset({"table", "column", "constraint", "index", "sequence", "privilege", "trigger"})


def phases(seen: RevisionEvidence) -> tuple[str, ...]:
    """The phases of a revision that work without rows, up to the first that does not."""
    if seen.skipped is not None or seen.upgrade is None or seen.upgrade.error is not None:
        return ()
    if seen.irreversible is not None or seen.downgrade is None or seen.downgrade.error is not None:
        return ("upgrade",)
    if seen.reupgrade is None or seen.reupgrade.error is not None:
        return ("upgrade", "downgrade")
    return plan.PHASES


def only_adds(seen: RevisionEvidence) -> bool:
    """Whether an upgrade only adds what asks nothing of the rows there are, and leaves them as they are.

    Such a revision needs no copy of the database before it: no row can break it.
    """
    if phases(seen) not in (plan.PHASES, ("upgrade",)) or plan.semantic(
        (seen.reverted or ()) + (seen.reapplied or ())
    ):
        return False
    assert seen.upgrade is not None
    statements = [statement.sql for statement in seen.upgrade.statements]
    if not statements or not all(_ADDS.match(sql) and not _SELECTS.search(sql) for sql in statements):
        return False
    found = seen.applied or ()
    if any(difference.kind is not DifferenceKind.ADDED for difference in found):
        return False
    tables = {difference.name for difference in found if difference.object_type == "table"}
    return all(
        difference.object_type not in _NEW_WITH_TABLE
        or any(difference.name == table or difference.name.startswith(f"{table}.") for table in tables)
        or _asks_nothing(difference.object_type, difference.after or "")
        for difference in found
    )


def _asks_nothing(kind: str, text: str) -> bool:
    words = text.lower()
    if kind == "column":
        return "not null" not in words and '"nullable": false' not in words
    return kind in ("sequence", "privilege") or (kind == "index" and "unique" not in words)
