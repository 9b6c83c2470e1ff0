"""Histories of data migrations, and what a run has to say of each revision."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from migcheck.model import Report

ENV = '''\
from alembic import context
from sqlalchemy import engine_from_config, pool

engine = engine_from_config(context.config.get_section("alembic"), poolclass=pool.NullPool)
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=None)
    with context.begin_transaction():
        context.run_migrations()
'''

REVISION = '''\
"""{name}"""
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision!r}


def run(script):
    for statement in script.split(";;"):
        if statement.strip():
            op.execute(statement)


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''

# What must not be said of a migration that is in order; MC302 only lists what a reviewer should see.
FAILING = ("MC301", "MC303", "MC304", "MC305", "MC306", "MC307")


@dataclass(frozen=True)
class Change:
    """One data migration. `base` makes its tables, `up` and `down` are SQL (statements end with ;;) or, where
    they begin with `#py`, Python. `expected` maps each code to words that its finding and rows must hold."""

    name: str
    base: str
    up: str
    down: str
    expected: dict[str, str] = field(default_factory=dict)

    @property
    def revision(self) -> str:
        """The id of the revision that is judged."""
        return self.name.replace(" ", "_").replace("-", "_")[:27]  # Alembic keeps 32 characters


def write(folder: Path, changes: Sequence[Change], url: str) -> Path:
    """A project whose history makes all tables first, then has one revision for each change."""
    versions = folder / "versions"
    versions.mkdir(parents=True)
    (folder / "env.py").write_text(ENV)
    (folder / "alembic.ini").write_text(f"[alembic]\nscript_location = %(here)s\nsqlalchemy.url = {url}\n")
    down_revision: str | None = None
    for change in changes:
        base = f"{change.revision}_base"
        down_revision = _write(versions, base, down_revision, change.name, change.base, "#none")
    for change in changes:
        down_revision = _write(versions, change.revision, down_revision, change.name, change.up, change.down)
    return folder / "alembic.ini"


def _write(
    versions: Path, revision: str, down_revision: str | None, name: str, up: str, down: str
) -> str:
    (versions / f"{revision}.py").write_text(
        REVISION.format(
            name=name,
            revision=revision,
            down_revision=down_revision,
            upgrade=_body(up),
            downgrade=_body(down),
        )
    )
    return revision


def _body(text: str) -> str:
    text = text.strip()
    if text == "#none":
        return "    raise NotImplementedError"
    code = textwrap.dedent(text.removeprefix("#py").lstrip("\n")).strip() or "pass"
    return textwrap.indent(code if text.startswith("#py") else f"run({text!r})", "    ")


def problems(report: Report, changes: Sequence[Change]) -> list[str]:
    """What the report says that it should not, and what it should and does not; else nothing."""
    wrong = []
    bases = {f"{change.revision}_base" for change in changes}
    for change in changes:
        found = [f for f in report.findings if f.revision == change.revision]
        for code, words in change.expected.items():
            told = [_told(finding) for finding in found if finding.code == code]
            if not any(all(word in text for word in words.split("|")) for text in told):
                wrong.append(f"{change.name}: no {code} with {words!r} in {told}")
        for finding in found:
            if finding.code in FAILING and finding.code not in change.expected:
                wrong.append(f"{change.name}: {finding.code} {_told(finding)}")
            if finding.code in ("MC201", "MC202", "MC203"):
                wrong.append(f"{change.name}: {finding.code} {finding.message}")
    for finding in report.findings:
        if finding.revision in bases and finding.code in (*FAILING, "MC201", "MC308"):
            wrong.append(f"{finding.revision}: {finding.code} {_told(finding)}")
    return wrong


def _told(finding: object) -> str:
    rows = " ".join(f"{row.table} {row.row} -> {row.after}" for row in finding.rows)  # type: ignore[attr-defined]
    return f"{finding.message} [{rows}]"  # type: ignore[attr-defined]
