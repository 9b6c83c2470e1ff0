"""Data directories in files: what comes back is what was packed, and nothing else ever gets out."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import ProviderError
from migcheck.model import ServerAddress
from migcheck.providers import archive
from migcheck.providers.account import server_account
from migcheck.providers.embedded import EmbeddedProvider
from migcheck.providers.local import LocalProvider
from migcheck.providers.private import PrivateProvider

ROWS = "SELECT count(*), sum(length(text)) FROM many"


@pytest.fixture(scope="module", params=[EmbeddedProvider, LocalProvider])
def provider(request: pytest.FixtureRequest) -> PrivateProvider:
    found: PrivateProvider = request.param()
    if not found.availability().available:
        pytest.skip("no such server here")
    return found


@pytest.fixture(scope="module")
def packed(provider: PrivateProvider, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A packed data directory, and the name of the database in it."""
    file = tmp_path_factory.mktemp("packed") / "data.tar.gz"
    with provider.start() as server:
        name = databases.new_name(server.run)
        databases.create(server.address, name)
        with databases.connect(server.address, name) as connection:
            # More WAL than one segment holds, so that not all of it is packed.
            connection.execute(
                "CREATE TABLE many AS SELECT repeat('x', 200) AS text FROM generate_series(1, 2)"
            )
            for _ in range(15):
                connection.execute("INSERT INTO many TABLE many")
        server.pack(b'{"what": "a test"}', file)
    return file, name


def rows(address: ServerAddress, name: str) -> object:
    with databases.connect(address, name) as connection:
        return connection.execute(ROWS).fetchone()


def test_a_server_goes_on_from_what_was_packed(provider: PrivateProvider, packed: tuple[Path, str]) -> None:
    file, name = packed
    assert archive.read_header(file) == b'{"what": "a test"}'
    assert file.stat().st_size < 20e6
    for _ in range(2):  # the file serves more than once
        with provider.start(file) as server:
            assert rows(server.address, name) == (65536, 65536 * 200)
            copy = databases.new_name(server.run)
            databases.create(server.address, copy, name)
            assert rows(server.address, copy) == (65536, 65536 * 200)
            assert "recovery" not in server.log_tail()


@pytest.mark.parametrize("damage", ["cut off", "a byte", "no archive", "empty", "missing"])
def test_what_is_damaged_starts_no_server(
    tmp_path: Path, provider: PrivateProvider, packed: tuple[Path, str], damage: str
) -> None:
    content = packed[0].read_bytes()
    middle = len(content) // 2
    file = tmp_path / "damaged"
    texts = {
        "cut off": content[:middle],
        "a byte": content[:middle] + bytes([content[middle] ^ 0xFF]) + content[middle + 1 :],
        "no archive": b"not an archive" * 1000,
        "empty": b"",
    }
    if damage in texts:
        file.write_bytes(texts[damage])
    with pytest.raises(ProviderError, match="damaged") as raised, provider.start(file):
        pass
    assert raised.value.hint is not None and "migcheck cache clear" in raised.value.hint


def member(name: str, kind: bytes = tarfile.REGTYPE, target: str = "/etc/passwd") -> tarfile.TarInfo:
    made = tarfile.TarInfo(name)
    made.type, made.linkname = kind, target
    return made


def test_what_is_there_twice_is_packed_once(packed: tuple[Path, str]) -> None:
    with tarfile.open(packed[0]) as archived:
        members = archived.getmembers()
    links = [each for each in members if each.islnk()]
    assert len(links) > 500, "the databases of a new cluster are alike"
    assert sum(each.size for each in members if "/pg_wal/" in each.name) < 16 << 20


@pytest.mark.parametrize(
    "evil",
    [
        member("data/../../outside"),
        member("/data/outside"),
        member("outside"),
        member("data/link", tarfile.SYMTYPE),
        member("data/link", tarfile.LNKTYPE),
        member("data/link", tarfile.LNKTYPE, "data/../evil.tar.gz"),
        member("data/device", tarfile.CHRTYPE),
    ],
    ids=lambda evil: f"{evil.name} {evil.type.decode()}",
)
def test_nothing_gets_out_of_the_folder(tmp_path: Path, evil: tarfile.TarInfo) -> None:
    file, data = tmp_path / "evil.tar.gz", tmp_path / "inside"
    data.mkdir()
    with tarfile.open(file, "w:gz") as archived:
        archived.addfile(member(archive.HEADER), io.BytesIO())
        archived.addfile(evil, io.BytesIO())
    with pytest.raises(ProviderError, match="belongs in no data directory"):
        archive.unpack(file, data, server_account())
    assert not list(data.iterdir())
    assert not (tmp_path / "outside").exists()
