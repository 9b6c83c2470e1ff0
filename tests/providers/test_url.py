"""URLs of servers."""

from __future__ import annotations

import pytest

from migcheck.errors import UsageError
from migcheck.model import ServerAddress
from migcheck.providers.url import address_of


def address(
    host: str = "",
    port: int = 0,
    user: str = "",
    password: str | None = None,
    database: str = "postgres",
    parameters: tuple[tuple[str, str], ...] = (),
    dialect: str = "postgresql",
) -> ServerAddress:
    return ServerAddress(dialect, host, port, user, password, database, False, parameters)


def mysql(
    host: str = "",
    port: int = 0,
    user: str = "",
    password: str | None = None,
    parameters: tuple[tuple[str, str], ...] = (),
    dialect: str = "mysql",
) -> ServerAddress:
    return address(host, port, user, password, "", parameters, dialect)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://", address()),
        ("postgresql://h", address("h")),
        ("postgres://u:p@h:5433/d", address("h", 5433, "u", "p", "d")),
        ("postgresql+psycopg2://u@h/d", address("h", 0, "u", None, "d")),
        ("postgresql://u%40x:p%2F%3A@h/d%20e", address("h", 0, "u@x", "p/:", "d e")),
        ("postgresql://u:@h/", address("h", 0, "u", "")),
        ("postgresql://[::1]:5432/d", address("::1", 5432, database="d")),
        ("postgresql:///d?host=/run/pg&port=6", address("/run/pg", 6, database="d")),
        ("postgresql://%2Frun%2Fpg/d", address("/run/pg", database="d")),
        ("postgresql://h?user=u&password=p&dbname=d", address("h", 0, "u", "p", "d")),
        (
            "postgresql://h/d?sslrootcert=/ca.pem&sslmode=verify-full&application_name=mine",
            address("h", database="d", parameters=(("sslmode", "verify-full"), ("sslrootcert", "/ca.pem"))),
        ),
        ("mysql://", mysql()),
        ("mysql://u%40x:p%2F%3A@h:3307/d", mysql("h", 3307, "u@x", "p/:")),
        ("mysql+pymysql://u@h/d?charset=utf8mb4&local_infile=1", mysql("h", user="u")),
        ("mariadb+mariadbconnector://h/d", mysql("h", dialect="mariadb")),
        ("mysql://u@h/d?unix_socket=/run/mysqld/mysqld.sock", mysql("/run/mysqld/mysqld.sock", user="u")),
        ("mysql:///?user=u&passwd=p&host=h&port=6", mysql("h", 6, "u", "p")),
        (
            "mysql+mysqldb://h/d?ssl_ca=/ca.pem&ssl_check_hostname=true&read_default_file=/my.cnf",
            mysql(
                "h",
                parameters=(
                    ("read_default_file", "/my.cnf"),
                    ("ssl_ca", "/ca.pem"),
                    ("ssl_verify_identity", "true"),
                ),
            ),
        ),
    ],
)
def test_what_a_url_says(url: str, expected: ServerAddress) -> None:
    assert address_of(url) == expected


@pytest.mark.parametrize(
    ("url", "message", "hint"),
    [
        ("nonsense://u:geheim@h/d", "nonsense", "SQLAlchemy itself has"),
        ("sqlite:///x.db", "sqlite", "--database sqlite"),
        ("postgresql://u:geheim@h:port/d", "port", "postgresql://"),
        ("postgresql://u:geheim@h:99999/d", "[Pp]ort", "postgresql://"),
        ("postgresql://u:geheim@h/d?port=x", "port", "postgresql://"),
        ("postgresql://u:geheim@[::1/d", "IPv6", "postgresql://"),
        ("postgresql://u:geheim@a,b/d", "several hosts", "writes"),
        ("postgresql://u:geheim@a:1,b:2/d", "several hosts|Port", ""),
        ("postgresql://u:geheim@h/d?sslmod=require", "'sslmod'", "'sslmode'"),
        ("postgresql://u:geheim@h/d?xyz=1", "'xyz'", "libpq"),
        ("mysql://u:geheim@h/d?ssl_cs=1", "'ssl_cs'", "'ssl_ca'"),
        ("mysql://u:geheim@h/d?sslmode=require", "'sslmode'", "such as ssl_ca"),
        ("mysql://u:geheim@h/d?xyz=1", "'xyz'", "PyMySQL"),
        ("mariadb://u:geheim@a,b/d", "several hosts", "writes"),
        ("mysql://u:geheim@h:port/d", "port", "mysql://"),
    ],
)
def test_a_wrong_url(url: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=message) as caught:
        address_of(url)
    assert hint in (caught.value.hint or "")
    assert "geheim" not in f"{caught.value.message} {caught.value.hint}"
