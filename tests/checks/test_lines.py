"""line_of: which line is at fault."""

from __future__ import annotations

import pytest

from migcheck.checks.lines import line_of
from migcheck.model import Difference
from tests.checks.by_hand import ENUM, INDEX_TEXT, added, changed, honest, info, removed, step

UPGRADE = step(
    "upgrade",
    ("SELECT pg_catalog.pg_type.typname FROM pg_type WHERE typname = 'status'", 11),
    ("CREATE TYPE status AS ENUM ('new')", 12),
    ('CREATE TABLE "Orders" (id SERIAL, status status, PRIMARY KEY (id))', 13),
    ("ALTER TABLE users ADD COLUMN id_old INTEGER", 14),
    ("ALTER TABLE users ADD UNIQUE (email)", 15),
    ("DROP INDEX ix_t_a", 16),
    ("ALTER TABLE users DROP COLUMN age", 17),
    ("INSERT INTO users (id) VALUES (1)", 18),
)
DOWNGRADE = step(
    "downgrade",
    ('DROP TABLE "Orders"', 21),
    ("ALTER TABLE users ADD COLUMN age INTEGER", 22),
    ("CREATE INDEX ix_users_name ON users (name)", 23),
)


@pytest.mark.parametrize(
    ("difference", "line"),
    [
        pytest.param(ENUM, 12, id="left behind: what made it, not what asked for it"),
        pytest.param(added("column", "public.users.id_old", "id_old integer"), 14, id="left column"),
        pytest.param(
            added("constraint", "public.users.users_email_key", "UNIQUE (email)"),
            15,
            id="named by the server",
        ),
        pytest.param(
            removed("index", "public.ix_t_a", INDEX_TEXT), 16, id="missing: the upgrade that dropped it"
        ),
        pytest.param(
            changed("column", "public.users.age", "nullable", "false", "true"),
            22,
            id="changed: the downgrade's",
        ),
        pytest.param(
            changed("index", "public.ix_users_name", "text", "CREATE UNIQUE INDEX", "CREATE INDEX"),
            23,
            id="index",
        ),
        pytest.param(added("table", "public.Orders", "CREATE TABLE"), 13, id="quoted"),
        pytest.param(removed("view", "public.v", "SELECT 1;"), 20, id="nobody mentions it: def downgrade"),
        pytest.param(
            changed("column", "public.other.age", "type", "a", "b"), 20, id="a column of another table"
        ),
    ],
)
def test_line_of(difference: Difference, line: int) -> None:
    seen = honest(upgrade=UPGRADE, downgrade=DOWNGRADE)
    assert line_of((difference,), seen, info("r1")) == line


def test_without_a_downgrade_function_the_upgrade_is_named() -> None:
    seen = honest(upgrade=step("upgrade"), downgrade=step("downgrade"))
    assert line_of((ENUM,), seen, info("r1", downgrade_line=None)) == 10


def test_statements_without_a_line_are_passed_over() -> None:
    from migcheck.model import Statement, Step

    hidden = Step("upgrade", 0.0, (Statement("CREATE TYPE status AS ENUM ()", None),))
    assert line_of((ENUM,), honest(upgrade=hidden), info("r1")) == 20


@pytest.mark.parametrize(
    ("downgrade", "line"),
    [
        pytest.param((), 13, id="the upgrade renamed it"),
        pytest.param((("CREATE INDEX ix_new ON t (a)", 23),), 23, id="the downgrade makes it so"),
        pytest.param((("CREATE INDEX ix_other ON t (b)", 23),), 13, id="another index of the table"),
    ],
)
def test_another_name_is_blamed_on_what_gave_it(downgrade: tuple[tuple[str, int], ...], line: int) -> None:
    text = "CREATE INDEX {} ON public.t USING btree (a)"
    pair = (
        removed("index", "public.ix_old", text.format("ix_old")),
        added("index", "public.ix_new", text.format("ix_new")),
    )
    upgrade = step("upgrade", ("ALTER INDEX ix_old RENAME TO ix_new", 13))
    seen = honest(upgrade=upgrade, downgrade=step("downgrade", *downgrade))
    assert line_of(pair, seen, info("r1")) == line
