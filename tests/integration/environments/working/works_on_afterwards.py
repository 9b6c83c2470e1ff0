"""Goes on with the same connection when the migrations are done."""

from alembic import context
from sqlalchemy import engine_from_config, text

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
    assert not connection.in_transaction()
    with connection.begin():
        connection.execute(text("ANALYZE"))
