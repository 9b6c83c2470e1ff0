"""Every table gets rows on real servers, whatever its types and constraints; one that cannot is named."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from migcheck.dialects import dialect_of
from migcheck.dialects.data import Data
from migcheck.dialects.names import new_name
from migcheck.model.data import Contents
from migcheck.model.server import ServerAddress
from migcheck.providers import Server, provider_for
from migcheck.seeding import Seeded, seed

POSTGRESQL = '''
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE DOMAIN mail AS text NOT NULL CHECK (VALUE ~ '^[a-z0-9.]+@[a-z]+\\.[a-z]{2,}$');
CREATE TYPE pair AS (a integer, b text);
CREATE TABLE types (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a smallint, b integer NOT NULL, c bigint, d numeric(10,2),
    e numeric, f real, g double precision, h money, i boolean NOT NULL, j text NOT NULL, k varchar(3) NOT NULL,
    l char(2) NOT NULL, m bytea, n date NOT NULL, o time, p timetz, q timestamp, r timestamptz(3), s interval,
    t uuid NOT NULL, u json, v jsonb NOT NULL, w xml, x inet, y cidr, z macaddr, aa bit(5), ab varbit, ac mood NOT NULL,
    ad integer[], ae text[] NOT NULL, af int4range, ag tstzrange, ah int4multirange, ai point, aj polygon,
    ak tsvector, al positive NOT NULL, am mail, an pair, ao mood[], ap oid, aq "char", ar name, at_ macaddr8,
    au numeric(38,10), av circle, aw positive[], ax daterange NOT NULL,
    ay integer GENERATED ALWAYS AS (b * 2) STORED, az text DEFAULT 'x' NOT NULL);
CREATE TABLE checks (
    id serial PRIMARY KEY, a integer CHECK (a BETWEEN 10 AND 20), b text CHECK (b IN ('x', 'y')),
    c text CHECK (c LIKE 'ab%' AND length(c) = 6), d varchar(40) CHECK (d ~ '^[A-Z]{3}-[0-9]{2,4}$'),
    lo integer NOT NULL, hi integer NOT NULL, e date, f date, g jsonb CHECK (jsonb_typeof(g) = 'object'),
    h integer CHECK (h % 7 = 3), i text CHECK (i = lower(i) AND i <> ''), j numeric(4,2) CHECK (j > 0 AND j < 1),
    k integer, l text, m timestamptz CHECK (m < now()),
    CHECK (hi > lo AND lo >= 0), CHECK (f > e), CHECK ((k IS NULL) <> (l IS NULL)),
    CHECK (NOT (a = 15 AND b = 'x') OR h IS NULL));
CREATE TABLE keys (
    a integer NOT NULL, b text NOT NULL, c text UNIQUE, d date, e boolean NOT NULL, f text,
    PRIMARY KEY (a, b), UNIQUE (c, d));
CREATE UNIQUE INDEX ON keys (lower(f)) WHERE e;
CREATE UNIQUE INDEX ON keys (d) WHERE NOT e;
CREATE TABLE refers (id serial PRIMARY KEY, a integer NOT NULL, b text NOT NULL,
    FOREIGN KEY (a, b) REFERENCES keys (a, b), chk integer NOT NULL UNIQUE REFERENCES checks ON DELETE CASCADE);
CREATE TABLE selfish (id serial PRIMARY KEY, boss integer REFERENCES selfish, peer integer NOT NULL REFERENCES selfish);
CREATE TABLE one (id serial PRIMARY KEY, two_id integer NOT NULL);
CREATE TABLE two (id serial PRIMARY KEY, one_id integer NOT NULL REFERENCES one DEFERRABLE INITIALLY DEFERRED);
ALTER TABLE one ADD FOREIGN KEY (two_id) REFERENCES two DEFERRABLE;
CREATE TABLE hen (id serial PRIMARY KEY, egg integer);
CREATE TABLE egg (id serial PRIMARY KEY, hen integer NOT NULL REFERENCES hen);
ALTER TABLE hen ADD FOREIGN KEY (egg) REFERENCES egg;
CREATE TABLE booked (id serial PRIMARY KEY, during tsrange NOT NULL, EXCLUDE USING gist (during WITH &&));
CREATE TABLE by_range (id integer NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
CREATE TABLE by_range_a PARTITION OF by_range FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE by_range_b PARTITION OF by_range DEFAULT;
CREATE TABLE by_list (id integer NOT NULL, k text NOT NULL) PARTITION BY LIST (k);
CREATE TABLE by_list_a PARTITION OF by_list FOR VALUES IN ('a', 'b');
CREATE TABLE by_hash (id integer NOT NULL) PARTITION BY HASH (id);
CREATE TABLE by_hash_0 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE by_hash_1 PARTITION OF by_hash FOR VALUES WITH (MODULUS 2, REMAINDER 1);
CREATE TABLE base (id serial PRIMARY KEY, a text NOT NULL);
CREATE TABLE heir (b integer NOT NULL) INHERITS (base);
CREATE TABLE secured (id serial PRIMARY KEY, owner text NOT NULL);
ALTER TABLE secured ENABLE ROW LEVEL SECURITY;
ALTER TABLE secured FORCE ROW LEVEL SECURITY;
CREATE TABLE picky (id serial PRIMARY KEY, n integer NOT NULL);
CREATE FUNCTION no_thirds() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.n % 3 = 0 THEN RAISE EXCEPTION 'no thirds'; END IF; RETURN NEW; END $$;
CREATE TRIGGER no_thirds BEFORE INSERT ON picky FOR EACH ROW EXECUTE FUNCTION no_thirds();
CREATE TABLE "Odd ""Names""" ("Select" integer PRIMARY KEY, "per%cent" text NOT NULL, "a.b" text CHECK ("a.b" > 'm'));
'''

SQLITE = '''
CREATE TABLE parents (id INTEGER PRIMARY KEY AUTOINCREMENT, name VARCHAR(10) NOT NULL UNIQUE COLLATE NOCASE);
CREATE TABLE children (id INTEGER PRIMARY KEY, parent_id INTEGER NOT NULL REFERENCES parents (id),
    at DATETIME, day DATE NOT NULL, ok BOOLEAN CHECK (ok IN (0, 1)), doc JSON, price NUMERIC(8, 2) CHECK (price >= 0),
    code TEXT CHECK (code GLOB '[A-Z][0-9]*'), size INTEGER CHECK (size > 3 AND size < 6), raw BLOB, UNIQUE (parent_id, day));
