"""Acknowledgements: `# migcheck: ignore[MC204] reason` and `# migcheck: irreversible reason`.

Comments are found with the tokenizer, so the same words in a string are none.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from typing import NamedTuple

from migcheck.model import Acknowledgement, Finding

_COMMENT = re.compile(
    r"#\s*migcheck\s*:\s*(?P<directive>[A-Za-z-]+)\s*(?:\[(?P<codes>[^\]]*)\])?\s*[:,-]*\s*(?P<reason>[^#]*)"
)


def acknowledgements(source: str, path: str, revision: str | None) -> tuple[Acknowledgement, ...]:
    """The acknowledgements in the text of one revision file, in the order of their lines.

    A comment on a line of its own before the first function or class holds for the whole revision;
    on the line of code (or on one of the lines of a call) for that statement; on a line of its own
    further down for the statement that follows.
    """
    if "migcheck" not in source:
        return ()  # nearly every file: parsing hundreds of them would take a good part of a run
    statements = _statements(source)
    first_definition = min((s.first for s in statements if s.definition), default=None)
    found = []
    for line, text, alone in _comments(source):
        match = _COMMENT.search(text)
        if not match:
            continue
        whole = alone and (first_definition is None or line < first_definition)
        codes = tuple(code.strip().upper() for code in (match["codes"] or "").split(",") if code.strip())
        found.append(
            Acknowledgement(
                revision=revision,
                path=path,
                line=line,
                directive=match["directive"].lower(),
                codes=tuple(dict.fromkeys(codes)),
                reason=match["reason"].strip(),
                lines=None if whole else _scope(line, alone, statements),
            )
        )
    return tuple(found)


def irreversible_reason(source: str) -> str | None:
    """The reason of the `# migcheck: irreversible REASON` in a revision file, None without one.

    A mark that gives no reason still marks; `no reason given` stands for it then (and MC002 tells).
    """
    for comment in acknowledgements(source, "", None):
        if comment.directive == "irreversible":
            return comment.reason or "no reason given"
    return None


def holds_for(acknowledgement: Acknowledgement, finding: Finding) -> bool:
    """True when the comment answers for the finding."""
    if acknowledgement.directive != "ignore" or finding.code not in acknowledgement.codes:
        return False
    if finding.path is None or finding.path != acknowledgement.path:
        return False
    if acknowledgement.lines is None:
        return True
    first, last = acknowledgement.lines
    return finding.line is not None and first <= finding.line <= last


def _comments(source: str) -> Iterator[tuple[int, str, bool]]:
    """Line, text and "stands alone on its line" of each comment; up to the first error of a broken file."""
    try:
        for token in tokenize.generate_tokens(io.StringIO(source).readline):
            if token.type == tokenize.COMMENT:
                yield token.start[0], token.string, not token.line[: token.start[1]].strip()
    except (tokenize.TokenError, SyntaxError):
        return


class _Statement(NamedTuple):
    """First and last line; of a compound statement those of its header."""

    first: int
    last: int
    compound: bool
    definition: bool


def _statements(source: str) -> list[_Statement]:
    """All statements of the file by their lines; none for a file that does not compile."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError):
        return []
    found = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        compound = isinstance(body, list) and bool(body)
        last = max(node.lineno, body[0].lineno - 1) if compound and body else node.end_lineno or node.lineno
        definition = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        found.append(_Statement(node.lineno, last, compound, definition))
    return sorted(found)


def _scope(line: int, alone: bool, statements: list[_Statement]) -> tuple[int, int]:
    """The lines of the statement around `line`, or of the next one for a comment that stands alone."""
    around = [s for s in statements if s.first <= line <= s.last and not (alone and s.compound)]
    after = [s for s in statements if s.first > line] if alone else []
    if around or after:
        chosen = max(around) if around else min(after)
        return chosen.first, chosen.last
    return line, line
