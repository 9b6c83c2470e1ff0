"""What CI systems read: each format in the hands of a real consumer, with content that wants to be more."""

from __future__ import annotations

import html
import json
import re
from pathlib import Path
from typing import Any

import cmarkgfm
import jsonschema
import pytest
from hypothesis import given, settings
from junitparser import JUnitXml

from migcheck.model import Report, Severity, Suppressed
from migcheck.reporters.base import Presentation, reporter_for
from migcheck.reporters.markdown import MOST, escaped, fenced
from tests.reporters.hostile import ANY, TEXTS, hostile
from tests.reporters.reports import FOLDER, broken, finding, path, report, result

SARIF = json.loads((Path(__file__).parent / "schemas" / "sarif-2.1.0.json").read_text("utf-8"))
CODE_QUALITY = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/]"},
                    "lines": {"type": "object", "required": ["begin"]},
                },
            },
        },
    },
}
"""What GitLab's documentation demands of a Code Quality report."""

every_text = pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))


def written(name: str, found: Report, **how: Any) -> str:
    text = reporter_for(name).render(found, Presentation(Path(FOLDER), **how))
    assert text.endswith("\n")
    assert reporter_for(name).render(found, Presentation(Path(FOLDER), **how)) == text
    text.encode("utf-8")  # nothing in it that no file can hold
    return text


def many(number: int, severity: Severity = Severity.ERROR) -> Report:
    names = [f"r{n:03}" for n in range(number)]
    found = tuple(finding(revision=name, message=f"left by {name}", severity=severity) for name in names)
    return report(revisions=tuple(result(n, n, "failed") for n in names), findings=found, exit_code=1)


# -- junit


def suite(found: Report) -> tuple[Any, list[Any]]:
    document = JUnitXml.fromstring(written("junit", found).encode("utf-8"))
    [each] = list(document)
    return each, list(each)


def test_junit_has_a_case_for_each_revision_and_one_for_the_whole() -> None:
    each, cases = suite(broken())
    assert [case.name.split()[0] for case in cases] == [*(r.info.revision for r in broken().revisions), "the"]
    assert each.tests == len(cases)
    assert each.failures == sum(case.is_failure for case in cases) > 0
    assert each.skipped == sum(case.is_skipped for case in cases)
    failed = next(case for case in cases if case.is_failure)
    assert len(failed.result) == 1, "consumers agree on one"
    assert failed.result[0].type and failed.result[0].message
    assert "CREATE INDEX" in failed.result[0].text
    assert "verified on PostgreSQL 18.4" in cases[-1].system_out


def test_junit_fails_what_the_exit_code_fails() -> None:
    warned = finding("MC302", name="rows-lost", severity=Severity.WARNING)
    for code, failures in ((0, 0), (1, 1)):
        _, cases = suite(report(findings=(warned,), exit_code=code))
        assert sum(case.is_failure for case in cases) == failures
        if not failures:
            assert "warning[MC302]" in cases[1].system_out
    _, cases = suite(report(findings=(warned, finding()), exit_code=1))
    failed = next(case for case in cases if case.is_failure)
    assert failed.result[0].type == "MC204" and "MC302" in failed.system_out


@every_text
def test_junit_is_xml_whatever_is_in_it(text: str) -> None:
    each, cases = suite(hostile(text))
    assert (each.tests, each.failures) == (3, 1)
    assert len(cases) == 3


@given(ANY)
@settings(max_examples=40, deadline=None)
def test_junit_of_any_text(text: str) -> None:
    assert len(suite(hostile(text))[1]) == 3


# -- sarif


def sarif(found: Report) -> dict[str, Any]:
    document = json.loads(written("sarif", found))
    jsonschema.validate(document, SARIF)
    return dict(document["runs"][0])


