"""An async engine on the application's settings, with asyncpg."""

import asyncio

import app_settings
from alembic import context
from sqlalchemy.ext.asyncio import create_async_engine

connectable = create_async_engine(app_settings.url("asyncpg"))


def run(connection):
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    async with connectable.connect() as connection:
        await connection.run_sync(run)
    await connectable.dispose()


asyncio.run(main())
