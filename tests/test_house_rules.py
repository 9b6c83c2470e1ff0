"""The rules of the house that no linter knows."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted(ROOT.glob("migcheck/**/*.py"))
VAGUE = {"utils", "util", "helpers", "helper", "manager", "common", "misc"}
# A little more than "about 300" and "about 40": a limit that a single line trips over helps nobody.
LONGEST_FILE, LONGEST_FUNCTION = 400, 60


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", CODE, ids=named)
def test_files_and_functions_stay_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert len(text.splitlines()) <= LONGEST_FILE
    long = [
        node.name
        for node in ast.walk(ast.parse(text))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
        and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION
    ]
    assert long == []


def test_files_are_named_after_nouns_of_the_domain() -> None:
    assert [named(path) for path in CODE if VAGUE & {*path.relative_to(ROOT).with_suffix("").parts}] == []


def test_every_setting_and_its_flag_are_documented() -> None:
    from migcheck.cli.verify import command
    from migcheck.settings.fields import FIELDS

    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    table = page[: page.index("## ")].splitlines()
    rows = {line.split("|")[1].strip(" `"): line for line in table if line.startswith("| `")}
    assert set(FIELDS) <= set(rows)
    options = {parameter.name: [*parameter.opts, *parameter.secondary_opts] for parameter in command.params}
    for name in FIELDS:
        assert [option for option in options[name] if f"`{option}`" not in rows[name]] == []


def test_the_version_is_the_same_everywhere() -> None:
    from migcheck import __version__

    assert f'version = "{__version__}"' in (ROOT / "pyproject.toml").read_text(encoding="utf-8")
