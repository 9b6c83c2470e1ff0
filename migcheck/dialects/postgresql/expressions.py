"""Conditions in a form in which casts that cannot matter are gone.

An integer column that was numeric for a while comes back with its conditions rewritten: `(amount > 0)` has
become `((amount)::numeric > (0)::numeric)`. The server takes these for two things; both compare the same two
numbers. The rules here drop a cast only where that is certain:

- in a comparison whose two sides are exact numbers throughout (columns of integer types and numeric,
  constants, sums, differences and products of such), and whose casts only widen: to a larger integer type or
  to numeric without a modifier; an integer may also be double precision where every value of it is exact;
- of a string constant between character varying without a modifier and text (they are binary-compatible).

That a sum may overflow as integer and not as numeric is the one thing let go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple, TypeAlias

from migcheck.compare.tokens import Token, TokenError, TokenKind, tokens

_WIDTHS = {"smallint": 1, "integer": 2, "bigint": 3, "numeric": 4}
_COMPARISONS = frozenset({"=", "<>", "!=", "<", ">", "<=", ">="})
_ARITHMETIC = frozenset({"+", "-", "*"})
_CAST = frozenset({"::"})
_OPENING = {"(": ")", "[": "]"}
_EXACT_IN_DOUBLE = 2**53


class Group(NamedTuple):
    """What stands between two brackets; `opening` is `(` or `[`."""

    opening: str
    items: tuple[Item, ...]


Item: TypeAlias = "Token | Group"
Items: TypeAlias = "tuple[Item, ...]"


class Exact(NamedTuple):
    """An expression that is an exact number.

    `form` is what it is without casts, `width` its type's place in _WIDTHS, `floating` says whether a cast to
    double precision is part of it.
    """

    form: tuple[object, ...]
    width: int
    floating: bool = False


def comparable(sql: str, types: Mapping[str, str]) -> object:
    """A value that is equal for two conditions which differ only in casts that cannot matter.

    `types` maps the columns that the condition may name to their present types (format_type's words).
    Returns None where the text cannot be read.
    """
    try:
        items, rest = _grouped(tokens(sql), 0, None)
    except TokenError:
        return None
    return _form(items, types) if rest is not None else None


def _grouped(split: tuple[Token, ...], start: int, closing: str | None) -> tuple[Items, int | None]:
    """The items up to the closing bracket, and the position after it; None for unbalanced brackets."""
    items: list[Item] = []
    position = start
    while position < len(split):
        token = split[position]
        position += 1
        if token.kind is TokenKind.PUNCTUATION and token.text == closing:
            return tuple(items), position
        if token.kind is TokenKind.PUNCTUATION and token.text in _OPENING:
            inside, after = _grouped(split, position, _OPENING[token.text])
            if after is None:
                return (), None
            items.append(Group(token.text, inside))
            position = after
        elif token.kind is TokenKind.PUNCTUATION and token.text in (")", "]"):
            return (), None
        else:
            items.append(token)
    return tuple(items), position if closing is None else None


def _form(items: Items, types: Mapping[str, str]) -> tuple[object, ...]:
    comparison = _comparison(items, types)
    if comparison is not None:
        return comparison
    if len(items) == 1 and isinstance(items[0], Group) and _is_redundant(items[0]):
        return _form(items[0].items, types)
    result: list[object] = []
    for item in _without_relabelling(items):
        if isinstance(item, Group):
            result.append((item.opening, *_arguments(item, types)))
        else:
            result.append(item)
    return tuple(result)


def _is_redundant(group: Group) -> bool:
    """True for parentheses around an expression; those of a subquery mean something after ANY."""
    first = _text(group.items[0]) if group.items else "select"
    return group.opening == "(" and first not in ("select", "with", "values")


def _arguments(group: Group, types: Mapping[str, str]) -> list[tuple[object, ...]]:
    """The forms of what the commas of a group separate."""
    return [_form(part, types) for part in _parts(group.items)]


def _parts(items: Items) -> list[Items]:
    parts: list[list[Item]] = [[]]
    for item in items:
        if item == (TokenKind.PUNCTUATION, ","):
            parts.append([])
        else:
            parts[-1].append(item)
    return [tuple(part) for part in parts]


def _comparison(items: Items, types: Mapping[str, str]) -> tuple[object, ...] | None:
    """`number op number`, and `number op ANY (ARRAY[number, ...])`, without their casts."""
    places = [place for place, item in enumerate(items) if _is_operator(item, _COMPARISONS)]
    if len(places) != 1:
        return None
    left, right = items[: places[0]], items[places[0] + 1 :]
    first = _exact(left, types)
    if first is None:
        return None
    operator = _text(items[places[0]])
    second = _exact(right, types)
    if second is not None:
        return ("compare", operator, first.form, second.form)
    if len(right) == 2 and _text(right[0]) in ("any", "all") and isinstance(right[1], Group):
        inner = right[1].items
        while len(inner) == 1 and isinstance(inner[0], Group):
            inner = inner[0].items
        if len(inner) == 2 and _text(inner[0]) == "array" and isinstance(inner[1], Group):
            elements = [_exact(part, types) for part in _parts(inner[1].items)]
            if all(element is not None for element in elements):
                forms = tuple(element.form for element in elements if element is not None)
                return ("compare", operator, first.form, _text(right[0]), forms)
    return None


def _exact(items: Items, types: Mapping[str, str]) -> Exact | None:
    """The expression as an exact number, None where that is not certain."""
    binary = [place for place in range(1, len(items)) if _is_operator(items[place], _ARITHMETIC)]
    if binary:
        sides = [_exact(items[: binary[0]], types), _exact(items[binary[0] + 1 :], types)]
        if len(binary) > 1 or any(side is not None and side.floating for side in sides):
            return None
        return _joined(_text(items[binary[0]]), sides)
    casts = [place for place, item in enumerate(items) if _is_operator(item, _CAST)]
    if casts:
        return _cast(_exact(items[: casts[-1]], types), items, casts[-1])
    return _operand(items, types)


def _operand(items: Items, types: Mapping[str, str]) -> Exact | None:
    """A column, a constant, COALESCE(...) or something in parentheses."""
    if len(items) == 1:
        item = items[0]
        if isinstance(item, Group):
            return _exact(item.items, types) if item.opening == "(" else None
        return _constant(item.text) if item.kind is TokenKind.NUMBER else _primary(item, types)
    if len(items) != 2:
        return None
    if _is_operator(items[0], frozenset({"-"})) and _kind(items[1]) is TokenKind.NUMBER:
        return _constant("-" + _text(items[1]))
    if _text(items[0]) == "coalesce" and isinstance(items[1], Group):
        return _joined("coalesce", [_exact(part, types) for part in _parts(items[1].items)])
    return None


def _primary(item: Token, types: Mapping[str, str]) -> Exact | None:
    if item.kind is TokenKind.STRING:
        return (
            None
            if re.fullmatch(r"'[-+]?\d+(\.\d+)?'", item.text) is None
            else _constant(item.text.strip("'"), 0)
        )
    name = item.text[1:-1].replace('""', '"') if item.kind is TokenKind.QUOTED else item.text
    if item.kind not in (TokenKind.WORD, TokenKind.QUOTED):
        return None
    type_name = re.sub(r"\(.*\)", "", types.get(name, ""))
    return Exact(("column", name), _WIDTHS[type_name]) if type_name in _WIDTHS else None


def _constant(text: str, width: int | None = None) -> Exact | None:
    """A constant; a quoted integer (width 0) has no type until it is cast."""
    if re.fullmatch(r"[-+]?\d+\.\d+", text) is not None:
        return Exact(("constant", Decimal(text)), _WIDTHS["numeric"])
    if re.fullmatch(r"[-+]?\d+", text) is None:
        return None
    number = int(text)
    if width is None:
        width = 2 if abs(number) < 2**31 else 3 if abs(number) < 2**63 else 4
    return Exact(("constant", number), width)


def _cast(operand: Exact | None, items: Items, place: int) -> Exact | None:
    """A cast that keeps every value: to a type at least as wide, or to an exact double."""
    if operand is None:
        return None
    target = " ".join(_text(item) for item in items[place + 1 :])
    if target in _WIDTHS:
        constant = operand.form[0] == "constant" and target != "smallint"
        fits = operand.width <= _WIDTHS[target] or (constant and operand.width == 0)
        return operand._replace(width=_WIDTHS[target]) if fits and not operand.floating else None
    if target == "double precision" and len(operand.form) == 2:
        exact = operand.form[0] == "column" and operand.width <= _WIDTHS["integer"]
        if isinstance(operand.form[1], int):
            exact = abs(operand.form[1]) < _EXACT_IN_DOUBLE
        return operand._replace(floating=True) if exact else None
    return None


def _joined(word: str, sides: list[Exact | None]) -> Exact | None:
    known = [side for side in sides if side is not None]
    if len(known) != len(sides) or not known:
        return None
    width, floating = max(side.width for side in known), any(side.floating for side in known)
    return Exact((word, *(side.form for side in known)), width, floating)


def _without_relabelling(items: Items) -> Items:
    """`('a'::character varying)::text` is `'a'::text`, and the other way round."""
    result = list(items)
    for place, item in enumerate(items):
        if isinstance(item, Group) and item.opening == "(" and _is_string_type(items[place + 1 :]):
            inner = _without_relabelling(item.items)
            if inner and _kind(inner[0]) is TokenKind.STRING and _is_string_type(inner[1:], whole=True):
                result[place] = inner[0]
    return tuple(result)


def _is_string_type(items: Items, whole: bool = False) -> bool:
    """True where a cast to text or character varying begins, without a modifier and not to an array."""
    texts = [_text(item) for item in items[:3]]
    length = 2 if texts[:2] == ["::", "text"] else 3 if texts == ["::", "character", "varying"] else 0
    if not length or (whole and len(items) > length):
        return False
    return len(items) == length or not isinstance(items[length], Group)


def _is_operator(item: Item, operators: frozenset[str]) -> bool:
    return isinstance(item, Token) and item.kind is TokenKind.OPERATOR and item.text in operators


def _text(item: Item) -> str:
    return item.text if isinstance(item, Token) else ""


def _kind(item: Item) -> TokenKind | None:
    return item.kind if isinstance(item, Token) else None
