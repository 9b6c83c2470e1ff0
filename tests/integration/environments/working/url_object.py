"""A URL object, TLS required, options for the server, an event at each connection."""

import app_settings
from alembic import context
from sqlalchemy import URL, create_engine, event

url = URL.create(
    "postgresql+psycopg2",
    username=app_settings.USER,
    password="p@ss/w:rd%",
    host=app_settings.HOST,
    port=int(app_settings.PORT),
    database=app_settings.NAME,
    query={"sslmode": "verify-full", "application_name": "migrations"},
)
connectable = create_engine(url, connect_args={"options": "-c statement_timeout=60000", "connect_timeout": 3})


@event.listens_for(connectable, "connect")
def on_connect(connection, record):
    with connection.cursor() as cursor:
        cursor.execute("SET TIME ZONE 'Europe/Berlin'")
    connection.commit()


with connectable.connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
