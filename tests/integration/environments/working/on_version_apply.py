"""Keeps a record of its own of the revisions that were applied."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))


def record(ctx, step, heads, run_args, **more):
    ctx.connection.execute(text("CREATE TABLE IF NOT EXISTS history_log (revision text)"))
    ctx.connection.execute(
        text("INSERT INTO history_log VALUES (:revision)"), {"revision": step.up_revision_id}
    )


with connectable.connect() as connection:
    context.configure(connection=connection, on_version_apply=record)
    with context.begin_transaction():
        context.run_migrations()
