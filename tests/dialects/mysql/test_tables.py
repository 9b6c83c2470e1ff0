"""SHOW CREATE TABLE as the manuals of MySQL 8.0 to 9 have it: no such server is needed to read it."""

from __future__ import annotations

from typing import Any

from migcheck.dialects.mysql.tables import table_entries
from migcheck.model import ObjectKey

MYSQL_8 = r"""CREATE TABLE `customers` (
  `my_row_id` bigint unsigned NOT NULL AUTO_INCREMENT /*!80023 INVISIBLE */,
  `email` varchar(80) COLLATE utf8mb4_bin NOT NULL DEFAULT '' COMMENT 'as given, it''s\nraw',
  `uuid` binary(16) DEFAULT (uuid_to_bin(uuid())),
  `score` decimal(8,2) NOT NULL DEFAULT '1.50',
  `doc` json DEFAULT (_utf8mb4'{"a": [1, 2]}'),
  `zip` varchar(10) GENERATED ALWAYS AS (json_unquote(json_extract(`doc`,_utf8mb4'$.zip'))) VIRTUAL,
  `length` int GENERATED ALWAYS AS (char_length(`email`)) STORED NOT NULL /*!80023 INVISIBLE */ COMMENT 'x',
  `place` point NOT NULL /*!80003 SRID 4326 */,
  `updated` timestamp(6) NULL DEFAULT CURRENT_TIMESTAMP(6) ON UPDATE CURRENT_TIMESTAMP(6),
  `kind` enum('a','b,(c') CHARACTER SET latin1 COLLATE latin1_swedish_ci DEFAULT NULL,
  `blob` varchar(5) /*!50606 STORAGE DISK */ /*!50606 COLUMN_FORMAT DYNAMIC */ DEFAULT NULL /*!80021 ENGINE_ATTRIBUTE '{"k": 1}' */,
  `embedding` vector(3) DEFAULT NULL,
  PRIMARY KEY (`my_row_id`),
  UNIQUE KEY `ux_email` (`email`(20)) /*!80000 INVISIBLE */,
  KEY `ix_lower` ((lower(`email`)),`score` DESC) USING BTREE COMMENT 'both',
  KEY `ix_zips` ((cast(json_extract(`doc`,_utf8mb4'$.zips') as unsigned array))),
  FULLTEXT KEY `ft` (`email`) /*!50100 WITH PARSER `ngram` */ ,
  SPATIAL KEY `sp` (`place`),
  CONSTRAINT `fk_kind` FOREIGN KEY (`kind`) REFERENCES `kinds` (`id`) ON DELETE SET NULL ON UPDATE RESTRICT,
  CONSTRAINT `customers_chk_1` CHECK ((`score` > 0)),
  CONSTRAINT `customers_chk_2` CHECK ((`email` <> _utf8mb4')')) /*!80016 NOT ENFORCED */
) ENGINE=InnoDB AUTO_INCREMENT=42 DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_0900_ai_ci STATS_PERSISTENT=1 ROW_FORMAT=DYNAMIC COMMENT='who buys' /*!80016 ENCRYPTION='Y' */
/*!50100 PARTITION BY RANGE (year(`updated`))
(PARTITION p0 VALUES LESS THAN (2020) COMMENT = 'old' ENGINE = InnoDB,
 PARTITION p1 VALUES LESS THAN MAXVALUE ENGINE = InnoDB) */"""  # noqa: E501


def read(create: str, name: str = "customers") -> dict[tuple[str, str], dict[str, Any]]:
    entries = table_entries(name, create)
    assert len({key for key, _ in entries}) == len(entries)
    return {(key.kind, key.name): attributes for key, attributes in entries}


FOUND = read(MYSQL_8)


def column(name: str) -> dict[str, Any]:
    attributes = dict(FOUND["column", f"customers.{name}"])
    assert attributes.pop("table") == "customers"
    return attributes


def text(kind: str, name: str) -> str:
    found = FOUND[kind, f"customers.{name}"]["text"]
    assert isinstance(found, str)
    return found


def test_options_of_the_table() -> None:
    table = FOUND["table", "customers"]
    assert table.pop("column_order") == (
        "my_row_id email uuid score doc zip length place updated kind blob embedding".split()
    )
    assert table == {
        "engine": "InnoDB",
        "charset": "utf8mb4",
        "collation": "utf8mb4_0900_ai_ci",
        "comment": "who buys",
        "row_format": "DYNAMIC",
        "clauses": ["ENCRYPTION='Y'", "STATS_PERSISTENT=1"],
        "partition_key": "RANGE (year(`updated`))",
        "partitions": [
            "p0 VALUES LESS THAN (2020) COMMENT = 'old'",
            "p1 VALUES LESS THAN MAXVALUE",
        ],
    }


