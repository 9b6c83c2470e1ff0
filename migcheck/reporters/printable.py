"""Making text from elsewhere safe to print: what a migration calls its tables must not drive a terminal."""

from __future__ import annotations

import unicodedata

# Joiners shape the letters of several scripts and of emoji; the other format characters can reorder or
# hide what stands beside them.
_HARMLESS_FORMAT = frozenset("\u200c\u200d")


def printable(text: str, keep: str = "\n") -> str:
    """`text` with each control, formatting, surrogate or separator character written as an escape.

    Characters in `keep` stay. A tab becomes four blanks. Nothing is cut off.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(_shown(character, keep) for character in text.replace("\r\n", "\n"))


def one_line(text: str) -> str:
    """`text` on one line: printable, and runs of white space as one blank."""
    return printable(" ".join(text.split()), keep="")


def encodable(text: str, encoding: str | None) -> str:
    """`text` with escapes for what `encoding` (None or unknown: ASCII) cannot hold."""
    try:
        return text.encode(encoding or "ascii", "backslashreplace").decode(encoding or "ascii")
    except LookupError:
        return text.encode("ascii", "backslashreplace").decode("ascii")


def _shown(character: str, keep: str) -> str:
    if character in keep or character == " ":
        return character
    if character == "\t":
        return "    "
    category = unicodedata.category(character)
    if category in ("Cc", "Cs", "Zl", "Zp", "Co") or (category == "Cf" and character not in _HARMLESS_FORMAT):
        number = ord(character)
        return (
            f"\\x{number:02x}"
            if number < 0x100
            else f"\\u{number:04x}"
            if number < 0x10000
            else f"\\U{number:08x}"
        )
    return character
