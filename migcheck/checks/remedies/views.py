"""Code that gives a view its former definition."""

from __future__ import annotations

import re

from migcheck.checks.objects import SchemaObject
from migcheck.checks.remedies.code import execute, identifier, qualified

_ENDS = frozenset({"from", "union", "intersect", "except", "where", "order", "limit"})
_WORD = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|[\w$]+|\s+|.""", re.DOTALL)


def view_back(target: SchemaObject, before: str, after: str) -> str:
    """The statements that bring a view from the definition `after` back to `before`.

    CREATE OR REPLACE can only add columns at the end, so a view whose columns had other names is renamed, or
    dropped and made again.
    """
    name, text = qualified(target.schema, target.name), before.strip().rstrip(";")
    former, now = view_columns(before), view_columns(after)
    if former is None or now is None:
        return execute(f"CREATE OR REPLACE VIEW {name} AS {text}")
    if renamed := renamed_columns(before, after):
        return "\n".join(
            execute(f"ALTER VIEW {name} RENAME COLUMN {identifier(new)} TO {identifier(old)}")
            for new, old in renamed
        )
    if [column for _, column in former][: len(now)] == [column for _, column in now]:
        return execute(f"CREATE OR REPLACE VIEW {name} AS {text}")
    return f"{execute(f'DROP VIEW {name}')}\n{execute(f'CREATE VIEW {name} AS {text}')}"


def renamed_columns(before: str, after: str) -> list[tuple[str, str]]:
    """(Name now, former name) of each column where a view differs in names of columns alone, else []."""
    former, now = view_columns(before), view_columns(after)
    if not former or not now or len(former) != len(now) or _rest(before) != _rest(after):
        return []
    if [expression for expression, _ in former] != [expression for expression, _ in now]:
        return []
    return [(new, old) for (_, old), (_, new) in zip(former, now, strict=True) if old != new]


def view_columns(text: str) -> list[tuple[str, str]] | None:
    """(Expression, name) of each column of a query as pg_get_viewdef() writes it; None where unclear."""
    words = _words(text)
    if not words or words[0].lower() != "select":
        return None
    end = _end_of_list(words)
    items: list[list[str]] = [[]]
    depth = 0
    for word in words[1:end]:
        depth += {"(": 1, "[": 1, ")": -1, "]": -1}.get(word, 0)
        if word == "," and not depth:
            items.append([])
        else:
            items[-1].append(word)
    columns = [_column(item) for item in items]
    return None if any(column is None for column in columns) else [column for column in columns if column]


def _words(text: str) -> list[str]:
    return [word for word in _WORD.findall(text.strip().rstrip(";")) if not word.isspace()]


def _end_of_list(words: list[str]) -> int:
    depth = 0
    for number, word in enumerate(words):
        depth += {"(": 1, ")": -1}.get(word, 0)
        if depth or word.lower() not in _ENDS:
            continue
        if words[number - 1].lower() != "distinct":  # IS DISTINCT FROM
            return number
    return len(words)


def _rest(text: str) -> list[str]:
    words = _words(text)
    return words[_end_of_list(words) :]


def _column(item: list[str]) -> tuple[str, str] | None:
    if item[:1] and item[0].lower() == "distinct":
        if item[1:2] and item[1].lower() == "on":
            return None
        item = item[1:]
    if not item:
        return None
    if len(item) > 2 and item[-2].lower() == "as":
        return " ".join(item[:-2]), _name(item[-1])
    if re.match(r"[A-Za-z_\"]", item[-1]):
        return " ".join(item), _name(item[-1])
    return None


def _name(word: str) -> str:
    return word[1:-1].replace('""', '"') if word.startswith('"') else word
