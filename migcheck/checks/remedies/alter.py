"""Code that gives an object's attribute its former value."""

from __future__ import annotations

from collections.abc import Sequence

from migcheck.checks.objects import SchemaObject, schema_object
from migcheck.checks.remedies.clauses import clause, elements, is_true, is_unset
from migcheck.checks.remedies.code import (
    execute,
    identifier,
    in_database,
    in_schema,
    literal,
    qualified,
    sql_string,
)
from migcheck.checks.remedies.create import creation, sqlalchemy_type
from migcheck.checks.remedies.drop import removal
from migcheck.checks.remedies.grants import privileges_back
from migcheck.checks.remedies.reference import reference
from migcheck.checks.remedies.views import view_back
from migcheck.model import Difference

PUBLISHED = frozenset({"insert", "update", "delete", "truncate"})


def alteration(difference: Difference) -> str:
    """The `op` call that sets `difference.attribute` back to `difference.before`."""
    target, before = schema_object(difference), difference.before
    if difference.attribute == "privileges":
        return privileges_back(target, difference)
    if target.kind == "column" and (call := _alter_column(target, difference)):
        return call
    if target.kind == "index" and (call := _alter_index(target, difference)):
        return call
    if difference.attribute == "comment":
        return _comment(target, before)
    if difference.attribute == "text" and before:
        return _redefine(target, difference)
    if difference.attribute == "owner" and before:
        return _alter(target, f"OWNER TO {identifier(before)}")
    if difference.attribute == "validated" and target.kind == "constraint" and is_true(before):
        table, name = qualified(target.schema, target.table), identifier(target.name)
        return execute(f"ALTER TABLE {table} VALIDATE CONSTRAINT {name}")
    if difference.attribute == "populated":
        without = "" if is_true(before) else " WITH NO DATA"
        return execute(f"REFRESH MATERIALIZED VIEW {qualified(target.schema, target.name)}{without}")
    if difference.attribute == "labels":
        return _labels(target, difference)
    if target.kind == "extension" and difference.attribute == "members":
        return f"# ALTER EXTENSION {identifier(target.name)} ADD (or DROP) what left it (or came to it)"
    if target.kind == "extension" and difference.attribute == "dependents":
        return _dependents(target, difference)
    known = clause(target.kind, difference.attribute or "", before, difference.after)
    return _alter(target, known) if known else _unknown(target, difference)


def _alter(target: SchemaObject, clause: str) -> str:
    """`ALTER ... clause`, through the table for what is altered by way of it."""
    name = identifier(target.name)
    if target.kind == "database":
        return in_database(f"ALTER DATABASE {{}} {clause}")
    if target.kind == "column":
        return execute(f"ALTER TABLE {qualified(target.schema, target.table)} ALTER COLUMN {name} {clause}")
    if target.kind in ("trigger", "rule") and "ABLE" in clause:
        return execute(f"ALTER TABLE {qualified(target.schema, target.table)} {clause} {name}")
    if target.kind == "constraint":
        table = qualified(target.schema, target.table)
        return execute(f"ALTER TABLE {table} ALTER CONSTRAINT {name} {clause}")
    return execute(f"ALTER {reference(target)} {clause}")


def publish_again(target: SchemaObject, differences: Sequence[Difference]) -> str:
    """What a publication publishes is set as a whole, of which the differences tell a part."""
    words = [f"{'with' if is_true(d.before) else 'without'} {d.attribute}" for d in differences]
    return execute(
        f"ALTER {reference(target)} SET (publish = '...')", f"what it publishes, {', '.join(words)}"
    )


def _unknown(target: SchemaObject, difference: Difference) -> str:
    name = (difference.attribute or "definition").replace("_", " ")
    lines = [
        line for line in str(difference.before).split("\n") if line not in str(difference.after).split("\n")
    ]
    value = "unset" if is_unset(difference.before) else ", ".join(lines)
    start = f"ALTER {reference(target)}"
    if target.kind == "column":
        start = f"ALTER TABLE {qualified(target.schema, target.table)} ALTER COLUMN {identifier(target.name)}"
    elif target.kind in ("constraint", "trigger", "rule") and target.table:
        start = f"ALTER TABLE {qualified(target.schema, target.table)} ... {identifier(target.name)}"
    if len(value) > 200:
        value = value[:200].rstrip() + " ..."
    return execute(f"{start} ...", f"{name} back to {value}")


