"""The keeper: a small process that owns a private server and outlives the one that asked for it.

Started as `python -I -S keeper.py`. Standard input brings lines of JSON, first the directories that are about
to be made, then what to run (nothing, where only the directories are to be looked after), and stays open as a
life line: when it ends, for whatever reason (also kill -9 of the other side), the keeper stops the server and
removes the directories. It answers on standard output
with a line of JSON for each thing that happens. Standard library only, and as little of it as can be, so that
it starts within milliseconds; the parent imports `stop_server` and `remove` for the servers of keepers that
were killed themselves.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:  # importing typing costs as much as all of the rest
    from collections.abc import Callable
    from typing import Any

# Files in which servers note their process, and the signal that ends such a server at once. PostgreSQL has
# shared memory to tidy up; of MariaDB and MySQL nothing outlives the process.
ENDINGS = {"postmaster.pid": signal.SIGQUIT, "mysqld.pid": signal.SIGKILL}

_QUIT_PATIENCE = 6.0  # seconds; the server itself kills its children after 5
_PARENT_CHECK = 1.0  # seconds between looks whether the parent is still the same process
_PR_SET_PDEATHSIG = 1


def main() -> None:
    """Run one server for one parent."""
    # In a session of its own (Ctrl-C in the terminal goes to the parent, whose end the life line tells).
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    parent = os.getppid()
    directories: list[str] = []
    request: dict[str, Any] = {}
    server = None
    try:
        request = _requested(directories, parent)
        if request and "server" not in request:
            _tell({"event": "started"})
            _readable([0], parent)
            return
        if not request or not _initialise(request, parent):
            return
        server, alive = _start(request)
        _tell({"event": "started", "pid": server.pid})
        _wait_for_end(server, alive, parent)
    except OSError as error:  # a program that cannot be executed, a log that cannot be written
        _tell({"event": "failed", "output": str(error)})
        _readable([0], parent)
    finally:
        if server is not None:
            stop_server(request["data"], server, ENDINGS[request["pid file"]])
        for directory in directories:
            remove(directory)


def _requested(directories: list[str], parent: int) -> dict[str, Any]:
    """Read what to do, adding to `directories`; empty when the parent went away before it said it."""
    while line := _read_line(parent):
        request: dict[str, Any] = json.loads(line)
        if "directory" not in request:
            for path in request["locks"]:
                # Held to our end, for other runs to see that somebody looks after the directory.
                fcntl.flock(os.open(path, os.O_RDWR), fcntl.LOCK_SH)
            return request
        directories.append(request["directory"])
    return {}


def _read_line(parent: int) -> bytes:
    line = b""
    while not line.endswith(b"\n"):
        part = os.read(0, 1) if _readable([0], parent) else b""
        if not part:
            return b""  # also for half a line: nothing was meant yet
        line += part
    return line


def _readable(descriptors: list[int], parent: int) -> list[int]:
    """Wait until something can be read, or ended; nothing can when the parent is gone.

    Its death is looked for as well: a process that it forked may hold its end of the life line.
    """
    while os.getppid() == parent:
        readable = select.select(descriptors, [], [], _PARENT_CHECK)[0]
        if readable:
            return readable
    return []


def _tell(event: dict[str, Any]) -> None:
    with contextlib.suppress(OSError):  # nobody listens any more; the life line says the same
        os.write(1, json.dumps(event).encode() + b"\n")


def _identity(request: dict[str, Any]) -> dict[str, Any]:
    if request["uid"] is None:
        return {}
    return {"user": request["uid"], "group": request["gid"], "extra_groups": []}


def _initialise(request: dict[str, Any], parent: int) -> bool:
    """Fill the data directory, unless that is done; False when that failed or the parent went away."""
    if not request["initialise"]:
        return True
    with open(request["script"], "rb") as script:
        process = subprocess.Popen(
            request["initialise"],
            stdin=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=request["environment"],
            cwd="/",
            start_new_session=True,
            **_identity(request),
        )
    assert process.stdout is not None
    output = b""
    pipe = process.stdout.fileno()
    while True:
        readable = _readable([0, pipe], parent)
        if not readable or 0 in readable:
            if ENDINGS[request["pid file"]] != signal.SIGKILL:
                # The servers that initdb runs for its stages leave shared memory behind when they are ended,
                # whatever the signal; it takes less than a second until it has done.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.communicate(timeout=_QUIT_PATIENCE)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            stop_server(request["data"])
            return False
        part = os.read(pipe, 65536)
        if not part:
            break
        output += part
    if process.wait() != 0:
        text = output.decode("utf8", "replace")
        program = os.path.basename(request["initialise"][0])
        _tell({"event": "not initialised", "program": program, "code": process.returncode, "output": text})
        _readable([0], parent)
        return False
    return True


def _start(request: dict[str, Any]) -> tuple[subprocess.Popen[bytes], int]:
    """Start the server; the second value is a pipe that ends when its last process has gone."""
    alive, held = os.pipe()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    server = subprocess.Popen(
        request["server"],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        env=request["environment"],
        cwd="/",
        start_new_session=True,
        pass_fds=[held],
        preexec_fn=_death_signal(ENDINGS[request["pid file"]]),
        **_identity(request),
    )
    os.close(held)
    os.close(log)
    return server, alive


def _death_signal(number: int) -> Callable[[], None] | None:
    """Where the kernel offers it (Linux), a keeper killed with -9 takes its server along.

    To be called in the server's process after its change of user, which undoes it; by then it may no longer
    be able to read Python's own modules, so they are loaded here.
    """
    if sys.platform != "linux":
        return None
    import ctypes

    kernel = ctypes.CDLL(None)
    return lambda: kernel.prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)


def _wait_for_end(server: subprocess.Popen[bytes], alive: int, parent: int) -> None:
    """Return when the parent is gone or says so by closing the life line."""
    watched = [0, alive]
    while True:
        readable = _readable(watched, parent)
        if not readable or 0 in readable:
            return
        if alive in readable:
            watched.remove(alive)
            _tell({"event": "ended", "code": server.wait()})


def stop_server(
    data: str, server: subprocess.Popen[bytes] | None = None, ending: int = signal.SIGKILL
) -> None:
    """Stop the server of the data directory `data` at once, and all that it leaves in the kernel.

    `ending` is the signal for `server`. A server that isn't our child is named by its pid file; that is
    believed only if the process works in that very directory. Immediate shutdown: nothing in there is worth a
    checkpoint.
    """
    pid = None
    if server is not None:
        pid = server.pid if server.poll() is None else None
    else:
        for name, number in ENDINGS.items():
            if (found := _verified(_lines(data, name), data)) is not None:
                pid, ending = found, number
    family = _processes(data, pid)
    if pid is not None:
        _signal(pid, ending)
        _wait_until_gone(pid, server)
    for member in {*family, *_processes(data, None)}:
        _signal(member, signal.SIGKILL)
    if server is not None:
        server.wait()
    _remove_shared_memory(data)


def _lines(data: str, name: str) -> list[str]:
    """Lines of a file in the data directory; none where it isn't there."""
    try:
        with open(os.path.join(data, name), encoding="utf8", errors="replace") as file:
            return file.read().splitlines()
    except OSError:
        return []


