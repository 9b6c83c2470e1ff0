"""Dialects that migcheck has never heard of, as a package of somebody's brings them.

They are PostgreSQL and MariaDB under other names.
"""

from __future__ import annotations

from typing import Any

from alembic.ddl.impl import DefaultImpl
from sqlalchemy.dialects.mysql.pymysql import MySQLDialect_pymysql
from sqlalchemy.dialects.postgresql.psycopg2 import PGDialect_psycopg2


class OtherDB(PGDialect_psycopg2):
    name = "otherdb"
    supports_statement_cache = True


class OtherMaria(MySQLDialect_pymysql):
    name = "othermaria"
    supports_statement_cache = True


class WithoutDriver(OtherDB):
    name = "nodriver"

    @classmethod
    def import_dbapi(cls) -> Any:
        raise ModuleNotFoundError("No module named 'rarely_installed'", name="rarely_installed")

    dbapi = import_dbapi  # SQLAlchemy 1.4


class OtherImpl(DefaultImpl):
    __dialect__ = "otherdb"
    transactional_ddl = True


class OtherMariaImpl(DefaultImpl):
    __dialect__ = "othermaria"
    transactional_ddl = False
