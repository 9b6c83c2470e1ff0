"""Remedies as they work on MariaDB and MySQL.

What MODIFY does not say of a column is lost, and what has a body is made as a whole: so the remedies need all
that an object was (`Difference.former`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from migcheck.checks.objects import SchemaObject, is_renamed, schema_object
from migcheck.checks.remedies.code import execute, literal, strings
from migcheck.checks.remedies.drop import removal
from migcheck.model import Difference, DifferenceKind

Attributes = Mapping[str, Any]

_PLAIN_INDEX = re.compile(r"CREATE (UNIQUE )?INDEX \w+ ON \w+ \((\w+(?:, \w+)*)\)\Z")
_SEQUENCE = re.compile(r"CREATE SEQUENCE \S+ (.*?)(?: ENGINE=\w+)?\Z", re.IGNORECASE | re.DOTALL)
_GRANT = re.compile(r"GRANT (?P<rights>.+) ON (?P<target>.+) TO (?P<to>.+?)(?P<option> WITH GRANT OPTION)?\Z")
_WITH_BODY = frozenset({"procedure", "function", "package", "package body", "trigger", "event"})
_SAME_IN_BOTH = frozenset({"table", "column", "index", "constraint"})
_TABLE_OPTIONS = {"engine": "ENGINE", "row_format": "ROW_FORMAT"}

# What remedies written for PostgreSQL say, and what takes its place.
_SPOKEN = (
    (re.compile(r"shows in \\d TABLE of psql"), "shows in SHOW CREATE TABLE"),
    (re.compile(r"insert with ON CONFLICT DO NOTHING"), "use INSERT IGNORE"),
    (
        re.compile(
            r'Use SET LOCAL, which ends with the transaction: op\.execute\("SET LOCAL (\w+) = \.\.\."\)'
        ),
        r'Set it back at the end of the step: op.execute("SET SESSION \1 = DEFAULT")',
    ),
    (re.compile(r'op\.execute\("RESET ROLE"\); or use SET LOCAL ROLE'), r'op.execute("SET ROLE NONE")'),
    (
        re.compile(r'Create it with ON COMMIT DROP, or drop it (.*)"DROP TABLE pg_temp\.(?:\w+\.)?(\S+)"'),
        r'Drop it \1"DROP TEMPORARY TABLE `\2`"',
    ),
    (
        re.compile(r"Use pg_advisory_xact_lock, which ends with the transaction, or unlock it in the step"),
        "Let it go at the end of the step: op.execute(\"DO RELEASE_LOCK('...')\")",
    ),
    (re.compile(r"DEALLOCATE "), "DEALLOCATE PREPARE "),
    (re.compile(r"(DROP TRIGGER [^\s\"']+) ON [^\"')]+"), r"\1"),
)


def spoken(remedy: str) -> str:
    """`remedy`, written for PostgreSQL, in the words of MySQL."""
    for words, others in _SPOKEN:
        remedy = words.sub(others, remedy)
    return remedy


def undo(differences: Sequence[Difference]) -> str:
    """The code that takes one object back from how it is (second moment) to how it was (first)."""
    first = differences[0]
    target, former = schema_object(first), first.former or {}
    if is_renamed(differences):
        return _renamed(target, schema_object(differences[1]), former)
    if first.kind is DifferenceKind.ADDED:
        return _removal(target)
    if first.kind is DifferenceKind.REMOVED:
        return _creation(target, former)
    own = [each for each in differences if each.object_type == first.object_type]
    changed = {str(each.attribute): each for each in own}
    if target.kind == "column":
        return _column_back(target, former, changed)
    if target.kind == "table":
        return _table_back(target, former, changed)
    if target.kind == "database":
        charset = f"CHARACTER SET {former.get('charset')} COLLATE {former.get('collation')}"
        return execute(f"ALTER DATABASE {charset}")
    if target.kind in ("user", "role"):
        return f"# ALTER {_named(target)} so that it is as before, and GRANT or REVOKE what it held"
    if target.kind == "grant":
        return f"{_revoked(str(first.after))}\n{execute(str(first.before))}"
    if target.kind == "sequence" and (match := _SEQUENCE.match(str(former.get("text")))):
        return execute(f"ALTER SEQUENCE {_quoted(target.name)} {match[1]}")
    if target.kind == "view":
        definer = _definer(former) if "definer" in changed else ""
        return execute(_view(target, former, f"CREATE OR REPLACE {definer}"))
    if target.kind in _WITH_BODY:
        return _again(target, former, changed)
    return f"{_removal(target)}\n{_creation(target, former)}"


def _quoted(name: str) -> str:
    return "`" + name.replace("`", "``") + "`"


def _string(text: object) -> str:
    return "'" + str(text).replace("\\", "\\\\").replace("'", "''") + "'"


def _named(target: SchemaObject) -> str:
    """Kind and name as DROP wants them."""
    whole = f"{target.schema}.{target.name}" if target.schema else target.name
    name, _, host = whole.rpartition("@") if target.kind == "user" else (whole, "", "")
    kind = "DATABASE" if target.kind == "other database" else target.kind.upper()
    return f"{kind} {_quoted(name)}" + (f"@{_quoted(host)}" if host else "")


def _removal(target: SchemaObject) -> str:
    if target.kind in _SAME_IN_BOTH:
        return removal(target)
    if target.kind == "grant":
        return _revoked(target.text)
    return execute(f"DROP {_named(target)}")


def _revoked(grant: str) -> str:
    match = _GRANT.match(grant)
    if match is None:
        return f"# take back: {grant}"
    rights = match["rights"] + (", GRANT OPTION" if match["option"] else "")
    return execute(f"REVOKE {rights} ON {match['target']} FROM {match['to']}")


def _creation(target: SchemaObject, former: Attributes) -> str:
    text = str(former.get("text") or target.text)
    if target.kind == "column":
        return execute(f"ALTER TABLE {_quoted(target.table)} ADD COLUMN {_column(target, former)}")
    if target.kind == "table":
        return f"op.create_table({literal(target.name)}, ...)  # with all that it had before"
    if target.kind == "constraint":
        return _create_constraint(target, text)
    if target.kind == "index" and (match := _PLAIN_INDEX.match(text)):
        unique = ", unique=True" if match[1] else ""
        columns = strings(match[2].split(", "))
        return f"op.create_index({literal(target.name)}, {literal(target.table)}, {columns}{unique})"
    if target.kind == "view":
        return execute(_view(target, former, "CREATE "))
    if text.upper().startswith(("CREATE", "GRANT")):
        return execute(text)
    return execute(f"CREATE {_named(target)} ...")


def _create_constraint(target: SchemaObject, text: str) -> str:
    if target.constraint_type == "unique" and (match := re.match(r"UNIQUE \((\w+(?:, \w+)*)\)\Z", text)):
        columns = strings(match[1].split(", "))
        return f"op.create_unique_constraint({literal(target.name)}, {literal(target.table)}, {columns})"
    name = "" if target.name == "PRIMARY" else f"CONSTRAINT {_quoted(target.name)} "
    return execute(f"ALTER TABLE {_quoted(target.table)} ADD {name}{text}")


def _view(target: SchemaObject, former: Attributes, begin: str) -> str:
    algorithm = f"ALGORITHM={former['algorithm']} " if former.get("algorithm") else ""
    security = f"SQL SECURITY {former['security']} " if former.get("security") else ""
    start, _, definer = begin.partition("DEFINER=")
    definer = f"DEFINER={definer}" if definer else ""
    return (
        f"{start}{algorithm}{definer}{security}VIEW {_quoted(target.name)}"
        f" AS {former.get('text') or target.text}"
    )


def _definer(former: Attributes) -> str:
    name, _, host = str(former.get("definer")).rpartition("@")
    return f"DEFINER={_quoted(name)}@{_quoted(host)} "


def _again(target: SchemaObject, former: Attributes, changed: Mapping[str, Difference]) -> str:
    """What has a body is dropped and made again: no ALTER takes all of it."""
    text = str(former.get("text"))
    if "definer" in changed:
        text = re.sub(r"\ACREATE ", lambda match: match[0] + _definer(former), text)
    calls = [f"DROP {_named(target)}", text]
    if "sql_mode" in changed:
        mode = f"SET SESSION sql_mode = {_string(former.get('sql_mode', ''))}"
        calls = [mode, *calls, "SET SESSION sql_mode = DEFAULT"]
    others = sorted(changed.keys() - {"text", "definer", "sql_mode"})
    remark = [f"# under the former {', '.join(others).replace('_', ' ')}"] if others else []
    return "\n".join([*remark, *map(execute, calls)])


def _column(target: SchemaObject, former: Attributes) -> str:
    """A column's whole definition, as ADD COLUMN and MODIFY take it."""
    if "type" not in former:
        return f"{_quoted(target.name)} ..."
    words = [_quoted(target.name), str(former["type"])]
    for attribute, word in (("character_set", "CHARACTER SET"), ("collation", "COLLATE")):
        if former.get(attribute):
            words.append(f"{word} {former[attribute]}")
    if former.get("generated"):
        words.append(f"GENERATED ALWAYS AS {former.get('default')} {str(former['generated']).upper()}")
    else:
        words.append("NOT NULL" if former.get("nullable") is False else "NULL")
        if former.get("default") is not None:
            words.append(f"DEFAULT {former['default']}")
    if former.get("on_update"):
        words.append(f"ON UPDATE {former['on_update']}")
    words += [word.upper() for word in ("auto_increment", "invisible", "compressed") if former.get(word)]
    if former.get("comment"):
        words.append(f"COMMENT {_string(former['comment'])}")
    if former.get("check"):
        words.append(f"CHECK {former['check']}")
    return " ".join([*words, *former.get("clauses", ())])


