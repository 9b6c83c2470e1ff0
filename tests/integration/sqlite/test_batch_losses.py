"""What Alembic's batch mode loses without a word when it makes a table anew, and what it keeps."""

# ruff: noqa: E501 (a statement reads best on one line)

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from migcheck.model import DifferenceClass
from tests.integration.sqlite.database import Database, batch

PARENT = "CREATE TABLE p (id INTEGER PRIMARY KEY, code TEXT UNIQUE);"

# Setup, and what an empty batch on table t loses.
LOSSES: dict[str, tuple[str, list[str]]] = {
    "trigger": (
        PARENT
        + "CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE TRIGGER tr AFTER INSERT ON t BEGIN DELETE FROM p; END",
        ["removed trigger tr"],
    ),
    "index on an expression": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX ix ON t (lower(a))",
        ["removed index ix"],
    ),
    "DESC of an index": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX ix ON t (a DESC)",
        ["changed index ix text"],
    ),
    "COLLATE of an index": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); CREATE INDEX ix ON t (a COLLATE NOCASE)",
        ["changed index ix text"],
    ),
    "AUTOINCREMENT": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)",
        ["changed column t.id autoincrement"],
    ),
    "unnamed checks": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CHECK (a > 0), CHECK (a < 9))",
        ["removed constraint t.(CHECK (a < 9))", "removed constraint t.(CHECK (a > 0))"],
    ),
    "COLLATE of a column": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE)",
        ["changed column t.a collation"],
    ),
    "ON DELETE of an unnamed foreign key": (
        PARENT + "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p (id) ON DELETE CASCADE)",
        [
            "added constraint t.(FOREIGN KEY (a) REFERENCES p (id))",
            "removed constraint t.(FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE)",
        ],
    ),
    "DEFERRABLE of an unnamed foreign key": (
        PARENT
        + "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)",
        [
            "added constraint t.(FOREIGN KEY (a) REFERENCES p (id))",
            "removed constraint t.(FOREIGN KEY (a) REFERENCES p (id) DEFERRABLE INITIALLY DEFERRED)",
        ],
    ),
    "ON CONFLICT": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER NOT NULL ON CONFLICT IGNORE)",
        ["changed column t.a on_conflict"],
    ),
    "a type of one's own": (
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a UUID)",
        ["changed column t.a type"],
    ),
    "INT as a key becomes the rowid": (
        "CREATE TABLE t (id INT PRIMARY KEY)",
        ["changed column t.id nullable", "changed column t.id type"],
    ),
}
# What it writes otherwise, and is the same.
KEPT = {
    "types": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INT, b TINYINT, c CLOB, d DOUBLE PRECISION, e INT(11), f BOOL, "
    "g DECIMAL(10,2), h VARCHAR(20), i varchar(5), j MEDIUMTEXT, k UNSIGNED BIG INT, l JSON, m CHARACTER VARYING(20), "
    "n TIMESTAMP(6), q FLOAT(5), o NUMERIC(10), p int8)",
    "constraints at columns": PARENT
    + "CREATE TABLE t (id INTEGER PRIMARY KEY NOT NULL, a INTEGER UNIQUE, b INTEGER REFERENCES p (id) ON DELETE NO ACTION, "
    "c INTEGER REFERENCES p, d INTEGER REFERENCES P(ID))",
    "named constraints": PARENT
    + "CREATE TABLE t (id INTEGER, a INTEGER, b TEXT, CONSTRAINT pk PRIMARY KEY (id), CONSTRAINT uq UNIQUE (a, b), "
    "CONSTRAINT ck CHECK (a<9), CONSTRAINT fk FOREIGN KEY (a) REFERENCES p (id) ON DELETE CASCADE ON UPDATE SET NULL "
    "DEFERRABLE INITIALLY DEFERRED)",
    "keys": "CREATE TABLE t (b TEXT, a INTEGER NOT NULL, PRIMARY KEY (a, b))",
    "key of text": "CREATE TABLE t (id TEXT NOT NULL PRIMARY KEY, a INTEGER)",
    "defaults": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER DEFAULT -1, b TEXT DEFAULT CURRENT_TIMESTAMP, "
    "c TEXT DEFAULT (datetime('now')), d INTEGER DEFAULT (1+2), e TEXT DEFAULT ('x'), f TEXT DEFAULT 'it''s', "
    "g BOOLEAN DEFAULT TRUE, h TEXT DEFAULT NULL, i INTEGER DEFAULT '7', j REAL DEFAULT 1.5, k TEXT DEFAULT '')",
    "indexes": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER, b TEXT); CREATE UNIQUE INDEX ix1 ON t(a,b); "
    "CREATE INDEX ix2 ON [t] (`a`) WHERE a>0 AND b IS NOT NULL",
    "quoted names": """CREATE TABLE t ("order" INTEGER, [a b] TEXT, `c"d` TEXT, 'Mixed' INTEGER, CONSTRAINT "Ck" CHECK (mixed > 0));
    CREATE INDEX "I x" ON t ("ORDER", "a b")""",
    "reference to itself": "CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER REFERENCES t (id))",
}


@pytest.mark.parametrize("name", LOSSES)
def test_a_loss_is_told(database: Callable[..., Database], name: str) -> None:
    setup, lost = LOSSES[name]
    assert database(setup).told(batch("t")) == sorted(lost)


@pytest.mark.parametrize("name", KEPT)
def test_what_is_kept_is_not_told(database: Callable[..., Database], name: str) -> None:
    one = database(KEPT[name])
    text = one.snapshot()
    assert one.told(batch("t"), DifferenceClass.SEMANTIC, DifferenceClass.ORDER) == []
    assert one.told(batch("t"), *DifferenceClass) == []  # what batch mode has written, it writes again
    assert len(one.snapshot()) == len(text)


def test_a_table_left_over(database: Callable[..., Database]) -> None:
    """pysqlite commits before DDL: a batch that fails on the way leaves its table behind."""
    one = database("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT); INSERT INTO t VALUES (1, NULL)")
    before = one.snapshot()
    step = batch("t", lambda op: op.alter_column("a", existing_type=sa.Text(), nullable=False))
    with pytest.raises(sa.exc.IntegrityError):
        one.run(step)
    after = one.snapshot()
    left = "table _alembic_tmp_t" in {f"{key.kind} {key.name}" for key in after}
    assert (before == after) is not left
    if not left:  # an SQLAlchemy whose DDL is in the transaction
        one.run("CREATE TABLE _alembic_tmp_t (id INTEGER)")
    names = [d.name for d in one.compared(before, one.snapshot())]
    assert names == ["_alembic_tmp_t"]


def test_a_view_on_the_table_stops_batch_mode(database: Callable[..., Database]) -> None:
    one = database("CREATE TABLE t (id INTEGER PRIMARY KEY); CREATE VIEW v AS SELECT id FROM t")
    with pytest.raises(sa.exc.OperationalError, match="error in view v"):
        one.run(batch("t"))