CREATE TABLE cycle_a (id INTEGER PRIMARY KEY, b INTEGER NOT NULL REFERENCES cycle_b (id));
CREATE TABLE cycle_b (id INTEGER PRIMARY KEY, a INTEGER NOT NULL REFERENCES cycle_a (id));
CREATE TABLE no_rowid (k TEXT, n INT, v ANY, PRIMARY KEY (k, n)) WITHOUT ROWID;
CREATE TABLE generated (a INT NOT NULL, b INT AS (a * 2) STORED, c TEXT NOT NULL DEFAULT 'x');
CREATE UNIQUE INDEX u ON generated (a) WHERE a > 0;
CREATE TABLE "odd ""name" ("select" TEXT NOT NULL, [a b] REAL);
'''

MARIADB = """
CREATE TABLE parents (id INT AUTO_INCREMENT PRIMARY KEY, name VARCHAR(10) NOT NULL UNIQUE);
CREATE TABLE types (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, a TINYINT NOT NULL, b SMALLINT UNSIGNED NOT NULL,
    c MEDIUMINT, d DECIMAL(10, 2) NOT NULL, e FLOAT, f DOUBLE, g BIT(5) NOT NULL, h DATE NOT NULL, i TIME, j DATETIME(3),
    k TIMESTAMP NULL, l YEAR, m CHAR(2) NOT NULL, n VARCHAR(3) NOT NULL, o TEXT NOT NULL, p LONGTEXT, q BINARY(4), r VARBINARY(9),
    s BLOB, t ENUM('a', 'b') NOT NULL, u SET('x', 'y'), v JSON NOT NULL, w POINT NOT NULL, x GEOMETRY, y BOOLEAN NOT NULL,
    z INT AS (a * 2) STORED, aa UUID, ab INET6, ac POLYGON);
CREATE TABLE children (id INT AUTO_INCREMENT PRIMARY KEY, parent_id INT NOT NULL, lo INT, hi INT, state VARCHAR(9) NOT NULL,
    CONSTRAINT FOREIGN KEY (parent_id) REFERENCES parents (id), CHECK (hi > lo), CHECK (state IN ('open', 'done')));
CREATE TABLE parts (id INT NOT NULL, day INT NOT NULL) PARTITION BY RANGE (day) (PARTITION a VALUES LESS THAN (10), PARTITION b VALUES LESS THAN (20));
CREATE TABLE listed (id INT NOT NULL, k INT NOT NULL) PARTITION BY LIST (k) (PARTITION a VALUES IN (3, 5), PARTITION b VALUES IN (7));
CREATE TABLE cycle_a (id INT PRIMARY KEY, b INT NOT NULL);
CREATE TABLE cycle_b (id INT PRIMARY KEY, a INT NOT NULL, FOREIGN KEY (a) REFERENCES cycle_a (id));
ALTER TABLE cycle_a ADD FOREIGN KEY (b) REFERENCES cycle_b (id);
CREATE TABLE `odd ``name` (`select` INT PRIMARY KEY, `per%cent` VARCHAR(30) NOT NULL);
"""

REFUSING = """
CREATE TABLE never (id serial PRIMARY KEY, n integer NOT NULL CONSTRAINT never_n CHECK (n > 5 AND n < 5));
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'not here'; END $$;
CREATE TABLE refusing (id serial PRIMARY KEY, a text);
CREATE TRIGGER refuse BEFORE INSERT ON refusing FOR EACH ROW EXECUTE FUNCTION refuse();
CREATE TABLE child (id serial PRIMARY KEY, n integer NOT NULL REFERENCES never);
CREATE TABLE fine (id serial PRIMARY KEY, n integer REFERENCES never);
"""


MANY = """
CREATE TABLE parents (id serial PRIMARY KEY, code varchar(20) NOT NULL UNIQUE, price numeric(10,2) CHECK (price > 0));
CREATE TABLE children (id serial PRIMARY KEY, parent_id integer NOT NULL REFERENCES parents, at timestamptz, note text);
"""


@contextmanager
def database(address: ServerAddress, run: str, script: str) -> Iterator[Data]:
    """The rows of a new database with the tables of `script`."""
    dialect, name = dialect_of(address.dialect), new_name(run)
    dialect.create(address, name)
    try:
        dialect.execute(address, name, script)
        reader = dialect.data(address, name, frozenset())
        assert reader is not None
        with reader as data:
            yield data
    finally:
        dialect.drop(address, name)


def filled(data: Data, dialect: str, rows: int = 5, random_seed: int = 0) -> Seeded:
    tables = data.tables()
    wanted = {name: rows for name, table in tables.items() if table.takes_rows}
    return seed(data, tables, wanted, dialect=dialect, random_seed=random_seed)


def counts(data: Data) -> dict[str, int]:
    return {str(name): each.count for name, each in data.contents(data.tables().values()).tables.items()}


def check(server: Server, script: str) -> None:
    dialect = server.address.dialect
    with database(server.address, server.run, script) as data:
        done = filled(data, dialect)
        assert done.unseeded == ()
        assert all(count >= 5 for count in counts(data).values()), counts(data)
        again = filled(data, dialect, random_seed=1)  # into tables that have rows
        assert again.unseeded == ()


def test_everything_that_postgresql_has(server: Server) -> None:
    check(server, POSTGRESQL)


def test_everything_that_an_older_one_has(local_server: Server) -> None:
    check(local_server, POSTGRESQL)


def test_mariadb(mariadb: Server) -> None:
    check(mariadb, MARIADB)


def test_sqlite() -> None:
    with provider_for("sqlite", dialect="sqlite").start() as server:
        check(server, SQLITE)


def contents(server: Server, random_seed: int) -> Contents:
    with database(server.address, server.run, POSTGRESQL) as data:
        filled(data, "postgresql", random_seed=random_seed)
        return data.contents(data.tables().values())


def test_the_same_seed_gives_the_same_rows(server: Server) -> None:
    first, second, other = contents(server, 0), contents(server, 0), contents(server, 7)
    assert first.tables == second.tables
    assert first.tables != other.tables


def test_what_refuses_every_row_is_named_with_what_was_tried(server: Server) -> None:
    with database(server.address, server.run, REFUSING) as data:
        done = filled(data, "postgresql")
        named = {each.table: each for each in done.unseeded}
        assert set(named) == {"public.never", "public.refusing", "public.child"}
        assert "not here" in named["public.refusing"].message
        assert named["public.refusing"].tried
        assert "n > 5" in named["public.never"].message
        assert "never" in named["public.child"].message
        assert counts(data)["public.fine"] == 5


def test_many_rows(server: Server) -> None:
    with database(server.address, server.run, MANY) as data:
        done = filled(data, "postgresql", rows=6_000)
        assert done.unseeded == ()
        assert counts(data) == {"public.parents": 6_000, "public.children": 6_000}


TYPES = ("integer", "bigint", "numeric(8,2)", "text", "varchar(10)", "date", "timestamptz", "boolean", "uuid", "jsonb",
         "int4range", "text[]")  # fmt: skip
CHECKS = {
    "integer": ("{0} > 0", "{0} BETWEEN 5 AND 90", "{0} IN (3, 7)", "{0} % 2 = 0", "{0} <> 1"),
    "text": ("{0} <> ''", "length({0}) > 2", "{0} LIKE 'a%'", "{0} ~ '^[A-Z]+$'", "{0} IN ('x', 'y')"),
    "numeric(8,2)": ("{0} >= 0", "{0} < 100"),
    "date": ("{0} > '2001-01-01'", "{0} < '2200-01-01'"),
}


@st.composite
def schemas(draw: st.DrawFn) -> str:
    """Tables with random columns, keys, references to earlier tables and to themselves, and CHECKs."""
    script = []
    for number in range(draw(st.integers(1, 4))):
        parts = ["id serial PRIMARY KEY"]
        for place in range(draw(st.integers(1, 4))):
            kind, name = draw(st.sampled_from(TYPES)), f"c{place}"
            words = [name, kind]
            if draw(st.booleans()):
                words.append("NOT NULL")
            if kind not in ("boolean", "jsonb") and draw(st.integers(0, 4)) == 0:
                words.append("UNIQUE")
            elif kind in CHECKS and draw(st.booleans()):
                words.append(f"CHECK ({draw(st.sampled_from(CHECKS[kind])).format(name)})")
            parts.append(" ".join(words))
        for parent in range(number + 1):
            if draw(st.integers(0, 2)) == 0:
                required = "NOT NULL " if draw(st.booleans()) and parent < number else ""
                parts.append(f"p{parent} integer {required}REFERENCES t{parent}")
        script.append(f"CREATE TABLE t{number} ({', '.join(parts)});")
    return "\n".join(script)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(script=schemas(), random_seed=st.integers(0, 3))
def test_random_schemas_are_seeded(server: Server, script: str, random_seed: int) -> None:
    with database(server.address, server.run, script) as data:
        done = filled(data, "postgresql", random_seed=random_seed)
        assert done.unseeded == ()
        assert all(count >= 1 for count in counts(data).values())


def test_a_database_file_can_be_read_by_others(tmp_path: Path) -> None:
    """What stands in the tables afterwards satisfies SQLite's own checks."""
    with provider_for("sqlite", dialect="sqlite").start() as server:
        dialect, name = dialect_of("sqlite"), new_name(server.run)
        dialect.create(server.address, name)
        dialect.execute(server.address, name, SQLITE)
        reader: Any = dialect.data(server.address, name, frozenset())
        with reader as data:
            filled(data, "sqlite")
            with sqlite3.connect(":memory:") as copy:
                data._connection.backup(copy)
    assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
    assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
