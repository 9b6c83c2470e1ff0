"""Which revisions can do anything to rows, as the schema's walk has shown them: pure functions."""

from __future__ import annotations

import re

from migcheck.model import DifferenceKind, RevisionEvidence, Step
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
# But for these: rows are copied, or move from one partition into another.
_TAKES_ROWS = re.compile(r"\bas\s+select\b|\bpartition\s+of\b", re.IGNORECASE)
_NEW_WITH_TABLE = frozenset({"table", "column", "constraint", "index", "sequence", "privilege", "trigger"})

_MOVES = re.compile(
    r"\binsert\s+into\b|\bupdate\s+\S+\s+set\b|\bdelete\s+from\b|\bmerge\s+into\b|\bselect\b.*\bfrom\b",
    re.IGNORECASE | re.DOTALL,
)
_CATALOG = re.compile(r"\bpg_|\binformation_schema\b|\bsqlite_|\balembic_version\b", re.IGNORECASE)

# What ends the transaction in which a step runs, or goes round it.
_COMMITS = re.compile(
    r"autocommit_block|\bcommit\b|concurrently|create_engine|isolation_level|\bSession\b|sessionmaker",
    re.IGNORECASE,
)


def phases(seen: RevisionEvidence) -> tuple[str, ...]:
    """The phases of a revision that work without rows, up to the first that does not."""
    if seen.skipped is not None or seen.upgrade is None or seen.upgrade.error is not None:
        return ()
    if seen.irreversible is not None or seen.downgrade is None or seen.downgrade.error is not None:
        return ("upgrade",)
    if any(step.direction == "downgrade" for step in seen.module_state):
        return ("upgrade",)
    if seen.reupgrade is None or seen.reupgrade.error is not None or seen.module_state:
        return ("upgrade", "downgrade")
    return plan.PHASES


def is_exact(seen: RevisionEvidence) -> bool:
    """Whether each downgrade and upgrade leads to a schema that differs in nothing from the one before."""
    return seen.reverted == () and seen.reapplied == ()


def only_adds(seen: RevisionEvidence) -> bool:
    """Whether an upgrade only adds what asks nothing of the rows there are, and leaves them as they are."""
    assert seen.upgrade is not None
    statements = [statement.sql for statement in seen.upgrade.statements]
    if not statements or not all(_ADDS.match(sql) and not _TAKES_ROWS.search(sql) for sql in statements):
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


def runs_in_one_transaction(seen: RevisionEvidence, text: str) -> bool:
    """Whether a step of the revision, whose file has `text`, can be taken back by a ROLLBACK: it commits
    nothing itself, and running it once more in the same process makes no difference."""
    if seen.module_state or plan.semantic((seen.reverted or ()) + (seen.reapplied or ())):
        return False
    steps = (seen.upgrade, seen.downgrade)
    sent = "\n".join(statement.sql for step in steps if step is not None for statement in step.statements)
    return not _COMMITS.search(text) and not _COMMITS.search(sent)


def moves_rows(step: Step | None) -> bool:
    """Whether a step reads or writes rows of its own accord, and does not only change the schema."""
    sent = (statement.sql for statement in (step.statements if step is not None else ()))
    return any(_MOVES.search(sql) and not _CATALOG.search(sql) for sql in sent)


def _asks_nothing(kind: str, text: str) -> bool:
    words = text.lower()
    if kind == "column":
        return "not null" not in words and '"nullable": false' not in words
    return kind in ("sequence", "privilege") or (kind == "index" and "unique" not in words)
