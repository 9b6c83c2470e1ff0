"""Providers of others: what registers, what they may give, and that they are ended whatever happens."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

import pytest

from migcheck.dialects.postgresql import databases
from migcheck.errors import MigcheckError, PluginError, ProviderError, UsageError
from migcheck.model import ServerAddress
from migcheck.providers import Availability, LoglessServer, Server, all_providers, custom, provider_for
from migcheck.providers.custom import provider

OURS = "SELECT count(*) FROM pg_database WHERE datname = ANY(%s)"


@pytest.fixture(autouse=True)
def _nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(custom, "_REGISTERED", {})


@pytest.fixture
def ended() -> list[str]:
    """What the provider `lab` has ended with."""
    return []


@pytest.fixture
def url(server: Server, ended: list[str]) -> str:
    """The URL of a server, which the provider `lab` gives."""
    address = server.address
    url = f"postgresql://{address.user}@/{address.database}?host={address.host}&port={address.port}"

    @provider("lab")
    def lab(argument: str | None) -> Iterator[str]:
        try:
            yield url
        finally:
            ended.append(f"with {argument}")

    return url


def test_a_generator_of_a_url_is_a_server_for_the_length_of_the_block(
    url: str, server: Server, ended: list[str]
) -> None:
    made = provider_for("lab:of:two")
    assert (made.name, made.dialect) == ("lab", "postgresql")
    with made.start() as running:
        assert (running.provider, running.version) == ("lab", server.version)
        name = databases.new_name(running.run)
        databases.create(running.address, name)
        assert ended == []
    assert ended == ["with of:two"]
    with databases.connect(server.address) as connection:
        assert connection.execute(OURS, [[name]]).fetchone() == (0,)  # dropped with the run


def test_it_is_ended_when_the_run_breaks_off(url: str, ended: list[str]) -> None:
    for error in (KeyboardInterrupt(), ProviderError("gone"), ValueError("ours")):
        with pytest.raises(type(error)) as caught, provider_for("lab").start():
            raise error
        assert caught.value is error
    assert ended == ["with None"] * 3


def test_the_doctor_tries_it_with_the_arguments_of_the_settings(url: str, ended: list[str]) -> None:
    labs = [made for made in all_providers(("lab:a", "lab:b", "sqlite")) if made.name == "lab"]
    answers = [made.availability() for made in labs]
    assert [answer.available for answer in answers] == [True, True]
    assert "PostgreSQL 18" in answers[0].detail and f"{__name__}:url" in answers[0].detail
    assert ended == ["with a", "with b"]
    assert [made.name for made in all_providers()].count("lab") == 1


def test_a_class_may_give_the_whole_interface(server: Server) -> None:
    @provider("whole")
    class Whole:
        def __init__(self, argument: str | None) -> None:
            self.argument = argument

        def availability(self) -> Availability:
            return Availability("anything", False, f"{self.argument} is closed", "come back")

        def start(self) -> AbstractContextManager[Server]:
            @contextmanager
            def running() -> Iterator[Server]:
                yield LoglessServer(server.address, "whole", "18.4", server.run, ("on loan",))

            return running()

    made = provider_for("whole:lab")
    assert made.availability() == Availability("whole", False, "lab is closed", "come back")
    with made.start() as running:
        assert running.notes == ("on loan",)


def raising(argument: str | None) -> Iterator[str]:
    raise RuntimeError("no licence")
    yield ""


def closed(argument: str | None) -> Iterator[str]:
    raise ProviderError("the lab is closed", "come back at nine")
    yield ""


def elsewhere(argument: str | None) -> Iterator[str]:
    yield "mysql://root@127.0.0.1/"


def unreachable(argument: str | None) -> Iterator[str]:
    yield "postgresql://me@127.0.0.1:9/"


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (raising, f"the provider 'odd' of {__name__}:raising did not start at {__file__}:"),
        (closed, "the lab is closed"),
        (elsewhere, "gave a server for mysql, and says that it gives postgresql"),
        (unreachable, "no connection"),
        (lambda argument: iter([5]), "list_iterator"),
        (lambda argument: 5, "gave 5"),
        (lambda: 5, "takes 0 positional arguments but 1 was given"),
        (contextmanager(lambda argument: (each for each in [5])), "gave int"),
    ],
)
def test_what_gives_no_server_is_told_by_its_name(make: Any, said: str) -> None:
    provider("odd")(make)
    with pytest.raises(MigcheckError) as caught, provider_for("odd").start():
        raise AssertionError("there is no server")
    assert said in caught.value.message
    assert caught.value.exit_code == 3
    answer = provider_for("odd").availability()
    assert not answer.available and said in answer.detail


def test_a_url_with_a_password_is_not_shown_when_it_is_no_text() -> None:
    class Url:
        def __repr__(self) -> str:
            return "postgresql://me:secret@host/"

    @provider("odd")
    def odd(argument: str | None) -> Iterator[Url]:
        yield Url()

    with pytest.raises(PluginError, match="gave Url") as caught, provider_for("odd").start():
        pass
    assert "secret" not in f"{caught.value.message}{caught.value.hint}{caught.value.details}"


def test_one_that_does_not_end_well_is_told_beside_what_was_wrong_before(url: str) -> None:
    @provider("messy")
    def messy(argument: str | None) -> Iterator[str]:
        try:
            yield url
        finally:
            raise OSError("the lab is on fire")

    with pytest.raises(PluginError, match=r"did not end well at .*on fire"), provider_for("messy").start():
        pass
    with pytest.raises(ProviderError, match="gone") as caught, provider_for("messy").start():
        raise ProviderError("gone", "look")
    assert "look\n" in (caught.value.hint or "") and "on fire" in (caught.value.hint or "")


@pytest.mark.parametrize("name", ["sqlite", "auto", "My lab", "", 5, "lab:1"])
def test_names_that_are_taken_or_cannot_be_one(name: Any) -> None:
    with pytest.raises(UsageError):
        provider(name)(raising)
    assert custom.registered() == ()


def test_one_name_is_one_provider_which_may_be_loaded_again() -> None:
    provider("lab")(raising)
    provider("lab")(raising)
    with pytest.raises(UsageError, match=r"'lab' is there twice: of .*raising and of .*closed"):
        provider("lab")(closed)
    with pytest.raises(UsageError) as caught:
        provider_for("labs")
    assert "Did you mean 'lab'?" in (caught.value.hint or "")


def test_an_address_is_enough_of_a_server_only_with_the_rest() -> None:
    @provider("half")
    def half(argument: str | None) -> Iterator[Any]:
        yield ServerAddress("postgresql", "h", 1, "u", None, "d", private=False)

    with pytest.raises(PluginError, match="neither a URL as text nor a server"), provider_for("half").start():
        pass
