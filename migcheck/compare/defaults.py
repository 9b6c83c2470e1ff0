"""Defaults of columns in one spelling."""

from __future__ import annotations

import re

from migcheck.compare.tokens import Token, TokenError, TokenKind, tokens

_INTEGERS = frozenset({"smallint", "integer", "bigint"})
_FLOATS = frozenset({"real", "double precision"})
_TEXTS = frozenset({"text", "character varying"})


def canonical_default(expression: object, type_name: str) -> object:
    """A column's default in a form in which defaults of one meaning are equal.

    `expression` is the server's text (None for no default), `type_name` the column's type as
    format_type renders it. Casts that the assignment makes anyway go, `CURRENT_TIMESTAMP` is `now()`,
    a quoted number for a numeric type is a number, `NULL` is no default.
    """
    if not isinstance(expression, str):
        return expression
    try:
        split = _now(tokens(expression))
    except TokenError:
        return expression
    base = _base_type(type_name)
    literal, casts = peel(split)
    if all(_harmless_cast(literal, cast, base) for cast in casts):
        split = literal
    if [token.text for token in split] == ["null"]:
        # A domain has a default of its own, which an explicit NULL overrides; its name is qualified.
        return None if "." not in type_name and '"' not in type_name else split
    return _number(split, base) or _at_time_zone(split)


def peel(split: tuple[Token, ...]) -> tuple[tuple[Token, ...], tuple[str, ...]]:
    """Take enclosing parentheses and casts off an expression: (`'1'::text`) -> ('1', ["text"]).

    The casts are listed from the outermost to the innermost, each as the type's text.
    """
    casts: list[str] = []
    while split:
        if _is_enclosed(split):
            split = split[1:-1]
            continue
        place = _last_cast(split)
        if place is None:
            break
        casts.append(_type_text(split[place + 1 :]))
        split = split[:place]
    return split, tuple(casts)


def _is_enclosed(split: tuple[Token, ...]) -> bool:
    if len(split) < 2 or split[0].text != "(" or split[-1].text != ")":
        return False
    depth = 0
    for index, token in enumerate(split):
        if token.kind is TokenKind.PUNCTUATION:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return index == len(split) - 1
    return False


def _last_cast(split: tuple[Token, ...]) -> int | None:
    """Where a cast of the whole expression stands; its operand is one token or one pair of parentheses."""
    places = [index for index, token in enumerate(split) if token == (TokenKind.OPERATOR, "::")]
    for place in reversed(places):
        operand = split[:place]
        while (inner := _last_cast(operand)) is not None:
            operand = operand[:inner]
        if (len(operand) == 1 or _is_enclosed(operand)) and _type_text(split[place + 1 :]):
            return place
    return None


_TYPE_TOKENS = frozenset({TokenKind.WORD, TokenKind.QUOTED, TokenKind.NUMBER})
_TYPE_ENDS = frozenset({"and", "or", "is", "in", "like", "at", "collate", "between", "not"})


def _type_text(split: tuple[Token, ...]) -> str:
    """The name of the type that the tokens spell, "" when they are no type."""
    if not split or split[0].kind not in (TokenKind.WORD, TokenKind.QUOTED):
        return ""
    for token in split:
        fits = token.kind in _TYPE_TOKENS or (token.kind is TokenKind.PUNCTUATION and token.text in "().,[]")
        if not fits or (token.kind is TokenKind.WORD and token.text in _TYPE_ENDS):
            return ""
    return re.sub(r" ?([().,\[\]]) ?", r"\1", " ".join(token.text for token in split))


def _base_type(type_name: str) -> str:
    """The type without its modifier: `character varying(20)` -> `character varying`."""
    return re.sub(r"\s*\(.*?\)", "", type_name)


def _harmless_cast(literal: tuple[Token, ...], cast: str, base: str) -> bool:
    """True when assigning the literal to a column of type `base` comes to the same without this cast."""
    if [token.text for token in literal] == ["null"]:
        return True
    texts = [token.text for token in literal]
    if len(literal) == 1 and literal[0].kind is TokenKind.STRING:
        if cast in _TEXTS and base in _TEXTS:
            return True
        if cast == base and base not in ("character", "bpchar", "bit"):
            return True
        texts = [texts[0].strip("'")]
    digits = re.fullmatch(r"[-+]?\d+", "".join(texts)) is not None
    return digits and cast in (*_INTEGERS, "numeric") and base in (*_INTEGERS, "numeric", *_FLOATS)


def _number(split: tuple[Token, ...], base: str) -> tuple[str, str] | None:
    """A literal for a numeric type as a plain number, quoted or not."""
    if base not in (*_INTEGERS, *_FLOATS, "numeric") or not 1 <= len(split) <= 2:
        return None
    text = "".join(token.text for token in split).strip("'").strip()
    if re.fullmatch(r"[-+]?\d+", text):
        return ("number", str(int(text)))
    return ("number", text) if re.fullmatch(r"[-+]?\d+\.\d+", text) else None


def _now(split: tuple[Token, ...]) -> tuple[Token, ...]:
    """`CURRENT_TIMESTAMP` and `transaction_timestamp()` are other names of `now()`."""
    call = tokens("now()")
    result: list[Token] = []
    for index, token in enumerate(split):
        follows_dot = index > 0 and split[index - 1].text == "."
        if token.kind is TokenKind.WORD and not follows_dot:
            if token.text == "current_timestamp" and [t.text for t in split[index + 1 : index + 2]] != ["("]:
                result.extend(call)
                continue
            if token.text == "transaction_timestamp":
                token = call[0]
        result.append(token)
    return tuple(result)


def _at_time_zone(split: tuple[Token, ...]) -> tuple[Token, ...]:
    """`timezone(zone, now())` in its other spelling, `now() AT TIME ZONE zone`."""
    head, tail = tokens("timezone("), tokens(", now())")
    if split[:2] == head and split[-len(tail) :] == tail:
        return tokens("now() AT TIME ZONE") + split[2 : -len(tail)]
    return split
