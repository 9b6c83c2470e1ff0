"""How jobs travel from the parent to the zygote: pickled, with the descriptors that belong to them."""

from __future__ import annotations

import pickle
import socket
import struct
from typing import Any

_HEADER = struct.Struct("!Q")
PID = struct.Struct("!q")
"""The number of its process, as a branch of a zygote sends it."""


def send_job(control: socket.socket, job: Any, descriptors: list[int]) -> None:
    """Send a job and its two descriptors (events, output) to a zygote."""
    payload = pickle.dumps(job)
    socket.send_fds(control, [_HEADER.pack(len(payload))], descriptors)
    control.sendall(payload)


def receive_job(control: socket.socket) -> tuple[Any, list[int]]:
    """The next job and its descriptors; (None, []) when the other side is gone."""
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
