"""Images of databases: which dialect one is of, and what its container has to be told."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from migcheck.model import ServerAddress
from migcheck.providers.mysql import data_directory
from migcheck.providers.mysql.installation import OLDEST as OLDEST_OF
from migcheck.providers.postgresql import cluster
from migcheck.providers.postgresql.installation import OLDEST


@dataclass(frozen=True, slots=True)
class Kind:
    """What images of one kind of database have in common.

    `dialect` and `product` are its names, `default` is the image where none is asked for, `oldest` the first
    version that migcheck works with. The server listens on `port`. The variables `user_variable` and
    `password_variable` of the container set its administrator, who is `user` otherwise; where there is no
    such variable the server asks for no password. `database` is the one to connect to. `flags` follow the
    image's own command. `driver` is that of the address.
    """

    dialect: str
    product: str
    default: str
    oldest: str
    port: int
    user: str
    user_variable: str | None
    password_variable: str | None
    database: str
    flags: tuple[str, ...]
    driver: str = ""

    def environment(self, password: str, wanted: Mapping[str, str]) -> dict[str, str]:
        """The container's variables: those `wanted`, and our password where they don't have one."""
        ours = {self.password_variable: password} if self.password_variable else {}
        return {**ours, **wanted}

    def address(self, environment: Mapping[str, str], host: str, port: int, private: bool) -> ServerAddress:
        """Where the server of a container answers that was started with `environment`."""
        password = environment.get(self.password_variable) if self.password_variable else None
        return ServerAddress(
            dialect=self.dialect,
            host=host,
            port=port,
            user=environment.get(self.user_variable or "") or self.user,
            password=password,
            database=self.database,
            private=private,
            driver=self.driver,
        )


def _settings(settings: Mapping[str, str]) -> tuple[str, ...]:
    return tuple(word for name, value in settings.items() for word in ("-c", f"{name}={value}"))


# Without it the server asks for the name of every client's address, which may take seconds in a container.
_MYSQL_FLAGS = (*data_directory.DISPOSABLE, "--skip-name-resolve")

KINDS = (
    Kind(
        dialect="postgresql",
        product="PostgreSQL",
        default="postgres:18",
        oldest=str(OLDEST),
        port=5432,
        user="postgres",
        user_variable="POSTGRES_USER",
        password_variable="POSTGRES_PASSWORD",
        database="postgres",
        flags=_settings(cluster.DISPOSABLE),
    ),
    Kind(
        dialect="cockroachdb",
        product="CockroachDB",
        default="cockroachdb/cockroach:latest-v25.2",
        oldest="22",
        port=26257,
        user="root",
        user_variable=None,
        password_variable=None,
        database="defaultdb",
        flags=("start-single-node", "--insecure", "--store=type=mem,size=0.25"),
        driver="psycopg",  # migcheck's own, so that it is there
    ),
    Kind(
        dialect="mariadb",
        product="MariaDB",
        default="mariadb:11",
        oldest=OLDEST_OF["MariaDB"],
        port=3306,
        user="root",
        user_variable=None,
        password_variable="MARIADB_ROOT_PASSWORD",
        database="",
        flags=_MYSQL_FLAGS,
    ),
    Kind(
        dialect="mysql",
        product="MySQL",
        default="mysql:8.4",
        oldest=OLDEST_OF["MySQL"],
        port=3306,
        user="root",
        user_variable=None,
        password_variable="MYSQL_ROOT_PASSWORD",
        database="",
        # X Protocol has no use here, and takes time to start. Not every kin of MySQL has it.
        flags=(*_MYSQL_FLAGS, "--loose-mysqlx=OFF"),
    ),
)

# Words in names of images; percona comes last, for Percona makes images of others' databases, too.
_WORDS = {
    "postgresql": "postgres postgresql postgis pgvector timescale timescaledb citus paradedb pgrouting pg",
    "cockroachdb": "cockroach cockroachdb",
    "mariadb": "mariadb",
    "mysql": "mysql percona",
}


# Extensions of PostgreSQL that the usual image lacks, and images that have them.
_WITH_EXTENSION = {
    "postgis": "postgis/postgis:17-3.5",
    "timescaledb": "timescale/timescaledb:latest-pg17",
    "vector": "pgvector/pgvector:pg17",
}


def image_with(lacking: str) -> str | None:
    """The image for a history that needs `lacking`, such as `the extension postgis`; None: the usual one."""
    return next((image for name, image in _WITH_EXTENSION.items() if name in lacking.split()), None)


def kind_of(dialect: str) -> Kind | None:
    """What is known of a dialect's images; None where nothing is."""
    return next((kind for kind in KINDS if kind.dialect == dialect), None)


def dialect_of_image(image: str) -> str | None:
    """The dialect that an image's name tells: `mariadb` for `registry:5000/db/mariadb:11@sha256:...`.

    None where it tells none. Words are looked for from the right: the last part of the path counts most.
    """
    path = image.partition("@")[0]
    host, slash, rest = path.partition("/")
    if slash and (host == "localhost" or re.search("[.:]", host)):
        path = rest
    path = re.sub(r":[^/]*$", "", path)
    for part in reversed(path.lower().split("/")):
        words = set(re.split(r"[-_.]+", part))
        for dialect, known in _WORDS.items():
            if words & set(known.split()):
                return dialect
    return None


def command_of(kind: Kind, image_command: list[str], wanted: tuple[str, ...]) -> list[str]:
    """What a container runs: the image's command, our flags, and those `wanted`, the last of which win.

    Wanted words that begin with a program instead of a flag are the whole command.
    """
    if wanted and not wanted[0].startswith("-"):
        return list(wanted)
    return [*image_command, *kind.flags, *wanted]
