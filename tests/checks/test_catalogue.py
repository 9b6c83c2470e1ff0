"""Every check has all that a check is made of."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from migcheck import checks
from migcheck.checks import CHECKS, Check

ROOT = Path(__file__).parents[2]
every_check = pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)


def test_codes_and_names_are_unique_and_sorted() -> None:
    codes, names = [c.code for c in CHECKS], [c.name for c in CHECKS]
    assert codes == sorted(set(codes))
    assert len(set(names)) == len(names)


@every_check
def test_code_and_name_are_well_formed(check: Check) -> None:
    assert re.fullmatch(r"MC\d{3}", check.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", check.name)


@every_check
def test_it_has_a_file_of_its_name(check: Check) -> None:
    module = getattr(checks, check.name.replace("-", "_"))
    assert module.CHECK is check
    assert module.__doc__.startswith(f"{check.code}: ")


def test_no_file_is_left_out_of_the_catalogue() -> None:
    folder = Path(checks.__file__).parent
    defining = {path.stem for path in folder.glob("*.py") if "\nCHECK = Check(" in path.read_text("utf-8")}
    assert defining == {check.name.replace("-", "_") for check in CHECKS}


@every_check
def test_its_texts_are_sentences(check: Check) -> None:
    for text in (check.proves, check.why, check.remedy, check.acknowledge):
        assert text[0].isupper() or text[0] == "`"
        assert text.endswith((".", "!"))
        assert "  " not in text


@every_check
def test_it_has_a_bad_and_a_good_fixture(check: Check) -> None:
    for side in ("bad", "good"):
        assert (ROOT / "fixtures" / check.code / side / "expected.json").is_file()


@every_check
def test_it_has_a_page(check: Check) -> None:
    page = (ROOT / check.docs).read_text("utf-8")
    assert page.startswith(f"# {check.code} {check.name}\n")


@every_check
def test_it_is_in_the_changelog(check: Check) -> None:
    assert f"{check.code} {check.name}" in (ROOT / "CHANGELOG.md").read_text("utf-8")
