"""Sequences whose downgrade leaves something: exactly what is told here, and nothing else."""

# ruff: noqa: E501 (a statement reads best on one line)

from __future__ import annotations

from tests.integration.comparison.shop import Sequence, dishonest

NOTHING = "SELECT 1"
REMAKE_NOTED = "CREATE VIEW noted AS SELECT o.id, u.email AS buyer FROM orders o {join} users u ON u.id = o.user_id WHERE {where}"


def remade_check(text: str) -> Sequence:
    """The check on orders.state dropped, and made again as `text`."""
    return dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_state",
        f"ALTER TABLE orders ADD CONSTRAINT orders_state CHECK ({text})",
        "changed constraint public.orders.orders_state text",
    )


def remade_index(definition: str, name: str = "ix_orders_open") -> Sequence:
    """An index dropped, and made again otherwise."""
    return dishonest(f"DROP INDEX {name}", definition, f"changed index public.{name} text")


def remade_view(join: str, where: str) -> Sequence:
    """The view dropped, and made again with another query."""
    return dishonest(
        "DROP VIEW noted", REMAKE_NOTED.format(join=join, where=where), "changed view public.noted text"
    )


def default(column: str, value: str) -> Sequence:
    """A default taken away, and another one set."""
    table, _, name = column.partition(".")
    return dishonest(
        f"ALTER TABLE {table} ALTER {name} DROP DEFAULT",
        f"ALTER TABLE {table} ALTER {name} SET DEFAULT {value}",
        f"changed column public.{column} default",
    )


