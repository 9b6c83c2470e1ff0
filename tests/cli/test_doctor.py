"""`migcheck doctor`: what works here, and what to do about the rest."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from click.testing import CliRunner

import migcheck.plugins
from migcheck import __version__
from migcheck.cli.app import app
from migcheck.errors import ProviderError
from migcheck.providers import all_providers
from migcheck.providers.base import Availability


@dataclass
class Broken:
    """A provider that cannot even say whether it is there."""

    error: Exception
    name: str = "broken"

    def availability(self) -> Availability:
        raise self.error


def test_it_says_of_each_provider_whether_it_works() -> None:
    result = CliRunner().invoke(app, ["doctor"])
    answers = [provider.availability() for provider in all_providers()]
    assert result.exit_code == (0 if any(answer.available for answer in answers) else 3)
    lines = result.output.splitlines()
    for answer in answers:
        word = "yes" if answer.available else "no"
        assert any(line.split()[:2] == [answer.provider, word] for line in lines)
    assert any(line.split() == ["migcheck", __version__] for line in lines)
    assert any(line.startswith("drivers") and "psycopg " in line for line in lines)


def test_where_nothing_works_it_says_what_to_do_and_exits_with_3(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = (Broken(ProviderError("no binaries", "install them")), Broken(OSError("no disk"), "other"))
    monkeypatch.setattr(migcheck.plugins, "all_providers", lambda spec: broken)
    result = CliRunner().invoke(app, ["doctor"])
    assert result.exit_code == 3
    assert "no binaries" in result.output
    assert "hint: install them" in result.output
    assert "OSError: no disk" in result.output
    assert "No provider works here" in result.output
