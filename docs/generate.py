"""Make the page of each check, from its data and the real output on its fixtures, and the README's picture.

Usage: python docs/generate.py [CODE ...]     (with codes: only their pages)
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from migcheck import Report, verify
from migcheck.checks import CHECKS, Check
from migcheck.databases import Databases
from migcheck.drift import drift
from migcheck.reporters.base import Presentation, reporter_for

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "checks"
# Times are in no two runs the same, and where they break a line: a page is not written again for them.
_PASSING = re.compile(r"[^A-Za-z]+")
_WIDTH = 110
_ROWS = 5  # as by default


def fixture(check: Check, side: str) -> Path:
    """The folder of a fixture; `side` is `bad` or `good`."""
    return ROOT / "fixtures" / check.code / side


def report_of(check: Check, side: str, **settings: Any) -> Report:
    """The report of a fixture: with rows for the checks of rows, whose doings the others need not list."""
    rows = _ROWS if check.needs == "data" else 0
    living = fixture(check, side) / "living.sql"
    if living.exists():
        return _compared(fixture(check, side) / "alembic.ini", living, **settings)
    known = fixture(check, side) / "baseline.yaml"
    if known.exists():
        settings["baseline"] = str(known)
    committed = fixture(check, side) / "schema.sql"
    if committed.exists():
        settings["check_snapshot"] = str(committed)
    return verify(fixture(check, side) / "alembic.ini", seed_rows=rows, **settings)


def _compared(project: Path, living: Path, **settings: Any) -> Report:
    """The report of `migcheck drift` against a database that was changed by hand, as `living` says."""
    with Databases(project, **settings) as databases:
        database = databases.at()
        with database.engine.begin() as connection:
            for statement in living.read_text("utf-8").split(";")[:-1]:
                connection.exec_driver_sql(statement)
        report = drift(project, against=database.url)
    # Where it was, and for how long, is another thing each time.
    return replace(report, compared="shop")


def page(check: Check, bad: Report) -> str:
    """The text of the check's page; `bad` is the report of its bad fixture."""
    return "\n\n".join([*_head(check), *_example(check, bad), *_tail(check)]) + "\n"


def index() -> str:
    """The text of the page that lists all checks."""
    lines = ["# The checks", "", "Made by `make docs`, not by hand. `migcheck checks` prints the same.", ""]
    lines += ["| code | name | severity | what is proved |", "|---|---|---|---|"]
    for check in CHECKS:
        proves = " ".join(check.proves.split()).replace("|", "\\|")
        link = f"[{check.code}]({check.code}.md)"
        lines.append(f"| {link} | {check.name} | {check.severity.value} | {proves} |")
    return "\n".join(lines) + "\n"


def same(one: str, other: str) -> bool:
    """True for pages that differ in nothing but the time at which they were made."""
    return _PASSING.sub("", one) == _PASSING.sub("", other)


def _head(check: Check) -> list[str]:
    return [
        f"# {check.code} {check.name}",
        f"Severity: {check.severity.value}. A page made by `make docs`; do not edit it.",
        "## What it proves",
        check.proves,
        "## Why it matters",
        check.why,
    ]


def _example(check: Check, bad: Report) -> list[str]:
    findings = [finding for finding in bad.findings if finding.code == check.code]
    if not findings:
        raise SystemExit(f"{check.code}: its bad fixture is not found; see fixtures/{check.code}/bad")
    parts = ["## An example that fails"]
    for path in _files_at_fault(check, bad):
        parts += [f"`{path.relative_to(fixture(check, 'bad'))}`:", _listing(path)]
    return [*parts, "migcheck says:", _fenced(_output(check, bad), "")]


def _files_at_fault(check: Check, bad: Report) -> list[Path]:
    folder = fixture(check, "bad")
    named = {finding.path for finding in bad.findings if finding.code == check.code and finding.path}
    for entry in json.loads((folder / "expected.json").read_text("utf-8"))["findings"]:
        if entry["code"] == check.code and entry["revision"]:
            named |= {str(path) for path in folder.glob(f"versions/{entry['revision']}_*.py")}
    extra = [folder / name for name in ("env.py", "models.py", "living.sql") if (folder / name).exists()]
    return sorted({Path(path).resolve() for path in named}) + extra


def _output(check: Check, bad: Report) -> str:
    """What the terminal shows of this check: no other findings, no skips, no closing line with its time."""
    only = tuple(finding for finding in bad.findings if finding.code == check.code)
    presentation = Presentation(fixture(check, "bad"), width=_WIDTH)
    text = reporter_for("terminal").render(replace(bad, findings=only, skipped=(), notes=()), presentation)
    lines = text.rstrip("\n").split("\n")
    return "\n".join(lines[:-1]).strip("\n")


def _tail(check: Check) -> list[str]:
    parts = ["## How to mend it", check.remedy]
    for path in _mended_files(check):
        parts += [
            f"`{path.relative_to(fixture(check, 'good'))}`:",
            _listing(path),
        ]
    return [*parts, "## How to acknowledge it", check.acknowledge]


def _mended_files(check: Check) -> list[Path]:
    """What the good fixture has and the bad one has not, or has otherwise."""
    bad, good = fixture(check, "bad"), fixture(check, "good")
    found = []
    names = ("env.py", "models.py", "baseline.yaml", "living.sql", "schema.sql")
    own = [*(good / name for name in names), *sorted(good.glob("seeds/*"))]
    for path in [*sorted(good.glob("versions/*.py")), *own]:
        other = bad / path.relative_to(good)
        if path.exists() and not (other.exists() and other.read_text("utf-8") == path.read_text("utf-8")):
            found.append(path)
    return found


def _listing(path: Path) -> str:
    language = {".yaml": "yaml", ".sql": "sql"}.get(path.suffix, "python")
    return _fenced(path.read_text("utf-8"), language)


def _fenced(text: str, language: str) -> str:
    return f"```{language}\n{text.rstrip()}\n```"


def main(codes: list[str]) -> None:
    """Write the pages of `codes`, or everything."""
    PAGES.mkdir(exist_ok=True)
    for check in CHECKS:
        if codes and check.code not in codes:
            continue
        text, path = page(check, report_of(check, "bad")), PAGES / f"{check.code}.md"
        if not (path.exists() and same(path.read_text("utf-8"), text)):
            path.write_text(text, encoding="utf-8")
            print(path.relative_to(ROOT))
    (PAGES / "index.md").write_text(index(), encoding="utf-8")
    if not codes:
        sys.path.insert(0, str(Path(__file__).parent))
        import picture

        picture.main()


if __name__ == "__main__":
    main(sys.argv[1:])
