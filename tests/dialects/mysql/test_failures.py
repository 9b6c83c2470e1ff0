"""What exceptions mean, those of the drivers at hand and the shapes of the others."""

from __future__ import annotations

import asyncio

import pymysql
import pytest

from migcheck.dialects.mysql import MYSQL

mysqlclient = pytest.importorskip("MySQLdb")


class Error(Exception):
    """What PEP 249 has a driver's exceptions derived from."""


class Connector(Error):
    """mysql.connector and mariadb: the number is an attribute."""

    def __init__(self, errno: int, text: str) -> None:
        super().__init__(text)
        self.errno = errno


class Wrapped(Exception):
    """SQLAlchemy's: the driver's exception is `orig`."""

    def __init__(self, orig: BaseException, invalidated: bool = False) -> None:
        super().__init__(str(orig))
        self.orig = orig
        self.connection_invalidated = invalidated


LOST = (
    pymysql.err.OperationalError(2013, "Lost connection to MySQL server during query"),
    pymysql.err.OperationalError(2003, "Can't connect to MySQL server on 'localhost'"),
    pymysql.err.OperationalError(1927, "Connection was killed"),
    pymysql.err.OperationalError(1053, "Server shutdown in progress"),
    pymysql.err.OperationalError(4031, "The client was disconnected by the server because of inactivity."),
    pymysql.err.InterfaceError(0, ""),
    mysqlclient.OperationalError(2006, "Server has gone away"),
    Connector(2055, "Lost connection to MySQL server at 'x', system error: 32 Broken pipe"),
    Wrapped(pymysql.err.OperationalError(2006, "MySQL server has gone away")),
    Wrapped(ValueError("anything"), invalidated=True),
    ConnectionResetError(104, "Connection reset by peer"),
    asyncio.IncompleteReadError(b"", 4),
)
FULL = (
    pymysql.err.OperationalError(1021, "Disk full (/tmp/#sql); waiting for someone to free some space"),
    pymysql.err.OperationalError(1114, "The table 't' is full"),
    pymysql.err.InternalError(14, """Can't change size of file (Errcode: 19 "Unknown error 19")"""),
    pymysql.err.InternalError(3, 'Error writing file "/tmp/x" (Errcode: 28 "No space left on device")'),
    Wrapped(Connector(1030, 'Got error 28 "No space left on device" from storage engine InnoDB')),
    pymysql.err.OperationalError(1026, "Error writing file './t.frm' (errno: 28)"),
    pymysql.err.OperationalError(3675, "Create table fails. OS errno 28 - No space left on device"),
)
NEITHER = (
    pymysql.err.ProgrammingError(1146, "Table 'd.t' doesn't exist"),
    pymysql.err.OperationalError(1205, "Lock wait timeout exceeded; try restarting transaction"),
    pymysql.err.OperationalError(1213, "Deadlock found when trying to get lock"),
    pymysql.err.IntegrityError(1062, "Duplicate entry '28' for key 'PRIMARY'"),
    pymysql.err.OperationalError(1005, 'Can\'t create table `d`.`t` (errno: 150 "Foreign key constraint")'),
    Wrapped(Connector(1451, "Cannot delete or update a parent row")),
    Wrapped(Connector(2014, "Commands out of sync; you can't run this command now"), invalidated=True),
    ValueError("2006"),
    KeyError(2013, "not of any driver"),
    Exception(),
)


@pytest.mark.parametrize("error", LOST, ids=repr)
def test_lost_connections(error: BaseException) -> None:
    assert MYSQL.is_lost(error)
    assert not MYSQL.is_disk_full(error)


@pytest.mark.parametrize("error", FULL, ids=repr)
def test_full_disks(error: BaseException) -> None:
    assert MYSQL.is_disk_full(error)
    assert not MYSQL.is_lost(error)


@pytest.mark.parametrize("error", NEITHER, ids=repr)
def test_faults_of_the_migration(error: BaseException) -> None:
    assert not MYSQL.is_lost(error)
    assert not MYSQL.is_disk_full(error)


def test_what_an_exception_was_raised_from_counts() -> None:
    outer = RuntimeError("the migration's own words")
    outer.__cause__ = Wrapped(pymysql.err.OperationalError(2006, "gone"))
    assert MYSQL.is_lost(outer)
