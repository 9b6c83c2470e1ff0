"""Scripts are split as the clients split them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.dialects.mysql.script import statements


@pytest.mark.parametrize(
    ("script", "found"),
    [
        ("", []),
        (";;\n-- nothing\n# at all\n/* but; comments */;", []),
        ("SELECT 1; SELECT 2", [("SELECT 1", 1), ("SELECT 2", 1)]),
        (
            "SELECT ';', \"a;b\", `c;d`, 'it''s;', 'it\\';s'",
            [("SELECT ';', \"a;b\", `c;d`, 'it''s;', 'it\\';s'", 1)],
        ),
        ("-- it's\nSELECT 1 -- don't;\n;\nSELECT 5--1;", [("SELECT 1 -- don't;", 2), ("SELECT 5--1", 4)]),
        (
            "/*!40101 SET NAMES utf8 */;\n/*M!100 x */;",
            [("/*!40101 SET NAMES utf8 */", 1), ("/*M!100 x */", 2)],
        ),
        (
            "/*M!999999\\- enable the sandbox mode */ \nSELECT 1;",
            [("/*M!999999\\- enable the sandbox mode */ \nSELECT 1", 1)],
        ),
        (
            "DELIMITER //\nBEGIN; SELECT 'a//b'; END//\nDELIMITER ;\nSELECT 1;",
            [("BEGIN; SELECT 'a//b'; END", 2), ("SELECT 1", 4)],
        ),
        ("delimiter $$\nSELECT 1$$ SELECT a$b $$", [("SELECT 1", 2), ("SELECT a$b", 2)]),
        (
            "/*!50003 CREATE TRIGGER t SET @a = ';' */;;\nDELIMITER ;;",
            [("/*!50003 CREATE TRIGGER t SET @a = ';' */", 1)],
        ),
        ("SELECT 'never closed", [("SELECT 'never closed", 1)]),
    ],
)
def test_statements_and_their_lines(script: str, found: list[tuple[str, int]]) -> None:
    assert [(each.text, each.line) for each in statements(script)] == found


@given(
    st.lists(st.sampled_from(["SELECT 1", "INSERT INTO t VALUES (';', \"--\")", "/*! x; */", "CALL `a;b`"]))
)
def test_what_is_put_together_comes_apart(chosen: list[str]) -> None:
    # A conditional comment is code: its semicolon ends a statement, as it does for the clients.
    chosen = [each.replace("; ", " ") for each in chosen]
    script = "\n".join(f"-- ; {number}\n{each};" for number, each in enumerate(chosen))
    assert [(each.text, each.line) for each in statements(script)] == [
        (each, 2 * number + 2) for number, each in enumerate(chosen)
    ]
