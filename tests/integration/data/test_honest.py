"""Honest histories with rows in them: nothing is said of them but what is so.

The histories of fixtures/honest are honest about the schema. Some make a column NOT NULL or unique, or a type
narrower, without a thought for rows: what is listed here is true of them, and all that may be said.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck import verify
from tests.integration.data.histories import FAILING

HONEST = Path(__file__).resolve().parents[3] / "fixtures" / "honest"
ELSEWHERE = {"extensions_contrib", "extensions_vector"}  # these need a server with extensions
NAMES = sorted(path.parent.name for path in HONEST.glob("*/alembic.ini") if path.parent.name not in ELSEWHERE)
OFTEN = {"composite_types", "deferrable_constraints", "domains", "generated_columns", "sequences", "triggers"}

SAID: dict[str, set[tuple[str, str]]] = {
    "batch_alter_table": {("MC301", "7302"), ("MC307", "7302"), ("MC301", "7303")},
    "column_order": {("MC303", "8202")},
    "concurrent_index": {("MC301", "2003")},
    "data_migrations": {("MC301", "7604")},
    "exclusion_constraints": {("MC301", "7402")},
    "identity_columns": {("MC303", "6502")},
    "irreversible": {("MC301", "9203")},
    "long_linear": {("MC301", "d002"), ("MC301", "d008"), ("MC301", "d014"), ("MC301", "d020")},
    "naming_convention": {("MC307", "8003")},
    "numeric_under_check": {("MC307", "5003")},
    "partitions": {("MC301", "6002"), ("MC307", "6004"), ("MC301", "6006")},
    "primary_keys": {("MC307", "9503")},
    "quoted_names": {("MC301", "b002")},
    "sqlalchemy_enums": {("MC307", "9304")},
    "text_under_check": {("MC307", "5103"), ("MC307", "5104")},
    "validated_later": {("MC301", "9104")},
}
"""(code, revision) of what is true of rows."""

MARKED = [n if n in OFTEN else pytest.param(n, marks=pytest.mark.exhaustive) for n in NAMES]


def test_the_names_are_those_of_histories() -> None:
    assert SAID.keys() | OFTEN <= set(NAMES)


@pytest.mark.slow
@pytest.mark.parametrize("name", MARKED)
def test_an_honest_history_with_rows(name: str, server_url: str) -> None:
    branches = ("core", "metrics") if name == "independent_bases" else ()
    report = verify(
        HONEST / name / "alembic.ini", database=server_url, seed_rows=5, independent_branches=branches
    )
    said = {(f.code, f.revision): f.message for f in report.findings if f.code in (*FAILING, "MC308")}
    assert said.keys() == SAID.get(name, set()), said
