"""MariaDB and MySQL."""

from migcheck.dialects.mysql.dialect import MYSQL

__all__ = ["MYSQL"]
