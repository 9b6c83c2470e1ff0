"""Reads CREATE TABLE by SQLite's grammar (src/parse.y)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from migcheck.dialects.sqlite.definitions import (
    Column,
    Constraint,
    Expression,
    IndexedColumn,
    TableDefinition,
)
from migcheck.dialects.sqlite.expressions import closing
from migcheck.dialects.sqlite.tokens import Kind, Token, TokenError, tokens

_ENDS_TYPE = frozenset(
    "AS CHECK COLLATE CONSTRAINT DEFAULT DEFERRABLE GENERATED NOT NULL PRIMARY REFERENCES UNIQUE".split()
)
_BEGINS_CONSTRAINT = ("CONSTRAINT", "PRIMARY", "UNIQUE", "CHECK", "FOREIGN")


def table_definition(sql: str) -> TableDefinition:
    """Read the text that sqlite_master has of a table; raises TokenError for what is no CREATE TABLE."""
    return _Parser(tokens(sql)).table()


class _Parser:
    def __init__(self, split: Sequence[Token]) -> None:
        self._split = split
        self._place = 0

    # -- tokens

    def _next_is(self, *words: str) -> bool:
        return self._place < len(self._split) and self._split[self._place].is_word(*words)

    def _next_is_mark(self, mark: str) -> bool:
        return self._place < len(self._split) and self._split[self._place].is_mark(mark)

    def _take(self) -> Token:
        if self._place >= len(self._split):
            raise TokenError("the text ends too early")
        self._place += 1
        return self._split[self._place - 1]

    def _accept(self, *words: str) -> bool:
        """Take these words if they come next, all of them."""
        coming = self._split[self._place : self._place + len(words)]
        if [token.text.upper() for token in coming if token.kind is Kind.WORD] != [*words]:
            return False
        self._place += len(words)
        return True

    def _accept_mark(self, mark: str) -> bool:
        if self._next_is_mark(mark):
            self._place += 1
            return True
        return False

    def _expect(self, *words: str) -> None:
        if not self._accept(*words):
            raise TokenError(f"{' '.join(words)} is missing")

    def _name(self) -> str:
        token = self._take()
        if not token.can_be_name:
            raise TokenError(f"{token.text!r} is no name")
        return token.text

    def _parenthesised(self) -> Expression:
        """What stands between the parentheses that come next."""
        end = closing(self._split, self._place)
        if not self._next_is_mark("(") or end >= len(self._split):
            raise TokenError("a parenthesis is missing")
        inside = tuple(self._split[self._place + 1 : end])
        self._place = end + 1
        return inside

    # -- the table

    def table(self) -> TableDefinition:
        self._expect("CREATE")
        self._accept("TEMP") or self._accept("TEMPORARY")
        self._expect("TABLE")
        self._accept("IF", "NOT", "EXISTS")
        self._name()
        if self._accept_mark("."):
            self._name()
        inside = _Parser(self._parenthesised())
        table = TableDefinition()
        inside._body(table)
        while self._place < len(self._split):
            if self._accept("WITHOUT"):
                self._name()
                table.without_rowid = True
            elif self._accept("STRICT"):
                table.strict = True
            elif not self._accept_mark(",") and not self._accept_mark(";"):
                raise TokenError(f"{self._split[self._place].text!r} after the table's body")
        return table

    def _body(self, table: TableDefinition) -> None:
        while True:
            if table.columns and self._next_is(*_BEGINS_CONSTRAINT):
                while self._place < len(self._split):  # SQLite needs no commas between them
                    self._table_constraint(table)
                    self._accept_mark(",")
                return
            self._column(table)
            if self._place >= len(self._split):
                return
            if not self._accept_mark(","):
                raise TokenError(f"{self._split[self._place].text!r} in the table's body")

    def _column(self, table: TableDefinition) -> None:
        column = Column(self._name())
        table.columns.append(column)
        column.type = self._type()
        name: str | None = None
        while self._place < len(self._split) and not self._next_is_mark(","):
            if self._accept("CONSTRAINT"):
                name = self._name()
                continue
            self._column_constraint(table, column, name)
            name = None

    def _type(self) -> str:
        words: list[str] = []
        while self._place < len(self._split):
            token = self._split[self._place]
            if token.is_mark("(") and words:
                inside = self._parenthesised()
                arguments = "".join(", " if part.is_mark(",") else part.text for part in inside)
                return f"{' '.join(words)}({arguments})"
            if not token.can_be_name or token.is_word(*_ENDS_TYPE):
                break
            words.append(self._take().text.upper())
        return " ".join(words)

    # -- constraints

    def _column_constraint(self, table: TableDefinition, column: Column, name: str | None) -> None:
        if self._accept("NOT", "NULL"):
            column.not_null = True
            column.not_null_conflict = self._conflict()
        elif self._accept("NULL"):
            self._conflict()
        elif self._accept("DEFAULT"):
            column.default = self._default()
        elif self._accept("COLLATE"):
            column.collation = self._name().upper()
        elif self._next_is("GENERATED", "AS"):
            self._accept("GENERATED", "ALWAYS")
            self._expect("AS")
            column.expression = self._parenthesised()
            column.generated = "stored" if self._accept("STORED") else "virtual"
            self._accept("VIRTUAL")
        elif self._next_is("NOT", "DEFERRABLE") and table.constraints:
            # A clause of its own in the grammar, it speaks of the foreign key before it.
            last = table.constraints[-1]
            table.constraints[-1] = replace(last, clauses=last.clauses + self._deferrable())
        else:
            own = Token(Kind.NAME, column.name, 0)
            table.constraints.append(self._constraint(name, (IndexedColumn((own,)),)))

    def _table_constraint(self, table: TableDefinition) -> None:
        name: str | None = None
        while self._accept("CONSTRAINT"):
            name = self._name()
        if self._place < len(self._split) and not self._next_is_mark(","):
            table.constraints.append(self._constraint(name, None))

    def _constraint(self, name: str | None, own: tuple[IndexedColumn, ...] | None) -> Constraint:
        """A constraint; `own` is the column at which it stands, None for one of the table."""
        inline = own is not None
        if self._accept("PRIMARY", "KEY"):
            autoincrement = False
            if own is not None:
                descending = self._direction()
                columns: tuple[IndexedColumn, ...] = (replace(own[0], descending=descending),)
            else:
                inside = self._parenthesised()
                autoincrement = bool(inside) and inside[-1].is_word("AUTOINCREMENT")
                columns = indexed_columns(inside[:-1] if autoincrement else inside)
            conflict = self._conflict()
            autoincrement = self._accept("AUTOINCREMENT") or autoincrement
            return Constraint(
                "primary key", name, columns, conflict=conflict, inline=inline, autoincrement=autoincrement
            )
        if self._accept("UNIQUE"):
            columns = indexed_columns(self._parenthesised()) if own is None else own
            return Constraint("unique", name, columns, conflict=self._conflict(), inline=inline)
        if self._accept("CHECK"):
            expression = self._parenthesised()
            return Constraint("check", name, expression=expression, conflict=self._conflict(), inline=inline)
        if own is None:
            self._expect("FOREIGN", "KEY")
            own = indexed_columns(self._parenthesised())
        return self._foreign_key(name, own, inline)

    def _foreign_key(self, name: str | None, own: tuple[IndexedColumn, ...], inline: bool) -> Constraint:
        self._expect("REFERENCES")
        parent = self._name()
        columns: tuple[str, ...] = ()
        if self._next_is_mark("("):
            inside = self._parenthesised()
            columns = tuple(token.text for token in inside if not token.is_mark(","))
        clauses: tuple[str, ...] = ()
        while True:
            if self._accept("ON"):
                event = self._name().upper()
                action = self._name().upper()
                if action in ("SET", "NO"):
                    action += " " + self._name().upper()
                if action != "NO ACTION":
                    clauses += (f"ON {event} {action}",)
            elif self._accept("MATCH"):
                kind = self._name().upper()
                clauses += (f"MATCH {kind}",) if kind != "SIMPLE" else ()
            elif self._next_is("NOT", "DEFERRABLE") and not self._is_not_null():
                clauses += self._deferrable()
            else:
                return Constraint(
                    "foreign key",
                    name,
                    own,
                    parent=parent,
                    parent_columns=columns,
                    clauses=clauses,
                    inline=inline,
                )

    def _is_not_null(self) -> bool:
        coming = self._split[self._place : self._place + 2]
        return len(coming) == 2 and coming[0].is_word("NOT") and coming[1].is_word("NULL")

    def _deferrable(self) -> tuple[str, ...]:
        """[NOT] DEFERRABLE [INITIALLY ...]; the default, that checks are made at once, is ()."""
        negated = self._accept("NOT")
        self._expect("DEFERRABLE")
        deferred = False
        if self._accept("INITIALLY"):
            deferred = self._name().upper() == "DEFERRED"
        if negated:
            return ()
        return ("DEFERRABLE INITIALLY DEFERRED",) if deferred else ("DEFERRABLE",)

    # -- clauses

    def _conflict(self) -> str:
        if not self._accept("ON", "CONFLICT"):
            return ""
        action = self._name().upper()
        return "" if action == "ABORT" else action

    def _direction(self) -> bool:
        return not self._accept("ASC") and self._accept("DESC")

    def _default(self) -> Expression:
        if self._next_is_mark("("):
            start = self._place
            self._parenthesised()
            return tuple(self._split[start : self._place])
        token = self._take()
        if token.kind is Kind.OPERATOR and token.text in "+-":
            return (token, self._take())
        return (token,)


def indexed_columns(inside: Sequence[Token]) -> tuple[IndexedColumn, ...]:
    """The elements of a key, of what stands between its parentheses."""
    found: list[IndexedColumn] = []
    start = 0
    while start < len(inside):
        end = start
        while end < len(inside) and not inside[end].is_mark(","):
            end = closing(inside, end) + 1 if inside[end].is_mark("(") else end + 1
        found.append(_indexed_column(inside[start:end]))
        start = end + 1
    return tuple(found)


def _indexed_column(element: Sequence[Token]) -> IndexedColumn:
    descending = bool(element) and element[-1].is_word("DESC")
    if element and element[-1].is_word("ASC", "DESC"):
        element = element[:-1]
    collation = ""
    if len(element) > 2 and element[-2].is_word("COLLATE"):
        collation = element[-1].text.upper()
        element = element[:-2]
    if not element:
        raise TokenError("an element of a key is empty")
    return IndexedColumn(tuple(element), collation, descending)
