"""The connection guard: in a process that runs the user's code, only the disposable database is opened.

Whatever way env.py, the application or a revision comes to its URL (alembic.ini, the environment,
settings of its own, `creator=`, a plain `psycopg.connect`), the connection is turned to the disposable
database before a byte is sent; a connection to anything that cannot be turned is refused.

Two nets, since neither sees all: SQLAlchemy's `do_connect` event (it knows the dialect, so it can say
what was asked for), and the connect function of each driver, patched when the driver is imported.
"""

from migcheck.guard.process import Guard, target_for

__all__ = ["Guard", "target_for"]
