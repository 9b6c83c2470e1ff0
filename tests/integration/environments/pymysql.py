"""Stands in for the MySQL driver, which the tests do not need: it connects, and nothing else."""

import socket

paramstyle = "format"
apilevel = "2.0"
threadsafety = 1
version_info = (1, 1, 0, "final", 0)


class Error(Exception):
    pass


def connect(host=None, port=None, **rest):
    with socket.create_connection((host, port)) as connection:
        connection.sendall(b"a byte is sent")
    raise Error("cannot be reached")
