"""What the parent tells the zygote, and how it travels: pickled, with the descriptors that belong to it."""

from __future__ import annotations

import pickle
import socket
import struct
from dataclasses import dataclass
from typing import Any

_HEADER = struct.Struct("!Q")
PID = struct.Struct("!q")
"""The number of its process, as a branch of a zygote sends it."""


@dataclass(frozen=True, slots=True)
class Serve:
    """Get ready for jobs on a server of `dialect`, also for those with `rows`."""

    dialect: str
    rows: bool


@dataclass(frozen=True, slots=True)
class Branch:
    """Fork another zygote, which serves in this working directory and environment."""

    folder: str
    environ: tuple[tuple[str, str], ...]


def send_job(control: socket.socket, job: Any, descriptors: list[int]) -> None:
    """Send a job and its two descriptors to a zygote: for events and the result, and for what is printed.

    A `Branch` has the socket for its own jobs and its life line instead, and `Serve` has none.
    """
    payload = pickle.dumps(job)
    socket.send_fds(control, [_HEADER.pack(len(payload))], descriptors)
    control.sendall(payload)


def receive_job(control: socket.socket) -> tuple[Any, list[int]]:
    """What comes next, and its descriptors; (None, []) when the other side is gone."""
    header, descriptors, _, _ = socket.recv_fds(control, _HEADER.size, 2)
    if not header:
        return None, []
    (size,) = _HEADER.unpack(header)
    parts: list[bytes] = []
    while size:
        part = control.recv(min(size, 1 << 20))
        if not part:
            return None, []
        parts.append(part)
        size -= len(part)
    return pickle.loads(b"".join(parts)), descriptors