def _column_back(target: SchemaObject, former: Attributes, changed: Mapping[str, Difference]) -> str:
    if "generated" in changed:
        return f"{_removal(target)}\n{_creation(target, former)}"
    return execute(f"ALTER TABLE {_quoted(target.table)} MODIFY {_column(target, former)}")


def _table_back(target: SchemaObject, former: Attributes, changed: Mapping[str, Difference]) -> str:
    clauses = [
        f"{word} = {former.get(name) or 'DEFAULT'}"
        for name, word in _TABLE_OPTIONS.items()
        if name in changed
    ]
    if "comment" in changed:
        clauses.append(f"COMMENT = {_string(former.get('comment') or '')}")
    if "clauses" in changed:
        clauses += _clauses(former.get("clauses", ()), str(changed["clauses"].after or ""))
    start = f"ALTER TABLE {_quoted(target.name)}"
    calls = [execute(f"{start} {', '.join(clauses)}")] if clauses else []
    if changed.keys() & {"charset", "collation"}:
        collation = f" COLLATE {former['collation']}" if former.get("collation") else ""
        convert = f"{start} CONVERT TO CHARACTER SET {former.get('charset')}{collation}"
        calls.append(
            execute(convert, "or DEFAULT in the place of CONVERT TO, where its columns are as before")
        )
    if changed.keys() & {"partition_key", "partitions"}:
        calls.append(execute(f"{start} {_partitions(former)}"))
    if "trigger_order" in changed:
        order = ", ".join(former.get("trigger_order", ()))
        calls.append(f"# make the triggers of {target.name} again, with FOLLOWS, in this order: {order}")
    return "\n".join(calls) or f"# {target} as before"


