"""Texts that mean the same, and texts that do not."""

from __future__ import annotations

import json

import pytest

from migcheck.compare import differences
from migcheck.dialects.mysql.settle import settle
from migcheck.model import DifferenceClass, ObjectKey, Snapshot


def difference_class(kind: str, before: str, after: str, sql_mode: str = "") -> DifferenceClass:
    first, second = (
        Snapshot({ObjectKey(kind, "x"): json.dumps({"text": text, "sql_mode": sql_mode}, sort_keys=True)})
        for text in (before, after)
    )
    (difference,) = settle(first, second, differences(first, second))
    return difference.difference_class


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("procedure", "CREATE PROCEDURE `p`()\nSELECT 1", "CREATE PROCEDURE `p`() SELECT  1 -- one"),
        ("trigger", "SET NEW.a = 'x  y'", "SET NEW.a='x  y' # done"),
        ("event", "DO BEGIN\n  SELECT 1;\nEND", "DO BEGIN SELECT 1; /* that */ END"),
        (
            "constraint",
            "FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE",
            "FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE ON UPDATE NO ACTION",
        ),
        (
            "constraint",
            "FOREIGN KEY (a) REFERENCES p (id) ON DELETE RESTRICT",
            "FOREIGN KEY (a) REFERENCES p (id)",
        ),
    ],
)
def test_the_same(kind: str, before: str, after: str) -> None:
    assert difference_class(kind, before, after) is DifferenceClass.COSMETIC


@pytest.mark.parametrize(
    ("kind", "before", "after"),
    [
        ("procedure", "SELECT 'a b'", "SELECT 'a  b'"),
        ("procedure", 'SELECT "a\\" -- b"', 'SELECT "a\\"  -- b"'),
        ("procedure", "SELECT 5--1", "SELECT 5 -- 1"),
        ("procedure", "SELECT count(*)", "SELECT count (*)"),
        ("procedure", "SELECT /*!50000 1 + */ 2", "SELECT 2"),
        ("procedure", "SELECT /*!50000 1 */", "SELECT 1"),
        ("procedure", "SELECT a FROM T", "SELECT a FROM t"),
        ("trigger", "SET NEW.a = 1", "SET NEW.a = 2"),
        ("view", "select 1 AS `a`", "select  1 AS `a`"),
        (
            "constraint",
            "FOREIGN KEY (a) REFERENCES p (id) ON DELETE SET NULL",
            "FOREIGN KEY (a) REFERENCES p (id)",
        ),
        ("constraint", "CHECK (`a` > 0)", "CHECK (`a` > 1)"),
    ],
)
def test_not_the_same(kind: str, before: str, after: str) -> None:
    assert difference_class(kind, before, after) is DifferenceClass.SEMANTIC


def test_without_escapes_strings_end_elsewhere() -> None:
    texts = ("SELECT 'a\\', ' b'", "SELECT 'a\\',  ' b'")
    assert difference_class("function", *texts, sql_mode="NO_BACKSLASH_ESCAPES") is DifferenceClass.SEMANTIC
