"""Laws: a snapshot equals itself, and changes undone in reverse leave nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migcheck.compare import differences
from migcheck.model import DifferenceClass, ServerAddress
from tests.integration.mysql.conftest import Database, opened

Change = tuple[str, str]
"""A statement and the one that undoes it."""

TYPES = (
    "int",
    "bigint unsigned",
    "varchar(20)",
    "varchar(30) CHARACTER SET latin1 COLLATE latin1_bin",
    "decimal(10,2)",
    "datetime(3)",
    "enum('a','b''c')",
    "text",
    "json",
    "bit(3)",
    "uuid",
)
CLAUSES = ("", " NOT NULL", " COMMENT 'it''s a \\\\ `comment`, (really)'", " INVISIBLE", " DEFAULT NULL")
PLACES = ("", " FIRST", " AFTER a")
NAMES = ("n", "Number", "two words", "select", "ü")


def quoted(name: str) -> str:
    return f"`{name}`"


@st.composite
def columns(draw: st.DrawFn) -> Change:
    name, type_, clause = (
        draw(st.sampled_from(NAMES)),
        draw(st.sampled_from(TYPES)),
        draw(st.sampled_from(CLAUSES)),
    )
    return (
        f"ALTER TABLE t ADD COLUMN {quoted(name)} {type_}{clause}{draw(st.sampled_from(PLACES))}",
        f"ALTER TABLE t DROP COLUMN {quoted(name)}",
    )


@st.composite
def indexes(draw: st.DrawFn) -> Change:
    name = draw(st.sampled_from(NAMES))
    kind = draw(st.sampled_from(["", "UNIQUE ", "FULLTEXT "]))
    column = "c" if kind == "FULLTEXT " else draw(st.sampled_from(["a", "a DESC, b", "c(5)", "b, c(3) DESC"]))
    comment = draw(st.sampled_from(["", " COMMENT 'x'"]))
    return f"CREATE {kind}INDEX {quoted(name)} ON t ({column}){comment}", f"DROP INDEX {quoted(name)} ON t"


CONSTRAINTS = (
    ("ALTER TABLE t ADD CONSTRAINT ck CHECK (a > 0 AND c <> ')')", "ALTER TABLE t DROP CONSTRAINT ck"),
    ("ALTER TABLE t ADD CONSTRAINT ux UNIQUE (a, b)", "ALTER TABLE t DROP KEY ux"),
    ("ALTER TABLE t ADD PRIMARY KEY (a)", "ALTER TABLE t DROP PRIMARY KEY, MODIFY a int DEFAULT 1"),
    ("ALTER TABLE t ADD COLUMN g int AS (a + b) STORED", "ALTER TABLE t DROP COLUMN g"),
    ("ALTER TABLE t COMMENT = 'x'", "ALTER TABLE t COMMENT = ''"),
    ("ALTER TABLE t ALTER b SET DEFAULT 7", "ALTER TABLE t ALTER b SET DEFAULT 2"),
    ("ALTER TABLE t RENAME COLUMN b TO bb", "ALTER TABLE t RENAME COLUMN bb TO b"),
    ("CREATE TABLE u LIKE t", "DROP TABLE u"),
    ("CREATE VIEW v AS SELECT a, c AS `the c` FROM t", "DROP VIEW v"),
    ("CREATE SEQUENCE s MAXVALUE 100 CYCLE", "DROP SEQUENCE s"),
    ("CREATE TRIGGER tr AFTER DELETE ON t FOR EACH ROW SET @a = 'x;y'", "DROP TRIGGER tr"),
    ("CREATE PROCEDURE p(a int) BEGIN SELECT 'it''s'; END", "DROP PROCEDURE p"),
)
changes = st.lists(st.one_of(columns(), indexes(), st.sampled_from(CONSTRAINTS)), max_size=6)


@pytest.fixture(scope="module")
def table(address: ServerAddress) -> Iterator[Database]:
    with opened(address) as database:
        database.run("CREATE TABLE t (a int DEFAULT 1, b int DEFAULT 2, c varchar(20))")
        yield database


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(chosen=changes)
def test_changes_undone_in_reverse_leave_nothing(table: Database, chosen: list[Change]) -> None:
    before = table.observer.snapshot()
    done = []
    for change, inverse in chosen:
        try:
            table.query(change)
        except table.session.Error:  # the name is taken, or another change stands in the way
            continue
        done.append(inverse)
        above = table.observer.snapshot()
        assert differences(above, above) == ()
        with table.observer.__class__(table.address, table.name) as fresh:
            assert fresh.snapshot() == above
    for inverse in reversed(done):
        table.query(inverse)
    after = table.observer.snapshot()
    assert [
        each for each in differences(before, after) if each.difference_class is not DifferenceClass.ORDER
    ] == []
    assert len(before) == len(after)
