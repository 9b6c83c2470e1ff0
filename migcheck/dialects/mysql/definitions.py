"""SHOW CREATE DATABASE, VIEW, SEQUENCE, PROCEDURE ... and SHOW TRIGGERS, read into entries of a snapshot."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from migcheck.dialects.mysql.tables import Entry
from migcheck.dialects.mysql.tokens import TokenKind, quoted, shown, split, tokens, unquoted
from migcheck.model import ObjectKey

_USER = r"(?:`(?:[^`]|``)*`|\"(?:[^\"]|\"\")*\"|'(?:[^']|'')*')"
_DEFINER = re.compile(rf" DEFINER\s*=\s*({_USER}@{_USER}|{_USER})", re.IGNORECASE)
_VIEW = re.compile(r"CREATE (?:ALGORITHM=(\w+) )?(?:SQL SECURITY (\w+) )?VIEW (.*)", re.DOTALL)
_TIME = re.compile(r" (STARTS|ENDS|AT) '([^']+)'")
_CLIENT = ("character_set_client", "collation_connection", "Database Collation")

Row = Mapping[str, Any]
"""A row of a SHOW statement: its columns by the server's names for them."""


def database(create: str) -> Entry:
    """The database itself, under the name `current`: what it is called differs from run to run."""
    patterns = {
        "charset": r"CHARACTER SET (\w+)",
        "collation": r"COLLATE (\w+)",
        "encryption": r"DEFAULT ENCRYPTION='(Y)'",
        "read_only": r"READ ONLY = (1)",
    }
    found = {name: re.search(pattern, create) for name, pattern in patterns.items()}
    attributes: dict[str, Any] = {name: match[1] for name, match in found.items() if match}
    words = tokens(create)
    for token, following in pairwise(words):
        if token.is_word("COMMENT") and following.kind is TokenKind.STRING:
            attributes["comment"] = unquoted(following)
    return ObjectKey("database", "current"), attributes


def view(name: str, row: Row) -> Entry:
    """A view; `text` is its query. The columns' order is that of its list, or of the aliases in its query."""
    create, definer = _without_definer(row["Create View"])
    match = _VIEW.match(create)
    if match is None:
        return ObjectKey("view", name), {"text": create}
    algorithm, security, rest = match.groups()
    words = tokens(rest)
    start = next(place for place, token in enumerate(words) if token.is_word("AS"))
    listed = [unquoted(token) for token in words[1:start] if token.kind is TokenKind.NAME]
    text = rest[words[start].end :].strip()
    attributes = {
        "text": text,
        "column_order": listed or _aliases(text),
        "definer": definer,
        "algorithm": algorithm if algorithm != "UNDEFINED" else None,
        "security": security if security != "DEFINER" else None,
        **_client(row),
    }
    return ObjectKey("view", name), _said(attributes)


def _aliases(query: str) -> list[str]:
    """The names of what a query selects; both servers write `AS` and a name behind each expression."""
    words = tokens(query)
    until = next((place for place, token in enumerate(_outside(query)) if token == "FROM"), len(words))
    selected = split(words[1:until])
    if not all(len(part) > 1 and part[-2].is_word("AS") for part in selected):
        return []
    return [unquoted(part[-1]) for part in selected]


def _outside(query: str) -> list[str]:
    """The tokens in capitals, those within parentheses as blanks."""
    found, depth = [], 0
    for token in tokens(query):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        found.append(token.text.upper() if depth == 0 and token.kind is TokenKind.WORD else " ")
    return found


def sequence(name: str, row: Row) -> Entry:
    """A sequence of MariaDB, without its current value."""
    text = str(row["Create Table"]).replace(quoted(name), shown(name), 1)
    return ObjectKey("sequence", name), {"text": text}


def routine(kind: str, name: str, row: Row) -> Entry:
    """A procedure, function, package or package body (`kind`)."""
    column = next(column for column in row if column.lower() == f"create {kind}")
    if row[column] is None:
        return unreadable(kind, name, "the login may not read its body")
    text, definer = _without_definer(row[column])
    return ObjectKey(kind, name), _said({"text": text, "definer": definer, **_context(row)})


def trigger(row: Row, events: Sequence[str]) -> Entry:
    """A trigger, from SHOW TRIGGERS: SHOW CREATE TRIGGER repeats how it was created (`IF NOT EXISTS`)."""
    name, table = row["Trigger"], row["Table"]
    text = (
        f"CREATE TRIGGER {shown(name)} {row['Timing']} {' OR '.join(events)} ON {shown(table)} FOR EACH ROW"
        f" {row['Statement']}"
    )
    attributes = {"table": table, "text": text, "definer": row["Definer"], **_context(row)}
    return ObjectKey("trigger", f"{table}.{name}"), _said(attributes)


def event(name: str, row: Row, moments: Sequence[datetime | None]) -> Entry:
    """An event. `moments` are when it was created and altered last, in its own time zone.

    Times that were reckoned from such a moment (`STARTS` is that moment where nobody gives it) are told as
    such: they are others whenever the event is made anew.
    """
    text, definer = _without_definer(row["Create Event"])
    text = _TIME.sub(lambda match: _from_moment(match, moments), text, count=2)
    attributes = {"text": text, "definer": definer, "time_zone": row["time_zone"], **_context(row)}
    return ObjectKey("event", name), _said(attributes)


def _from_moment(match: re.Match[str], moments: Sequence[datetime | None]) -> str:
    try:
        time = datetime.fromisoformat(match[2])
    except ValueError:
        return match[0]
    for moment in moments:
        if moment is None:
            continue
        seconds = round((time - moment).total_seconds())
        if seconds == 0 and match[1] == "STARTS":
            return ""
        # Who writes down a time writes no odd seconds; nor, where the clock stood at none, odd minutes that
        # are whole hours from now.
        odd = time.second or (time.minute and seconds % 3600 == 0)
        if odd and seconds % 60 == 0:
            return f" {match[1]} CURRENT_TIMESTAMP + INTERVAL {seconds // 60} MINUTE"
    return match[0]


def unreadable(kind: str, name: str, why: str) -> Entry:
    """What is there, and whose definition the server does not give."""
    return ObjectKey(kind, name), {"unreadable": why}


def _without_definer(create: str) -> tuple[str, str | None]:
    match = _DEFINER.search(create)
    if match is None:
        return create, None
    parts = re.findall(_USER, match[1])
    definer = "@".join(part[1:-1] for part in parts)
    return create[: match.start()] + create[match.end() :], definer


def _context(row: Row) -> dict[str, Any]:
    """What a body was parsed under, and runs under."""
    return {"sql_mode": row["sql_mode"], **_client(row)}


def _client(row: Row) -> dict[str, Any]:
    return {name.lower().replace(" ", "_"): row[name] for name in _CLIENT if name in row}


def _said(attributes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in attributes.items() if value not in (None, "", [])}
