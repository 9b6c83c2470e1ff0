"""The schema as a file that can be committed, and that shows in a review what a revision changes."""

from __future__ import annotations

import os
from collections.abc import Sequence
from os import PathLike
from pathlib import Path
from typing import Any

from migcheck.compare import differences
from migcheck.compare.environment import without_environment
from migcheck.errors import UsageError
from migcheck.model import Snapshot, SnapshotFile
from migcheck.model.snapshot import major_version

VERSION = 1


def text_of(schema: Snapshot, dialect: str, version: str, revisions: Sequence[str]) -> str:
    """The file of a schema on a server of `dialect` and `version`, at `revisions`.

    One block for each object, in the server's own words and in a stable order; owners, privileges and roles
    are left out, as they are others on each server. Minor versions of a server give the same file.
    """
    at = ", ".join(sorted(revisions)) or "base"
    head = [
        f"-- migcheck snapshot {VERSION}: {dialect} {major_version(dialect, version)}",
        f"-- revision {at}",
        "-- Written by `migcheck snapshot`, not by hand.",
    ]
    whole = without_environment(schema)
    # With its schema, all that is in it would be one thing that is new.
    schemas = Snapshot({key: value for key, value in whole.objects.items() if key.kind == "schema"})
    blocks = [
        f"-- {difference.object_type} {difference.name}\n{(difference.after or '').rstrip()}"
        for difference in (*differences(Snapshot(), schemas), *differences(schemas, whole))
    ]
    return "\n\n".join(["\n".join(head), *blocks]) + "\n"


def read(path: Path) -> SnapshotFile:
    """The committed file. Raises UsageError where there is none of ours."""
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError as error:
        raise UsageError(f"there is no snapshot {path}", f"write it: migcheck snapshot -o {path}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the snapshot {path} cannot be read: {error}") from error
    if not text.startswith("-- migcheck snapshot "):
        raise UsageError(f"{path} is no snapshot of migcheck's", f"write one: migcheck snapshot -o {path}")
    return SnapshotFile(os.fspath(path), text)


def snapshot(
    url: str | PathLike[str] | None = None, *revisions: str, settings: Any = None, **fields: Any
) -> str:
    """The file of the schema at `revisions` (default: heads) of a project; arguments as for `verify`."""
    from migcheck.databases import Databases
    from migcheck.dialects import dialect_of

    with Databases(url, settings=settings, **fields) as databases:
        made = databases.at(*revisions)
        address = databases.address
        tables = frozenset(databases.version_tables)
        with dialect_of(address.dialect).observer(address, made.name, tables) as looking:
            return text_of(looking.snapshot(), address.dialect, databases.server_version, made.heads)