DISHONEST: dict[str, Sequence] = {
    # texts that settling must not take for the same
    "check with another constant": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_amount",
        "ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount >= 1 AND amount < 100000)",
        "changed constraint public.orders.orders_amount text",
    ),
    "check with another constant behind casts": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_amount",
        "ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount::numeric >= 0::numeric "
        "AND amount::numeric < 10000::numeric)",
        "changed constraint public.orders.orders_amount text",
    ),
    "check with a fraction": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_amount",
        "ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount >= 0.5 AND amount < 100000)",
        "changed constraint public.orders.orders_amount text",
    ),
    "check with another operator": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_amount",
        "ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount > 0 AND amount < 100000)",
        "changed constraint public.orders.orders_amount text",
    ),
    "check with OR for AND": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_amount",
        "ALTER TABLE orders ADD CONSTRAINT orders_amount CHECK (amount >= 0 OR amount < 100000)",
        "changed constraint public.orders.orders_amount text",
    ),
    "check whose division is now of fractions": dishonest(
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a::numeric / 2::numeric > 1::numeric)",
        "changed constraint public.t.c text",
        setup="CREATE TABLE t (a integer, CONSTRAINT c CHECK (a / 2 > 1))",
    ),
    "check that rounds": dishonest(
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a::integer > 1)",
        "changed constraint public.t.c text",
        setup="CREATE TABLE t (a numeric, CONSTRAINT c CHECK (a > 1))",
    ),
    "check on a big number that a double cannot hold": dishonest(
        "ALTER TABLE t DROP CONSTRAINT c",
        "ALTER TABLE t ADD CONSTRAINT c CHECK (a::double precision > 1::double precision)",
        "changed constraint public.t.c text",
        setup="CREATE TABLE t (a bigint, CONSTRAINT c CHECK (a > 1))",
    ),
    "check with a label less": remade_check("state IN ('new', 'paid')"),
    "check with a label more": remade_check("state IN ('new', 'paid', 'sent', 'lost')"),
    "check with a label spelt otherwise": remade_check("state IN ('new', 'paid', 'Sent')"),
    "check with a blank": remade_check("state IN ('new', 'paid', 'sent ')"),
    "check that lets NULL in": remade_check("state IN ('new', 'paid', 'sent') OR state IS NULL"),
    "check that ignores case": remade_check("lower(state) IN ('new', 'paid', 'sent')"),
    "check that cuts": remade_check("state::varchar(3) IN ('new', 'paid', 'sent')"),
    "check that pads": remade_check("state::char(20) IN ('new', 'paid', 'sent')"),
    "check not valid": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_state",
        "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'sent')) NOT VALID",
        "changed constraint public.orders.orders_state text",
    ),
    "check not inherited": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_state",
        "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'sent')) NO INHERIT",
        "changed constraint public.orders.orders_state text",
    ),
    "check lost in text form after a change of type": dishonest(
        ["ALTER TABLE orders ALTER state TYPE text", "ALTER TABLE orders DROP CONSTRAINT orders_state"],
        [
            "ALTER TABLE orders ALTER state TYPE varchar(20)",
            "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'sent', 'lost'))",
        ],
        "changed constraint public.orders.orders_state text",
    ),
    "partial index with another constant": remade_index(
        "CREATE INDEX ix_orders_open ON orders (user_id) WHERE amount > 11"
    ),
    "partial index with another operator": remade_index(
        "CREATE INDEX ix_orders_open ON orders (user_id) WHERE amount >= 10"
    ),
    "partial index without its predicate": remade_index("CREATE INDEX ix_orders_open ON orders (user_id)"),
    "index on another column": remade_index(
        "CREATE INDEX ix_orders_open ON orders (quantity) WHERE amount > 10"
    ),
    "index descending": remade_index(
        "CREATE INDEX ix_orders_open ON orders (user_id DESC) WHERE amount > 10"
    ),
    "index of another method": remade_index(
        "CREATE INDEX ix_orders_open ON orders USING hash (user_id) WHERE amount > 10"
    ),
    "index unique": remade_index("CREATE UNIQUE INDEX ix_orders_open ON orders (user_id) WHERE amount > 10"),
    "index no longer unique": remade_index(
        "CREATE INDEX ux_users_lower ON users (lower(email))", "ux_users_lower"
    ),
    "index on another expression": remade_index(
        "CREATE UNIQUE INDEX ux_users_lower ON users (upper(email))", "ux_users_lower"
    ),
    "index with its columns the other way round": remade_index(
        "CREATE INDEX ix_users_name ON users (age, name)", "ix_users_name"
    ),
    "index with another operator class": remade_index(
        "CREATE INDEX ix_users_name ON users (name text_pattern_ops, age)", "ix_users_name"
    ),
    "index with an included column": remade_index(
        "CREATE INDEX ix_users_name ON users (name, age) INCLUDE (mood)", "ix_users_name"
    ),
    "index with another collation": remade_index(
        'CREATE INDEX ix_users_name ON users (name COLLATE "C", age)', "ix_users_name"
    ),
    "view with another join": remade_view("LEFT JOIN", "o.note IS NOT NULL"),
    "view with another condition": remade_view("JOIN", "o.note IS NULL"),
    "view with one condition more": remade_view("JOIN", "o.note IS NOT NULL AND o.amount > 0"),
    "view with other columns": dishonest(
        "DROP VIEW noted",
        "CREATE VIEW noted AS SELECT o.id, u.email AS buyer, o.note FROM orders o JOIN users u ON u.id = o.user_id "
        "WHERE o.note IS NOT NULL",
        "changed view public.noted text",
    ),
    "view whose literal differs in case": dishonest(
        "DROP VIEW v",
        "CREATE VIEW v AS SELECT id FROM orders WHERE state IN ('NEW', 'paid')",
        "changed view public.v text",
        setup="CREATE VIEW v AS SELECT id FROM orders WHERE state IN ('new', 'paid')",
    ),
    "default with another constant": default("orders.amount", "1"),
    "default with a blank": default("orders.state", "'new '"),
    "default empty instead of a word": default("orders.state", "''"),
    "default of the statement's time": default("users.created_at", "clock_timestamp()"),
    "default of one moment": default("users.created_at", "'2025-01-01 00:00:00+00'"),
    "default of another label": default("users.mood", "'sad'"),
    "default from another sequence": default("users.id", "nextval('tickets')"),
    "default lost": dishonest(
        "ALTER TABLE orders ALTER amount DROP DEFAULT", NOTHING, "changed column public.orders.amount default"
    ),
    "default left": dishonest(
        "ALTER TABLE users ALTER name SET DEFAULT ''", NOTHING, "changed column public.users.name default"
    ),
    "constants that look alike": dishonest(
        "ALTER TABLE t ALTER a DROP DEFAULT",
        'ALTER TABLE t ALTER a SET DEFAULT \'{"a": 1, "b": 3}\'::text::jsonb',
        "changed column public.t.a default",
        setup='CREATE TABLE t (a jsonb DEFAULT \'{"a": 1, "b": 2}\')',
    ),
    "generated from something else": dishonest(
        "ALTER TABLE orders DROP doubled",
        "ALTER TABLE orders ADD doubled integer GENERATED ALWAYS AS (quantity * 3) STORED",
        ["changed column public.orders.doubled default", "changed table public.orders column_order"],
    ),
    "policy with another condition": dishonest(
        "DROP POLICY own ON users",
        "CREATE POLICY own ON users USING (name = SESSION_USER)",
        "changed policy public.users.own using",
    ),
    "policy for one command": dishonest(
        "DROP POLICY own ON users",
        "CREATE POLICY own ON users FOR SELECT USING (name = CURRENT_USER)",
        "changed policy public.users.own command",
    ),
    "trigger with another condition": dishonest(
        "DROP TRIGGER users_touch ON users",
        "CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW "
        "WHEN (OLD.created_at IS NOT DISTINCT FROM NEW.created_at) EXECUTE FUNCTION touch()",
        "changed trigger public.users.users_touch text",
    ),
    "trigger for another event": dishonest(
        "DROP TRIGGER users_touch ON users",
        "CREATE TRIGGER users_touch BEFORE UPDATE OF email ON users FOR EACH ROW "
        "WHEN (OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION touch()",
        "changed trigger public.users.users_touch text",
    ),
    "rule that does something else": dishonest(
        "DROP RULE keep ON orders",
        "CREATE RULE keep AS ON DELETE TO orders DO ALSO NOTHING",
        "changed rule public.orders.keep text",
    ),
    "statistics of another kind": dishonest(
        "DROP STATISTICS users_stats",
        "CREATE STATISTICS users_stats (ndistinct) ON name, age FROM users",
        "changed statistics public.users_stats text",
    ),
    "domain with another constraint": dishonest(
        "ALTER DOMAIN positive DROP CONSTRAINT positive_check",
        "ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE >= 0)",
        "changed domain public.positive constraints",
    ),
    "exclusion with another predicate": dishonest(
        "ALTER TABLE t DROP CONSTRAINT t_x",
        "ALTER TABLE t ADD CONSTRAINT t_x EXCLUDE USING gist (r WITH &&) WHERE (a > 1)",
        ["changed constraint public.t.t_x text", "changed index public.t_x text"],
        setup="CREATE TABLE t (a integer, r int4range, CONSTRAINT t_x EXCLUDE USING gist (r WITH &&) WHERE (a > 0))",
    ),
    # functions
    "function body with another literal": dishonest(
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\nBEGIN\n"
        "    NEW.name := ' touched';\n    RETURN NEW;\nEND\n$$",
        "changed function public.touch() text",
    ),
    "function volatility": dishonest(
        "ALTER FUNCTION twice(integer, integer) STABLE",
        NOTHING,
        "changed function public.twice(integer, integer) text",
    ),
    "function with another default of an argument": dishonest(
        "DROP FUNCTION twice(integer, integer)",
        "CREATE FUNCTION twice(n integer, times integer DEFAULT 3) RETURNS integer LANGUAGE sql IMMUTABLE "
        "AS 'SELECT n * times'",
        "changed function public.twice(integer, integer) text",
    ),
    "function security": dishonest(
        "ALTER FUNCTION touch() SECURITY DEFINER", NOTHING, "changed function public.touch() text"
    ),
    "function left": dishonest(
        "CREATE FUNCTION f() RETURNS integer LANGUAGE sql AS 'SELECT 1'", NOTHING, "added function public.f()"
    ),
    # columns and constraints
    "column back with another type": dishonest(
        "ALTER TABLE orders DROP quantity CASCADE",
        [
            "ALTER TABLE orders ADD quantity bigint",
            "ALTER TABLE orders ADD doubled integer GENERATED ALWAYS AS (quantity * 2) STORED",
            "CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(quantity) AS quantity FROM orders GROUP BY user_id",
            "CREATE UNIQUE INDEX ux_totals ON totals (user_id)",
        ],
        [
            "changed column public.orders.quantity type",
            "changed column public.totals.quantity type",
            "changed table public.orders column_order",
        ],
    ),
    "column back without NOT NULL": dishonest(
        "ALTER TABLE users ALTER created_at DROP NOT NULL",
        NOTHING,
        "changed column public.users.created_at nullable",
    ),
    "primary key gone, NOT NULL left": dishonest(
        "ALTER TABLE base ADD PRIMARY KEY (a)",
        "ALTER TABLE base DROP CONSTRAINT base_pkey",
        "changed column public.base.a nullable",
    ),
    "column missing with its index": dishonest(
        "ALTER TABLE users DROP age CASCADE",
        NOTHING,
        "removed column public.users.age",
    ),
    "column back without its index": dishonest(
        "ALTER TABLE users DROP age CASCADE",
        [
            "ALTER TABLE users ADD age smallint CONSTRAINT users_age CHECK (age >= 0)",
            "CREATE STATISTICS users_stats (dependencies) ON name, age FROM users",
        ],
        ["changed table public.users column_order", "removed index public.ix_users_name"],
    ),
    "column back with another collation": dishonest(
        'ALTER TABLE base ALTER b TYPE text COLLATE "C"', NOTHING, "changed column public.base.b collation"
    ),
    "column left": dishonest("ALTER TABLE base ADD x integer", NOTHING, "added column public.base.x"),
    "foreign key with another action": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_user",
        "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users",
        "changed constraint public.orders.orders_user text",
    ),
    "foreign key not valid": dishonest(
        "ALTER TABLE orders DROP CONSTRAINT orders_user",
        "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE "
        "NOT VALID",
        "changed constraint public.orders.orders_user text",
    ),
    "foreign key whose triggers are off": dishonest(
        "ALTER TABLE orders DISABLE TRIGGER ALL",
        NOTHING,
        ["changed constraint public.orders.orders_user triggers"],
    ),
    "unique constraint under another name": dishonest(
        "ALTER TABLE users DROP CONSTRAINT users_email_key",
        "ALTER TABLE users ADD CONSTRAINT uq_users_email UNIQUE (email)",
        ["added constraint public.users.uq_users_email", "removed constraint public.users.users_email_key"],
    ),
    "unique constraint over more columns": dishonest(
        "ALTER TABLE users DROP CONSTRAINT users_email_key",
        "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email, name)",
        "changed constraint public.users.users_email_key text",
    ),
    "named NOT NULL back under another name": dishonest(
        "ALTER TABLE t ALTER a DROP NOT NULL",
        "ALTER TABLE t ALTER a SET NOT NULL",
        ["added constraint public.t.t_a_not_null", "removed constraint public.t.a_is_given"],
        setup="CREATE TABLE t (a integer CONSTRAINT a_is_given NOT NULL)",
        since=18,
    ),
    # tables, types, the rest
    "table left": dishonest(
        "CREATE TABLE t (id serial PRIMARY KEY, a text UNIQUE)", NOTHING, "added table public.t"
    ),
    "table missing": dishonest(
        "DROP TABLE base CASCADE", NOTHING, ["removed table public.base", "removed table public.child"]
    ),
    "table back under another name": dishonest(
        "DROP TABLE t",
        "CREATE TABLE tt (a integer)",
        ["added table public.tt", "removed table public.t"],
        setup="CREATE TABLE t (a integer)",
    ),
    "schema left": dishonest(
        ["CREATE SCHEMA app", "CREATE TABLE app.t (a integer)"], NOTHING, "added schema app"
    ),
    "enum left": dishonest("CREATE TYPE colour AS ENUM ('red')", NOTHING, "added type public.colour"),
    "enum value left": dishonest(
        "ALTER TYPE mood ADD VALUE 'angry'", NOTHING, "changed type public.mood labels"
    ),
    "sequence no longer owned": dishonest(
        "ALTER SEQUENCE users_id_seq OWNED BY NONE", NOTHING, "changed sequence public.users_id_seq owned_by"
    ),
    "row security left on": dishonest(
        "ALTER TABLE users ENABLE ROW LEVEL SECURITY", NOTHING, "changed table public.users row_security"
    ),
    "grants lost": dishonest(
        "DROP VIEW noted",
        REMAKE_NOTED.format(join="JOIN", where="o.note IS NOT NULL"),
        "changed view public.noted privileges",
        setup="GRANT SELECT ON noted TO reader",
    ),
    "grant left": dishonest(
        "GRANT SELECT ON base TO reader", NOTHING, "changed table public.base privileges"
    ),
    "comment lost": dishonest(
        "COMMENT ON COLUMN users.email IS NULL", NOTHING, "changed column public.users.email comment"
    ),
    "comment with other words": dishonest(
        "COMMENT ON TABLE users IS 'x'",
        "COMMENT ON TABLE users IS 'who  buys'",
        "changed table public.users comment",
    ),
    "fillfactor left": dishonest(
        "ALTER TABLE users SET (fillfactor = 70)", NOTHING, "changed table public.users options"
    ),
    "partition detached": dishonest(
        "ALTER TABLE events DETACH PARTITION events_2025",
        NOTHING,
        [
            "changed table public.events_2025 inherits",
            "changed table public.events_2025 partition_bound",
        ],
    ),
    "partitioned column missing": dishonest(
        "ALTER TABLE events DROP what", NOTHING, "removed column public.events.what"
    ),
    "index of a partitioned table missing": dishonest(
        "DROP INDEX ix_events_what", NOTHING, "removed index public.ix_events_what"
    ),
    "index of a partitioned table on the parent only": dishonest(
        "DROP INDEX ix_events_what",
        "CREATE INDEX ix_events_what ON ONLY events (what)",
        [
            "changed index public.ix_events_what valid",
            "removed index public.events_2025_what_idx",
            "removed index public.events_2026_what_idx",
        ],
    ),
    "check of a partitioned table with another constant": dishonest(
        "ALTER TABLE events DROP CONSTRAINT events_size",
        "ALTER TABLE events ADD CONSTRAINT events_size CHECK (size > 1) NOT VALID",
        "changed constraint public.events.events_size text",
    ),
    "trigger disabled": dishonest(
        "ALTER TABLE users DISABLE TRIGGER users_touch",
        NOTHING,
        "changed trigger public.users.users_touch enabled",
    ),
    "materialized view without data": dishonest(
        "DROP MATERIALIZED VIEW totals",
        [
            "CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(quantity) AS quantity FROM orders GROUP BY user_id "
            "WITH NO DATA",
            "CREATE UNIQUE INDEX ux_totals ON totals (user_id)",
        ],
        "changed materialized view public.totals populated",
    ),
    "materialized view back without its index": dishonest(
        "DROP MATERIALIZED VIEW totals",
        "CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(quantity) AS quantity FROM orders GROUP BY user_id",
        "removed index public.ux_totals",
    ),
    "extension left": dishonest(
        "CREATE EXTENSION plpgsql",
        NOTHING,
        "added extension plpgsql",
        setup="DROP EXTENSION plpgsql CASCADE",
    ),
}
