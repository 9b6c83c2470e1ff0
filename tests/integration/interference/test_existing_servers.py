"""Servers of somebody else that several use, or that will not do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.integration.interference.hosts import FOREIGN, Host
from tests.integration.interference.proxy import Proxy
from tests.integration.interference.run import Run, could_not_verify


def test_two_runs_at_once(host: Host) -> None:
    """Neither drops the other's databases, and both see what one alone sees."""
    with Proxy(host.socket) as proxy:
        runs = [Run(host.url(proxy.port), host.dialect) for _ in range(2)]
        outcomes = [run.end() for run in runs]
    for outcome in outcomes:
        assert outcome.code == 1, outcome.errors
        assert outcome.findings[:2] == [("MC203", "0003"), ("MC204", "0003")]
        assert {revision for _, revision in outcome.findings} == {"0003"}
    assert host.databases() == []
    assert host.foreign() == FOREIGN


def test_a_login_that_may_not_create_databases(host: Host) -> None:
    postgresql = host.dialect == "postgresql"
    host.run("CREATE ROLE reader LOGIN" if postgresql else "CREATE USER reader@localhost")
    try:
        with Proxy(host.socket) as proxy:
            outcome = Run(host.url(proxy.port, user="reader"), host.dialect).end()
    finally:
        host.run("DROP ROLE reader" if postgresql else "DROP USER reader@localhost")
    could_not_verify(outcome, "login 'reader' may not create", "databases on the server of the URL")
    right = 'ALTER ROLE "reader" CREATEDB' if postgresql else "GRANT ALL ON `migcheck\\_%`.* TO 'reader'"
    assert right in outcome.errors
    assert host.databases() == []
    assert host.foreign() == FOREIGN


def test_the_port_is_somebody_elses(host: Host) -> None:
    """What answers there is no database server."""
    with _answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        outcome = Run(host.url(port), host.dialect).end()
    could_not_verify(outcome, "the server of the URL")
    assert "check the port" in outcome.errors


def test_the_server_is_not_there_yet(host: Host) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    outcome = Run(host.url(port), host.dialect).end()
    could_not_verify(outcome, "Connection refused")
    assert "Is the server running" in outcome.errors
    assert outcome.seconds < 10


@contextmanager
def _answering(text: bytes) -> Iterator[int]:
    """The port of something that says `text` to everybody."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer() -> None:
            while True:
                try:
                    client, _ = listener.accept()
                except OSError:
                    return
                with client:
                    client.sendall(text)

        threading.Thread(target=answer, daemon=True).start()
        yield listener.getsockname()[1]
        listener.shutdown(socket.SHUT_RDWR)
