"""Differences between snapshots of MySQL and MariaDB."""

from __future__ import annotations

import pytest

from migcheck.compare import differences
from migcheck.compare.tokens import TokenKind, tokens
from migcheck.model import DifferenceClass
from tests.compare.test_differences import Objects, snapshot

FK = "FOREIGN KEY (a) REFERENCES p (id)"


def constraint(name: str, text: str, table: str = "t") -> Objects:
    return {("constraint", f"{table}.{name}"): {"table": table, "type": text.split(" (")[0], "text": text}}


def classes(before: Objects, after: Objects) -> list[DifferenceClass]:
    return [each.difference_class for each in differences(snapshot(before), snapshot(after))]


@pytest.mark.parametrize(
    ("before", "after", "text"),
    [
        ("t_ibfk_1", "t_ibfk_3", FK),
        ("1", "2", FK),
        ("CONSTRAINT_1", "CONSTRAINT_2", "CHECK (`a` > 0)"),
        ("t_chk_1", "t_chk_2", "CHECK ((`a` > 0))"),
    ],
)
def test_numbered_names_are_cosmetic(before: str, after: str, text: str) -> None:
    found = classes(constraint(before, text), constraint(after, text))
    assert found == [DifferenceClass.COSMETIC] * 2


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (constraint("t_ibfk_1", FK), constraint("fk_a", FK)),
        (constraint("fk_1", FK), constraint("fk_2", FK)),
        (constraint("u_ibfk_1", FK), constraint("u_ibfk_2", FK)),
        (constraint("t_ibfk_1", FK), constraint("t_ibfk_2", FK + " ON DELETE CASCADE")),
        (constraint("t_ibfk_1", FK), constraint("u_ibfk_1", FK, table="u")),
    ],
)
def test_other_names_matter(before: Objects, after: Objects) -> None:
    assert classes(before, after) == [DifferenceClass.SEMANTIC] * 2


def triggers(*names: str) -> Objects:
    objects: Objects = {("trigger", f"t.{name}"): {"table": "t", "text": f"SET {name}"} for name in names}
    return {**objects, ("table", "t"): {"trigger_order": [*names]} if len(names) > 1 else {}}


def test_the_order_of_triggers_matters() -> None:
    (difference,) = differences(snapshot(triggers("a", "b")), snapshot(triggers("b", "a")))
    assert (difference.name, difference.attribute) == ("t", "trigger_order")
    assert difference.difference_class is DifferenceClass.SEMANTIC


@pytest.mark.parametrize("after", [("a",), ("a", "c"), ("a", "b", "c")])
def test_triggers_that_come_and_go_are_told_by_themselves(after: tuple[str, ...]) -> None:
    found = differences(snapshot(triggers("a", "b")), snapshot(triggers(*after)))
    assert {each.object_type for each in found} == {"trigger"}


def test_a_table_is_shown_in_mysqls_words() -> None:
    table: Objects = {
        ("table", "t"): {"engine": "InnoDB", "column_order": ["id", "name"]},
        ("column", "t.id"): {"table": "t", "type": "int", "nullable": False, "auto_increment": True},
        ("column", "t.name"): {
            "table": "t",
            "type": "varchar(5)",
            "nullable": True,
            "character_set": "latin1",
            "collation": "latin1_bin",
            "invisible": True,
            "on_update": "now()",
            "check": "(`name` <> '')",
        },
        **constraint("PRIMARY", "PRIMARY KEY (id)"),
        **constraint("ux", "UNIQUE (name)"),
        ("index", "t.ix"): {"table": "t", "text": "CREATE INDEX ix ON t (name)"},
    }
    (difference,) = differences(snapshot(table), snapshot({}))
    assert difference.before == "\n".join(
        [
            "CREATE TABLE t (",
            "    id int NOT NULL AUTO_INCREMENT,",
            "    name varchar(5) CHARACTER SET latin1 COLLATE latin1_bin INVISIBLE ON UPDATE now()"
            " CHECK (`name` <> ''),",
            "    PRIMARY KEY (id),",
            "    CONSTRAINT ux UNIQUE (name)",
            ")",
            "    engine: InnoDB",
            "CREATE INDEX ix ON t (name)",
        ]
    )


def test_an_index_goes_with_its_quoted_column() -> None:
    column: Objects = {("column", "t.Two Words"): {"table": "t", "type": "int"}}
    index: Objects = {("index", "t.ix"): {"table": "t", "text": "CREATE INDEX ix ON t (`Two Words`)"}}
    (difference,) = differences(snapshot({**column, **index}), snapshot({}))
    assert difference.object_type == "column"


def test_names_in_backticks() -> None:
    assert [token.kind for token in tokens("`a``b c`")] == [TokenKind.QUOTED]
    assert tokens("`a  b`") != tokens("`a b`")
    assert [token.text for token in tokens("`a`>`b`")] == ["`a`", ">", "`b`"]
    assert [token.text for token in tokens("a @` b")] == ["a", "@`", "b"]  # an operator of PostgreSQL


def text_column(table: str, table_collation: str, **own: str) -> Objects:
    return {
        ("table", "t"): {"charset": table, "collation": table_collation},
        ("column", "t.a"): {"table": "t", "type": "text", **own},
    }


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (  # only the default for new columns is another one
            text_column("latin1", "latin1_bin"),
            text_column("utf8mb4", "utf8mb4_bin", character_set="latin1", collation="latin1_bin"),
            {("table", "charset"), ("table", "collation")},
        ),
        (
            text_column("latin1", "latin1_bin"),
            text_column("latin1", "latin1_bin", collation="latin1_swedish_ci"),
            {("column", "collation")},
        ),
        (
            text_column("latin1", "latin1_bin", character_set="utf8mb4", collation="utf8mb4_bin"),
            text_column("latin1", "latin1_bin"),
            {("column", "character_set"), ("column", "collation")},
        ),
        (
            text_column("latin1", "latin1_bin"),
            text_column("utf8mb4", "utf8mb4_bin"),
            {("table", "charset"), ("table", "collation")},
        ),
    ],
)
def test_character_sets_that_come_from_the_table(
    before: Objects, after: Objects, told: set[tuple[str, str]]
) -> None:
    found = differences(snapshot(before), snapshot(after))
    assert {(each.object_type, each.attribute) for each in found} == told
