"""Raises an exception that cannot be pickled and whose text cannot be made."""

import threading


class Unspeakable(Exception):
    def __init__(self, lock):
        self.lock = lock

    def __str__(self):
        raise RuntimeError("no words")


raise Unspeakable(threading.Lock())
