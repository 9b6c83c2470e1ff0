"""What each setting accepts, and what is said of what it does not."""

from __future__ import annotations

import dataclasses
import doctest
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck import Settings
from migcheck.errors import UsageError
from migcheck.settings import check_codes, fields
from migcheck.settings.fields import FIELDS

CATALOGUE = {"MC101": "multiple-heads", "MC204": "not-reversible", "MC209": "column-order"}


def test_every_field_of_settings_has_its_rule() -> None:
    assert [field.name for field in dataclasses.fields(Settings)] == list(FIELDS)


def test_defaults_are_valid_and_stay_what_they_are() -> None:
    settings = Settings()
    assert settings.database == ("auto",)
    assert settings.step_timeout == 300.0
    assert (settings.select, settings.env, settings.color) == ((), (), None)


@pytest.mark.parametrize(
    ("name", "given", "kept"),
    [
        ("url", Path("a") / "alembic.ini", str(Path("a") / "alembic.ini")),
        ("x", "a=b", ("a=b",)),
        ("x", ["a=b", "c"], ("a=b", "c")),
        ("select", "mc2, MC101,,mc2", ("MC101", "MC2")),
        ("ignore", ("MC204,MC209", "MC1"), ("MC1", "MC204", "MC209")),
        ("setup", Path("a.sql"), ("a.sql",)),
        ("env", {"B": "2", "A": 1, "C": True}, (("A", "1"), ("B", "2"), ("C", "true"))),
        ("env", ("A=x=y", "B="), (("A", "x=y"), ("B", ""))),
        ("severity", {"mc204": "warning"}, (("MC204", "warning"),)),
        ("step_timeout", 5, 5.0),
        ("quiet", True, 1),
        ("color", "never", False),
        ("color", "auto", None),
        ("output", "-", ("-",)),
        ("output", ["json:r.json", "out.txt"], ("json:r.json", "out.txt")),
        ("output", "./sarf:x", ("./sarf:x",)),
        ("revisions", "base:ab12", "base:ab12"),
        ("revisions", ":ab12", ":ab12"),
        ("last", 3, 3),
        ("since", "origin/main", "origin/main"),
        ("database", "embedded:16", ("embedded:16",)),
        ("database", "local:/usr/lib/postgresql/15/bin", ("local:/usr/lib/postgresql/15/bin",)),
        ("database", ["docker:postgres:14", "sqlite", "sqlite"], ("docker:postgres:14", "sqlite")),
        ("database", "postgresql://me@db/", ("postgresql://me@db/",)),
        ("image_env", {"TZ": "UTC"}, (("TZ", "UTC"),)),
        ("reuse", "true", True),
    ],
)
def test_values_are_brought_to_one_form(name: str, given: Any, kept: Any) -> None:
    value = getattr(Settings(**{name: given}), name)
    assert value == kept
    assert type(value) is type(kept)


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("url", 3, "must be a path"),
        ("url", "", "must be a path"),
        ("name", "", "name of a section"),
        ("x", {"a": "b"}, "must be a list of texts"),
        ("x", [1], "must be a list of texts"),
        ("database", "embedded:latest", "embedded:VERSION"),
        ("database", "local:", "local:FOLDER"),
        ("database", "docker:", "docker:IMAGE"),
        ("database", [], "there is none"),
        ("database", "sqlite:file.db", "sqlite or the URL"),
        ("reuse", "maybe", "true or false"),
        ("revisions", "ab12", "FROM:TO"),
        ("revisions", ":", "FROM:TO"),
        ("revisions", "a:b:c", "FROM:TO"),
        ("last", 0, "1 or more"),
        ("last", True, "1 or more"),
        ("since", "", "knows a commit by"),
        ("fail_on", "fatal", "must be error, warning or never, not 'fatal'"),
        ("format", None, "must be terminal or json"),
        ("step_timeout", 0, "greater than 0"),
        ("step_timeout", float("nan"), "greater than 0"),
        ("step_timeout", float("inf"), "greater than 0"),
        ("step_timeout", True, "greater than 0"),
        ("url_env", ["A-B"], "'A-B' is no name of a variable"),
        ("env", ["A"], "'A' lacks the ="),
        ("env", {"1A": "x"}, "'1A' is no name of a variable"),
        ("env", {"A": ["x"]}, "the value of A is no text"),
        ("severity", {"MC2": "info"}, "'MC2' is no code"),
        ("severity", {"MC204": "fatal"}, "error, warning, info: 'fatal'"),
        ("verbose", -1, "0 or more"),
        ("color", "yes", "true, false or 'auto'"),
        ("locale", "\0", "as text"),
    ],
)
def test_a_wrong_value_says_what_was_expected(name: str, given: Any, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings(**{name: given})
    assert caught.value.message.startswith(f"the setting {name} must be ")
    assert said in caught.value.message
    assert caught.value.exit_code == 2


@pytest.mark.parametrize(
    ("name", "given", "hint"),
    [
        ("fail_on", "warn", "did you mean warning?"),
        ("format", "jsn", "did you mean json?"),
    ],
)
def test_a_misspelt_word_gets_a_suggestion(name: str, given: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        Settings(**{name: given})  # type: ignore[arg-type]
    assert caught.value.hint == hint


def test_codes_and_prefixes_of_the_catalogue_pass() -> None:
    check_codes(Settings(select="MC2,MC", ignore="MC204", severity={"MC101": "info"}), CATALOGUE)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "said", "hint"),
    [
        ({"select": "MC205"}, "select: no check has the code 'MC205'", "did you mean MC20"),
        ({"ignore": "MC3"}, "ignore: no check has the code 'MC3'", "`migcheck checks` lists all codes"),
        ({"select": "not-reversable"}, "select: no check", "did you mean MC204 (not-reversible)?"),
        ({"severity": {"MC999": "info"}}, "severity: no check has the code 'MC999'", "`migcheck checks`"),
    ],
)
def test_an_unknown_code_gets_a_suggestion(given: dict[str, Any], said: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        check_codes(Settings(**given), CATALOGUE)
    assert said in caught.value.message
    assert caught.value.hint is not None
    assert hint in caught.value.hint


def test_the_examples_run() -> None:
    assert doctest.testmod(fields).attempted > 0
    assert doctest.testmod(fields).failed == 0


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.binary(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


@given(name=st.sampled_from(sorted(FIELDS)), value=ANYTHING)
def test_any_value_is_either_accepted_for_good_or_refused_in_words(name: str, value: Any) -> None:
    try:
        settings = Settings(**{name: value})
    except UsageError as error:
        refusal = error.message
    else:
        refusal = f"the setting {name} must be "
        assert dataclasses.replace(settings) == settings
        assert hash(settings) == hash(dataclasses.replace(settings))
    assert refusal.startswith(f"the setting {name} must be ")


@pytest.mark.parametrize(
    ("output", "written"),
    [
        ((), [("terminal", None)]),
        (("r.txt",), [("terminal", "r.txt")]),
        (("json:r.json",), [("terminal", None), ("json", "r.json")]),
        (("json:r.json", "r.txt"), [("json", "r.json"), ("terminal", "r.txt")]),
        (("json:-",), [("json", None)]),
        (("C:\\r.txt",), [("terminal", "C:\\r.txt")]),
    ],
)
def test_standard_output_gets_a_report_unless_a_file_takes_its_place(
    output: tuple[str, ...], written: list[tuple[str, str | None]]
) -> None:
    assert list(Settings(output=output).outputs) == written


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("jsn:r.json", "no format 'jsn'; did you mean json:r.json"),
        ("xml:r.xml", r"no format 'xml' \(for a file of that name: ./xml:r.xml\)"),
        ("json:", "names no file"),
        (["json:r", "terminal:r"], "r is given twice"),
    ],
)
def test_outputs_that_cannot_be_meant(output: object, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        Settings(output=output)  # type: ignore[arg-type]
