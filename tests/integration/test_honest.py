"""Honest histories stay silent: whoever cries wolf is not run a second time.

Each folder of fixtures/honest is a real Alembic project. What is listed below is all that may be said
of it; a history that is not listed must give no finding of any severity.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migcheck import verify
from migcheck.providers import Server
from tests.integration.conftest import extensions_of, url_of

HISTORIES = Path(__file__).resolve().parents[2] / "fixtures" / "honest"
NAMES = sorted(path.parent.name for path in HISTORIES.glob("*/alembic.ini"))

MUST_SAY: dict[str, set[tuple[str, str | None]]] = {
    "column_order": {("MC209", "8202")},
    "irreversible": {("MC210", "9202"), ("MC210", "9203"), ("MC210", "9205"), ("MC210", "9206")},
}
"""(code, revision) that a history must be told, all of severity info."""

MAY_SAY: dict[str, set[tuple[str, str | None]]] = {
    # Whether state of a module shows depends on which passes run in one process.
    "module_state": {("MC214", "9401"), ("MC214", "9402"), ("MC214", "9403")},
    # Two heads on purpose; the history itself cannot say that its branches are independent.
    "independent_bases": {("MC101", None)},
}
"""(code, revision) that a history may be told."""

EXTENSIONS = {"extensions_contrib": ("citext", "pgcrypto", "pg_trgm"), "extensions_vector": ("vector",)}
"""Histories that need extensions which not every server has."""

SETTINGS: dict[str, dict[str, Any]] = {
    "independent_bases": {"independent_branches": ("core", "metrics")},
}


def test_there_are_histories() -> None:
    assert len(NAMES) >= 40
    unknown = (MUST_SAY.keys() | MAY_SAY.keys() | EXTENSIONS.keys() | SETTINGS.keys()) - set(NAMES)
    assert not unknown


def _expect_silence(name: str, database: str) -> None:
    report = verify(HISTORIES / name / "alembic.ini", database=database, **SETTINGS.get(name, {}))

    said = {(finding.code, finding.revision): finding for finding in report.findings}
    must, may = MUST_SAY.get(name, set()), MAY_SAY.get(name, set())
    unexpected = {key: finding.message for key, finding in said.items() if key not in must | may}
    assert not unexpected
    assert must <= said.keys()
    assert {finding.severity.value for finding in report.findings} <= {"info"}
    assert report.exit_code == 0
    revisions = len(list((HISTORIES / name / "versions").glob("*.py")))
    assert report.verified == len(report.revisions) == revisions


@pytest.mark.parametrize("name", NAMES)
def test_an_honest_history_is_silent(
    name: str, server_url: str, extensions: frozenset[str], request: pytest.FixtureRequest
) -> None:
    database = server_url
    if not set(EXTENSIONS.get(name, ())) <= extensions:
        database = url_of(request.getfixturevalue("local_server").address)
    _expect_silence(name, database)


@pytest.mark.slow
@pytest.mark.parametrize("name", NAMES)
def test_an_honest_history_is_silent_on_the_oldest_server(name: str, local_server: Server) -> None:
    missing = set(EXTENSIONS.get(name, ())) - extensions_of(local_server.address)
    if missing:
        pytest.skip(f"the server lacks {', '.join(sorted(missing))}")
    _expect_silence(name, url_of(local_server.address))


def test_an_acknowledged_finding_is_kept_apart(server_url: str) -> None:
    report = verify(HISTORIES / "acknowledged" / "alembic.ini", database=server_url)

    assert [(each.finding.code, each.finding.revision, each.by) for each in report.suppressed] == [
        ("MC103", "e002", "inline")
    ]
    assert report.suppressed[0].reason == "the units are the same for ever"
