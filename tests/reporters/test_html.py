"""--format html: what is in the file. What a browser makes of it is in tests/integration/html."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migcheck.model import Report
from migcheck.reporters.base import Presentation
from migcheck.reporters.html import HtmlReporter, embedded
from migcheck.reporters.json import to_json
from migcheck.reporters.reading import report_of
from tests.integration.html.reports import branched, hostile
from tests.reporters.reports import FOLDER, broken, finding, report, result

ELEMENT = {
    "script": re.compile(r"<script>(.*?)</script>", re.S),
    "style": re.compile(r"<style>(.*?)</style>", re.S),
}


def rendered(of: Report) -> str:
    return HtmlReporter().render(of, Presentation(folder=Path(FOLDER)))


def data(text: str) -> Any:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.S)
    assert found
    return json.loads(found[1])


class Tags(HTMLParser):
    """All elements of a page, with where they lead."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.leads: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.found.append(tag)
        self.leads += [value or "" for name, value in attributes if name in ("src", "href", "action", "data")]


@pytest.mark.parametrize(
    "one", [report(), broken(), branched(), hostile(2000)], ids="clean broken branched hostile".split()
)
def test_the_page_has_the_report_and_no_element_of_its_content(one: Report) -> None:
    text = rendered(one)
    assert data(text)["report"] == to_json(one, Path(FOLDER))
    tags = Tags(text)
    assert (tags.found.count("script"), tags.found.count("style"), tags.found.count("img")) == (2, 1, 0)
    assert tags.leads == []
    assert rendered(one) == text


@pytest.mark.parametrize("element", ["script", "style"])
def test_the_policy_allows_what_is_there_by_its_hash_and_nothing_else(element: str) -> None:
    text = rendered(broken())
    (content,) = ELEMENT[element].findall(text)
    digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
    policy = re.search(r'http-equiv="Content-Security-Policy" content="([^"]+)"', text)
    assert policy
    rules = dict(rule.strip().split(" ", 1) for rule in policy[1].replace("&#39;", "'").split(";"))
    assert rules["default-src"] == "'none'"
    assert rules[f"{element}-src"] == f"'sha256-{digest}'"
    assert "://" not in content.replace("http://www.w3.org/2000/svg", "")


@pytest.mark.parametrize("one", [broken(), branched(), hostile(2000)], ids="broken branched hostile".split())
def test_a_report_read_back_from_json_makes_the_same_page(one: Report) -> None:
    back = report_of(json.loads(json.dumps(to_json(one, Path(FOLDER)))))
    assert rendered(back) == rendered(one)


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(st.text(max_size=9), st.text(max_size=9), max_size=3))
def test_data_is_embedded_as_it_is_and_ends_no_element(told: dict[str, str]) -> None:
    text = embedded({**told, "x": "</script><!-- &amp; \u2028 ]]>"})
    assert json.loads(text) == {**told, "x": "</script><!-- &amp; \u2028 ]]>"}
    assert not re.search(r"[<>&\u2028\u2029]", text)


@pytest.mark.parametrize(
    ("one", "text", "tone"),
    [
        (report(), "2 of 2 revisions passed", "good"),
        (
            report(revisions=(result("a1", "x", "failed"),), findings=(finding(),), exit_code=1),
            "1 of 1 revision failed",
            "bad",
        ),
        (
            report(revisions=(result("a1", "x", "failed"),), findings=(finding(),)),
            "1 of 1 revision failed",
            "fair",
        ),
        (report(revisions=()), "No revision was verified", "fair"),
        (
            report(findings=(finding(revision=None),), exit_code=1),
            "Every revision passed by itself, the history as a whole did not",
            "bad",
        ),
    ],
)
def test_the_verdict(one: Report, text: str, tone: str) -> None:
    page = rendered(one)
    assert data(page)["verdict"] == {"text": text, "tone": tone}
    assert f"<title>migcheck: {text}</title>" in page


def test_checks_explain_themselves_where_they_have_found_something() -> None:
    checks = data(rendered(broken()))["checks"]
    assert {"MC204", "MC103"} <= set(checks) and "MC301" not in checks
    assert (
        checks["MC204"]["proves"] == "After the downgrade the whole schema is what it was before the upgrade."
    )
