"""Errors of MariaDB and MySQL explained, and remedies in their words."""

from __future__ import annotations

from typing import Any

import pytest

from migcheck.checks.causes import cause_of
from migcheck.checks.missing import duplicate_name, missing_name
from migcheck.checks.remedies import undo
from migcheck.checks.remedies.mysql import spoken
from migcheck.model import Difference, DifferenceKind, RevisionEvidence, StepError
from tests.checks.by_hand import evidence, honest, judged

NOTHING = RevisionEvidence("r1")


@pytest.mark.parametrize(
    ("message", "name"),
    [
        ("Table 'current.books' doesn't exist (error 1146)", "books"),
        ("Unknown table 'books' (error 1051)", "books"),
        ("Unknown column 'isbn' in 'field list' (error 1054)", "isbn"),
        ("Can't DROP INDEX `ix_books`; check that it exists (error 1091)", "ix_books"),
        ("Can't DROP 'ix_books'; check that column/key exists (error 1091)", "ix_books"),
        ("FUNCTION current.twice does not exist (error 1305)", "twice"),
        ("Unknown event 'nightly' (error 1539)", "nightly"),
        ("Unknown VIEW: 'titles' (error 4092)", "titles"),
        ("Table 'books' already exists (error 1050)", None),
        ("no such table: books", None),
    ],
)
def test_what_is_missing_is_named(message: str, name: str | None) -> None:
    assert missing_name(StepError("pymysql.err.OperationalError", message)) == name


@pytest.mark.parametrize(
    ("message", "found"),
    [
        ("Table 'books' already exists (error 1050)", ("table", "books")),
        ("Duplicate column name 'isbn' (error 1060)", ("column", "isbn")),
        ("Duplicate key name 'ix_books' (error 1061)", ("index", "ix_books")),
        ("FUNCTION twice already exists (error 1304)", ("function", "twice")),
        ("PROCEDURE clean already exists (error 1304)", ("procedure", "clean")),
        ("Trigger 'current.stamp' already exists (error 1359)", ("trigger", "stamp")),
        ("Event 'nightly' already exists (error 1537)", ("event", "nightly")),
        ("Duplicate FOREIGN KEY constraint name 'fk_a' (error 1826)", ("constraint", "fk_a")),
        ("Table 'books' doesn't exist (error 1146)", None),
    ],
)
def test_what_is_there_already_is_named(message: str, found: tuple[str, str] | None) -> None:
    assert duplicate_name(StepError("pymysql.err.OperationalError", message)) == found


@pytest.mark.parametrize(
    ("message", "statement", "remedy"),
    [
        (
            "Cannot drop column 'a': needed in a foreign key constraint 'fk_a' (error 1828)",
            "ALTER TABLE t DROP COLUMN a",
            'op.drop_constraint("fk_a", "t", type_="foreignkey")',
        ),
        (
            "Cannot drop index 'ix': needed in a foreign key constraint (error 1553)",
            "DROP INDEX ix ON t",
            'op.drop_constraint("...", "t", type_="foreignkey")',
        ),
        (
            "Cannot drop table 't' referenced by a foreign key constraint 'fk' on table 'u'. (error 3730)",
            "DROP TABLE t",
            "Drop that table, or its foreign key, first",
        ),
        (
            'Can\'t create table `t` (errno: 150 "Foreign key constraint is incorrectly ...") (error 1005)',
            "ALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY(a) REFERENCES u (id)",
            "LATEST FOREIGN KEY ERROR",
        ),
        (
            "BLOB/TEXT column 'a' used in key specification without a key length (error 1170)",
            "CREATE INDEX ix ON t (a)",
            "mysql_length=",
        ),
        (
            "Incorrect table definition; there can be only one auto column ... a key (error 1075)",
            "ALTER TABLE t DROP PRIMARY KEY",
            "AUTO_INCREMENT",
        ),
        (
            "Duplicate entry '1' for key 'PRIMARY' (error 1062)",
            "INSERT INTO t (id) VALUES (1)",
            'op.execute("DELETE FROM t WHERE ...")',
        ),
        ("All MySQL CHANGE/MODIFY COLUMN operations require the existing type.", None, "existing_nullable="),
        ("Table 'current.t' doesn't exist (error 1146)", "DROP TABLE t", "--setup FILE.sql"),
        ("Table 't' already exists (error 1050)", "CREATE TABLE t (id int)", "Do not make table t twice"),
    ],
)
def test_errors_are_explained(message: str, statement: str | None, remedy: str) -> None:
    cause = cause_of(StepError("pymysql.err.OperationalError", message, statement=statement), NOTHING)
    assert cause is not None
    assert remedy in cause.remedy


