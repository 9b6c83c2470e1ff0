"""What a difference shows: objects and values as text that a reader of SQL knows at a glance."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from migcheck.model import ObjectKey

Attributes = Mapping[str, Any]
Owned = Sequence[tuple[ObjectKey, Attributes]]

_PLAIN_NAME = re.compile(r"[a-z_][a-z0-9_$]*$")
_SHORT = 80
# Attributes that a definition shows in words of its own, or not at all.
_SHOWN = {
    "table": {
        "column_order",
        "kind",
        "persistence",
        "partition_key",
        "partition_bound",
        "inherits",
        "options",
        "trigger_order",
    },
    # A hash of what belongs to it, which tells a reader nothing.
    "extension": {"members"},
    "column": {
        *("table", "type", "nullable", "default", "identity", "generated", "collation", "inherited"),
        *("character_set", "on_update", "auto_increment", "autoincrement", "invisible", "check"),
    },
}
# Where an object stands and whose it is: no part of what it is.
_PLACES = frozenset({"table", "column_order", "owner"})


def quoted(name: str) -> str:
    """A name as it has to be written in SQL (key words aside)."""
    return name if _PLAIN_NAME.match(name) else '"' + name.replace('"', '""') + '"'


def shown(value: object) -> str | None:
    """An attribute's value as text; None stays None.

    Strings stand for themselves, lists are one line when short and one line for each element when not,
    objects are lines of `name: value`.
    """
    if value is None:
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(element, str) for element in value):
        line = ", ".join(value)
        plain = len(line) <= _SHORT and not any("," in element or "\n" in element for element in value)
        return line if plain else "\n".join(value)
    if isinstance(value, list):
        return "\n".join(_element(element) for element in value)
    if isinstance(value, Mapping):
        return "\n".join(f"{name}: {shown(value[name])}" for name in sorted(value))
    return _json(value)


def _element(value: object) -> str:
    """An element of a list: `positive_check CHECK ((VALUE > 0))` of a domain, `street text` of a type."""
    if not isinstance(value, Mapping):
        return value if isinstance(value, str) else _json(value)
    words = [str(value[name]) for name in ("name", "type", "text") if value.get(name)]
    rest = [
        name for name in sorted(value) if name not in ("name", "type", "text") and value[name] is not True
    ]
    return " ".join([*words, *(f"({name}: {shown(value[name])})" for name in rest)])


def shown_pair(before: object, after: object) -> tuple[str | None, str | None]:
    """Two differing values as two differing texts (as JSON where their plain texts are the same)."""
    texts = shown(before), shown(after)
    if texts[0] == texts[1]:
        return (
            None if before is None else _json(before),
            None if after is None else _json(after),
        )
    return texts


def definition(key: ObjectKey, attributes: Attributes, owned: Owned = ()) -> str:
    """An object as CREATE-like text, with all that comes and goes with it (`owned`)."""
    if key.kind in ("table", "foreign table"):
        return _table(key, attributes, owned)
    lines = [_own_text(key, attributes)]
    lines += [_owned_line(child, values) for child, values in _worth_a_line(key, attributes, owned)]
    return "\n".join(line for line in lines if line)


def _worth_a_line(
    key: ObjectKey, attributes: Attributes, owned: Owned
) -> Iterator[tuple[ObjectKey, Attributes]]:
    """What is owned, without what another line says: a constraint's index, a view's columns, a partition's
    share of its parent's columns, constraints and indexes."""
    constraints = {child.name: values for child, values in owned if child.kind == "constraint"}
    if key.kind == "constraint":
        constraints[key.name] = attributes
    said = {(values.get("table"), values["index"]) for values in constraints.values() if values.get("index")}
    tables = {child.name for child, _ in owned if child.kind in ("table", "foreign table")}
    for child, values in owned:
        table = values.get("table")
        if child.kind == "index" and (table, child.name.rpartition(".")[2]) in said:
            continue
        if child.kind == "column":
            continue
        if table in tables or values.get("parent") or values.get("inherited"):
            continue
        yield child, values


def _own_text(key: ObjectKey, attributes: Attributes) -> str:
    if key.kind == "column":
        return _with_rest(key, attributes, column_definition(key, attributes))
    text = attributes.get("text")
    if isinstance(text, str):
        return text.rstrip("\n")
    return _with_rest(key, attributes, f"{key.kind} {key.name}")


def _with_rest(key: ObjectKey, attributes: Attributes, head: str) -> str:
    """`head`, and beneath it what else is known and not at its default."""
    left_out = _SHOWN.get(key.kind, set()) | _PLACES
    rest = [name for name in sorted(attributes) if name not in left_out and _says_something(attributes[name])]
    lines = [f"    {name}: {_indented(shown(attributes[name]) or '')}" for name in rest]
    return "\n".join([head, *lines])


