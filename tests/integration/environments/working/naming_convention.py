"""The metadata's naming convention names what the revisions leave without a name."""

from alembic import context
from sqlalchemy import MetaData, engine_from_config

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(column_0_label)s",
        "uq": "uq_%(table_name)s_%(column_0_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
        "pk": "pk_%(table_name)s",
    }
)
connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(connection=connection, target_metadata=metadata, include_name=lambda *name: False)
    with context.begin_transaction():
        context.run_migrations()
