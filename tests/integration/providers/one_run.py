"""A run to be killed: starts a server below the folder given, makes databases on it until it is told to stop.

python one_run.py FOLDER [PROVIDER [fork|fail]]

PROVIDER is as in --database, or `mariadb` for the installed one. Says "ready" once a database is there.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from migcheck.dialects import dialect_of
from migcheck.dialects.names import new_name
from migcheck.providers import directories, provider_for
from migcheck.providers.local import LocalProvider


def main(folder: str, word: str = "embedded", how: str = "") -> None:
    directories.places = lambda: [Path(folder)]
    if how == "fork" and os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    provider = LocalProvider(dialect="mariadb") if word == "mariadb" else provider_for(word)
    with provider.start() as server:
        if how == "fork" and os.fork() == 0:
            time.sleep(60)  # holds all that a forked child inherits, the life line included
            os._exit(0)
        dialect = dialect_of(server.address.dialect)
        first = new_name(server.run)
        dialect.create(server.address, first)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        if how == "fail":
            raise RuntimeError("as a bug in migcheck would")
        while True:
            name = new_name(server.run)
            dialect.create(server.address, name, first if dialect.clones else None)
            dialect.drop(server.address, name)


main(*sys.argv[1:])
