"""Patterns of SQL (LIKE, SIMILAR TO, GLOB, regular expressions) as Python's, and texts that match them."""

from __future__ import annotations

import random
import re

_CLASSES = {
    "alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z",
    "space": " \\t\\n",
    "punct": "!-/:-@\\[-`{-~", "xdigit": "0-9a-fA-F", "word": "a-zA-Z0-9_",
}  # fmt: skip


def like_regex(pattern: str, *, similar: bool = False) -> str:
    """LIKE as a regular expression for a whole text; with `similar` SIMILAR TO."""
    found, escaped = [], False
    for character in pattern:
        if escaped:
            found.append(re.escape(character))
            escaped = False
        elif character == "\\":
            escaped = True
        elif character in "%_":
            found.append(".*" if character == "%" else ".")
        else:
            found.append(
                character if similar and character in "|*+?{}()[]-,0123456789" else re.escape(character)
            )
    return "".join(found)


def glob_regex(pattern: str) -> str:
    """GLOB as a regular expression for a whole text."""
    found = re.sub(r"[.^$+(){}|\\]", lambda special: "\\" + special[0], pattern)
    return found.replace("[\\^", "[^").replace("*", ".*").replace("?", ".")


def posix_regex(pattern: str) -> str:
    """A POSIX regular expression as Python's."""
    found = re.sub(r"\[:(\w+):\]", lambda name: _CLASSES.get(name[1], "a-z"), pattern)
    return found.replace("\\m", "\\b").replace("\\M", "\\b").replace("\\y", "\\b")


def matching(regex: str, rng: random.Random, *, whole: bool) -> str | None:
    """A text that matches a regular expression of Python's; None where none is found."""
    from rstr import Rstr

    text = regex.replace(".*", "[a-z]{0,8}").replace(".+", "[a-z]{1,8}")
    text = re.sub(r"(?<!\\)\.(?![*+])", "[a-z]", text)
    text = re.sub(r"(\]|\)|\\[dws]|[a-zA-Z])\*", r"\1{0,6}", text)
    text = re.sub(r"(\]|\)|\\[dws]|[a-zA-Z])\+", r"\1{1,6}", text)
    try:
        found = str(Rstr(rng).xeger(text.replace("\\b", "")))
        matches = (re.fullmatch if whole else re.search)(regex, found, re.DOTALL)
    except (re.error, ValueError, KeyError, TypeError, RecursionError, OverflowError):
        return None
    return found if matches else None