def _alter_column(target: SchemaObject, difference: Difference) -> str | None:
    start = f"op.alter_column({literal(target.table)}, {literal(target.name)}"
    end = in_schema(target.schema) + ")"
    before = difference.before
    if difference.attribute == "nullable":
        return f"{start}, nullable={is_true(before)}{end}"
    if difference.attribute == "default":
        default = "None" if is_unset(before) else f"sa.text({literal(str(before))})"
        return f"{start}, server_default={default}{end}"
    if difference.attribute == "comment":
        return f"{start}, comment={'None' if is_unset(before) else literal(str(before))}{end}"
    if difference.attribute == "type" and before:
        known = sqlalchemy_type(before)
        if known:
            return f"{start}, type_={known}{end}"
        return _alter(target, f"TYPE {before} USING {identifier(target.name)}::{before}")
    if difference.attribute == "generated" and is_unset(before):
        return _alter(target, "DROP EXPRESSION")
    return None


def _alter_index(target: SchemaObject, difference: Difference) -> str | None:
    """What is said of an index and done by its table, whose name a changed index does not tell."""
    table, name = qualified(target.schema, target.table) if target.table else "...", identifier(target.name)
    remark = "" if target.table else f"... is the table of {target.name}"
    yes = is_true(difference.before)
    if difference.attribute == "clustered":
        return execute(
            f"ALTER TABLE {table} {f'CLUSTER ON {name}' if yes else 'SET WITHOUT CLUSTER'}", remark
        )
    if difference.attribute == "replica_identity":
        return execute(
            f"ALTER TABLE {table} REPLICA IDENTITY {f'USING INDEX {name}' if yes else 'DEFAULT'}", remark
        )
    if difference.attribute == "statistics":
        targets = [item.partition(": ") for item in elements(difference.after)]
        former = dict(item.partition(": ")[::2] for item in elements(difference.before))
        where = qualified(target.schema, target.name)
        return "\n".join(
            execute(f"ALTER INDEX {where} ALTER COLUMN {number} SET STATISTICS {former.get(number, '-1')}")
            for number, _, _ in targets or [(number, "", "") for number in former]
        )
    return None


def _comment(target: SchemaObject, before: str | None) -> str:
    unset = is_unset(before)
    if target.kind == "table":
        schema = in_schema(target.schema)
        if unset:
            return f"op.drop_table_comment({literal(target.name)}{schema})"
        return f"op.create_table_comment({literal(target.name)}, {literal(str(before))}{schema})"
    text = sql_string(None if unset else before)
    if target.kind == "database":
        return in_database(f"COMMENT ON DATABASE {{}} IS {text}")
    return execute(f"COMMENT ON {reference(target)} IS {text}")


def _redefine(target: SchemaObject, difference: Difference) -> str:
    text = str(difference.before)
    if target.kind in ("function", "procedure") and text.upper().startswith("CREATE"):
        return execute(text)
    if target.kind == "view":
        return view_back(target, text, difference.after or "")
    former = SchemaObject(target.kind, target.schema, target.table, target.name, {"text": text})
    return f"{removal(former)}\n{creation(former)}"


def _dependents(target: SchemaObject, difference: Difference) -> str:
    """Objects that were made to go with an extension, or no longer to."""
    before, after = elements(difference.before), elements(difference.after)
    name = identifier(target.name)
    ways = {f"DEPENDS ON EXTENSION {name}": [item for item in before if item not in after]}
    ways[f"NO DEPENDS ON EXTENSION {name}"] = [item for item in after if item not in before]
    return "\n".join(
        execute(f"ALTER {item.replace(' on table ', ' ON ')} {way}")
        for way, items in ways.items()
        for item in items
    )


def _labels(target: SchemaObject, difference: Difference) -> str:
    before, after = elements(difference.before), elements(difference.after)
    lost = [label for label in before if label not in after]
    gained = [label for label in after if label not in before]
    start = f"ALTER TYPE {qualified(target.schema, target.name)}"
    renamed = renamed_labels(difference)
    if renamed:
        return "\n".join(
            execute(f"{start} RENAME VALUE {sql_string(now)} TO {sql_string(former)}")
            for now, former in renamed
        )
    if lost and not gained and [label for label in before if label in after] == after:
        return "\n".join(
            execute(f"{start} ADD VALUE {sql_string(label)}{_place(label, before, after)}") for label in lost
        )
    return (
        f"# a label of an enum cannot be dropped: make the type {target.qualified} anew with the labels"
        f" {', '.join(before)}, move its columns over and drop the old one"
    )


def renamed_labels(difference: Difference) -> list[tuple[str, str]]:
    """The labels of an enum that stand in the place of others: (name now, former name)."""
    before, after = elements(difference.before), elements(difference.after)
    if difference.attribute != "labels" or len(before) != len(after):
        return []
    pairs = [(now, former) for former, now in zip(before, after, strict=True) if now != former]
    moved = any(now in before or former in after for now, former in pairs)
    return [] if moved else pairs


def _place(label: str, labels: list[str], there: list[str]) -> str:
    """Where ADD VALUE has to put a label so that the order is the former one."""
    position = labels.index(label)
    if position:
        return f" AFTER {sql_string(labels[position - 1])}"
    return f" BEFORE {sql_string(there[0])}" if there else ""
