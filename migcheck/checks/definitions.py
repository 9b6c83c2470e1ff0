"""The attributes of an added or removed object, read back from its definition in a difference.

A definition is text for people (`migcheck.compare`): the server's own rendering where there is one;
else a head such as `type public.status` or `email text NOT NULL`, and beneath it lines of
`name: value`, indented by four spaces, with eight for what goes on.
"""

from __future__ import annotations

import re
from typing import Any

from migcheck.model import Difference, DifferenceKind

_ATTRIBUTE = re.compile(r"    ([a-z_]+): ?(.*)\Z")
_CLAUSE = r"(?= COLLATE | GENERATED | DEFAULT | NOT NULL\Z|\Z)"
_COLUMN = re.compile(
    r'(?P<name>"(?:[^"]|"")+"|\S+) (?P<type>.+?)' + _CLAUSE + r"(?: COLLATE (?P<collation>\S+))?"
    r"(?P<generated> GENERATED ALWAYS AS \(.*\)(?: \w+)?)?"
    r"(?: DEFAULT (?P<default>.+?))?(?P<identity> GENERATED .+ AS IDENTITY)?(?P<not_null> NOT NULL)?\Z"
)


def definition(difference: Difference) -> dict[str, Any]:
    """What the definition of an added or removed object says; of a changed one its former text, if known.

    `text` is the server's rendering where there is one. Columns have `type`, `nullable`, `default`,
    and `generated` or `identity` where they are; enums a list of `labels`; views the `owned` statements
    that made what came with them (indexes, triggers).
    """
    if difference.attribute is not None:
        return {"text": difference.before} if difference.attribute == "text" and difference.before else {}
    value = difference.after if difference.kind is DifferenceKind.ADDED else difference.before
    return _read(difference.object_type, value) if value else {}


def _read(kind: str, value: str) -> dict[str, Any]:
    lines = value.split("\n")
    if kind == "column":
        return {**_attributes(lines[1:]), **_column(lines[0])}
    if kind in ("constraint", "index"):
        return {"text": lines[0]}  # what follows is what comes and goes with it
    if kind in ("view", "materialized view"):
        end = next((number for number, line in enumerate(lines, 1) if line.endswith(";")), len(lines))
        return {
            "text": "\n".join(lines[:end]),
            "owned": [line for line in lines[end:] if line.startswith("CREATE ")],
        }
    if lines[0].startswith(f"{kind} "):
        return _attributes(lines[1:])
    return {"text": value}


def _column(head: str) -> dict[str, Any]:
    match = _COLUMN.match(head)
    if not match:
        return {}
    known: dict[str, Any] = {"type": match["type"], "nullable": match["not_null"] is None}
    for name in ("default", "collation", "generated", "identity"):
        if match[name]:
            known[name] = match[name].strip()
    return known


def _attributes(lines: list[str]) -> dict[str, Any]:
    found: dict[str, str] = {}
    last = ""
    for line in lines:
        match = _ATTRIBUTE.match(line)
        if match:
            last = match[1]
            found[last] = match[2]
        elif last and line.startswith("        "):
            found[last] += "\n" + line[8:]
    known: dict[str, Any] = dict(found)
    if "labels" in found:
        separator = "\n" if "\n" in found["labels"] else ", "
        known["labels"] = found["labels"].split(separator)
    return known