def test_sarif_says_what_where_and_how_bad() -> None:
    run = sarif(broken())
    kept = [each for each in run["results"] if "suppressions" not in each]
    assert len(kept) == len(broken().findings)
    levels = [each["level"] for each in kept]
    assert levels == sorted(levels, key=["error", "warning", "note"].index)
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    for each in run["results"]:
        assert rules[each["ruleIndex"]] == each["ruleId"]
        [place] = each["locations"]
        assert place["physicalLocation"]["region"]["startLine"] >= 1
        assert not place["physicalLocation"]["artifactLocation"]["uri"].startswith("/")
    first = next(each for each in kept if each["ruleId"] == "MC204")
    assert first["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "migrations/versions/b2.py"
    assert first["partialFingerprints"]["migcheck/v1"] in {f.fingerprint for f in broken().findings}
    assert "CREATE INDEX" in first["message"]["text"]
    rule = run["tool"]["driver"]["rules"][first["ruleIndex"]]
    assert "the whole schema" in rule["shortDescription"]["text"] and rule["help"]["markdown"]


def test_sarif_places_what_concerns_all_at_the_config_and_tells_what_was_not_judged() -> None:
    whole = finding("MC208", revision=None, path=None, line=None)
    run = sarif(report(findings=(whole,), notes=("a note",), exit_code=1))
    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert (place["artifactLocation"]["uri"], place["region"]["startLine"]) == ("alembic.ini", 1)
    said = [each["message"]["text"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert said[-1] == "a note" and "1 error" in said[0]
    assert run["invocations"][0]["exitCode"] == 1


def test_sarif_names_who_answers_for_what_is_acknowledged() -> None:
    known = Suppressed(finding(), "shipped", "baseline", "2027-05-31")
    here = Suppressed(finding(revision="a1"), "meant so", "inline")
    said = [each["suppressions"][0] for each in sarif(report(suppressed=(known, here)))["results"]]
    assert said == [
        {"kind": "inSource", "justification": "meant so"},
        {"kind": "external", "justification": "shipped (until 2027-05-31)"},
    ]


def test_sarif_percent_encodes_paths() -> None:
    odd = finding(path=path("a b%#ü.py"))
    place = sarif(report(findings=(odd,)))["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "migrations/versions/a%20b%25%23%C3%BC.py"


@every_text
def test_sarif_is_valid_whatever_is_in_it(text: str) -> None:
    run = sarif(hostile(text))
    assert len(run["results"]) == 4
    assert all(len(each["message"]["text"]) < 60_000 * 2 for each in run["results"])


def test_sarif_stays_within_what_github_takes() -> None:
    assert len(sarif(many(5_100))["results"]) == 5_000


# -- github


def commands(found: Report) -> list[tuple[str, dict[str, str], str]]:
    """As the runner reads them: command, properties, message."""
    read = []
    for line in written("github", found).splitlines():
        match = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line)
        if match is None:
            assert not line.startswith("::")
            continue
        properties = dict(each.split("=", 1) for each in match[2].split(","))
        back = {"%0D": "\r", "%0A": "\n", "%3A": ":", "%2C": ",", "%25": "%"}
        data = {key: _back(value, back) for key, value in properties.items()}
        read.append(
            (match[1], data, _back(match[3], {k: v for k, v in back.items() if k not in ("%3A", "%2C")}))
        )
    return read


def _back(text: str, escapes: dict[str, str]) -> str:
    return re.sub("|".join(escapes), lambda match: escapes[match[0]], text)


def test_github_annotates_the_line_with_all_that_is_to_be_said() -> None:
    [(command, properties, said)] = commands(report(findings=(finding(),), exit_code=1))
    assert command == "error"
    assert properties == {"file": "migrations/versions/b2.py", "line": "31", "title": "MC204 not-reversible"}
    assert said.startswith("b2: index ix_orders_status") and "op.create_index(" in said


def test_github_shows_the_gravest_and_says_what_it_does_not_show() -> None:
    text = written("github", many(25))
    assert text.count("::error ") == 25
    assert "15 findings more" in text
    kinds = [command for command, _, _ in commands(broken())]
    assert kinds == sorted(kinds, key=["error", "warning", "notice"].index)
    assert "GitHub shows" not in written("github", many(10))


@every_text
def test_github_reads_back_what_was_written(text: str) -> None:
    read = commands(hostile(text))
    assert [command for command, _, _ in read] == ["error", "warning", "notice"]
    assert all(re.fullmatch(r"MC\d+ not-reversible", data["title"]) for _, data, _ in read)
    assert "\x1b" not in written("github", hostile(text))


# -- gitlab


def quality(found: Report) -> list[dict[str, Any]]:
    issues = json.loads(written("gitlab", found))
    jsonschema.validate(issues, CODE_QUALITY)
    fingerprints = [issue["fingerprint"] for issue in issues]
    assert len(set(fingerprints)) == len(fingerprints)
    return list(issues)


def test_gitlab_lists_issues_with_place_and_severity() -> None:
    [issue] = quality(report(findings=(finding(),), exit_code=1))
    assert issue["check_name"] == "MC204" and issue["severity"] == "critical"
    assert issue["location"] == {"path": "migrations/versions/b2.py", "lines": {"begin": 31}}
    assert quality(report()) == []


def test_gitlab_tells_apart_what_shares_a_fingerprint() -> None:
    assert len(quality(report(findings=(finding(line=1), finding(line=2))))) == 2


@every_text
def test_gitlab_is_valid_whatever_is_in_it(text: str) -> None:
    assert len(quality(hostile(text))) == 3


# -- markdown


def page(found: Report, **how: Any) -> str:
    """As GitHub renders it; it lets comments and `details` through."""
    text = written("markdown", found, **how)
    assert len(text) <= MOST
    return str(
        cmarkgfm.github_flavored_markdown_to_html(text, options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    )


def shown(rendered: str) -> str:
    """The text that a reader sees."""
    return html.unescape(re.sub(r"<!--.*?-->|<[^>]*>", "", rendered, flags=re.DOTALL))


def assert_tame(rendered: str) -> None:
    """Nothing but what the report itself has made of Markdown."""
    tags = set(re.findall(r"</?([a-zA-Z][a-zA-Z0-9]*)", re.sub(r"<!--.*?-->", "", rendered, flags=re.DOTALL)))
    own = "h3 h4 p table thead tbody tr th td details summary pre code ul li blockquote em".split()
    assert tags <= set(own), tags - set(own)
    assert rendered.count("<details>") == rendered.count("</details>")
    for row in re.findall(r"<tr>.*?</tr>", rendered, flags=re.DOTALL):
        assert len(re.findall(r"<t[hd]", row)) == 5
    text = re.sub(r"<(pre|code)[^>]*>.*?</\1>", "", rendered, flags=re.DOTALL)
    assert not re.search(r"[@#]\w", re.sub(r"&#?\w+;", "", text)), "somebody would be called"


def test_markdown_begins_with_the_same_line_in_each_run() -> None:
    first = written("markdown", broken()).splitlines()[0]
    assert first == written("markdown", report()).splitlines()[0] == "<!-- migcheck: alembic.ini -->"
    assert (
        written("markdown", report(targets=(report().target.__class__("/x/b.ini", "s", "1", "p"),))) != first
    )


def test_markdown_shows_verdict_revisions_and_findings() -> None:
    rendered = page(broken())
    assert_tame(rendered)
    text = shown(rendered)
    assert "❌ migcheck: " in text and "verified on PostgreSQL 18.4" in text
    assert '<pre lang="diff"><code>' in rendered and "- CREATE INDEX ix_orders_status" in text
    assert "MC204 not-reversible: b2" in text
    assert "1 acknowledged" in text and "not judged" in text
    clean = page(report())
    assert "✅ migcheck: no errors, no warnings" in shown(clean) and "2 revisions passed" in clean
    warned = report(findings=(finding(severity=Severity.WARNING),))
    assert "⚠️ migcheck: 1 warning" in shown(page(warned))


def test_markdown_fits_a_comment_and_says_what_it_left_out() -> None:
    rendered = page(many(400))
    assert_tame(rendered)
    text = shown(rendered)
    left_out = int(re.search(r"and (\d+) more findings", text)[1])  # type: ignore[index]
    assert left_out > 0 and text.count("MC204 not-reversible: ") == 400 - left_out
    assert "... and 350 more" in text


@every_text
def test_markdown_is_tame_whatever_is_in_it(text: str) -> None:
    rendered = page(hostile(text))
    assert_tame(rendered)
    assert "javascript:" not in re.sub(
        r"<(pre|code)[^>]*>.*?</\1>", "", rendered, flags=re.DOTALL
    ).lower() or ("<a " not in rendered)


@given(ANY)
@settings(max_examples=100, deadline=None)
def test_markdown_shows_any_text_as_it_is(text: str) -> None:
    rendered = cmarkgfm.github_flavored_markdown_to_html(
        f"x{escaped(text)}x", options=cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE
    )
    from migcheck.reporters.printable import one_line

    assert shown(rendered).strip("\n") == f"x{one_line(text)}x"
    block = cmarkgfm.github_flavored_markdown_to_html(fenced(one_line(text), "diff"))
    assert html.unescape(re.sub(r"</?(pre|code)[^>]*>", "", block)).rstrip("\n") == one_line(text).rstrip(
        "\n"
    )