@pytest.mark.parametrize("message", ["Access denied (error 1045)", "Duplicate entry"])
def test_other_errors_speak_for_themselves(message: str) -> None:
    assert cause_of(StepError("pymysql.err.OperationalError", message, statement="SELECT 1"), NOTHING) is None


def test_a_constraint_dropped_by_none_is_explained_where_only_an_assertion_fails() -> None:
    frame = '  File "r1.py", line 28, in downgrade\n    op.drop_constraint(None, "products", type_="unique")'
    unique = Difference(
        "constraint", "products.uq_code", DifferenceKind.ADDED, after="UNIQUE (code)\n    type: UNIQUE"
    )
    foreign = Difference(
        "constraint", "orders.fk", DifferenceKind.ADDED, after="FOREIGN KEY (a) REFERENCES b (id)"
    )
    seen = RevisionEvidence("r1", applied=(unique, foreign))
    error = StepError("AssertionError", "AssertionError", traceback=frame, of_library=True)
    cause = cause_of(error, seen)
    assert cause is not None
    assert 'op.drop_constraint("uq_code", "products", type_="unique")' in cause.remedy
    assert "fk" not in cause.remedy
    assert cause_of(StepError("AssertionError", "AssertionError", traceback=frame), seen) is None


COLUMN = {
    "table": "t",
    "type": "varchar(20)",
    "nullable": False,
    "default": "'a:b'",
    "collation": "utf8mb4_bin",
    "comment": "it's",
}


@pytest.mark.parametrize(
    ("kind", "name", "attributes", "former", "code"),
    [
        (
            "column",
            "t.c",
            ("nullable",),
            COLUMN,
            'op.execute("ALTER TABLE `t` MODIFY `c` varchar(20) COLLATE utf8mb4_bin NOT NULL'
            " DEFAULT 'a:b' COMMENT 'it''s'\")",
        ),
        (
            "column",
            "t.c",
            ("default", "generated"),
            {"table": "t", "type": "int(11)", "default": "(`a` + 1)", "generated": "stored"},
            'op.drop_column("t", "c")\n'
            'op.execute("ALTER TABLE `t` ADD COLUMN `c` int(11) GENERATED ALWAYS AS (`a` + 1) STORED")',
        ),
        (
            "table",
            "t",
            ("comment", "row_format", "charset"),
            {"charset": "latin1", "collation": "latin1_bin", "comment": "old"},
            "op.execute(\"ALTER TABLE `t` ROW_FORMAT = DEFAULT, COMMENT = 'old'\")\n"
            'op.execute("ALTER TABLE `t` CONVERT TO CHARACTER SET latin1 COLLATE latin1_bin")'
            "  # or DEFAULT in the place of CONVERT TO, where its columns are as before",
        ),
        (
            "table",
            "t",
            ("partitions",),
            {"partition_key": "RANGE (`a`)", "partitions": ["`p0` VALUES LESS THAN (1)"]},
            'op.execute("ALTER TABLE `t` PARTITION BY RANGE (`a`) (PARTITION `p0` VALUES LESS THAN (1))")',
        ),
        ("table", "t", ("partition_key",), {}, 'op.execute("ALTER TABLE `t` REMOVE PARTITIONING")'),
        (
            "view",
            "v",
            ("definer",),
            {"text": "select 1 AS `1`", "definer": "a@h", "security": "INVOKER", "algorithm": "MERGE"},
            'op.execute("CREATE OR REPLACE ALGORITHM=MERGE DEFINER=`a`@`h` SQL SECURITY INVOKER VIEW `v`'
            ' AS select 1 AS `1`")',
        ),
        (
            "procedure",
            "p",
            ("sql_mode",),
            {"text": "CREATE PROCEDURE `p`() SELECT 1", "sql_mode": "ANSI"},
            "op.execute(\"SET SESSION sql_mode = 'ANSI'\")\n"
            'op.execute("DROP PROCEDURE `p`")\n'
            'op.execute("CREATE PROCEDURE `p`() SELECT 1")\n'
            'op.execute("SET SESSION sql_mode = DEFAULT")',
        ),
        (
            "sequence",
            "s",
            ("text",),
            {"text": "CREATE SEQUENCE s start with 1 increment by 5 nocycle ENGINE=InnoDB"},
            'op.execute("ALTER SEQUENCE `s` start with 1 increment by 5 nocycle")',
        ),
        (
            "database",
            "current",
            ("charset",),
            {"charset": "latin1", "collation": "latin1_bin"},
            'op.execute("ALTER DATABASE CHARACTER SET latin1 COLLATE latin1_bin")',
        ),
    ],
)
def test_what_changed_is_put_back_as_a_whole(
    kind: str, name: str, attributes: tuple[str, ...], former: dict[str, Any], code: str
) -> None:
    differences = [
        Difference(kind, name, DifferenceKind.CHANGED, attribute, "x", "y", former=former)
        for attribute in attributes
    ]
    assert undo(differences, "mariadb") == code


