"""Which differing values mean the same, as far as text alone can tell.

Each rule is one-sided: it may fail to see that two values mean the same (the difference then stays
semantic, or is settled on the server), it must never take two meanings for one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from migcheck.compare.defaults import canonical_default
from migcheck.compare.tokens import Token, TokenError, TokenKind, tokens

Attributes = Mapping[str, Any]

_GENERATED_NOT_NULL = re.compile(r".+_not_null\d*$")
# Names that MySQL and MariaDB make up: `users_ibfk_1`, `users_chk_1`, `CONSTRAINT_1`, `1`.
_NUMBERED = re.compile(r"(?:(?P<table>.+)_(?:ibfk|chk)_|CONSTRAINT_)?\d+$")
_WITH_OPTIONS = re.compile(r" WITH \([a-z_]+='[^']*'(?:, [a-z_]+='[^']*')*\)")
# Languages whose programs mean the same however they are indented.
_FREE_FORM_LANGUAGES = frozenset({"sql", "plpgsql"})
# Storage parameters that say what holds without them (CREATE TABLE, CREATE INDEX, CREATE VIEW).
_DEFAULT_OPTIONS = {
    "autovacuum_enabled": {"true", "on", "1", "yes"},
    "security_barrier": {"false", "off", "0", "no"},
    "security_invoker": {"false", "off", "0", "no"},
    "user_catalog_table": {"false", "off", "0", "no"},
    "deduplicate_items": {"true", "on", "1", "yes"},
    "fastupdate": {"true", "on", "1", "yes"},
    "autosummarize": {"false", "off", "0", "no"},
    "buffering": {"auto"},
}


def same_meaning(kind: str, attribute: str, before: Attributes, after: Attributes) -> bool:
    """True when `attribute`, whose values differ, says the same on both sides.

    `kind` is the object's kind, `before` and `after` are all attributes of the object on either side
    (a rule may need the column's type beside its default).
    """
    rule = _RULES.get((kind, attribute)) or _RULES.get(("", attribute))
    return rule is not None and rule(kind, before, after)


def same_but_for_order(before: str, after: str) -> bool:
    """True for two queries that select the same columns in another order, and are otherwise the same.

    So a view comes back that selects `*` from a table whose columns have come into another order.
    """
    first, second = _select_list(before), _select_list(after)
    if first is None or second is None or first[1] != second[1]:
        return False
    return first[0] != second[0] and sorted(first[0]) == sorted(second[0])


_SET_OPERATIONS = frozenset({"union", "intersect", "except"})


def _select_list(text: str) -> tuple[list[tuple[Token, ...]], tuple[Token, ...]] | None:
    """What a simple SELECT selects, column by column, and all that follows; None for other queries."""
    try:
        split = tokens(text)
    except TokenError:
        return None
    depth, start = 0, 1
    columns: list[tuple[Token, ...]] = []
    rest: tuple[Token, ...] = ()
    for place, token in enumerate(split):
        if token.kind is TokenKind.PUNCTUATION:
            depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(token.text, 0)
        if depth == 0 and token.kind is TokenKind.WORD and token.text in _SET_OPERATIONS:
            return None
        ends = token == (TokenKind.WORD, "from")
        if depth == 0 and (ends or token == (TokenKind.PUNCTUATION, ",")) and start:
            columns.append(split[start:place])
            start = 0 if ends else place + 1
            rest = split[place:]
    simple = split[:1] == ((TokenKind.WORD, "select"),) and start == 0
    return (columns, rest) if simple else None


def is_generated_not_null(name: str, attributes: Attributes) -> bool:
    """True for a NOT NULL constraint that has the sort of name PostgreSQL 18 makes up by itself."""
    text = attributes.get("text")
    return (
        isinstance(text, str)
        and text.upper().startswith("NOT NULL ")
        and _GENERATED_NOT_NULL.match(name.rpartition(".")[2]) is not None
    )


def is_numbered(name: str, attributes: Attributes) -> bool:
    """True for a foreign key or a check that MySQL or MariaDB has named by itself, with a number."""
    table = str(attributes.get("table"))
    match = _NUMBERED.fullmatch(name[len(table) + 1 :])
    return match is not None and match["table"] in (None, table)


def _same_default(kind: str, before: Attributes, after: Attributes) -> bool:
    return canonical_default(before.get("default"), str(before.get("type", ""))) == canonical_default(
        after.get("default"), str(after.get("type", ""))
    )


def _same_options(attribute: str) -> Callable[[str, Attributes, Attributes], bool]:
    def rule(kind: str, before: Attributes, after: Attributes) -> bool:
        if not all(isinstance(side.get(attribute) or [], list) for side in (before, after)):
            return False
        return _set_options(kind, before, attribute) == _set_options(kind, after, attribute)

    return rule


def _set_options(kind: str, attributes: Attributes, attribute: str) -> set[str]:
    """The storage parameters that are not at their default, as `name=value`."""
    given = attributes.get(attribute) or []
    return {str(pair) for pair in given if not _is_default_option(kind, attributes, str(pair))}


def _is_default_option(kind: str, attributes: Attributes, pair: str) -> bool:
    name, _, value = pair.partition("=")
    if name == "fillfactor":
        return value == _default_fillfactor(kind, attributes)
    return value.lower() in _DEFAULT_OPTIONS.get(name, ())


def _default_fillfactor(kind: str, attributes: Attributes) -> str | None:
    if kind in ("table", "materialized view"):
        return "100"
    method = re.search(r" USING (\w+)", str(attributes.get("text", "")))
    methods = {"btree": "90", "gist": "90", "hash": "75", "spgist": "80"}
    return methods.get(method.group(1)) if kind == "index" and method else None


def _same_index_text(kind: str, before: Attributes, after: Attributes) -> bool:
    """An index's text repeats its storage parameters: `WITH (fillfactor='90')`."""

    def bare(attributes: Attributes) -> str:
        return _WITH_OPTIONS.sub("", str(attributes.get("text", "")), count=1)

    return bare(before) == bare(after) and _same_options("options")(kind, before, after)


def _same_routine(kind: str, before: Attributes, after: Attributes) -> bool:
    return _routine(before) == _routine(after)


def _routine(attributes: Attributes) -> object:
    """A routine's definition with its body as tokens, where its language pays no heed to white space."""
    text = str(attributes.get("text", ""))
    try:
        split = tokens(text)
        if _language(split) not in _FREE_FORM_LANGUAGES:
            return text
        if len(split) > 1 and split[-1].kind is TokenKind.STRING and split[-2].text == "as":
            return split[:-1], tokens(_dollar_body(split[-1].text))
    except TokenError:
        return text
    return split


def _language(split: tuple[Token, ...]) -> str:
    """The word after LANGUAGE outside all parentheses (an argument may have that name too)."""
    depth = 0
    for index, token in enumerate(split[:-1]):
        if token.kind is TokenKind.PUNCTUATION:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0 and token == (TokenKind.WORD, "language"):
            return split[index + 1].text.strip('"')
    return ""


def _dollar_body(quoted: str) -> str:
    mark = re.match(r"\$[^$]*\$", quoted)
    if mark is None:
        raise TokenError("the body is not dollar-quoted")
    return quoted[mark.end() : -len(mark.group())]


_RULES: dict[tuple[str, str], Callable[[str, Attributes, Attributes], bool]] = {
    # NO INHERIT makes a column the child's own, INHERIT does not take that back.
    ("column", "local"): lambda kind, before, after: True,
    ("constraint", "local"): lambda kind, before, after: True,
    ("", "options"): _same_options("options"),
    ("", "toast_options"): _same_options("toast_options"),
    ("column", "default"): _same_default,
    ("domain", "default"): _same_default,
    ("index", "text"): _same_index_text,
    # No statement takes a date back that a role's password once had: `infinity` is what undoes it.
    ("role", "valid_until"): lambda kind, before, after: (
        {before.get("valid_until"), after.get("valid_until")} == {None, "infinity"}
    ),
    ("function", "text"): _same_routine,
    ("procedure", "text"): _same_routine,
}