def _says_something(value: object) -> bool:
    return value not in (None, False, "", [], {})


def _indented(text: str) -> str:
    return text.replace("\n", "\n        ")


def column_definition(key: ObjectKey, attributes: Attributes) -> str:
    """A column as it stands in CREATE TABLE: `email text DEFAULT ''::text NOT NULL`."""
    words = [quoted(_last_name(key, attributes)), str(attributes.get("type", ""))]
    if attributes.get("character_set"):
        words.append(f"CHARACTER SET {attributes['character_set']}")
    if attributes.get("collation"):
        words.append(f"COLLATE {attributes['collation']}")
    generated, identity = attributes.get("generated"), attributes.get("identity")
    if generated:
        expression = _parenthesised(str(attributes.get("default") or ""))
        words.append(f"GENERATED ALWAYS AS {expression} {str(generated).upper()}")
    elif attributes.get("default") is not None:
        words.append(f"DEFAULT {attributes['default']}")
    if identity:
        words.append(f"GENERATED {str(identity).upper()} AS IDENTITY")
    if attributes.get("nullable") is False:
        words.append("NOT NULL")
    words += _further_clauses(attributes)
    return " ".join(word for word in words if word)


def _further_clauses(attributes: Attributes) -> Iterator[str]:
    """What columns of MySQL and SQLite may have besides."""
    if attributes.get("invisible"):
        yield "INVISIBLE"
    if attributes.get("on_update"):
        yield f"ON UPDATE {attributes['on_update']}"
    if attributes.get("auto_increment"):
        yield "AUTO_INCREMENT"
    if attributes.get("autoincrement"):
        yield "AUTOINCREMENT"
    if attributes.get("check"):
        yield f"CHECK {attributes['check']}"


def _parenthesised(expression: str) -> str:
    return expression if expression.startswith("(") else f"({expression})"


def _last_name(key: ObjectKey, attributes: Attributes) -> str:
    """The object's own name: what follows its table's in the key."""
    table = attributes.get("table")
    if isinstance(table, str) and key.name.startswith(table + "."):
        return key.name[len(table) + 1 :]
    return key.name.rpartition(".")[2]


def _table(key: ObjectKey, attributes: Attributes, owned: Owned) -> str:
    columns = {
        child.name: values
        for child, values in owned
        if child.kind == "column" and values.get("table") == key.name
    }
    order = [f"{key.name}.{name}" for name in attributes.get("column_order") or ()]
    names = [name for name in order if name in columns] + sorted(columns.keys() - {*order})
    inside = [column_definition(ObjectKey("column", name), columns[name]) for name in names]
    outside: list[str] = []
    for child, values in _worth_a_line(key, attributes, owned):
        if child.kind != "constraint":
            outside.append(_owned_line(child, values))
        elif not _stands_at_column(values):
            inside.append(_owned_line(child, values))
    body = " (\n" + ",\n".join(f"    {line}" for line in inside) + "\n)" if inside else ""
    head = f"CREATE {_persistence(attributes)}{key.kind.upper()} {key.name}{body}{_clauses(attributes)}"
    return "\n".join([_with_rest(key, attributes, head), *outside])


def _stands_at_column(values: Attributes) -> bool:
    """NOT NULL constraints are shown at their column."""
    return str(values.get("text", "")).upper().startswith("NOT NULL ")


def _persistence(attributes: Attributes) -> str:
    word = str(attributes.get("persistence") or "")
    return "UNLOGGED " if word.lower() in ("u", "unlogged") else ""


def _clauses(attributes: Attributes) -> str:
    clauses = ""
    if attributes.get("inherits"):
        word = "PARTITION OF" if attributes.get("partition_bound") else "INHERITS"
        clauses += f" {word} {shown(attributes['inherits'])}"
    if attributes.get("partition_bound"):
        clauses += f" {attributes['partition_bound']}"
    if attributes.get("partition_key"):
        clauses += f" PARTITION BY {attributes['partition_key']}"
    if attributes.get("options"):
        clauses += f" WITH ({shown(attributes['options'])})"
    return clauses


def _owned_line(child: ObjectKey, values: Attributes) -> str:
    if child.kind == "constraint" and _last_name(child, values) == "PRIMARY":
        return str(values.get("text", ""))  # MySQL's have no name of their own
    if child.kind == "constraint":
        own, text = _last_name(child, values), str(values.get("text", ""))
        # What has no name is called by its definition.
        return text if own == f"({text})" else f"CONSTRAINT {quoted(own)} {text}"
    if child.kind == "table" and values.get("partition_bound"):
        return f"CREATE TABLE {child.name}{_clauses(values)}"
    text = str(values.get("text") or "").rstrip("\n")
    if text.upper().startswith("CREATE"):
        return text
    return f"{child.kind} {child.name}: {text}" if text else f"{child.kind} {child.name}"


def _json(value: object) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
