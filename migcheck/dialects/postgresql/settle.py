"""Which differences in text are none in meaning: settled by the server itself.

Old text and new text mean the same when the server, asked to make the object from either under the present
schema, words them alike. All of it happens in one transaction that is rolled back, each attempt in its own
savepoint; whatever goes wrong leaves the difference as it was.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import psycopg

from migcheck.compare import REPEATED_IN_TEXT
from migcheck.compare.defaults import canonical_default
from migcheck.compare.tokens import TokenError, TokenKind, tokens
from migcheck.dialects.postgresql import recreation
from migcheck.dialects.postgresql.connection import database_error
from migcheck.dialects.postgresql.expressions import comparable
from migcheck.dialects.postgresql.reader import pin_settings
from migcheck.dialects.postgresql.recreation import Recreate
from migcheck.model import Difference, DifferenceClass, DifferenceKind, ObjectKey, Snapshot

Attributes = Mapping[str, Any]

_RECREATE: dict[tuple[str, str], Recreate] = {
    ("constraint", "text"): recreation.constraint,
    ("index", "text"): recreation.index,
    ("view", "text"): recreation.view,
    ("materialized view", "text"): recreation.view,
    ("column", "default"): recreation.default,
    ("policy", "using"): recreation.policy,
    ("policy", "check"): recreation.policy,
    ("trigger", "text"): recreation.trigger,
    ("rule", "text"): recreation.rule,
    ("statistics", "text"): recreation.statistics,
    ("domain", "default"): recreation.domain_default,
}
# How often a text is made again from its own rendering before it counts as settled down.
_ROUNDS = 3
# Sessions of the migration may still hold locks; settling never waits for them.
_LOCK_TIMEOUT = "1s"
_STATEMENT_TIMEOUT = "10s"


def settle(
    connection: psycopg.Connection[Any],
    before: Snapshot,
    after: Snapshot,
    differences: tuple[Difference, ...],
) -> tuple[Difference, ...]:
    """The same differences in the same order, those of equal meaning as cosmetic.

    `connection` is to the database that stands at `after`. The database is left as it was, also the session's
    settings. Without differences in text nothing is sent to the server at all. Raises DatabaseError where the
    connection is lost: the differences may be none.
    """
    open_ones = [difference for difference in differences if _can_be_settled(difference)]
    if not open_ones:
        return differences
    try:
        with connection.transaction(force_rollback=True):
            _prepare(connection)
            settled = {d for d in open_ones if _is_none(connection, before, after, d)}
    except psycopg.Error as error:
        if connection.closed:
            raise database_error("differences cannot be settled", error) from error
        # The server refuses even this: nothing is settled.
        return differences
    return tuple(
        replace(difference, difference_class=DifferenceClass.COSMETIC)
        if difference in settled
        else difference
        for difference in differences
    )


def _can_be_settled(difference: Difference) -> bool:
    what = (difference.object_type, difference.attribute or "")
    return (
        difference.kind is DifferenceKind.CHANGED
        and difference.difference_class is DifferenceClass.SEMANTIC
        and (what in _RECREATE or what == ("domain", "constraints"))
        and difference.before is not None
        and difference.after is not None
    )


def _prepare(connection: psycopg.Connection[Any]) -> None:
    pin_settings(connection)
    connection.execute(f"SET LOCAL lock_timeout = '{_LOCK_TIMEOUT}'")
    connection.execute(f"SET LOCAL statement_timeout = '{_STATEMENT_TIMEOUT}'")
    try:
        # Event triggers of the user's are not to fire for objects of ours.
        with connection.transaction():
            connection.execute("SET LOCAL session_replication_role = replica")
    except psycopg.Error:
        pass  # for superusers only; what an event trigger writes is rolled back too


def _is_none(
    connection: psycopg.Connection[Any], before: Snapshot, after: Snapshot, difference: Difference
) -> bool:
    """True when the two texts of the difference mean the same."""
    key = ObjectKey(difference.object_type, difference.name)
    name = difference.attribute or ""
    old, new = json.loads(before.objects[key]), json.loads(after.objects[key])
    if name == "text" and any(old.get(n) != new.get(n) for n in REPEATED_IN_TEXT.get(key.kind, ())):
        return False
    if key.kind in ("view", "materialized view") and _columns(before, key.name) != _columns(after, key.name):
        return False
    if (key.kind, name) == ("domain", "constraints"):
        return _same_checks(connection, key, old, new)
    if not isinstance(old.get(name), str) or not isinstance(new.get(name), str):
        return False
    types = _types(after, str(new.get("table")))
    recreate = _RECREATE[key.kind, name]
    if _same_text(connection, recreate, key, new, old[name], new[name], types):
        return True
    return name == "default" and _same_default(connection, old, new)


def _same_text(
    connection: psycopg.Connection[Any],
    recreate: Recreate,
    key: ObjectKey,
    attributes: Attributes,
    old: str,
    new: str,
    types: Mapping[str, str],
) -> bool:
    """True when the renderings of the two texts meet, casts that cannot matter aside."""
    renderings = _renderings(connection, recreate, key, attributes, old)
    if new in renderings:
        return True
    others = _renderings(connection, recreate, key, attributes, new)
    if not renderings or not others:
        return False
    if set(renderings) & set(others):
        return True
    forms = [form for text in renderings if (form := comparable(text, types)) is not None]
    return any(comparable(text, types) in forms for text in others)


def _renderings(
    connection: psycopg.Connection[Any], recreate: Recreate, key: ObjectKey, attributes: Attributes, text: str
) -> list[str]:
    """How the server words the object made from `text`, and again from its words; [] where it cannot."""
    found: list[str] = []
    for _ in range(_ROUNDS):
        try:
            with connection.transaction(force_rollback=True):
                text = recreate(connection, key, attributes, text)
        except (psycopg.Error, LookupError):
            if connection.closed:
                raise
            return []
        if text in found:
            break
        found.append(text)
    return found


def _same_default(connection: psycopg.Connection[Any], old: Attributes, new: Attributes) -> bool:
    """True when two defaults of one type are constants of the same value."""
    if old.get("generated") or new.get("generated") or old.get("type") != new.get("type"):
        return False
    texts = (str(old["default"]), str(new["default"]))
    if canonical_default(texts[0], str(old["type"])) == canonical_default(texts[1], str(new["type"])):
        return True
    if not all(_is_constant(text) for text in texts):
        return False
    try:
        with connection.transaction(force_rollback=True):
            return recreation.same_constant(connection, str(new["type"]), *texts)
    except psycopg.Error:
        if connection.closed:
            raise
        return False


_TYPES_WITH_MODIFIERS = frozenset(
    {"numeric", "varying", "character", "bpchar", "bit", "timestamp", "time", "interval", "array"}
)


def _is_constant(text: str) -> bool:
    """True for literals and casts of literals: nothing that calls a function of the user's by name."""
    try:
        split = tokens(text)
    except TokenError:
        return False
    for token, following in zip(split, (*split[1:], None), strict=True):
        is_call = following is not None and following.text == "(" and token.text not in _TYPES_WITH_MODIFIERS
        if is_call and token.kind in (TokenKind.WORD, TokenKind.QUOTED):
            return False
    return True