def _clauses(former: Sequence[str], now: str) -> list[str]:
    names = {option.partition("=")[0] for option in former}
    gone = [option for option in re.split(r", |\n", now) if "=" in option]
    return [
        *former,
        *(f"{option.partition('=')[0]}=DEFAULT" for option in gone if option.partition("=")[0] not in names),
    ]


def _partitions(former: Attributes) -> str:
    if not former.get("partition_key"):
        return "REMOVE PARTITIONING"
    each = ", ".join(f"PARTITION {partition}" for partition in former.get("partitions", ()))
    return f"PARTITION BY {former['partition_key']}" + (f" ({each})" if each else "")


def _renamed(target: SchemaObject, now: SchemaObject, former: Attributes) -> str:
    table = f"ALTER TABLE {_quoted(target.table)}"
    names = f"{_quoted(now.name)} TO {_quoted(target.name)}"
    if target.kind == "table":
        return f"op.rename_table({literal(now.name)}, {literal(target.name)})"
    if target.kind in ("view", "sequence"):
        return execute(f"RENAME TABLE {names}")
    if target.kind == "column":
        return execute(f"{table} RENAME COLUMN {names}")
    if target.kind == "index" or target.constraint_type == "unique":
        return execute(f"{table} RENAME INDEX {names}")
    if target.kind == "event":
        return execute(f"ALTER EVENT {_quoted(now.name)} RENAME TO {_quoted(target.name)}")
    return f"{_removal(now)}\n{_creation(target, former)}"
