"""Kinds of databases; `dialect_of` gives what is known of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from migcheck.dialects.base import Dialect


def dialect_of(name: str) -> Dialect:
    """The dialect of that name (`ServerAddress.dialect`, or SQLAlchemy's name).

    Imported only now: each has a driver of its own.
    """
    if name == "postgresql":
        from migcheck.dialects.postgresql.dialect import POSTGRESQL

        return POSTGRESQL
    if name in ("mysql", "mariadb"):
        from migcheck.dialects.mysql import MYSQL

        return MYSQL
    if name == "sqlite":
        from migcheck.dialects.sqlite import SQLITE

        return SQLITE
    from migcheck.dialects.generic import Generic

    return Generic(name)
