"""Ctrl-C, SIGTERM and SIGHUP: one way out, through every `with` that is open."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
_PATIENCE = 2


class Interrupted(KeyboardInterrupt):
    """Somebody asked the run to stop; `exit_code` is the shell's 128 + number of the signal."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.exit_code = 128 + number


@contextmanager
def stoppable() -> Iterator[None]:
    """Inside, the first of the signals raises Interrupted in the main thread.

    What is open is then unwound and must not be torn out of that by an impatient second Ctrl-C; the
    third ends the process at once (what was started notices that its parent is gone). A signal that
    the caller told us to ignore (nohup, a background job) stays ignored.
    """
    seen = 0

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal seen
        seen += 1
        if seen == 1:
            raise Interrupted(number)
        if seen > _PATIENCE:
            signal.signal(number, signal.SIG_DFL)
            os.kill(os.getpid(), number)

    previous: dict[int, Any] = {}
    try:
        in_main_thread = threading.current_thread() is threading.main_thread()
        for number in _SIGNALS if in_main_thread else ():  # Python hears signals nowhere else
            if signal.getsignal(number) not in (signal.SIG_IGN, None):
                previous[number] = signal.signal(number, stop)
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
