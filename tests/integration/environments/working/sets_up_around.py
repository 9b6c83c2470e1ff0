"""Makes sure before and after the migrations, each time, that what they or the application need is there."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

BEFORE = """
DO $$ BEGIN
    IF to_regclass('deploys') IS NULL THEN CREATE TABLE deploys (at timestamptz DEFAULT now()); END IF;
END $$
"""

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        connection.execute(text(BEFORE))
        context.run_migrations()
        connection.execute(text("CREATE TABLE IF NOT EXISTS audit_runs (at timestamptz DEFAULT now())"))
        connection.execute(text("CREATE OR REPLACE VIEW last_run AS SELECT max(at) AS at FROM audit_runs"))
        connection.execute(text("GRANT SELECT ON ALL TABLES IN SCHEMA public TO pg_monitor"))
