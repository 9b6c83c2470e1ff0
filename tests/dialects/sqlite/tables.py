"""Tables drawn at random, and the many spellings that each has."""

from __future__ import annotations

import random
from dataclasses import dataclass, field

from hypothesis import strategies as st

PLAIN = ("a", "B", "user_id", "éa")
NAMES = (*PLAIN, "order", "a b", 'x"y', "k`z", "1st", "true", "key")
# Words that cannot stand without quotes, in any place.
QUOTED = frozenset({"order", "a b", 'x"y', "k`z", "1st", "true", "key"})
TYPES = ("INTEGER", "INT", "TEXT", "VARCHAR(20)", "NUMERIC(10, 2)", "UUID", "DOUBLE PRECISION", "")
DEFAULTS = (
    "0",
    "-1",
    "1.5e3",
    "'x'",
    "'it''s -- no comment'",
    "x'AB'",
    "CURRENT_TIMESTAMP",
    "(1 + 2)",
    "TRUE",
)
COLLATIONS = ("NOCASE", "RTRIM")
ACTIONS = ("ON DELETE CASCADE", "ON UPDATE SET NULL", "ON DELETE RESTRICT ON UPDATE CASCADE", "")
CONFLICTS = ("ON CONFLICT REPLACE", "ON CONFLICT IGNORE", "")
PARENT = "CREATE TABLE parent (id INTEGER PRIMARY KEY, code TEXT UNIQUE);"


@dataclass(frozen=True)
class Name:
    text: str


Part = str | Name
"""A key word, mark or literal (as it stands), or a name."""


@dataclass
class DrawnColumn:
    name: str
    type: str
    clauses: list[list[Part]] = field(default_factory=list)


@dataclass
class DrawnConstraint:
    """A constraint: `of_table` is its text as one of the table, `inline` what it is at its only column."""

    name: str | None
    of_table: list[Part]
    inline: list[Part] | None = None
    column: str = ""


@dataclass
class DrawnTable:
    columns: list[DrawnColumn]
    constraints: list[DrawnConstraint]


def words(text: str) -> list[Part]:
    return list(text.split())


@st.composite
def drawn_tables(draw: st.DrawFn) -> DrawnTable:
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique_by=str.lower))
    columns = [DrawnColumn(name, draw(st.sampled_from(TYPES))) for name in names]
    for column in columns:
        if draw(st.booleans()):
            column.clauses.append(words("NOT NULL " + draw(st.sampled_from(CONFLICTS))))
        if draw(st.booleans()):
            column.clauses.append(["DEFAULT", draw(st.sampled_from(DEFAULTS))])
        if draw(st.booleans()):
            column.clauses.append(words("COLLATE " + draw(st.sampled_from(COLLATIONS))))
    kinds = st.sampled_from(("PRIMARY KEY", "UNIQUE", "CHECK", "FOREIGN KEY"))
    # One for all: SQLite refuses two keys of the same columns that differ in it.
    conflict = words(draw(st.sampled_from(CONFLICTS)))
    constraints = [
        draw(_constraint(kind, names, f"c{number}", conflict))
        for number, kind in enumerate(draw(st.lists(kinds, max_size=5)))
    ]
    keys = [one for one in constraints if one.of_table[0] == "PRIMARY"]
    return DrawnTable(columns, [one for one in constraints if one not in keys[1:]])


@st.composite
def _constraint(
    draw: st.DrawFn, kind: str, names: list[str], own: str, conflict: list[Part]
) -> DrawnConstraint:
    name = draw(st.sampled_from((own, None)))
    first = draw(st.sampled_from(names))
    if kind == "CHECK":
        second = draw(st.sampled_from(names))
        operator = draw(st.sampled_from(("=", "<", "!=", "||", "IS NOT", "LIKE")))
        inside: list[Part] = [
            *("coalesce", "(", Name(first), ",", "'A -- b'", ")", *words(operator), Name(second)),
            *words("AND ("),
            *(Name(first), "IN", "(", "1", ",", "-", "2", ")", "OR", "x'0F'", "IS", "NULL", ")"),
        ]
        text: list[Part] = ["CHECK", "(", *inside, ")"]
        return DrawnConstraint(name, text, text, first)
    if kind == "FOREIGN KEY":
        target: list[Part] = ["(", Name("id"), ")"] if draw(st.booleans()) else []
        rest: list[Part] = ["REFERENCES", Name("parent"), *target, *words(draw(st.sampled_from(ACTIONS)))]
        if draw(st.booleans()):
            rest += words("DEFERRABLE INITIALLY DEFERRED")
        return DrawnConstraint(name, ["FOREIGN", "KEY", "(", Name(first), ")", *rest], rest, first)
    key = words(kind)
    if draw(st.booleans()):
        return DrawnConstraint(name, [*key, "(", Name(first), ")", *conflict], [*key, *conflict], first)
    others = [one for one in names if one != first][:2]
    listed: list[Part] = [Name(first), "DESC"]
    for other in others:
        listed += [",", Name(other)]
    return DrawnConstraint(name, [*key, "(", *listed, ")", *conflict])


def spelled(table: DrawnTable, seed: int) -> str:
    """CREATE TABLE t in one of the table's spellings."""
    dice = random.Random(seed)
    inline = [one for one in table.constraints if one.inline is not None and dice.random() < 0.5]
    parts: list[Part] = ["CREATE", "TABLE", Declared("t"), "("]
    for number, column in enumerate(table.columns):
        parts += [*([","] if number else []), Declared(column.name), *_type(column.type)]
        clauses = [list(clause) for clause in column.clauses]
        clauses += [_named(one.name, one.inline or []) for one in inline if one.column == column.name]
        dice.shuffle(clauses)
        for clause in clauses:
            parts += clause
    apart = [one for one in table.constraints if one not in inline]
    dice.shuffle(apart)
    for one in apart:
        parts += [",", *_named(one.name, one.of_table)]
    return "".join(_written(part, dice) for part in [*parts, ")"])


@dataclass(frozen=True)
class Declared(Name):
    """A name where it is declared: there its case is its own."""


def _type(text: str) -> list[Part]:
    return [text.replace(" ", "\n")] if text else []


def _named(name: str | None, parts: list[Part]) -> list[Part]:
    return ["CONSTRAINT", Declared(name), *parts] if name else parts


def _written(part: Part, dice: random.Random) -> str:
    blank = dice.choice((" ", "  ", "\n\t", " /* , ( */ ", " -- ' \" (\n"))
    if isinstance(part, Name):
        return blank + _name(part, dice)
    if part in ("(", ")", ",", "-"):
        return dice.choice(("", blank)) + part
    if part[0] == "'" or part.startswith("x'") or part[0] == "(":
        return blank + part
    part = {"!=": dice.choice(("!=", "<>")), "=": dice.choice(("=", "=="))}.get(part, part)
    return blank + dice.choice((part.lower(), part.upper(), part.title() if part.isalpha() else part))


def _name(part: Name, dice: random.Random) -> str:
    text = part.text
    if not isinstance(part, Declared):
        # ASCII only: that is as far as SQLite takes two cases for one.
        change = dice.choice((str, str.upper, str.lower))
        text = "".join(change(letter) if letter.isascii() else letter for letter in text)
    double = '"' + text.replace('"', '""') + '"'
    spellings = [double, "`" + text.replace("`", "``") + "`", f"[{text}]"]
    if part.text not in QUOTED:
        spellings += [text, text]
    return dice.choice(spellings)
