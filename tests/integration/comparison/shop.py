"""The schema that every sequence starts from: a small shop, with a row or two in it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Sequence:
    """What a revision does and what its downgrade does, each a list of SQL statements.

    `setup` runs first, on top of the shop. `told` is what the downgrade leaves, one line for each difference:
    empty for an honest sequence. `since` is the oldest PostgreSQL that knows the statements. `again` says
    that the upgrade can be run a second time.
    """

    up: tuple[str, ...]
    down: tuple[str, ...]
    told: tuple[str, ...] = ()
    setup: tuple[str, ...] = ()
    since: int = 13
    again: bool = True


def _statements(given: str | tuple[str, ...] | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


def honest(up: object, down: object, *, setup: object = (), since: int = 13, again: bool = True) -> Sequence:
    """A sequence that leaves everything as it was."""
    return Sequence(_statements(up), _statements(down), (), _statements(setup), since, again)  # type: ignore[arg-type]


def dishonest(up: object, down: object, told: object, *, setup: object = (), since: int = 13) -> Sequence:
    """A sequence that leaves `told` behind."""
    return Sequence(_statements(up), _statements(down), _statements(told), _statements(setup), since)  # type: ignore[arg-type]


# Roles belong to the server: they are made once for all sequences.
ROLES = ("reader", "writer")

SHOP = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN positive AS integer CHECK (VALUE > 0);
CREATE TABLE users (
    id serial PRIMARY KEY,
    email varchar(80) NOT NULL UNIQUE,
    name text,
    mood mood DEFAULT 'ok',
    age smallint CONSTRAINT users_age CHECK (age >= 0),
    created_at timestamptz DEFAULT now() NOT NULL
);
CREATE INDEX ix_users_name ON users (name, age);
CREATE UNIQUE INDEX ux_users_lower ON users (lower(email));
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id integer NOT NULL CONSTRAINT orders_user REFERENCES users (id) ON DELETE CASCADE,
    amount integer NOT NULL DEFAULT 0 CONSTRAINT orders_amount CHECK (amount >= 0 AND amount < 100000),
    state varchar(20) NOT NULL DEFAULT 'new' CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'sent')),
    quantity integer,
    doubled integer GENERATED ALWAYS AS (quantity * 2) STORED,
    note text
);
CREATE INDEX ix_orders_open ON orders (user_id) WHERE amount > 10;
CREATE VIEW noted AS
    SELECT o.id, u.email AS buyer FROM orders o JOIN users u ON u.id = o.user_id WHERE o.note IS NOT NULL;
CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(quantity) AS quantity FROM orders GROUP BY user_id;
CREATE UNIQUE INDEX ux_totals ON totals (user_id);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.name := 'touched';
    RETURN NEW;
END
$$;
CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW
    WHEN (OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE FUNCTION touch();
CREATE FUNCTION twice(n integer, times integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE
    AS 'SELECT n * times';
CREATE POLICY own ON users USING (name = CURRENT_USER);
CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING;
CREATE STATISTICS users_stats (dependencies) ON name, age FROM users;
CREATE TABLE events (at date NOT NULL, what text, size integer CONSTRAINT events_size CHECK (size > 0))
    PARTITION BY RANGE (at);
CREATE TABLE events_2025 PARTITION OF events FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE INDEX ix_events_what ON events (what);
CREATE TABLE base (a integer, b text);
CREATE TABLE child (c integer) INHERITS (base);
CREATE SEQUENCE tickets;
COMMENT ON TABLE users IS 'who buys';
COMMENT ON COLUMN users.email IS 'where to write';
GRANT SELECT ON users TO reader;
INSERT INTO users (email, name, age) VALUES ('a@example.org', 'A', 3), ('b@example.org', NULL, NULL);
INSERT INTO orders (user_id, amount, quantity) VALUES (1, 20, 1), (1, 5, 2);
INSERT INTO events VALUES ('2025-05-05', 'x', 1);
"""
