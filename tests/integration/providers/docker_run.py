"""A run in a container, to be killed.

python docker_run.py IMAGE [fork|fail]

Says "ready" once the server answers, and what is noted before; ends with exit code 130 on Ctrl-C.
"""

from __future__ import annotations

import os
import sys
import time

from migcheck.cli.stopping import Interrupted, stoppable
from migcheck.progress import Progress
from migcheck.providers.docker import DockerProvider


class Said(Progress):
    def note(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()


def main(image: str, how: str = "") -> None:
    try:
        with stoppable(), DockerProvider("postgresql", image, progress=Said()).start():
            if how == "fork" and os.fork() == 0:
                time.sleep(60)  # holds all that a forked child inherits, the line to the reaper included
                os._exit(0)
            sys.stdout.write("ready\n")
            sys.stdout.flush()
            if how == "fail":
                raise RuntimeError("as a bug in migcheck would")
            time.sleep(60)
    except Interrupted as interrupted:
        sys.exit(interrupted.exit_code)


main(*sys.argv[1:])
