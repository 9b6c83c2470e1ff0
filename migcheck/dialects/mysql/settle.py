"""Which differences of text are none to the server: only text tells, nothing is run."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from migcheck.dialects.mysql.tokens import TokenKind, tokens
from migcheck.model import Difference, DifferenceClass, ObjectKey, Snapshot

_BODIES = frozenset({"procedure", "function", "package", "package body", "trigger", "event"})
# InnoDB checks at once in either case, and each server prints one of the two only.
_AT_ONCE = re.compile(r" ON (DELETE|UPDATE) (NO ACTION|RESTRICT)\b")


def settle(before: Snapshot, after: Snapshot, differences: tuple[Difference, ...]) -> tuple[Difference, ...]:
    """The same differences; those of text that means the same become cosmetic."""
    return tuple(
        replace(difference, difference_class=DifferenceClass.COSMETIC)
        if difference.attribute == "text" and _is_spelling(difference, before, after)
        else difference
        for difference in differences
    )


def _is_spelling(difference: Difference, before: Snapshot, after: Snapshot) -> bool:
    key = ObjectKey(difference.object_type, difference.name)
    if key not in before.objects or key not in after.objects:
        return False
    old, new = json.loads(before.objects[key]), json.loads(after.objects[key])
    if key.kind == "constraint":
        return _AT_ONCE.sub("", old["text"]) == _AT_ONCE.sub("", new["text"])
    return key.kind in _BODIES and _splits_alike(old) and _splits_alike(new) and _body(old) == _body(new)


def _splits_alike(attributes: Mapping[str, Any]) -> bool:
    """Whether strings in the body end where `tokens` says so."""
    return "NO_BACKSLASH_ESCAPES" not in str(attributes.get("sql_mode"))


def _body(attributes: Mapping[str, Any]) -> list[str]:
    """The text's tokens, without the white space and comments between them.

    Whether a blank stands before a parenthesis counts: it decides whether `count (` is a call (IGNORE_SPACE).
    """
    found = tokens(attributes["text"])
    texts: list[str] = []
    for place, token in enumerate(found):
        if token.text == "(" and place and found[place - 1].end < token.start:
            texts.append(" ")
        texts.append(token.text.upper() if token.kind is TokenKind.NUMBER else token.text)
    return texts
