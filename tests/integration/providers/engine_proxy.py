"""A way to the real container engine that can be cut: the engine of tests that hangs or goes away."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from types import TracebackType

ENGINE = "/var/run/docker.sock"


class EngineProxy:
    """Hands on what comes in at the Unix socket `path`, until told otherwise."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._open = threading.Event()
        self._open.set()
        self._word = b""
        self._connections: list[socket.socket] = []
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(path)
        self._listener.listen()
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> EngineProxy:
        return self

    def __exit__(
        self,
        exc_type: type[BaseException] | None,
        exc_value: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def stall(self) -> None:
        """Hand nothing on from now on; nothing gets lost."""
        self._open.clear()

    def stall_after(self, word: bytes) -> None:
        """Stall when a request with `word` in it has been handed on."""
        self._word = word

    def resume(self) -> None:
        """Hand on again, what has come in meanwhile first."""
        self._word = b""
        self._open.set()

    def close(self) -> None:
        """Be there no more."""
        self.resume()
        if os.path.exists(self.path):
            os.unlink(self.path)
        for connection in [self._listener, *self._connections]:
            with contextlib.suppress(OSError):  # nobody is at its other end any more
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            engine = socket.socket(socket.AF_UNIX)
            engine.connect(ENGINE)
            self._connections += [client, engine]
            threading.Thread(target=self._hand_on, args=(client, engine), daemon=True).start()
            threading.Thread(target=self._hand_on, args=(engine, client), daemon=True).start()

    def _hand_on(self, source: socket.socket, target: socket.socket) -> None:
        try:
            while part := source.recv(65536):
                self._open.wait()
                target.sendall(part)
                if self._word and self._word in part:
                    self._open.clear()
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass  # one of the two ends has gone
