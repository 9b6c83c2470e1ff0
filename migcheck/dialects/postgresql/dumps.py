"""A database as a script of SQL, which pg_dump writes."""

from __future__ import annotations

import os
import re
import subprocess
from pathlib import Path

from psycopg.conninfo import make_conninfo

from migcheck.dialects.postgresql.connection import parameters
from migcheck.errors import DatabaseError
from migcheck.model import ServerAddress

_PATIENCE = 600.0  # seconds
# A setting that servers before 17 do not know; it is set to what it is by default.
_NEWER = re.compile(r"^SET transaction_timeout = 0;$", re.MULTILINE)


def dump(address: ServerAddress, name: str, program: Path) -> str:
    """Database `name` as a script for `PostgreSQL.execute`, rows included.

    `program` is a pg_dump that is not older than the server. Raises DatabaseError.
    """
    given = parameters(address, name)
    password = given.pop("password", None)  # other users see what a program is called with
    environment = {**os.environ, **({} if password is None else {"PGPASSWORD": password})}
    try:
        done = subprocess.run(
            [str(program), "--dbname", make_conninfo(**given), "--inserts", "--rows-per-insert=500"],
            capture_output=True,
            stdin=subprocess.DEVNULL,
            env=environment,
            timeout=_PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise DatabaseError(f"{program} does not run: {error}") from error
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip()
        raise DatabaseError(
            f"{name} cannot be dumped: {said.splitlines()[0] if said else program}", None, said
        )
    return _NEWER.sub("", done.stdout.decode("utf-8"))
