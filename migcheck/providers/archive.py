"""A data directory in a file: packed when its server has stopped, unpacked for another one. Or a script.

A compressed tar whose first member says what is in it. Only plain files and folders are taken out of it, and
only into the folder that it is unpacked in. That nothing was lost on the way is what gzip's checksum is for.
"""

from __future__ import annotations

import gzip
import io
import os
import struct
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from migcheck.errors import ProviderError
from migcheck.providers.account import Account

HEADER = "state.json"
SCRIPT = "dump.sql"
BROKEN = (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, LookupError)
"""What reading something else than a whole archive raises."""

_LEFT_OUT = frozenset({"postmaster.pid", "postmaster.opts", "pg_internal.init"})
_BLOCK = 1 << 20  # bytes that are read at a time
_QUICK = 1  # level of compression: it halves what level 6 takes in time and costs a tenth in size
_SEGMENT = 16 << 20  # bytes of a file of WAL, as initdb makes them
_LARGEST_HEADER = 64 << 20


def pack(data: Path, header: bytes, file: Path) -> None:
    """Write the data directory of a PostgreSQL server that was stopped in order, with `header`. Raises
    OSError."""
    with tarfile.open(file, "w:gz", compresslevel=_QUICK, format=tarfile.GNU_FORMAT) as archive:
        _add(archive, HEADER, header)
        for path in _worth_packing(data):
            archive.add(path, f"data/{path.relative_to(data).as_posix()}", recursive=False)


def pack_script(script: str, header: bytes, file: Path) -> None:
    """Write a script of SQL, with `header`. Raises OSError."""
    with tarfile.open(file, "w:gz", compresslevel=_QUICK, format=tarfile.GNU_FORMAT) as archive:
        _add(archive, HEADER, header)
        _add(archive, SCRIPT, script.encode())


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    archive.addfile(member, io.BytesIO(content))


def read_script(file: Path) -> str:
    """The script that `pack_script` wrote. Raises one of BROKEN."""
    for archive, member in _members(file):
        if member.name == SCRIPT and (script := archive.extractfile(member)) is not None:
            text = script.read().decode()
    return text


def _members(file: Path) -> Iterator[tuple[tarfile.TarFile, tarfile.TarInfo]]:
    """All that is in an archive, each to be read before the next. Raises one of BROKEN, at the end too."""
    with gzip.open(file) as content:
        with tarfile.open(fileobj=content, mode="r|") as archive:
            for member in archive:
                yield archive, member
        while content.read(_BLOCK):  # the checksum comes last
            pass


def read_header(file: Path) -> bytes:
    """What an archive says of itself. Raises one of BROKEN."""
    with tarfile.open(file, "r|gz") as archive:
        first = archive.next()
        if first is None or first.name != HEADER or first.size > _LARGEST_HEADER:
            raise ValueError(f"{file} begins with no {HEADER}")
        content = archive.extractfile(first)
        assert content is not None
        return content.read()


def unpack(file: Path, data: Path, account: Account) -> None:
    """Fill the empty folder `data`, for `account`, with what is packed in `file`. Raises ProviderError."""
    try:
        for archive, member in _members(file):
            if member.name != HEADER:
                _take_out(archive, member, data, account)
    except BROKEN as error:
        raise ProviderError(
            f"{file} is damaged: {error}", "Remove it: `migcheck cache clear`; it is made again."
        ) from error


def _take_out(archive: tarfile.TarFile, member: tarfile.TarInfo, data: Path, account: Account) -> None:
    parts = PurePosixPath(member.name).parts
    if parts[:1] != ("data",) or ".." in parts or not (member.isdir() or member.isreg()):
        raise ValueError(f"{member.name!r} belongs in no data directory")
    path = data.joinpath(*parts[1:])
    if member.isdir():
        os.mkdir(path, 0o700)
    else:
        content = archive.extractfile(member)
        assert content is not None
        with open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target:
            while part := content.read(_BLOCK):
                target.write(part)
    if account.switch:
        os.chown(path, account.uid, account.gid)


def _worth_packing(data: Path) -> Iterator[Path]:
    """All folders and files, a folder before what is in it; of the WAL only what a start needs."""
    needed = _last_segment(data)
    for folder, folders, files in os.walk(data):
        folders.sort()
        place = Path(folder)
        if place != data:
            yield place
        for name in sorted(files):
            wal = place.name == "pg_wal" and len(name) == len(needed)
            if name not in _LEFT_OUT and (not wal or name == needed):
                yield place / name


def _last_segment(data: Path) -> str:
    """The name of the WAL file that holds the checkpoint of the shutdown, the last record of all."""
    # ControlFileData (pg_control.h): the LSN of the checkpoint comes after the system's identifier, two
    # versions, the state and the time, since PostgreSQL 8.3.
    control = (data / "global" / "pg_control").read_bytes()
    (lsn,) = struct.unpack_from("=Q", control, 32)
    number = lsn // _SEGMENT
    return f"{1:08X}{number // 256:08X}{number % 256:08X}"
