"""What the name of an image tells, and what its container is told."""

from __future__ import annotations

import subprocess
import sys

import pytest

from migcheck.errors import ProviderError, UsageError
from migcheck.providers.containers.images import KINDS, command_of, dialect_of_image, kind_of
from migcheck.providers.docker import DockerProvider

DIGEST = "@sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("image", "dialect"),
    [
        ("postgres", "postgresql"),
        ("postgres:16-alpine", "postgresql"),
        ("postgis/postgis:16-3.4", "postgresql"),
        ("timescale/timescaledb:latest-pg16", "postgresql"),
        ("timescale/timescaledb-ha:pg17", "postgresql"),
        ("pgvector/pgvector:pg17", "postgresql"),
        ("registry.example.com:5000/library/postgres:16" + DIGEST, "postgresql"),
        ("localhost/team/shop-postgres-with-extensions", "postgresql"),
        ("mysql.example.com/postgres:16", "postgresql"),
        ("percona/percona-distribution-postgresql:16", "postgresql"),
        ("mysql:8.4", "mysql"),
        ("container-registry.oracle.com/mysql/community-server:8.4", "mysql"),
        ("percona/percona-server:8.0", "mysql"),
        ("mariadb:11", "mariadb"),
        ("mysql/mariadb", "mariadb"),
        ("cockroachdb/cockroach:v25.2.0", "cockroachdb"),
        ("mcr.microsoft.com/mssql/server:2022-latest", None),
        ("registry.example.com:5000/shop-db:16", None),
        ("shop:postgres", None),
    ],
)
def test_the_dialect_of_an_image(image: str, dialect: str | None) -> None:
    assert dialect_of_image(image) == dialect


def test_the_default_image_of_each_dialect_is_one_of_that_dialect() -> None:
    assert [dialect_of_image(kind.default) for kind in KINDS] == [kind.dialect for kind in KINDS]


@pytest.mark.parametrize(
    ("dialect", "image", "kind", "name"),
    [
        ("postgresql", None, "postgresql", "postgres:18"),
        ("mysql", None, "mysql", "mysql:8.4"),
        ("mysql", "mariadb:11", "mariadb", "mariadb:11"),
        ("mariadb", "registry.example.com/shop-db:3", "mariadb", "registry.example.com/shop-db:3"),
    ],
)
def test_the_image_counts_more_than_the_dialect(
    dialect: str, image: str | None, kind: str, name: str
) -> None:
    provider = DockerProvider(dialect, image)
    assert (provider.kind.dialect, provider.image) == (kind, name)


def test_a_dialect_of_which_no_image_is_known() -> None:
    with pytest.raises(UsageError, match="cannot start a container for dialect 'oracle'") as caught:
        DockerProvider("oracle")
    assert "its URL" in (caught.value.hint or "")


def test_a_command_with_a_quote_too_many() -> None:
    with pytest.raises(UsageError, match="image_command cannot be read"):
        DockerProvider("postgresql", command="-c 'work_mem=1MB")


def test_nothing_is_loaded_before_a_container_is_wanted() -> None:
    program = (
        "import sys, migcheck.providers.docker as provider\n"
        "provider.DockerProvider('postgresql')\n"
        "print([name for name in ('docker', 'testcontainers', 'requests') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("package", ["docker", "testcontainers"])
def test_a_package_that_is_not_installed(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    for name in [name for name in sys.modules if name.split(".")[0] in ("docker", "testcontainers")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, package, None)
    provider = DockerProvider("postgresql")
    with pytest.raises(ProviderError, match="a package that is missing") as caught, provider.start():
        pass
    assert caught.value.hint == "pip install 'migcheck[docker]'"
    assert provider.availability().hint == caught.value.hint


def test_commands() -> None:
    kind = kind_of("postgresql")
    assert kind is not None
    assert command_of(kind, [], ()) == list(kind.flags)
    # An image's own flags stay, and the user's have the last word.
    assert command_of(kind, ["postgres", "-c", "a=1"], ("-c", "fsync=on")) == [
        "postgres",
        "-c",
        "a=1",
        *kind.flags,
        "-c",
        "fsync=on",
    ]
    assert command_of(kind, ["postgres"], ("serve", "--all")) == ["serve", "--all"]


def test_what_the_user_says_of_the_environment_counts() -> None:
    kind = kind_of("postgresql")
    assert kind is not None
    ours = kind.environment("secret", {"TZ": "UTC"})
    assert ours == {"POSTGRES_PASSWORD": "secret", "TZ": "UTC"}
    theirs = kind.environment("secret", {"POSTGRES_USER": "app", "POSTGRES_PASSWORD": "mine"})
    address = kind.address(theirs, "127.0.0.1", 32768, True)
    assert (address.user, address.password, address.database) == ("app", "mine", "postgres")
    assert "mine" not in repr(address)
