"""A run to be killed: starts a server below the folder given, makes databases on it until it is told to stop.

python one_run.py FOLDER [PROVIDER [fork|fail]]

Says "ready" once a database is there.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from migcheck.dialects.postgresql import databases
from migcheck.providers import directories, provider_for


def main(folder: str, provider: str = "embedded", how: str = "") -> None:
    directories.places = lambda: [Path(folder)]
    if how == "fork" and os.fork() == 0:
        time.sleep(60)
        os._exit(0)
    with provider_for(provider).start() as server:
        if how == "fork" and os.fork() == 0:
            time.sleep(60)  # holds all that a forked child inherits, the life line included
            os._exit(0)
        first = databases.new_name(server.run)
        databases.create(server.address, first)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        if how == "fail":
            raise RuntimeError("as a bug in migcheck would")
        while True:
            name = databases.new_name(server.run)
            databases.create(server.address, name, first)
            databases.drop(server.address, name)


main(*sys.argv[1:])
