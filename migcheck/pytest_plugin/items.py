"""The tests of `pytest --migcheck`: for each revision and family of checks, and for the whole history."""

from __future__ import annotations

import os
import sys
import warnings
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from migcheck.errors import MigcheckError
from migcheck.lineage import ancestors
from migcheck.model import Finding, Report, Severity
from migcheck.pytest_plugin.families import OF_HISTORY, OF_REVISION, family, findings_of
from migcheck.pytest_plugin.settings import PluginSettings, of_config, settings_of

ROOT = "migcheck"
_REVISIONS = pytest.StashKey[frozenset[str]]()


class MigcheckWarning(UserWarning):
    """A finding that does not fail a test."""


class Failed(Exception):
    """A test has findings; its text is all that is to be said."""


class Group(pytest.Collector):
    """The tests of one revision, or of the history."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Nothing by itself: what it has is made at once."""
        return ()


class Test(pytest.Function):
    """One family of checks on one revision (None: the history as a whole)."""

    __test__ = False

    def __init__(self, *, revision: str | None, source: str | None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.revision = revision
        self.source = source

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it is told of: at the revision's file."""
        return Path(self.source or str(self.config.rootpath)), 0, self.nodeid

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], *args: Any, **kwargs: Any) -> Any:
        """The findings, without a traceback of migcheck's."""
        if isinstance(excinfo.value, Failed):
            return str(excinfo.value)
        return super().repr_failure(excinfo, *args, **kwargs)


def collected(session: pytest.Session, items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """All tests, in the order of the history, the whole last."""
    parent = _beneath(session, items)
    found: list[pytest.Item] = []
    revisions = list(_revisions(session))
    session.config.stash[_REVISIONS] = frozenset(revision for _, revision, _ in revisions)
    for name, revision, path in revisions:
        group = Group.from_parent(parent, name=name, nodeid=f"{ROOT}::{name}")
        found += _tests(group, revision, path, OF_REVISION)
    whole = Group.from_parent(parent, name="history", nodeid=f"{ROOT}::history")
    return [*found, *_tests(whole, None, None, OF_HISTORY)]


def _tests(
    group: Group, revision: str | None, path: str | None, families: Iterable[str]
) -> Iterator[pytest.Item]:
    for name in families:

        def judged(request: pytest.FixtureRequest, migcheck_report: Report, _name: str = name) -> None:
            judge(request, migcheck_report, revision, _name)

        yield Test.from_parent(group, name=name, callobj=judged, revision=revision, source=path)


def judge(request: pytest.FixtureRequest, report: Report, revision: str | None, wanted: str) -> None:
    """Pass, fail or skip one test by what the report says."""
    given = settings_of(request)
    reason = _left_out(report, given, revision, wanted)
    if reason is not None:
        pytest.skip(reason)
    # What has no tests of its own, since the project is known to a fixture only, is told of the history.
    revisions = request.config.stash[_REVISIONS]
    found = [
        finding
        for finding in findings_of(report.findings, revision, wanted, revisions)
        if not _excused(finding, report, given)
    ]
    failing = [finding for finding in found if _fails(finding, given.settings.fail_on)]
    if failing:
        raise Failed(_text(failing, report, request.config.rootpath))
    for finding in found:
        if finding.severity is Severity.WARNING:
            warnings.warn(MigcheckWarning(f"{finding.code} {finding.message}"), stacklevel=1)
    if found:
        print(_text(found, report, request.config.rootpath))  # noqa: T201  pytest shows it with -rP
    elif (reason := _not_judged(report, revision, wanted)) is not None:
        pytest.skip(reason)


def _left_out(report: Report, given: PluginSettings, revision: str | None, wanted: str) -> str | None:
    """Why nothing is judged; None where something is."""
    if revision is None:
        return None
    result = next((each for each in report.revisions if each.info.revision == revision), None)
    if result is None:
        return "not in the part of the history that was verified"
    if revision in given.skipped:
        return "skip_revisions names it"
    if wanted in ("reversible", "repeatable") and revision in _below(report, given):
        return f"minimum_downgrade_revision is {given.floor}"
    return result.reason if result.status == "skipped" else None


def _below(report: Report, given: PluginSettings) -> set[str]:
    if given.floor is None:
        return set()
    parents = {r.info.revision: r.info.down_revisions for r in report.revisions}
    return ancestors([given.floor], lambda revision: parents.get(revision, ()))


def _excused(finding: Finding, report: Report, given: PluginSettings) -> bool:
    """Whether pytest-alembic's settings say that it does not matter."""
    if finding.revision in given.skipped:
        return True
    return finding.revision in _below(report, given) and family(finding.code, OF_REVISION) in (
        "reversible",
        "repeatable",
    )


def _fails(finding: Finding, fail_on: str) -> bool:
    return fail_on != "never" and finding.severity.rank >= Severity(fail_on).rank


def _not_judged(report: Report, revision: str | None, wanted: str) -> str | None:
    """Why no check of the family was judged; None where one was."""
    from migcheck.checks import CHECKS

    families = OF_HISTORY if revision is None else OF_REVISION
    codes = {check.code for check in CHECKS if family(check.code, families) == wanted}
    reasons = {
        skip.code: skip.reason
        for skip in report.skipped
        if skip.code in codes and skip.revision in (None, revision)
    }
    return next(iter(reasons.values())) if codes and set(reasons) >= codes else None


def _text(findings: Sequence[Finding], report: Report, root: Path) -> str:
    from migcheck.reporters.base import Presentation
    from migcheck.reporters.terminal.findings import block
    from migcheck.reporters.terminal.page import Page

    page = Page(1_000_000, False)
    for finding in findings:
        block(page, finding, Presentation(root), explain=False)
    return str(page).strip("\n")


def _revisions(session: pytest.Session) -> Iterator[tuple[str, str, str]]:
    """Name, revision and path of each, as Alembic has them; nothing where it cannot load them: then the tests
    of the history tell why."""
    from migcheck.settings import locate_config

    try:
        given = of_config(session.config)
        config = locate_config(given.settings.url, Path.cwd(), os.environ)
    except MigcheckError:
        return
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    path = list(sys.path)
    try:
        scripts = ScriptDirectory.from_config(Config(str(config), ini_section=given.settings.name))
        revisions = list(scripts.walk_revisions())
    except Exception:
        return
    finally:
        sys.path[:] = path  # what the ini puts before it is for Alembic's own use
    for script in reversed(revisions):
        name = Path(script.path).stem
        if script.revision not in name:
            name = f"{script.revision}_{name}"
        yield name, script.revision, script.path


def _beneath(session: pytest.Session, items: Sequence[pytest.Item]) -> Any:
    """Where the tests hang: beneath the folder whose conftest.py has the fixture `alembic_config`, which is
    seen only from there."""
    for item in items:
        for node in item.iter_parents() if hasattr(item, "iter_parents") else item.listchain():
            conftest = node.path / "conftest.py"
            if isinstance(node, (pytest.Item, pytest.File)) or not conftest.is_file():
                continue
            if "def alembic_config" in conftest.read_text("utf-8", errors="replace"):
                return node
    return session
