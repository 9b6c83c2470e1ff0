"""Everything that configure() can be given for autogenerate; the metadata agree with the history."""

import sqlalchemy as sa
from alembic import context
from sqlalchemy import engine_from_config

metadata = sa.MetaData()
sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("name", sa.String(80), nullable=False),
    sa.Column("email", sa.Text, nullable=True),
    sa.Index("ix_users_email", "email", unique=True),
)

connectable = engine_from_config(context.config.get_section(context.config.config_ini_section))

with connectable.connect() as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        include_schemas=True,
        include_name=lambda name, kind, parents: kind != "schema" or name in (None, "public"),
        include_object=lambda thing, name, kind, reflected, other: name != "spatial_ref_sys",
        compare_type=True,
        compare_server_default=True,
        render_as_batch=True,
        process_revision_directives=lambda context, revision, directives: None,
    )
    with context.begin_transaction():
        context.run_migrations()
