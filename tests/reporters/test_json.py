"""--format json keeps to its contract."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from migcheck import __version__
from migcheck.model import Report
from migcheck.reporters.base import Presentation
from migcheck.reporters.json import SCHEMA, JsonReporter
from tests.reporters.reports import FOLDER, broken, finding, removed, report, result

VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))


def rendered(of: Report) -> str:
    return JsonReporter().render(of, Presentation(folder=Path(FOLDER)))


def document(of: Report) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(rendered(of))
    VALIDATOR.validate(loaded)
    return loaded


def test_the_schema_is_a_schema_and_closed() -> None:
    schema = json.loads(SCHEMA.read_text("utf-8"))
    Draft202012Validator.check_schema(schema)

    def objects(node: Any) -> Any:
        if isinstance(node, dict):
            if "properties" in node:
                yield node
            for child in node.values():
                yield from objects(child)
        elif isinstance(node, list):
            for child in node:
                yield from objects(child)

    found = list(objects(schema))
    assert len(found) == 18
    assert all(node["additionalProperties"] is False for node in found)


def test_a_clean_report() -> None:
    got = document(report())
    assert got["version"] == 1
    assert got["migcheck"] == __version__
    assert got["target"] == {
        "config": "alembic.ini",
        "dialect": "postgresql",
        "server_version": "18.4",
        "provider": "embedded",
    }
    assert got["history"] == {"revisions": 2, "heads": ["b2"], "bases": ["a1"], "verified": 2}
    assert got["seconds"] == 3.215
    assert got["revisions"][0] == {
        "revision": "a1",
        "doc": "create users",
        "path": "migrations/versions/a1.py",
        "down_revisions": [],
        "depends_on": [],
        "branch_labels": [],
        "status": "passed",
        "reason": None,
        "seconds": {"upgrade": 0.0123, "downgrade": 0.01, "reupgrade": 0.01},
        "statements": {"upgrade": 3, "downgrade": 3, "reupgrade": 3},
        "rows_seeded": 0,
        "seconds_with_rows": {},
        "ran": {},
        "changes": None,
    }
    assert got["findings"] == got["suppressed"] == got["skipped"] == []


def test_one_of_everything() -> None:
    got = document(broken())
    assert [(f["revision"], f["code"]) for f in got["findings"]] == [
        ("a1", "MC210"),
        ("b2", "MC204"),
        ("b2", "MC209"),
        ("c3", "MC204"),
        ("c3", "MC205"),
        ("d4", "MC202"),
        ("d4", "MC204"),
        ("d4", "MC211"),
        (None, "MC101"),
    ]
    failed = next(f for f in got["findings"] if f["code"] == "MC202")
    assert failed["error"]["sqlstate"] == "2BP01"
    assert set(failed["error"]) == {"type", "sqlstate", "message", "statement"}
    assert failed["rows"] is None
    assert failed["docs"] == "docs/checks/MC202.md"
    missing = next(f for f in got["findings"] if f["code"] == "MC204")
    assert missing["differences"] == [
        {
            "kind": "removed",
            "class": "semantic",
            "object_type": "index",
            "name": "public.ix_orders_status",
            "attribute": None,
            "before": "CREATE INDEX ix_orders_status ON public.orders USING btree (status)",
            "after": None,
        }
    ]
    assert missing["fingerprint"] == broken().findings[1].fingerprint
    assert got["suppressed"][0]["by"] == "inline"
    assert got["skipped"][-1] == {
        "code": "MC401",
        "revision": None,
        "reason": "env.py sets no target_metadata",
    }
    assert got["history"]["verified"] == 4
    assert got["revisions"][-1]["seconds"] == {}


def test_the_same_report_gives_the_same_bytes_in_any_order() -> None:
    one = broken()
    other = dataclasses.replace(
        one,
        findings=one.findings[::-1],
        skipped=one.skipped[::-1],
        heads=one.heads[::-1],
    )
    assert rendered(one) == rendered(other)
    assert rendered(one).isascii()


def test_keys_are_sorted() -> None:
    def check(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        assert [key for key, _ in pairs] == sorted(key for key, _ in pairs)
        return dict(pairs)

    json.loads(rendered(broken()), object_pairs_hook=check)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda d: d.update(extra=1),
        lambda d: d.pop("history"),
        lambda d: d["findings"][0].update(severity="fatal"),
        lambda d: d["findings"][0].update(line=0),
        lambda d: d["suppressed"][0].pop("reason"),
        lambda d: d["revisions"][0]["seconds"].update(sideways=1),
    ],
)
def test_the_schema_refuses_what_the_contract_does_not_know(spoil: Any) -> None:
    spoiled = document(broken())
    spoil(spoiled)
    with pytest.raises(ValidationError):
        VALIDATOR.validate(spoiled)


@settings(max_examples=60)
@given(name=st.text(), text=st.text(), message=st.text())
def test_any_text_comes_back_as_it_went_in(name: str, text: str, message: str) -> None:
    of = report(
        findings=(finding(message=message, differences=(removed("table", name, text),)),),
        revisions=(result("a1", text), result("b2", name)),
    )
    got = document(of)
    assert got["findings"][0]["message"] == message
    assert got["findings"][0]["differences"][0]["name"] == name
    assert got["findings"][0]["differences"][0]["before"] == text
    assert [r["doc"] for r in got["revisions"]] == [text, name]
