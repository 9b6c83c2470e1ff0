"""A data directory in a file: packed when its server has stopped, unpacked for another one. Or a script.

A compressed tar whose first member says what is in it. What has the same content as an earlier file (the
databases of a new server nearly all do) is a link to it there, and the zeros at the end of a file of WAL are
left out. Only files and folders are taken out of it, and only into the folder that it is unpacked in. That
nothing was lost on the way is what gzip's checksum is for.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import os
import shutil
import struct
import tarfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import IO

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
        known: dict[bytes, str] = {}
        for path in _worth_packing(data):
            name = f"data/{path.relative_to(data).as_posix()}"
            first = name if path.is_dir() else known.setdefault(_content(path), name)
            if first != name:
                link = tarfile.TarInfo(name)
                link.type, link.linkname = tarfile.LNKTYPE, first
                archive.addfile(link)
            elif _is_segment(path):
                _add(archive, name, path.read_bytes().rstrip(b"\0"))
            else:
                archive.add(path, name, recursive=False)


def pack_script(script: str, header: bytes, file: Path) -> None:
    """Write a script of SQL, with `header`. Raises OSError."""
    with tarfile.open(file, "w:gz", compresslevel=_QUICK, format=tarfile.GNU_FORMAT) as archive:
        _add(archive, HEADER, header)
        _add(archive, SCRIPT, script.encode())


def _content(path: Path) -> bytes:
    """What tells the content of a file from any other."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while part := file.read(_BLOCK):
            digest.update(part)
    return digest.digest()


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
    path = _place(member.name, data)
    if member.isdir():
        os.mkdir(path, 0o700)
    else:
        with (
            _content_of(archive, member, data) as content,
            open(path, "xb", opener=lambda name, flags: os.open(name, flags, 0o600)) as target,
        ):
            shutil.copyfileobj(content, target, _BLOCK)
            if _is_segment(path):
                target.truncate(_SEGMENT)
    if account.switch:
        os.chown(path, account.uid, account.gid)


def _place(name: str, data: Path) -> Path:
    parts = PurePosixPath(name).parts
    if parts[:1] != ("data",) or ".." in parts:
        raise ValueError(f"{name!r} belongs in no data directory")
    return data.joinpath(*parts[1:])


def _content_of(archive: tarfile.TarFile, member: tarfile.TarInfo, data: Path) -> IO[bytes]:
    """What a file has in it, or the earlier one that it is like."""
    if member.islnk():
        return _place(member.linkname, data).open("rb")
    content = archive.extractfile(member) if member.isreg() else None
    if content is None:
        raise ValueError(f"{member.name!r} belongs in no data directory: it is no file")
    return content


def _worth_packing(data: Path) -> Iterator[Path]:
    """All folders and files, a folder before what is in it; of the WAL only what a start needs."""
    needed = _last_segment(data)
    for folder, folders, files in os.walk(data):
        folders.sort()
        place = Path(folder)
        if place != data:
            yield place
        for name in sorted(files):
            if name not in _LEFT_OUT and (name == needed or not _is_segment(place / name)):
                yield place / name


def _is_segment(path: Path) -> bool:
    """Whether it is a file of WAL, by its place and the length of its name."""
    return path.parent.name == "pg_wal" and len(path.name) == 24


def _last_segment(data: Path) -> str:
    """The name of the WAL file that holds the checkpoint of the shutdown, the last record of all."""
    # ControlFileData (pg_control.h): the LSN of the checkpoint comes after the system's identifier, two
    # versions, the state and the time, since PostgreSQL 8.3.
    control = (data / "global" / "pg_control").read_bytes()
    (lsn,) = struct.unpack_from("=Q", control, 32)
    number = lsn // _SEGMENT
    return f"{1:08X}{number // 256:08X}{number % 256:08X}"
