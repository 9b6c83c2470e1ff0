"""Sequences whose downgrade undoes the upgrade: none of them may leave a semantic difference."""

# ruff: noqa: E501 (a statement reads best on one line)

from __future__ import annotations

from tests.integration.comparison.shop import Sequence, honest

HONEST: dict[str, Sequence] = {
    # columns
    "last column added and dropped": honest(
        "ALTER TABLE users ADD nick text DEFAULT 'n' NOT NULL", "ALTER TABLE users DROP nick"
    ),
    "middle column dropped and added": honest(
        "ALTER TABLE orders DROP note CASCADE",
        [
            "ALTER TABLE orders ADD note text",
            "CREATE VIEW noted AS SELECT o.id, u.email AS buyer FROM orders o JOIN users u ON u.id = o.user_id "
            "WHERE o.note IS NOT NULL",
        ],
    ),
    "view of everything in a table whose middle column comes back": honest(
        ["DROP VIEW v", "ALTER TABLE t DROP b"],
        ["ALTER TABLE t ADD b text", "CREATE VIEW v AS SELECT * FROM t WHERE a > 0"],
        setup=["CREATE TABLE t (a integer, b text, c date)", "CREATE VIEW v AS SELECT * FROM t WHERE a > 0"],
    ),
    "column with its index dropped and added": honest(
        "ALTER TABLE users DROP name CASCADE",
        [
            "ALTER TABLE users ADD name text",
            "CREATE INDEX ix_users_name ON users (name, age)",
            "CREATE STATISTICS users_stats (dependencies) ON name, age FROM users",
            "CREATE POLICY own ON users USING (name = CURRENT_USER)",
        ],
    ),
    "column renamed": honest(
        "ALTER TABLE users RENAME name TO label", "ALTER TABLE users RENAME label TO name"
    ),
    "renamed column loses and gets NOT NULL": honest(
        ["ALTER TABLE users RENAME email TO mail", "ALTER TABLE users ALTER mail DROP NOT NULL"],
        ["ALTER TABLE users ALTER mail SET NOT NULL", "ALTER TABLE users RENAME mail TO email"],
    ),
    "nullable": honest(
        "ALTER TABLE orders ALTER quantity SET NOT NULL", "ALTER TABLE orders ALTER quantity DROP NOT NULL"
    ),
    "not null": honest(
        "ALTER TABLE orders ALTER amount DROP NOT NULL", "ALTER TABLE orders ALTER amount SET NOT NULL"
    ),
    "varchar longer": honest(
        "ALTER TABLE orders ALTER state TYPE varchar(40)", "ALTER TABLE orders ALTER state TYPE varchar(20)"
    ),
    "varchar to text under a check": honest(
        "ALTER TABLE orders ALTER state TYPE text", "ALTER TABLE orders ALTER state TYPE varchar(20)"
    ),
    "integer to numeric under checks and a partial index": honest(
        "ALTER TABLE orders ALTER amount TYPE numeric(12, 2)",
        "ALTER TABLE orders ALTER amount TYPE integer USING amount::integer",
    ),
    "integer to bigint": honest(
        "ALTER TABLE orders ALTER amount TYPE bigint", "ALTER TABLE orders ALTER amount TYPE integer"
    ),
    "integer to double precision": honest(
        "ALTER TABLE orders ALTER amount TYPE double precision",
        "ALTER TABLE orders ALTER amount TYPE integer",
    ),
    "smallint to numeric": honest(
        "ALTER TABLE users ALTER age TYPE numeric", "ALTER TABLE users ALTER age TYPE smallint"
    ),
    "integer to numeric under IN, BETWEEN, COALESCE and a sum": honest(
        "ALTER TABLE t ALTER a TYPE numeric, ALTER b TYPE numeric",
        "ALTER TABLE t ALTER a TYPE integer, ALTER b TYPE bigint",
        setup="CREATE TABLE t (a integer CHECK (a IN (1, 2, 3)), b bigint CHECK (b BETWEEN -5 AND 10), "
        "CHECK (a < b), CHECK (coalesce(a, 0) >= 0), CHECK (a + b > 0 OR a IS NULL), CHECK (a <> ALL (ARRAY[7, 8])))",
    ),
    "varchar to text under string functions": honest(
        "ALTER TABLE t ALTER a TYPE text",
        "ALTER TABLE t ALTER a TYPE varchar(30)",
        setup=[
            "CREATE TABLE t (a varchar(30) CHECK (length(a) > 2 AND a LIKE 'x%' AND a <> ALL (ARRAY['x', 'y'])))",
            "CREATE INDEX ix_t ON t (upper(a)) WHERE a IN ('k', 'l')",
        ],
    ),
    "type changed where a view is in the way": honest(
        [
            "DROP VIEW noted",
            "ALTER TABLE users ALTER email TYPE text",
            "CREATE VIEW noted AS SELECT o.id, u.email AS buyer FROM orders o JOIN users u ON u.id = o.user_id",
        ],
        [
            "DROP VIEW noted",
            "ALTER TABLE users ALTER email TYPE varchar(80)",
            "CREATE VIEW noted AS SELECT o.id, u.email AS buyer FROM orders AS o INNER JOIN users AS u "
            "ON (u.id = o.user_id) WHERE o.note IS NOT NULL",
        ],
    ),
    "json to jsonb": honest(
        "ALTER TABLE t ALTER j TYPE jsonb USING j::jsonb",
        "ALTER TABLE t ALTER j TYPE json USING j::json",
        setup="CREATE TABLE t (j json DEFAULT '{}')",
    ),
    "storage, statistics and options of a column": honest(
        [
            "ALTER TABLE users ALTER name SET STORAGE EXTERNAL",
            "ALTER TABLE users ALTER name SET STATISTICS 500",
            "ALTER TABLE users ALTER name SET (n_distinct = 5)",
        ],
        [
            "ALTER TABLE users ALTER name SET STORAGE EXTENDED",
            "ALTER TABLE users ALTER name SET STATISTICS -1",
            "ALTER TABLE users ALTER name RESET (n_distinct)",
        ],
    ),
    "identity changed": honest(
        "ALTER TABLE orders ALTER id SET GENERATED BY DEFAULT",
        "ALTER TABLE orders ALTER id SET GENERATED ALWAYS",
    ),
    "identity dropped": honest(
        "ALTER TABLE orders ALTER id DROP IDENTITY",
        "ALTER TABLE orders ALTER id ADD GENERATED ALWAYS AS IDENTITY",
    ),
    "generated column rebuilt": honest(
        [
            "ALTER TABLE orders DROP doubled",
            "ALTER TABLE orders ADD doubled bigint GENERATED ALWAYS AS (id * 2) STORED",
        ],
        [
            "ALTER TABLE orders DROP doubled",
            "ALTER TABLE orders ADD doubled integer GENERATED ALWAYS AS ((quantity * 2)) STORED",
        ],
    ),
    "serial taken away": honest(
        ["ALTER TABLE users ALTER id DROP DEFAULT", "DROP SEQUENCE users_id_seq"],
        [
            "CREATE SEQUENCE users_id_seq AS integer OWNED BY users.id",
            "ALTER TABLE users ALTER id SET DEFAULT nextval('users_id_seq')",
        ],
    ),
    # defaults
    "default dropped and set": honest(
        "ALTER TABLE orders ALTER amount DROP DEFAULT", "ALTER TABLE orders ALTER amount SET DEFAULT 0"
    ),
    "default set back quoted": honest(
        "ALTER TABLE orders ALTER amount SET DEFAULT 5",
        "ALTER TABLE orders ALTER amount SET DEFAULT '0'::bigint",
    ),
    "default set back with another cast": honest(
        "ALTER TABLE orders ALTER state DROP DEFAULT",
        "ALTER TABLE orders ALTER state SET DEFAULT 'new'::text",
    ),
    "default now() and CURRENT_TIMESTAMP": honest(
        "ALTER TABLE users ALTER created_at DROP DEFAULT",
        "ALTER TABLE users ALTER created_at SET DEFAULT CURRENT_TIMESTAMP",
    ),
    "default NULL": honest(
        "ALTER TABLE users ALTER name SET DEFAULT 'x'", "ALTER TABLE users ALTER name SET DEFAULT NULL"
    ),
    "default of an enum": honest(
        "ALTER TABLE users ALTER mood DROP DEFAULT", "ALTER TABLE users ALTER mood SET DEFAULT 'ok'::mood"
    ),
    "defaults of many types in other spellings": honest(
        [f"ALTER TABLE t ALTER {column} DROP DEFAULT" for column in "abcdefghi"],
        [
            "ALTER TABLE t ALTER a SET DEFAULT '0'",
            "ALTER TABLE t ALTER b SET DEFAULT (0.5)::numeric",
            "ALTER TABLE t ALTER c SET DEFAULT 't'",
            "ALTER TABLE t ALTER d SET DEFAULT '{ \"a\":1 }'::text::jsonb",
            "ALTER TABLE t ALTER e SET DEFAULT '{}'::varchar[]",
            "ALTER TABLE t ALTER f SET DEFAULT INTERVAL '24 hours'",
            "ALTER TABLE t ALTER g SET DEFAULT timezone('utc', now())",
            "ALTER TABLE t ALTER h SET DEFAULT '2025-01-02'",
            "ALTER TABLE t ALTER i SET DEFAULT -1",
        ],
        setup="CREATE TABLE t (a bigint DEFAULT 0, b double precision DEFAULT '0.5', c boolean DEFAULT true, "
        "d jsonb DEFAULT '{\"a\": 1}', e text[] DEFAULT ARRAY[]::text[], f interval DEFAULT '24:00:00', "
        "g timestamp DEFAULT (now() AT TIME ZONE 'utc'), h date DEFAULT '2025-01-02'::date, "
        "i smallint DEFAULT '-1'::integer)",
    ),
    # constraints
    "primary key dropped and made": honest(
        "ALTER TABLE orders DROP CONSTRAINT orders_pkey", "ALTER TABLE orders ADD PRIMARY KEY (id)"
    ),
    "primary key added and its NOT NULL taken back": honest(
        "ALTER TABLE base ADD PRIMARY KEY (a)",
        ["ALTER TABLE base DROP CONSTRAINT base_pkey", "ALTER TABLE base ALTER a DROP NOT NULL"],
    ),
    "unique constraint": honest(
        "ALTER TABLE users DROP CONSTRAINT users_email_key",
        "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE (email)",
    ),
    "unique constraint from an index": honest(
        "ALTER TABLE users DROP CONSTRAINT users_email_key",
        [
            "CREATE UNIQUE INDEX users_email_key ON users (email)",
            "ALTER TABLE users ADD CONSTRAINT users_email_key UNIQUE USING INDEX users_email_key",
        ],
    ),
    "foreign key with another action": honest(
        [
            "ALTER TABLE orders DROP CONSTRAINT orders_user",
            "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users",
        ],
        [
            "ALTER TABLE orders DROP CONSTRAINT orders_user",
            "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE",
        ],
    ),
    "foreign key validated later": honest(
        "ALTER TABLE orders DROP CONSTRAINT orders_user",
        [
            "ALTER TABLE orders ADD CONSTRAINT orders_user FOREIGN KEY (user_id) REFERENCES users ON DELETE CASCADE "
            "NOT VALID",
            "ALTER TABLE orders VALIDATE CONSTRAINT orders_user",
        ],
    ),
    "foreign key deferrable": honest(
        "ALTER TABLE orders ALTER CONSTRAINT orders_user DEFERRABLE INITIALLY DEFERRED",
        "ALTER TABLE orders ALTER CONSTRAINT orders_user NOT DEFERRABLE",
    ),
    "triggers of a foreign key off and on": honest(
        "ALTER TABLE orders DISABLE TRIGGER ALL", "ALTER TABLE orders ENABLE TRIGGER ALL"
    ),
    "check dropped and made": honest(
        "ALTER TABLE orders DROP CONSTRAINT orders_state",
        "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'sent'))",
    ),
    "check made again in other words": honest(
        "ALTER TABLE orders DROP CONSTRAINT orders_state",
        "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state::text = ANY (ARRAY['new'::varchar, 'paid', "
        "'sent']::text[]))",
    ),
    "check made again while the column was text": honest(
        [
            "ALTER TABLE orders DROP CONSTRAINT orders_state",
            "ALTER TABLE orders ALTER state TYPE text",
            "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'sent', 'lost'))",
        ],
        [
            "ALTER TABLE orders DROP CONSTRAINT orders_state",
            "ALTER TABLE orders ADD CONSTRAINT orders_state CHECK (state IN ('new', 'paid', 'sent'))",
            "ALTER TABLE orders ALTER state TYPE varchar(20)",
        ],
    ),
    "exclusion constraint": honest(
        "ALTER TABLE t DROP CONSTRAINT t_x",
        "ALTER TABLE t ADD CONSTRAINT t_x EXCLUDE USING gist (r WITH &&) WHERE (a > 0)",
        setup="CREATE TABLE t (a integer, r int4range, CONSTRAINT t_x EXCLUDE USING gist (r WITH &&) WHERE (a > 0))",
    ),
    "integer to numeric under an exclusion constraint": honest(
        "ALTER TABLE t ALTER a TYPE numeric",
        "ALTER TABLE t ALTER a TYPE integer",
        setup="CREATE TABLE t (a integer, r int4range, CONSTRAINT t_x EXCLUDE USING gist (r WITH &&) WHERE (a > 0))",
    ),
    # indexes
    "index dropped and made": honest(
        "DROP INDEX ix_users_name", "CREATE INDEX ix_users_name ON users (name, age)"
    ),
    "partial index made again in other words": honest(
        "DROP INDEX ix_orders_open",
        "CREATE INDEX ix_orders_open ON orders (user_id) WHERE amount > 10::numeric",
    ),
    "expression index": honest(
        "DROP INDEX ux_users_lower", "CREATE UNIQUE INDEX ux_users_lower ON users (LOWER(email::text))"
    ),
    "index rebuilt concurrently": honest(
        "DROP INDEX CONCURRENTLY ix_users_name",
        "CREATE INDEX CONCURRENTLY ix_users_name ON users (name, age)",
    ),
    "fillfactor of an index spelt out": honest(
        "ALTER INDEX ix_users_name SET (fillfactor = 70)", "ALTER INDEX ix_users_name SET (fillfactor = 90)"
    ),
    "fillfactor of a table spelt out": honest(
        "ALTER TABLE users SET (fillfactor = 70)", "ALTER TABLE users SET (fillfactor = 100)"
    ),
    "index renamed": honest(
        "ALTER INDEX ix_users_name RENAME TO ix", "ALTER INDEX ix RENAME TO ix_users_name"
    ),
    "clustered": honest("ALTER TABLE users CLUSTER ON users_pkey", "ALTER TABLE users SET WITHOUT CLUSTER"),
    "replica identity": honest(
        "ALTER TABLE users REPLICA IDENTITY FULL", "ALTER TABLE users REPLICA IDENTITY DEFAULT"
    ),
    # tables
    "table made and dropped": honest(
        ["CREATE TABLE t (id serial PRIMARY KEY, a mood)", "CREATE INDEX ix_t ON t (a)"], "DROP TABLE t"
    ),
    "table dropped and made": honest(
        "DROP TABLE t",
        [
            "CREATE TABLE t (id serial PRIMARY KEY, a text COLLATE \"C\" DEFAULT 'a')",
            "CREATE INDEX ix_t ON t (a)",
        ],
        setup=[
            "CREATE TABLE t (id serial PRIMARY KEY, a text COLLATE \"C\" DEFAULT 'a')",
            "CREATE INDEX ix_t ON t (a)",
        ],
    ),
    "table renamed": honest(
        "ALTER TABLE orders RENAME TO purchases", "ALTER TABLE purchases RENAME TO orders"
    ),
    "table rebuilt as batch operations do": honest(
        [
            "CREATE TABLE _t (a integer, b text, c date)",
            "INSERT INTO _t (a, b) SELECT a, b FROM t",
            "DROP TABLE t",
            "ALTER TABLE _t RENAME TO t",
        ],
        [
            "CREATE TABLE _t (a integer, b text)",
            "INSERT INTO _t SELECT a, b FROM t",
            "DROP TABLE t",
            "ALTER TABLE _t RENAME TO t",
        ],
        setup="CREATE TABLE t (a integer, b text)",
    ),
    "unlogged": honest(
        "ALTER TABLE base SET UNLOGGED", "ALTER TABLE base SET LOGGED", setup="DROP TABLE child"
    ),
    "row security": honest(
        ["ALTER TABLE users ENABLE ROW LEVEL SECURITY", "ALTER TABLE users FORCE ROW LEVEL SECURITY"],
        ["ALTER TABLE users NO FORCE ROW LEVEL SECURITY", "ALTER TABLE users DISABLE ROW LEVEL SECURITY"],
    ),
    "moved to another schema": honest(
        ["CREATE SCHEMA archive", "ALTER TABLE orders SET SCHEMA archive"],
        ["ALTER TABLE archive.orders SET SCHEMA public", "DROP SCHEMA archive"],
    ),
    "owner changed": honest("ALTER TABLE base OWNER TO writer", "ALTER TABLE base OWNER TO CURRENT_USER"),
    "storage parameters": honest(
        "ALTER TABLE users SET (autovacuum_enabled = false, toast.autovacuum_enabled = false)",
        "ALTER TABLE users RESET (autovacuum_enabled, toast.autovacuum_enabled)",
    ),
    # partitions, inheritance
    "partition added": honest(
        "CREATE TABLE events_2027 PARTITION OF events FOR VALUES FROM ('2027-01-01') TO ('2028-01-01')",
        "DROP TABLE events_2027",
    ),
    "partition detached and attached": honest(
        "ALTER TABLE events DETACH PARTITION events_2025",
        "ALTER TABLE events ATTACH PARTITION events_2025 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01')",
    ),
    "column of a partitioned table": honest(
        "ALTER TABLE events ADD more text", "ALTER TABLE events DROP more"
    ),
    "type of a column of a partitioned table": honest(
        "ALTER TABLE events ALTER size TYPE numeric", "ALTER TABLE events ALTER size TYPE integer"
    ),
    "index of a partitioned table": honest(
        "DROP INDEX ix_events_what", "CREATE INDEX ix_events_what ON events (what)"
    ),
    "no inherit": honest("ALTER TABLE child NO INHERIT base", "ALTER TABLE child INHERIT base"),
    # views
    "view replaced": honest(
        "CREATE OR REPLACE VIEW noted AS SELECT o.id, u.email AS buyer, 1 AS one FROM orders o JOIN users u "
        "ON u.id = o.user_id",
        [
            "DROP VIEW noted",
            "CREATE VIEW noted AS SELECT orders.id, users.email AS buyer FROM orders JOIN users "
            "ON users.id = orders.user_id WHERE orders.note IS NOT NULL",
        ],
        setup="CREATE OR REPLACE VIEW noted AS SELECT orders.id, users.email AS buyer FROM orders JOIN users "
        "ON users.id = orders.user_id WHERE orders.note IS NOT NULL",
    ),
    "view dropped and made": honest(
        "DROP VIEW noted",
        "CREATE VIEW noted AS select o.id, u.email buyer from orders o join users u on (u.id=o.user_id) "
        "where o.note is not null",
    ),
    "materialized view": honest(
        "DROP MATERIALIZED VIEW totals",
        [
            "CREATE MATERIALIZED VIEW totals AS SELECT user_id, sum(quantity) AS quantity FROM orders GROUP BY user_id",
            "CREATE UNIQUE INDEX ux_totals ON totals (user_id)",
        ],
    ),
    "options of a view": honest(
        "ALTER VIEW noted SET (security_barrier = true)", "ALTER VIEW noted SET (security_barrier = false)"
    ),
    "view over a column that was text for a while": honest(
        ["DROP VIEW v", "ALTER TABLE orders ALTER state TYPE text"],
        [
            "ALTER TABLE orders ALTER state TYPE varchar(20)",
            "CREATE VIEW v AS SELECT id FROM orders WHERE state IN ('new'::text, 'paid')",
        ],
        setup="CREATE VIEW v AS SELECT id FROM orders WHERE state::text IN ('new', 'paid')",
    ),
    # types
    "enum value added and the type rebuilt": honest(
        "ALTER TYPE mood ADD VALUE 'angry' BEFORE 'sad'",
        [
            "ALTER TABLE users ALTER mood DROP DEFAULT",
            "ALTER TYPE mood RENAME TO mood_old",
            "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
            "ALTER TABLE users ALTER mood TYPE mood USING mood::text::mood",
            "DROP TYPE mood_old",
            "ALTER TABLE users ALTER mood SET DEFAULT 'ok'",
        ],
    ),
    "enum value renamed": honest(
        "ALTER TYPE mood RENAME VALUE 'ok' TO 'fine'", "ALTER TYPE mood RENAME VALUE 'fine' TO 'ok'"
    ),
    "enum to text": honest(
        [
            "ALTER TABLE users ALTER mood DROP DEFAULT",
            "ALTER TABLE users ALTER mood TYPE text",
            "DROP TYPE mood",
        ],
        [
            "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
            "ALTER TABLE users ALTER mood TYPE mood USING mood::mood",
            "ALTER TABLE users ALTER mood SET DEFAULT 'ok'",
        ],
    ),
    "domain constraint": honest(
        "ALTER DOMAIN positive DROP CONSTRAINT positive_check",
        "ALTER DOMAIN positive ADD CONSTRAINT positive_check CHECK (VALUE > 0)",
    ),
    "domain default": honest("ALTER DOMAIN positive SET DEFAULT 1", "ALTER DOMAIN positive DROP DEFAULT"),
    "domain constraint with a moved cast": honest(
        "ALTER DOMAIN d DROP CONSTRAINT d_check",
        "ALTER DOMAIN d ADD CONSTRAINT d_check CHECK (VALUE::text = ANY (ARRAY['a'::text, 'b'::text]))",
        setup="CREATE DOMAIN d AS varchar(5) CONSTRAINT d_check CHECK (VALUE IN ('a', 'b'))",
    ),
    "composite type": honest(
        "ALTER TYPE pair ADD ATTRIBUTE c text",
        "ALTER TYPE pair DROP ATTRIBUTE c",
        setup="CREATE TYPE pair AS (a integer, b text)",
    ),
    "range type": honest("CREATE TYPE floats AS RANGE (subtype = float8)", "DROP TYPE floats"),
    # sequences
    "sequence made and dropped": honest("CREATE SEQUENCE s START 10", "DROP SEQUENCE s"),
    "sequence changed": honest(
        "ALTER SEQUENCE tickets INCREMENT 5 CACHE 10 CYCLE",
        "ALTER SEQUENCE tickets INCREMENT 1 CACHE 1 NO CYCLE",
    ),
    "sequence used": honest("SELECT nextval('tickets')", "SELECT setval('tickets', 99)"),
    # routines
    "function replaced": honest(
        "CREATE OR REPLACE FUNCTION twice(n integer, times integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE "
        "AS 'SELECT n + n'",
        "CREATE OR REPLACE FUNCTION twice(n integer, times integer DEFAULT 2) RETURNS integer LANGUAGE sql IMMUTABLE "
        "AS 'SELECT n * times'",
    ),
    "function body indented otherwise": honest(
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "CREATE OR REPLACE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$\n"
        "        BEGIN\n            NEW.name:='touched'; -- so that it shows\n            RETURN NEW;\n        END\n$$",
    ),
    "function made and dropped": honest(
        "CREATE FUNCTION f(a text, b mood) RETURNS SETOF users LANGUAGE sql AS 'SELECT * FROM users'",
        "DROP FUNCTION f(text, mood)",
    ),
    "procedure and aggregate": honest(
        [
            "CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1'",
            "CREATE AGGREGATE total(integer) (sfunc = int4pl, stype = integer)",
        ],
        ["DROP PROCEDURE p()", "DROP AGGREGATE total(integer)"],
    ),
    # triggers, rules, policies, statistics
    "trigger dropped and made": honest(
        "DROP TRIGGER users_touch ON users",
        "CREATE TRIGGER users_touch BEFORE UPDATE ON users FOR EACH ROW "
        "WHEN (OLD.created_at IS DISTINCT FROM NEW.created_at) EXECUTE PROCEDURE touch()",
    ),
    "trigger disabled": honest(
        "ALTER TABLE users DISABLE TRIGGER users_touch", "ALTER TABLE users ENABLE TRIGGER users_touch"
    ),
    "trigger condition with a moved cast": honest(
        "DROP TRIGGER g ON orders",
        "CREATE TRIGGER g AFTER UPDATE ON orders FOR EACH ROW WHEN (NEW.state::text = ANY (ARRAY[('new'::varchar)::text, "
        "'paid'::text])) EXECUTE FUNCTION touch()",
        setup="CREATE TRIGGER g AFTER UPDATE ON orders FOR EACH ROW WHEN (NEW.state::text = ANY (ARRAY[('new'::varchar)::"
        "text, 'paid'::text])) EXECUTE FUNCTION touch()",
    ),
    "rule": honest("DROP RULE keep ON orders", "CREATE RULE keep AS ON DELETE TO orders DO INSTEAD NOTHING"),
    "policy": honest(
        "DROP POLICY own ON users", "CREATE POLICY own ON users FOR ALL TO PUBLIC USING (name = current_user)"
    ),
    "policy with a subquery": honest(
        "DROP POLICY mine ON orders",
        "CREATE POLICY mine ON orders USING (EXISTS (SELECT 1 FROM users WHERE users.id = orders.user_id AND "
        "users.email IN ('a', 'b')))",
        setup="CREATE POLICY mine ON orders USING (EXISTS (SELECT 1 FROM users WHERE users.id = orders.user_id AND "
        "users.email::text = ANY (ARRAY['a'::varchar, 'b'::varchar]::text[])))",
    ),
    "statistics": honest(
        "DROP STATISTICS users_stats", "CREATE STATISTICS users_stats (dependencies) ON age, name FROM users"
    ),
    # privileges, comments, the rest
    "grant": honest("GRANT INSERT, UPDATE (name) ON users TO writer", "REVOKE ALL ON users FROM writer"),
    "grant on what had none": honest("GRANT SELECT ON base TO reader", "REVOKE SELECT ON base FROM reader"),
    "revoke": honest("REVOKE SELECT ON users FROM reader", "GRANT SELECT ON users TO reader"),
    "execute": honest(
        "REVOKE EXECUTE ON FUNCTION touch() FROM PUBLIC", "GRANT EXECUTE ON FUNCTION touch() TO PUBLIC"
    ),
    "default privileges": honest(
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO reader",
        "ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE SELECT ON TABLES FROM reader",
    ),
    "comments": honest(
        [
            "COMMENT ON TABLE orders IS 'x'",
            "COMMENT ON COLUMN users.email IS 'y'",
            "COMMENT ON INDEX ix_users_name IS 'z'",
        ],
        [
            "COMMENT ON TABLE orders IS NULL",
            "COMMENT ON COLUMN users.email IS 'where to write'",
            "COMMENT ON INDEX ix_users_name IS NULL",
        ],
    ),
    "schema": honest(
        ["CREATE SCHEMA app", "CREATE TABLE app.t (a integer)", "CREATE VIEW app.v AS SELECT * FROM app.t"],
        "DROP SCHEMA app CASCADE",
    ),
    "extension": honest(
        "DROP EXTENSION plpgsql",
        "CREATE EXTENSION plpgsql",
        setup=["DROP EXTENSION plpgsql CASCADE", "CREATE EXTENSION plpgsql"],
    ),
    "publication": honest("CREATE PUBLICATION p FOR TABLE users", "DROP PUBLICATION p"),
    "event trigger": honest(
        [
            "CREATE FUNCTION e() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END'",
            "CREATE EVENT TRIGGER e ON ddl_command_end EXECUTE FUNCTION e()",
        ],
        ["DROP EVENT TRIGGER e", "DROP FUNCTION e()"],
    ),
    "collation": honest("CREATE COLLATION c (locale = 'C')", "DROP COLLATION c"),
    "operator and cast": honest(
        [
            "CREATE FUNCTION m(mood) RETURNS integer LANGUAGE sql IMMUTABLE AS 'SELECT 1'",
            "CREATE CAST (mood AS integer) WITH FUNCTION m(mood)",
            "CREATE OPERATOR ~~~ (leftarg = integer, rightarg = integer, function = int4pl)",
        ],
        ["DROP OPERATOR ~~~ (integer, integer)", "DROP CAST (mood AS integer)", "DROP FUNCTION m(mood)"],
    ),
    "virtual column": honest(
        "ALTER TABLE base ADD v integer GENERATED ALWAYS AS (a + 1) VIRTUAL",
        "ALTER TABLE base DROP v",
        since=18,
    ),
    "named NOT NULL constraint": honest(
        "ALTER TABLE base ADD CONSTRAINT base_b_given NOT NULL b",
        "ALTER TABLE base DROP CONSTRAINT base_b_given",
        since=18,
    ),
    "names with quotes, blanks and dots": honest(
        'ALTER TABLE "Odd.Name" ALTER "the ""amount""" TYPE numeric',
        'ALTER TABLE "Odd.Name" ALTER "the ""amount""" TYPE integer',
        setup=[
            'CREATE TABLE "Odd.Name" ("the ""amount""" integer CHECK ("the ""amount""" > 0))',
            'CREATE INDEX "an USING index" ON "Odd.Name" ((1)) WHERE "the ""amount""" > 5',
        ],
    ),
}
