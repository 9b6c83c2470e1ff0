"""Code that mends a difference, as exact as the difference allows."""

from __future__ import annotations

from collections.abc import Sequence

from migcheck.checks.objects import SchemaObject, is_renamed, schema_object
from migcheck.checks.remedies import mysql, sqlite
from migcheck.checks.remedies.alter import PUBLISHED, alteration, publish_again, renamed_labels
from migcheck.checks.remedies.clauses import OPTIONS, clause, is_unset
from migcheck.checks.remedies.code import dotted, execute, in_schema, literal, qualified
from migcheck.checks.remedies.create import creation, sqlalchemy_type
from migcheck.checks.remedies.drop import removal
from migcheck.checks.remedies.reference import reference
from migcheck.checks.remedies.rename import renaming
from migcheck.checks.remedies.views import renamed_columns
from migcheck.model import Difference, DifferenceKind


def undo(differences: Sequence[Difference], dialect: str = "postgresql") -> str:
    """The code that takes one object back from how it is (second moment) to how it was (first)."""
    if dialect == "sqlite":
        return sqlite.undo(differences)
    if dialect in ("mysql", "mariadb"):
        return mysql.undo(differences)
    first = differences[0]
    if is_renamed(differences):
        return renaming(schema_object(first), schema_object(differences[1]))
    if first.kind is DifferenceKind.ADDED:
        return removal(schema_object(first))
    if first.kind is DifferenceKind.REMOVED:
        return creation(schema_object(first))
    target = schema_object(first)
    # The index under a constraint comes and goes with it.
    own = [d for d in differences if d.attribute and d.object_type == first.object_type]
    by_name = {difference.attribute or "": difference for difference in own}
    if target.kind == "column" and "generated" in by_name and not is_unset(by_name["generated"].before):
        return _computed_again(target, by_name)
    if target.kind == "table" and "partition_bound" in by_name:
        return _attached_again(target, by_name)
    if target.kind == "publication" and (published := [d for d in own if d.attribute in PUBLISHED]):
        own = [difference for difference in own if difference not in published]
        return "\n".join([publish_again(target, published), *map(alteration, own)])
    if target.kind == "sequence":
        return "\n".join(_sequence_again(target, own))
    return "\n".join(dict.fromkeys(alteration(difference) for difference in own))


def _sequence_again(target: SchemaObject, own: Sequence[Difference]) -> list[str]:
    """One statement for all options of a sequence: a new type allows other bounds."""
    options = sorted(
        (d for d in own if d.attribute in OPTIONS), key=lambda d: OPTIONS.index(d.attribute or "")
    )
    clauses = [clause("sequence", d.attribute or "", d.before, d.after) or "..." for d in options]
    together = [execute(f"ALTER {reference(target)} {' '.join(clauses)}")] if clauses else []
    return [*together, *(alteration(difference) for difference in own if difference not in options)]


def _computed_again(target: SchemaObject, by_name: dict[str, Difference]) -> str:
    """No statement makes an ordinary column a generated one: it has to be added as one."""
    type_ = sqlalchemy_type(by_name["type"].before or "") if "type" in by_name else None
    expression = by_name["default"].before if "default" in by_name else None
    persisted = by_name["generated"].before == "stored"
    computed = f"sa.Computed({literal(expression) if expression else '...'}, persisted={persisted})"
    remark = "" if type_ else "  # ... is its type"
    column = f"sa.Column({literal(target.name)}, {type_ or '...'}, {computed})"
    add = f"op.add_column({literal(target.table)}, {column}{in_schema(target.schema)}){remark}"
    return f"{removal(target)}\n{add}"


def _attached_again(target: SchemaObject, by_name: dict[str, Difference]) -> str:
    """A partition gets its former bounds by being attached with them."""
    bound, parents = by_name["partition_bound"], by_name.get("inherits")
    name = qualified(target.schema, target.name)
    former = dotted(parents.before) if parents and parents.before else None
    now = dotted(parents.after) if parents and parents.after else None
    remark = "" if parents else f"... is the table that {target.name} is a partition of"
    calls = []
    if not is_unset(bound.after):
        calls.append(execute(f"ALTER TABLE {now or former or '...'} DETACH PARTITION {name}", remark))
    if not is_unset(bound.before):
        attach = f"ALTER TABLE {former or now or '...'} ATTACH PARTITION {name} {bound.before}"
        calls.append(execute(attach, remark))
    rest = [d for attribute, d in by_name.items() if attribute not in ("partition_bound", "inherits")]
    return "\n".join([*calls, *(alteration(difference) for difference in rest)])


__all__ = ["alteration", "creation", "removal", "renamed_columns", "renamed_labels", "renaming", "undo"]