def test_columns() -> None:
    assert column("my_row_id") == {
        "type": "bigint unsigned",
        "nullable": False,
        "auto_increment": True,
        "invisible": True,
    }
    assert column("email") == {
        "type": "varchar(80)",
        "nullable": False,
        "collation": "utf8mb4_bin",
        "default": "''",
        "comment": "as given, it's\nraw",
    }
    assert column("score") == {"type": "decimal(8,2)", "nullable": False, "default": "'1.50'"}
    assert column("place") == {"type": "point", "nullable": False, "srid": 4326}
    assert column("kind") == {
        "type": "enum('a','b,(c')",
        "nullable": True,
        "character_set": "latin1",
        "collation": "latin1_swedish_ci",
    }
    assert column("blob") == {
        "type": "varchar(5)",
        "nullable": True,
        "clauses": ["COLUMN_FORMAT DYNAMIC", "ENGINE_ATTRIBUTE '{\"k\": 1}'", "STORAGE DISK"],
    }
    assert column("embedding") == {"type": "vector(3)", "nullable": True}


def test_defaults_and_generated_columns() -> None:
    assert column("uuid")["default"] == "(uuid_to_bin(uuid()))"
    assert column("doc")["default"] == "(_utf8mb4'{\"a\": [1, 2]}')"
    assert column("updated") == {
        "type": "timestamp(6)",
        "nullable": True,
        "default": "CURRENT_TIMESTAMP(6)",
        "on_update": "CURRENT_TIMESTAMP(6)",
    }
    assert column("zip")["generated"] == "virtual"
    assert column("zip")["default"] == "(json_unquote(json_extract(`doc`,_utf8mb4'$.zip')))"
    assert column("length") == {
        "type": "int",
        "nullable": False,
        "generated": "stored",
        "default": "(char_length(`email`))",
        "invisible": True,
        "comment": "x",
    }


def test_constraints() -> None:
    assert text("constraint", "PRIMARY") == "PRIMARY KEY (my_row_id)"
    assert FOUND["constraint", "customers.ux_email"] == {
        "table": "customers",
        "type": "UNIQUE",
        "text": "UNIQUE (email(20)) INVISIBLE",
    }
    assert text("constraint", "fk_kind") == (
        "FOREIGN KEY (kind) REFERENCES kinds (id) ON DELETE SET NULL ON UPDATE RESTRICT"
    )
    assert text("constraint", "customers_chk_1") == "CHECK ((`score` > 0))"
    assert text("constraint", "customers_chk_2") == "CHECK ((`email` <> _utf8mb4')')) NOT ENFORCED"


def test_indexes() -> None:
    assert text("index", "ix_lower") == (
        "CREATE INDEX ix_lower ON customers ((lower(`email`)), score DESC) USING BTREE COMMENT 'both'"
    )
    assert text("index", "ix_zips") == (
        "CREATE INDEX ix_zips ON customers ((cast(json_extract(`doc`,_utf8mb4'$.zips') as unsigned array)))"
    )
    assert text("index", "ft") == "CREATE FULLTEXT INDEX ft ON customers (email) WITH PARSER ngram"
    assert text("index", "sp") == "CREATE SPATIAL INDEX sp ON customers (place)"


def test_awkward_names() -> None:
    found = read(
        "CREATE TABLE `a``b` (\n  `x,)(` int DEFAULT NULL,\n  `Two Words` text,\n"
        "  `default` int DEFAULT '1',\n"
        "  KEY `on` (`x,)(`,`Two Words`(5))\n) ENGINE=InnoDB",
        "a`b",
    )
    assert found["table", "a`b"]["column_order"] == ["x,)(", "Two Words", "default"]
    assert found["column", "a`b.default"]["default"] == "'1'"
    assert found["index", "a`b.on"]["text"] == "CREATE INDEX on ON `a``b` (`x,)(`, `Two Words`(5))"


def test_the_same_table_with_more_rows_is_the_same() -> None:
    create = (
        "CREATE TABLE `t` (\n  `id` int NOT NULL AUTO_INCREMENT,\n  PRIMARY KEY (`id`)\n)"
        " ENGINE=InnoDB{} DEFAULT CHARSET=latin1"
    )
    assert read(create.format(""), "t") == read(create.format(" AUTO_INCREMENT=7"), "t")


def test_clauses_of_a_newer_server_are_kept() -> None:
    found = read(
        "CREATE TABLE `t` (\n  `a` int NOT NULL NEW_CLAUSE 'x' COMMENT 'y',\n  NOVEL KEY THING (`a`)\n)"
        " ENGINE=InnoDB",
        "t",
    )
    assert found["column", "t.a"]["clauses"] == ["NEW_CLAUSE 'x'"]
    assert found["column", "t.a"]["comment"] == "y"
    assert [key for key in found if key[0] == "constraint"] == [
        ObjectKey("constraint", "t.NOVEL KEY THING (`a`)")
    ]