def _verified(lines: list[str], data: str) -> int | None:
    """The pid in the first of the lines, if that process is a server working in `data`."""
    if not lines or not lines[0].strip().isdigit():
        return None
    pid = int(lines[0])
    if os.path.isdir("/proc/self"):
        return pid if _works_in(pid, data) else None
    arguments = ["ps", "-ww", "-o", "command=", "-p", str(pid)]
    command = subprocess.run(arguments, capture_output=True, text=True).stdout
    return pid if data in command else None


def _processes(data: str, server: int | None) -> list[int]:
    """The processes of the server in `data`: they all work in that directory.

    Where the system doesn't tell a process's directory, the children of process `server`.
    """
    if os.path.isdir("/proc/self"):
        return [int(pid) for pid in os.listdir("/proc") if pid.isdigit() and _works_in(pid, data)]
    if server is None:
        return []
    listing = subprocess.run(["ps", "-A", "-o", "pid=,ppid="], capture_output=True, text=True).stdout
    pairs = [line.split() for line in listing.splitlines()]
    return [server, *(int(pid) for pid, parent in pairs if parent == str(server))]


def _works_in(pid: int | str, data: str) -> bool:
    try:
        return os.path.samefile(f"/proc/{pid}/cwd", data)
    except OSError:
        return False  # gone, or somebody else's


def _signal(pid: int, number: int) -> None:
    with contextlib.suppress(OSError):
        os.kill(pid, number)


def _wait_until_gone(pid: int, server: subprocess.Popen[bytes] | None) -> None:
    deadline = time.monotonic() + _QUIT_PATIENCE
    while time.monotonic() < deadline:
        if server is not None:
            if server.poll() is not None:
                return
        else:
            try:
                os.kill(pid, 0)
            except OSError:
                return
        time.sleep(0.002)


def _remove_shared_memory(data: str) -> None:
    """Remove the System V segment that a server leaves which could not tidy up.

    postmaster.pid, which then is still there too, names it on its seventh line ("key id").
    """
    words = (_lines(data, "postmaster.pid") + [""] * 7)[6].split()
    if len(words) != 2 or not all(word.lstrip("-").isdigit() for word in words):
        return
    import ctypes

    kernel = ctypes.CDLL(None)
    key, identifier = int(words[0]), int(words[1])
    # After a restart of the machine the number may belong to somebody else; the pair doesn't.
    if kernel.shmget(key, 0, 0) == identifier:
        kernel.shmctl(identifier, 0, None)  # 0 is IPC_RMID


def remove(directory: str) -> None:
    """Remove a directory with all that is in it; what is gone already is no error."""
    import shutil

    for _ in range(3):  # a backend that is just ending may still write
        shutil.rmtree(directory, ignore_errors=True)
        if not os.path.lexists(directory):
            return
        time.sleep(0.05)


if __name__ == "__main__":
    main()
