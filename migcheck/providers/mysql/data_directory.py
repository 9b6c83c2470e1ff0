"""How a private server's data directory is made and served: the commands and the server's settings."""

from __future__ import annotations

from pathlib import Path

from migcheck.errors import ProviderError
from migcheck.providers.installation import Folders

SOCKET = "mysqld.sock"
PID_FILE = "mysqld.pid"

# Nothing here has to survive a crash of the machine.
_NOT_DURABLE = (
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-doublewrite=OFF",
    "--sync-binlog=0",
    "--loose-debug-no-sync",  # MariaDB alone has it: no fsync at all, on a disk twice as fast
)

# For any server that is thrown away. What is not here is as in production by default, such as sql_mode, and
# whether there is a binary log (with it, MySQL refuses functions that don't say whether they are
# deterministic).
DISPOSABLE = (
    *_NOT_DURABLE,
    # Events run at moments of their own: results must not depend on them. They can be made all the same.
    "--event-scheduler=OFF",
)

# As MySQL by default, MariaDB's packages and images by their configuration, and MariaDB itself from 11.6 on.
_MARIADB_ONLY = ("--character-set-server=utf8mb4",)

_SETTINGS = (*DISPOSABLE, "--skip-networking")

# MariaDB's own script, mariadb-install-db, feeds these to the server, and the texts of HELP, which take as
# long as all the others. Names begin with mysql_ or, in newer versions, mariadb_.
_REQUIRED = ("{}_system_tables.sql", "{}_system_tables_data.sql")
_SYSTEM_TABLES = (
    _REQUIRED[0],
    "{}_performance_tables.sql",
    _REQUIRED[1],
    "maria_add_gis_sp_bootstrap.sql",
    "{}_sys_schema.sql",  # since 10.6
)
_SHARED = ("share/mysql", "share/mariadb", "share")


def _common(program: Path, folders: Folders) -> list[str]:
    """What every command begins with: no settings of the machine's own server."""
    return [
        str(program),
        "--no-defaults",
        f"--basedir={program.parent.parent}",
        f"--datadir={folders.data}",
        f"--tmpdir={folders.temporary}",
    ]


def system_tables(program: Path) -> str:
    """The SQL that makes the system tables of MariaDB, with a root who has no password.

    Raises ProviderError where `program` lacks its files.
    """
    prefix = program.parent.parent
    for shared in _SHARED:
        for family in ("mariadb", "mysql"):
            names = [name.format(family) for name in _SYSTEM_TABLES]
            if all((prefix / shared / name.format(family)).is_file() for name in _REQUIRED):
                texts = [
                    (prefix / shared / name).read_text(encoding="utf8")
                    for name in names
                    if (prefix / shared / name).is_file()
                ]
                begin = "CREATE DATABASE mysql;\nUSE mysql;\nSET @auth_root_socket = NULL;\n"
                return begin + "\n".join(texts)
    raise ProviderError(
        f"the installation of {program} is incomplete: it has no mysql_system_tables.sql",
        f"It should be below {prefix}/share; install the server's package anew.",
    )


def bootstrap_command(program: Path, folders: Folders) -> list[str]:
    """The command that fills the data directory of MariaDB with what it reads from standard input."""
    return [
        *_common(program, folders),
        "--bootstrap",
        *_NOT_DURABLE,
        "--log-warnings=0",
        "--enforce-storage-engine=",
        "--max-allowed-packet=8M",
        "--net-buffer-length=16K",
    ]


def initialize_command(program: Path, folders: Folders) -> list[str]:
    """The command that fills the data directory of MySQL."""
    return [*_common(program, folders), "--initialize-insecure", *_NOT_DURABLE, *_mysql_only(folders)]


def server_command(program: Path, folders: Folders, product: str) -> list[str]:
    """The command that runs the server; `product` is MariaDB or MySQL."""
    return [
        *_common(program, folders),
        *_SETTINGS,
        f"--socket={folders.socket / SOCKET}",
        f"--pid-file={folders.data / PID_FILE}",
        *(_mysql_only(folders) if product == "MySQL" else _MARIADB_ONLY),
    ]


def _mysql_only(folders: Folders) -> tuple[str, ...]:
    # It does not start where the folder that it was built with for secure_file_priv isn't there, and its
    # X Protocol would open a socket of its own.
    return (f"--secure-file-priv={folders.temporary}", "--loose-mysqlx=OFF")
