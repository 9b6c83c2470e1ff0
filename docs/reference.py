"""Make the pages of the command line and of the JSON Schema from the commands and the schema themselves."""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

import migcheck.reporters
from migcheck.cli.app import app

ROOT = Path(__file__).resolve().parent.parent
PAGES = ROOT / "docs" / "reference"
SCHEMA = Path(inspect.getfile(migcheck.reporters)).parent / "report-v1.schema.json"
_MADE = "A page made by `make docs`; do not edit it."
_WIDTH = 80


def command_line() -> str:
    """The text of the page with the help of each command."""
    parts = [
        "# The command line",
        _MADE,
        "What each option means at length, and where else it can be set: [Settings](../settings.md).",
    ]
    for words in _commands(("migcheck",), app):
        help_ = _help(words)
        parts += [f"## {' '.join(words)}", f"```text\n$ {' '.join(words)} --help\n{help_}\n```"]
    parts += ["## Exit codes", _EXIT_CODES]
    return "\n\n".join(parts) + "\n"


_EXIT_CODES = """\
| code | `verify`, `drift`, `report merge` | the others |
|---|---|---|
| 0 | clean: no findings at or above `--fail-on` | done |
| 1 | findings at or above `--fail-on` | - |
| 2 | wrong usage or configuration | the same |
| 3 | could not verify: no server, env.py fails, the server went away ... | could not be done |
| 129, 130, 143 | ended by SIGHUP, Ctrl-C, SIGTERM; what was started is gone | the same |"""


def json_schema() -> str:
    """The text of the page that lists every key of the JSON report."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    parts = [
        "# The schema of the JSON report",
        _MADE,
        f"Every key of `{SCHEMA.name}`, which the package has in `migcheck/reporters/`; "
        "[The JSON report](../json-report.md) says what they are for. A key in italics may be missing; "
        "all others are always there.",
        "## The report",
        _table(schema),
    ]
    for name, definition in schema["$defs"].items():
        parts += [f"## {name}", _table(definition) if "properties" in definition else _type(definition)]
    return "\n\n".join(parts) + "\n"


def pages() -> Mapping[Path, str]:
    """Each page, and its text."""
    return {PAGES / "command-line.md": command_line(), PAGES / "json-schema.md": json_schema()}


def _commands(words: tuple[str, ...], command: click.Command) -> Iterator[tuple[str, ...]]:
    yield words
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            assert found is not None
            yield from _commands((*words, name), found)


def _help(words: tuple[str, ...]) -> str:
    done = CliRunner().invoke(app, [*words[1:], "--help"], prog_name="migcheck", terminal_width=_WIDTH)
    assert done.exit_code == 0, done.output
    return done.output.rstrip()


def _table(definition: dict[str, Any]) -> str:
    lines = ["| key | type | what |", "|---|---|---|"]
    lines += [" | ".join(row).join(("| ", " |")) for row in _rows(definition, "")]
    return "\n".join(lines)


def _rows(definition: dict[str, Any], before: str) -> Iterator[tuple[str, str, str]]:
    required = definition.get("required", [])
    for name, value in definition["properties"].items():
        key = f"`{before}{name}`" if name in required else f"*`{before}{name}`*"
        yield key, _type(value), value.get("description", "").replace("|", "\\|")
        inner = value.get("items", value)
        if "properties" in inner:
            yield from _rows(inner, f"{before}{name}{'[]' if inner is not value else ''}.")


def _type(value: dict[str, Any]) -> str:
    """The type of one value, with its limits."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name})"
    if "oneOf" in value:
        return " or ".join(_type(one) for one in value["oneOf"])
    if "const" in value:
        return f"`{json.dumps(value['const'])}`"
    if "enum" in value:
        return ", ".join(f"`{json.dumps(one)}`" for one in value["enum"])
    types = value.get("type", "any value")
    types = " or ".join(types) if isinstance(types, list) else types
    if "items" in value:
        types = types.replace("array", f"array of {_type(value['items'])}")
    if isinstance(value.get("additionalProperties"), dict):
        types += f" of {_type(value['additionalProperties'])}"
    limits = [f"{word} `{value[key]}`" for key, word in _LIMITS.items() if key in value]
    return types + (f" ({', '.join(limits)})" if limits else "")


_LIMITS = {"minimum": "from", "maximum": "to", "minItems": "at least", "format": "a", "pattern": "like"}


def main() -> None:
    """Write the pages."""
    PAGES.mkdir(exist_ok=True)
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
