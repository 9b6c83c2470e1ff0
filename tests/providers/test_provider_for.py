"""`--database SPEC`: which provider it means, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.errors import UsageError
from migcheck.providers import Container, all_providers, automatic, provider_for
from migcheck.providers.embedded import EmbeddedProvider
from migcheck.providers.existing import ExistingProvider
from migcheck.providers.local import LocalProvider
from migcheck.providers.sqlite import SQLiteProvider


def test_words() -> None:
    automatic, embedded = provider_for("auto"), provider_for("embedded:16", locale="C")
    assert isinstance(automatic, EmbeddedProvider)
    assert (automatic.major, automatic.locale) == (18, "C.UTF-8")
    assert isinstance(embedded, EmbeddedProvider)
    assert (embedded.major, embedded.locale) == (16, "C")
    local = [provider_for(spec) for spec in ("local", "local:15", "local:/opt/pg/bin")]
    assert [(one.bindir, one.major) for one in local if isinstance(one, LocalProvider)] == [
        (None, None),
        (None, "15"),
        (Path("/opt/pg/bin"), None),
    ]
    assert isinstance(provider_for("postgresql+asyncpg://u@h/d"), ExistingProvider)
    assert isinstance(provider_for("sqlite"), SQLiteProvider)
    assert provider_for("docker:postgres:17").name == "docker"


def test_auto_goes_by_the_dialect_and_says_why() -> None:
    provider, why = automatic("sqlite")
    assert provider.name == "sqlite" and why is not None and "SQLite" in why
    assert automatic("postgresql")[1] is None
    assert automatic("postgresql", container=Container(image="postgres:17"))[0].name == "docker"
    with pytest.raises(UsageError, match="for mssql") as caught:
        automatic("mssql")
    assert "--database URL" in (caught.value.hint or "")


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("embeded", "'embedded'"),
        ("Local", "'local'"),
        ("atuo", "'auto'"),
        ("auto:16", "'auto'"),
        ("local:", "'local'"),
        ("docker:", "'docker'"),
        ("podman", "postgresql://"),
        ("sqlite:file.db", "'sqlite'"),
        ("", "postgresql://"),
        ("embedded:sixteen", "embedded:16"),
    ],
)
def test_a_wrong_one_is_told_what_is_right(spec: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        provider_for(spec)
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 2


def test_all_providers() -> None:
    names = ["embedded", "local", "local", "sqlite", "docker"]
    assert [provider.name for provider in all_providers()] == names
    found = all_providers(("auto", "postgresql://u@h/d"))
    assert [provider.name for provider in found] == ["existing", *names]