def _same_checks(
    connection: psycopg.Connection[Any], key: ObjectKey, old: Attributes, new: Attributes
) -> bool:
    """True when the constraints of a domain differ in nothing but wording."""
    pairs = list(zip(old.get("constraints") or (), new.get("constraints") or (), strict=False))
    if len(old.get("constraints") or ()) != len(new.get("constraints") or ()) or old.get("type") != new.get(
        "type"
    ):
        return False
    for first, second in pairs:
        if {**first, "text": None} != {**second, "text": None}:
            return False
        if first["text"] == second["text"]:
            continue
        texts = (first["text"], second["text"])
        types = {"value": re.sub(r"\s*\(.*", "", str(new.get("type")))}
        if not _same_text(connection, recreation.domain_check, key, new, *texts, types):
            return False
    return True


def _columns(snapshot: Snapshot, table: str) -> dict[ObjectKey, str]:
    prefix = f"{table}."
    return {
        key: text
        for key, text in snapshot.objects.items()
        if key.kind == "column" and key.name.startswith(prefix)
    }


def _types(snapshot: Snapshot, table: str) -> dict[str, str]:
    """The types of a table's columns, by name."""
    found: dict[str, str] = {}
    for key, text in _columns(snapshot, table).items():
        attributes = json.loads(text)
        if attributes.get("table") == table:
            found[key.name[len(table) + 1 :]] = str(attributes.get("type", ""))
    return found
