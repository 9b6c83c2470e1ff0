"""What befalls connections to a server that is there: resets, silence, delays. No migration is to blame."""

from __future__ import annotations

import json
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.documents import without_times
from tests.integration.interference.hosts import FOREIGN, Host
from tests.integration.interference.proxy import Interference, Proxy
from tests.integration.interference.run import Run, could_not_verify, gone

HONEST = ("--target", "0002")


@dataclass(frozen=True)
class Moment:
    """When it happens: `after` seconds from where a client that has said `who` sends `text`; what is told."""

    text: str
    told: str
    who: str = ""
    after: float = 0.0
    asleep: float = 0.0
    what: Interference = Interference.RESET


EVERYWHERE = {
    "while env.py connects": Moment("alembic_version", "history/env.py: "),
    "in a statement of a step": Moment("sleep(", "in upgrade of 0002: ", after=0.3, asleep=20),
    "in an answer to a step": Moment("CREATE TABLE book", "in upgrade of 0002: ", what=Interference.CUT),
    "at a COMMIT": Moment("COMMIT", "in upgrade of 0001: ", who="CREATE TABLE author"),
}
MOMENTS = {
    "postgresql": {
        **EVERYWHERE,
        "when a database is made": Moment("CREATE DATABASE", "cannot create database migcheck_"),
        "in a look at the schema": Moment(
            "FROM pg_description", "the schema of 'migcheck_", what=Interference.CUT
        ),
    },
    "mysql": {
        **EVERYWHERE,
        "when a database is made": Moment("CREATE DATABASE", "no database can be made on the server"),
        "in a look at the schema": Moment(
            "SHOW CREATE TABLE", "the schema of 'migcheck_", what=Interference.CUT
        ),
    },
}


@pytest.mark.parametrize("name", MOMENTS["mysql"])
def test_a_connection_is_reset(host: Host, name: str) -> None:
    moment = MOMENTS[host.dialect][name]
    with Proxy(host.socket) as proxy:
        proxy.when(moment.text, moment.what, who=moment.who, after=moment.after)
        outcome = Run(host.url(proxy.port), host.dialect, asleep=moment.asleep).end()
    could_not_verify(outcome, moment.told)
    assert host.databases() == []
    assert host.foreign() == FOREIGN


def test_the_connection_that_shows_that_a_run_lives_is_reset(host: Host) -> None:
    """It is not needed for what the run itself does, which goes on."""
    with Proxy(host.socket) as proxy:
        proxy.when(
            "advisory_lock" if host.dialect == "postgresql" else "GET_LOCK", Interference.RESET, after=0.1
        )
        outcome = Run(host.url(proxy.port), host.dialect, *HONEST).end()
        assert proxy.acted.is_set()
    assert outcome.code == 0, outcome.errors
    assert host.databases() == []


def test_the_server_goes_away_and_comes_back(host: Host) -> None:
    """What could not be dropped then is told of, and the next run drops it."""
    with Proxy(host.socket) as proxy:
        proxy.when("sleep(", Interference.DOWN, after=0.3)
        outcome = Run(host.url(proxy.port), host.dialect, asleep=2).end()
        could_not_verify(outcome, f"the server at 127.0.0.1:{proxy.port} was lost in upgrade of 0002: ")
        (left,) = host.databases()
        assert (
            f"databases {left.rpartition('_')[0]}_* may be left there: the next run drops them"
            in outcome.errors
        )
        assert not gone(host.sessions)  # the server notices only when it has something to say
        proxy.heal()
        outcome = Run(host.url(proxy.port), host.dialect, *HONEST).end()
    assert outcome.code == 0, outcome.errors
    assert host.databases() == []
    assert host.foreign() == FOREIGN


def test_servers_fall_silent(postgresql_host: Host, mariadb_host: Host) -> None:
    """In the middle of a step, and of a statement of ours: neither is waited for until --step-timeout."""
    with ExitStack() as stack:
        runs = []
        for host, short in ((postgresql_host, "connect_timeout=2"), (mariadb_host, "read_timeout=4")):
            for text, parameters in (("sleep(", "connect_timeout=2"), ("CREATE DATABASE", short)):
                proxy = stack.enter_context(Proxy(host.socket))
                proxy.when(text, Interference.FREEZE)
                run = Run(host.url(proxy.port, parameters=parameters), host.dialect, asleep=8)
                runs.append((run, "no connection to " if text == "sleep(" else "database"))
        for run, words in runs:
            outcome = run.end()
            could_not_verify(outcome, words)
            assert outcome.seconds < 40
    for host in (postgresql_host, mariadb_host):
        assert host.foreign() == FOREIGN
        assert not gone(host.sessions, 10)
        with Proxy(host.socket) as proxy:  # drops what had to be left
            assert Run(host.url(proxy.port), host.dialect, *HONEST).end().code == 0
        assert host.databases() == []


def test_everything_takes_200_milliseconds_longer(postgresql_host: Host) -> None:
    _same_with_latency(postgresql_host, "sslmode=disable")


@pytest.mark.exhaustive
def test_everything_takes_200_milliseconds_longer_on_mariadb(mariadb_host: Host) -> None:
    _same_with_latency(mariadb_host, "")


def _same_with_latency(host: Host, parameters: str) -> None:
    """The same is seen, however long it takes."""
    outcomes = []
    for latency in (0.1, 0.0):  # in each direction
        with Proxy(host.socket, latency) as proxy:
            url = host.url(proxy.port, parameters=parameters)
            outcomes.append(Run(url, host.dialect, "--target", "0001").end(patience=200))
    slow, quick = outcomes
    assert (slow.code, quick.code) == (0, 0), slow.errors
    assert _seen(slow.report) == _seen(quick.report)
    assert slow.report["revisions"][0]["seconds"]["upgrade"] > 0.2
    assert host.databases() == []


def _seen(report: dict[str, Any]) -> tuple[Any, ...]:
    """What was seen of each revision, without how long it took."""
    seen = without_times(json.dumps(report))
    return seen["revisions"], seen["findings"], seen["skipped"]
