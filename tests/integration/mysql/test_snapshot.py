"""Single changes are each seen, and told once; honest sequences leave nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from migcheck.compare import differences
from migcheck.dialects.mysql import MYSQL
from migcheck.dialects.mysql.connection import connect, query
from migcheck.dialects.names import new_name
from migcheck.model import Difference, DifferenceClass, ServerAddress, Snapshot
from tests.integration.mysql.conftest import Database, opened
from tests.integration.mysql.honest import HONEST, Steps
from tests.integration.mysql.shop import SHOP
from tests.integration.mysql.single_changes import CHANGES


@pytest.fixture(scope="module", autouse=True)
def readers(address: ServerAddress) -> Iterator[None]:
    """A user and a role that are there before any migration."""
    with connect(address) as connection:
        query(connection, "CREATE USER reader@localhost")
        query(connection, "CREATE ROLE readers")
        yield
        query(connection, "DROP USER reader@localhost")
        query(connection, "DROP ROLE readers")


@pytest.fixture
def shop(address: ServerAddress) -> Iterator[Database]:
    """A fresh shop; what the test leaves on the server beside it is cleared away."""
    before = MYSQL.shared(address)
    with opened(address) as database:
        for statement in SHOP:
            database.query(statement)
        yield database
    after = MYSQL.shared(address)
    changed = {name: text for name, text in before.items() if after.get(name) != text}
    MYSQL.reset_shared(address, after.keys() - before.keys(), changed)
    assert MYSQL.shared(address) == before


def told(found: tuple[Difference, ...]) -> list[str]:
    return [
        f"{each.kind.value} {each.object_type} {each.name}" + (f" {each.attribute}" if each.attribute else "")
        for each in found
    ]


def semantic(found: tuple[Difference, ...]) -> list[Difference]:
    return [each for each in found if each.difference_class is DifferenceClass.SEMANTIC]


@pytest.mark.parametrize(("change", "what"), CHANGES, ids=[change for change, _ in CHANGES])
def test_a_single_change_is_seen(shop: Database, change: str, what: str) -> None:
    before = shop.observer.snapshot()
    after = shop.run(change)
    found = shop.observer.settle(before, after, differences(before, after))
    assert what in told(found)
    if not what.endswith("column_order"):
        assert semantic(found)


@pytest.mark.parametrize(("up", "down"), HONEST.values(), ids=list(HONEST))
def test_an_honest_downgrade_leaves_nothing(shop: Database, up: Steps, down: Steps) -> None:
    before = shop.observer.snapshot()
    above = shop.run(*up)
    after = shop.run(*down)
    if up[0][:6] != "INSERT":
        assert above != before
    found = shop.observer.settle(before, after, differences(before, after))
    assert [each for each in found if each.difference_class is not DifferenceClass.COSMETIC] == []


def test_a_middle_column_that_comes_back_at_the_end_is_a_matter_of_order(shop: Database) -> None:
    before = shop.observer.snapshot()
    after = shop.run(
        "ALTER TABLE orders DROP COLUMN note",
        "ALTER TABLE orders ADD COLUMN note varchar(20) CHARACTER SET latin1",
    )
    (difference,) = differences(before, after)
    assert (difference.attribute, difference.difference_class) == ("column_order", DifferenceClass.ORDER)


def test_a_numbered_name_that_comes_back_with_another_number_is_cosmetic(shop: Database) -> None:
    before = shop.run(
        "CREATE TABLE t (a int, b int, c int, KEY a (a), KEY b (b), CHECK (a <> b), CHECK (c > 0),"
        " FOREIGN KEY (a) REFERENCES customers (id), FOREIGN KEY (b) REFERENCES orders (id))"
    )
    after = shop.run(
        "ALTER TABLE t DROP FOREIGN KEY t_ibfk_1",
        "ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES customers (id)",
    )
    found = differences(before, after)
    assert told(found) == ["removed constraint t.t_ibfk_1", "added constraint t.t_ibfk_3"]
    assert semantic(found) == []


@pytest.mark.parametrize(
    ("before", "up", "down", "left"),
    [
        (
            "CREATE TABLE c (a int, CONSTRAINT fk FOREIGN KEY (a) REFERENCES customers (id))",
            ["ALTER TABLE c DROP FOREIGN KEY fk"],
            [],
            "removed constraint c.fk",
        ),
        (
            "CREATE TABLE c (a int)",
            ["ALTER TABLE c ADD CONSTRAINT fk FOREIGN KEY (a) REFERENCES customers (id)"],
            ["ALTER TABLE c DROP FOREIGN KEY fk"],
            "added index c.fk",
        ),
        (
            "CREATE TABLE c (a text) CHARACTER SET utf8mb4",
            ["ALTER TABLE c CONVERT TO CHARACTER SET latin1"],
            ["ALTER TABLE c CONVERT TO CHARACTER SET utf8mb4"],
            "changed column c.a type",
        ),
        (
            "CREATE TABLE c (a int NOT NULL DEFAULT 3 COMMENT 'x')",
            ["ALTER TABLE c MODIFY a bigint NOT NULL DEFAULT 3 COMMENT 'x'"],
            ["ALTER TABLE c MODIFY a int"],
            "changed column c.a nullable",
        ),
        (
            "CREATE TABLE c (a int AUTO_INCREMENT PRIMARY KEY)",
            ["ALTER TABLE c MODIFY a bigint AUTO_INCREMENT"],
            ["ALTER TABLE c MODIFY a int"],
            "changed column c.a auto_increment",
        ),
        (
            "CREATE TABLE c (a int, b int, KEY ab (a, b))",
            ["ALTER TABLE c DROP COLUMN b"],
            ["ALTER TABLE c ADD COLUMN b int"],
            "changed index c.ab text",
        ),
    ],
)
def test_what_the_server_silently_keeps_or_loses_is_seen(
    shop: Database, before: str, up: list[str], down: list[str], left: str
) -> None:
    first = shop.run(before)
    last = shop.run(*up, *down)
    found = differences(first, last)
    assert left in told(found)
    assert semantic(found)


def test_a_trigger_that_fires_at_another_event_is_told_once(shop: Database) -> None:
    before = shop.observer.snapshot()
    after = shop.run(
        "CREATE OR REPLACE TRIGGER stamp BEFORE UPDATE ON orders FOR EACH ROW SET NEW.note = 'new'"
    )
    assert told(differences(before, after)) == ["changed trigger orders.stamp text"]


def test_a_default_character_set_changes_no_column(shop: Database) -> None:
    before = shop.observer.snapshot()
    after = shop.run("ALTER TABLE orders DEFAULT CHARACTER SET latin1")
    assert told(differences(before, after)) == [
        "changed table orders charset",
        "changed table orders collation",
    ]


def test_a_table_is_told_with_all_that_belongs_to_it(shop: Database) -> None:
    before = shop.observer.snapshot()
    after = shop.run("DROP TABLE orders")
    (difference,) = differences(before, after)
    assert difference.before is not None
    assert "note varchar(20) CHARACTER SET latin1" in difference.before
    assert "CONSTRAINT fk_customer FOREIGN KEY (customer_id) REFERENCES customers (id) ON DELETE CASCADE" in (
        difference.before
    )
    assert "CREATE TRIGGER stamp BEFORE INSERT ON orders" in difference.before


def test_tables_that_are_left_out_leave_no_trace(address: ServerAddress) -> None:
    with opened(address, frozenset({"alembic_version"})) as database:
        before = database.observer.snapshot()
        after = database.run(
            "CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY)",
            "CREATE TRIGGER t BEFORE INSERT ON alembic_version FOR EACH ROW SET NEW.version_num = 'x'",
        )
        assert after is before


def test_two_databases_with_the_same_schema_look_the_same(address: ServerAddress) -> None:
    def snapshot() -> Snapshot:
        with opened(address) as database:
            return database.run(
                *SHOP,
                "CREATE TABLE n (id int DEFAULT nextval({db}.numbers))",
                "CREATE VIEW v AS SELECT * FROM {db}.n",
                "CREATE PROCEDURE p() SELECT * FROM {db}.n",
            )

    assert snapshot() == snapshot()


def test_an_unchanged_schema_is_the_same_object(shop: Database) -> None:
    assert shop.observer.snapshot() is shop.observer.snapshot()


def test_a_view_whose_table_is_gone_is_still_read(shop: Database) -> None:
    before = shop.observer.snapshot()
    after = shop.run("ALTER TABLE customers DROP CONSTRAINT ck_score, RENAME COLUMN email TO mail")
    assert "view active" not in {f"{each.object_type} {each.name}" for each in differences(before, after)}
    assert len([key for key in after if key.kind == "view"]) == 1


def test_an_observer_of_a_database_that_is_gone_says_so(address: ServerAddress) -> None:
    from migcheck.errors import DatabaseError

    name = new_name("tests")
    with pytest.raises(DatabaseError, match="Unknown database"), MYSQL.observer(address, name, frozenset()):
        pass


def test_a_default_that_is_no_text_is_read(database: Database) -> None:
    before = database.run("CREATE TABLE t (b binary(2) DEFAULT 0xff00)")
    (difference,) = differences(before, database.run("ALTER TABLE t ALTER b SET DEFAULT 0xfe00"))
    assert (difference.before, difference.after) == ("'\\xff\\0'", "'\\xfe\\0'")


def test_names_with_dots_hide_nothing(database: Database) -> None:
    before = database.run("CREATE TABLE `a.b` (c int)", "CREATE TABLE a (`b.c` int)")
    assert differences(before, database.run("ALTER TABLE `a.b` MODIFY c bigint"))
    assert differences(before, database.run("ALTER TABLE `a.b` MODIFY c int")) == ()
    assert differences(before, database.run("ALTER TABLE a MODIFY `b.c` bigint"))


def test_a_foreign_key_and_a_unique_key_of_one_name_are_two_objects(database: Database) -> None:
    before = database.run(
        "CREATE TABLE p (id int PRIMARY KEY)",
        "CREATE TABLE c (b int, CONSTRAINT b UNIQUE (b), CONSTRAINT b FOREIGN KEY (b) REFERENCES p (id))",
    )
    after = database.run("ALTER TABLE c DROP FOREIGN KEY b")
    assert told(differences(before, after)) == ["removed constraint c.b (foreign key)"]


def test_locked_tables_are_read_all_the_same(shop: Database) -> None:
    before = shop.observer.snapshot()
    shop.query("LOCK TABLES customers WRITE, orders WRITE")
    assert shop.observer.snapshot() is before