@pytest.mark.parametrize(
    ("kind", "name", "text", "code"),
    [
        ("trigger", "t.stamp", "CREATE TRIGGER ...", 'op.execute("DROP TRIGGER `stamp`")'),
        ("event", "nightly", "CREATE EVENT ...", 'op.execute("DROP EVENT `nightly`")'),
        ("index", "t.ix", "CREATE INDEX ix ON t (a)", 'op.drop_index("ix", table_name="t")'),
        ("user", "app@10.0.0.1", "user app@10.0.0.1", 'op.execute("DROP USER `app`@`10.0.0.1`")'),
        (
            "grant",
            "app@% on t",
            "GRANT SELECT, UPDATE (a) ON t TO `app`@`%` WITH GRANT OPTION",
            'op.execute("REVOKE SELECT, UPDATE (a), GRANT OPTION ON t FROM `app`@`%`")',
        ),
        ("other database", "reports", "other database reports", 'op.execute("DROP DATABASE `reports`")'),
    ],
)
def test_what_was_left_is_dropped(kind: str, name: str, text: str, code: str) -> None:
    assert undo([Difference(kind, name, DifferenceKind.ADDED, after=text)], "mysql") == code


@pytest.mark.parametrize(
    ("kind", "now", "then", "text", "code"),
    [
        ("index", "t.b", "t.a", "CREATE INDEX {} ON t (x)", "ALTER TABLE `t` RENAME INDEX `b` TO `a`"),
        ("view", "b", "a", "select 1", "RENAME TABLE `b` TO `a`"),
        ("column", "t.b", "t.a", "{} int(11)", "ALTER TABLE `t` RENAME COLUMN `b` TO `a`"),
        ("event", "b", "a", "CREATE EVENT {} DO SELECT 1", "ALTER EVENT `b` RENAME TO `a`"),
    ],
)
def test_names_are_given_back(kind: str, now: str, then: str, text: str, code: str) -> None:
    pair = [
        Difference(kind, then, DifferenceKind.REMOVED, before=text.format("a")),
        Difference(kind, now, DifferenceKind.ADDED, after=text.format("b")),
    ]
    assert undo(pair, "mysql") == f'op.execute("{code}")'


@pytest.mark.parametrize(
    ("remedy", "words"),
    [
        (
            'Use SET LOCAL, which ends with the transaction: op.execute("SET LOCAL sql_mode = ...").',
            'op.execute("SET SESSION sql_mode = DEFAULT").',
        ),
        ('op.execute("RESET ROLE"); or use SET LOCAL ROLE.', 'op.execute("SET ROLE NONE").'),
        (
            "Create it with ON COMMIT DROP, or drop it at the end of the step:"
            ' op.execute("DROP TABLE pg_temp.current.scratch").',
            'op.execute("DROP TEMPORARY TABLE `scratch`").',
        ),
        ("that the database chose shows in \\d TABLE of psql.", "shows in SHOW CREATE TABLE."),
        ('op.execute("DROP TRIGGER stamp ON t")', 'op.execute("DROP TRIGGER stamp")'),
        ("or insert with ON CONFLICT DO NOTHING.", "or use INSERT IGNORE."),
    ],
)
def test_other_remedies_are_spoken_in_its_words(remedy: str, words: str) -> None:
    assert words in spoken(remedy)
    assert "SET LOCAL" not in spoken(remedy) and "pg_" not in spoken(remedy)


def test_what_another_finding_has_to_mend_first_is_said() -> None:
    unique = Difference("constraint", "t.uq", DifferenceKind.REMOVED, before="UNIQUE (a)")
    index = Difference("index", "t.uq", DifferenceKind.ADDED, after="CREATE INDEX uq ON t (a)")
    table = Difference("table", "u", DifferenceKind.CHANGED, "charset", "latin1", "utf8mb4", former={})
    column = Difference("column", "u.c", DifferenceKind.CHANGED, "character_set", None, "utf8mb4", former={})
    seen = honest(reverted=(unique, index, table, column))
    by_kind = {each.differences[0].object_type: each.remedy for each in judged("MC204", evidence(seen))}
    assert by_kind["constraint"].startswith("In downgrade(), once index uq on t is gone")
    assert by_kind["column"].startswith("In downgrade(), once table u is as before")
    assert by_kind["index"].startswith("In downgrade():\n")
