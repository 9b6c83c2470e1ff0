"""A proxy between migcheck and a server, which can be told to get in the way."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from dataclasses import dataclass
from enum import Enum
from types import TracebackType

_ENOUGH = 1 << 16  # bytes of what a client has said that are kept to know it by


class Interference(Enum):
    """What befalls connections."""

    RESET = "the connection is reset; others go on, and new ones are let in"
    CUT = "the connection is reset in the middle of the server's next answer"
    DOWN = "all connections are reset, and so is every new one"
    FREEZE = "connections stay open, and new ones are let in, but nothing goes through any more"


@dataclass
class _Rule:
    what: Interference
    text: bytes
    who: bytes
    after: float


class Proxy:
    """Forwards connections to 127.0.0.1:`port` on to a server; a context manager.

    `server` is the path of a Unix socket, or host and port; `latency` are the seconds that everything takes
    in either direction.
    """

    def __init__(self, server: str | tuple[str, int], latency: float = 0.0) -> None:
        self.server = server
        self.latency = latency
        self.acted = threading.Event()
        self._rules: list[_Rule] = []
        self._state: Interference | None = None
        self._connections: set[_Connection] = set()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Proxy:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, frames: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def when(self, text: str, what: Interference, *, who: str = "", after: float = 0.0) -> None:
        """`what` happens, once, `after` seconds from when a client that has said `who` sends `text`.

        The server has got that text by then.
        """
        self._rules.append(_Rule(what, text.lower().encode(), who.lower().encode(), after))

    def act(self, what: Interference) -> None:
        """Let it happen to all connections now."""
        self._loop.call_soon_threadsafe(self._act, what, None)

    def heal(self) -> None:
        """From now on everything goes through again; connections that are frozen stay so."""
        self._state = None
        self._rules.clear()

    # -- inside, in the thread of the loop

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        server = self._loop.run_until_complete(asyncio.start_server(self._accept, sock=self._listener))
        self._loop.run_forever()
        server.close()
        ending = [each for each in asyncio.all_tasks(self._loop) if each.cancel()]
        self._loop.run_until_complete(asyncio.gather(*ending, return_exceptions=True))
        self._loop.close()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        connection = _Connection(writer, frozen=self._state is Interference.FREEZE)
        self._connections.add(connection)
        try:
            if self._state is Interference.DOWN:
                connection.reset()
            elif not connection.frozen:
                server = self.server
                there = (
                    asyncio.open_unix_connection(server)
                    if isinstance(server, str)
                    else asyncio.open_connection(*server)
                )
                behind, connection.server = await there
                await asyncio.gather(self._to_server(connection, reader), self._to_client(connection, behind))
            else:
                await asyncio.sleep(3600)
        except (OSError, asyncio.CancelledError):
            pass
        finally:
            connection.reset()
            self._connections.discard(connection)

    async def _to_server(self, connection: _Connection, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(1 << 16):
            if connection.server is not None:
                self._forward(connection, connection.server, data)
            connection.said = (connection.said + data)[-_ENOUGH:]
            for rule in list(self._rules):
                if rule.text in data.lower() and rule.who in connection.said.lower():
                    self._rules.remove(rule)
                    self._loop.call_later(rule.after, self._act, rule.what, connection)
        if connection.server is not None:
            self._loop.call_later(self.latency, connection.server.close)

    async def _to_client(self, connection: _Connection, reader: asyncio.StreamReader) -> None:
        while data := await reader.read(1 << 16):
            if connection.cut:
                self._forward(connection, connection.client, data[: len(data) // 2])
                await asyncio.sleep(0.05)
                connection.reset()
            self._forward(connection, connection.client, data)
        self._loop.call_later(self.latency, connection.client.close)

    def _forward(self, connection: _Connection, to: asyncio.StreamWriter, data: bytes) -> None:
        def write() -> None:
            if not (connection.frozen or to.is_closing()):
                to.write(data)

        if self.latency:
            self._loop.call_later(self.latency, write)
        else:
            write()

    def _act(self, what: Interference, which: _Connection | None) -> None:
        if what in (Interference.DOWN, Interference.FREEZE):
            self._state = what
        everyone = which is None or self._state is not None
        for connection in list(self._connections) if everyone else [which]:
            assert connection is not None
            if what is Interference.FREEZE:
                connection.frozen = True
            elif what is Interference.CUT:
                connection.cut = True
            else:
                connection.reset()
        self.acted.set()


class _Connection:
    """One client and its connection to the server; `said` is what the client sent last."""

    def __init__(self, client: asyncio.StreamWriter, frozen: bool) -> None:
        self.client = client
        self.server: asyncio.StreamWriter | None = None
        self.said = b""
        self.frozen = frozen
        self.cut = False

    def reset(self) -> None:
        """End it with an RST; the server's end of it is closed."""
        if not self.client.is_closing():
            client = self.client.get_extra_info("socket")
            # Lingering for no seconds is what makes an RST of the end.
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.client.transport.abort()
        if self.server is not None:
            self.server.transport.abort()
