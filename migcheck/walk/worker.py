"""The zygote: a process that has imported everything but the user's code, and forks one process a job.

`main(FD)` runs it, FD being its end of a socket pair. Over it comes first for which jobs to get ready, then
each job, pickled, and two descriptors: a socket for events and the result, and a file for what the user's
code prints.
Forking makes "a fresh process" cost milliseconds; a spawned one imports SQLAlchemy again.

Nothing outlives the parent: the zygote ends when its socket closes, and so does every job's process,
together with whatever the user's code has started in its process group.
"""

from __future__ import annotations

import gc
import importlib
import os
import select
import signal
import socket
import sys
import threading
import traceback
from collections.abc import Iterable
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

from migcheck.walk.channel import PID, Branch, Serve, receive_job
from migcheck.walk.jobs import Job, Preload

_ALWAYS = ("migcheck.walk.run", "sqlalchemy.orm", "sqlalchemy.ext.asyncio")
_MYSQL = ("sqlalchemy.dialects.mysql", "migcheck.dialects.mysql", "pymysql")
_OF_DIALECT = {
    "postgresql": (
        "sqlalchemy.dialects.postgresql",
        "migcheck.dialects.postgresql.dialect",
        "psycopg2",
        "asyncpg",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
    "sqlite": ("sqlalchemy.dialects.sqlite", "migcheck.dialects.sqlite"),
}

# The first jobs have no rows: these are imported one by one, while there is nothing else to do.
_OF_ROWS = ("migcheck.walk.data.walker", "migcheck.walk.data.trials", "sqlglot", "rstr", "faker.providers")

_GAVE_UP = 7  # exit code of a successor that could not import


def main(descriptor: int) -> None:
    """Serve jobs until the parent closes the socket."""
    # The terminal's Ctrl-C goes to the whole foreground group; the parent ends us in its own order.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _import(_ALWAYS)
    control = socket.socket(fileno=descriptor)
    later: list[str] = []  # modules to import when nothing else is to be done
    children: set[int] = set()
    life = -1  # of a branch: its end tells whoever asked for it
    while True:
        readable, _, _ = select.select([control], [], [], 0 if later else 0.5 if children else None)
        _reap(children)
        if not readable:
            if later:
                _import([later.pop(0)])
            continue
        job, descriptors = receive_job(control)
        if isinstance(job, Serve):
            _import(_OF_DIALECT.get(job.dialect, ()))
            later += _OF_ROWS if job.rows else ()
            continue
        if job is None or (isinstance(job, Preload) and _hand_over(job, *descriptors)):
            break
        if not isinstance(job, Preload):
            pid = os.fork()
            if pid == 0:
                control.close()
                if not isinstance(job, Branch):
                    if life >= 0:
                        os.close(life)
                    _run_child(job, *descriptors)
                children = set()
                control, life = _branch(job, *descriptors)
                continue
            children.add(pid)
        for each in descriptors:
            os.close(each)
    for pid in children:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
    os._exit(0)  # taking down the interpreter with all its modules would keep the parent waiting


def _branch(job: Branch, jobs: int, life: int) -> tuple[socket.socket, int]:
    """Become a zygote of its own: the socket on which its jobs come, and its life line."""
    os.setsid()
    os.environ.clear()
    os.environ.update(job.environ)
    os.chdir(job.folder)
    os.write(life, PID.pack(os.getpid()))
    return socket.socket(fileno=jobs), life


def _hand_over(job: Preload, events: int, output: int) -> bool:
    """Let a successor do the imports, so that one that goes wrong spoils nothing.

    False in the successor, which serves from now on, and in this process when the successor gave up;
    True in this process once the successor has served to the end.
    """
    pid = os.fork()
    if pid == 0:
        os.dup2(output, 1)
        os.dup2(output, 2)
        if not _preload(job):
            os._exit(_GAVE_UP)
        _answer(events)
        return False
    code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if code == _GAVE_UP:
        _answer(events)
    return code != _GAVE_UP


def _answer(events: int) -> None:
    connection = Connection(os.dup(events))
    connection.send(("result", None))
    connection.close()


def _preload(job: Preload) -> bool:
    """Import what a probe imported; False when that started a thread, which no fork would have."""
    from migcheck.guard import Guard

    Guard.of_process()  # refuses every connection: none may be shared by the jobs
    os.environ.clear()
    os.environ.update(job.environ)
    os.chdir(job.folder)
    sys.path[:] = job.path
    sys.dont_write_bytecode = True  # the user's folders stay as they are
    for module in job.modules:
        # What cannot be imported here (it may need env.py's application) is imported by each job.
        with suppress(Exception, SystemExit):
            importlib.import_module(module)
    return threading.active_count() == 1


def _import(modules: Iterable[str]) -> None:
    """Import what jobs and nearly every env.py need: the point of a zygote is that it's done only once."""
    # What is there afterwards is there for ever: neither this nor any job has to look through it for garbage
    # (or to copy it for that).
    gc.disable()
    for module in modules:
        with suppress(ImportError):
            importlib.import_module(module)
    gc.freeze()
    gc.enable()


def _reap(children: set[int]) -> None:
    for pid in list(children):
        with suppress(ChildProcessError):
            if os.waitpid(pid, os.WNOHANG)[0] == 0:
                continue
        children.discard(pid)


def _run_child(job: Job, events: int, output: int) -> None:
    """Run one job and leave the process, whatever happens."""
    code = 1
    try:
        os.setsid()
        pid = os.getpid()
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        sys.dont_write_bytecode = True
        connection = Connection(events)
        _die_with(events)
        _serve(job, connection, pid)
        code = 0
    finally:
        with suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _serve(job: Job, connection: Connection, pid: int) -> None:
    from migcheck.errors import MigcheckError
    from migcheck.walk.run import run_job

    connection.send(("started", pid))
    try:
        answer: tuple[str, Any] = ("result", run_job(job, lambda event: connection.send(("event", event))))
    except MigcheckError as error:
        answer = ("error", error)
    except BaseException as error:
        answer = ("crash", _crash(error, job))
    if os.getpid() == pid:  # a fork that the user's code made must not answer too
        connection.send(answer)


def _crash(error: BaseException, job: Job) -> Any:
    from migcheck.dialects import dialect_of
    from migcheck.errors import WalkError
    from migcheck.project import lost, words

    if dialect_of(job.place.address.dialect).is_lost(error):
        return lost(job.place.address, "between two steps", error)
    details = "".join(traceback.format_exception(type(error), error, error.__traceback__))
    return WalkError(
        f"migcheck failed inside: {type(error).__name__}: {words(error)}",
        "please report this, with the traceback",
        details,
    )


def _die_with(descriptor: int) -> None:
    """End this process and its group when the other end of `descriptor` closes (the parent is gone)."""

    def watch() -> None:
        poll = select.poll()
        poll.register(descriptor, 0)  # POLLHUP and POLLERR are always reported
        poll.poll()
        with suppress(ProcessLookupError):
            os.killpg(os.getpid(), signal.SIGKILL)

    threading.Thread(target=watch, daemon=True, name="migcheck-lifeline").start()
