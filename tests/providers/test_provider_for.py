"""`--database SPEC`: which provider it means, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from migcheck.errors import UsageError
from migcheck.providers import all_providers, provider_for
from migcheck.providers.embedded import EmbeddedProvider
from migcheck.providers.existing import ExistingProvider
from migcheck.providers.local import LocalProvider


def test_words() -> None:
    automatic, embedded = provider_for("auto"), provider_for("embedded:16", locale="C")
    assert isinstance(automatic, EmbeddedProvider)
    assert (automatic.major, automatic.locale) == (18, "C.UTF-8")
    assert isinstance(embedded, EmbeddedProvider)
    assert (embedded.major, embedded.locale) == (16, "C")
    local = [provider_for(spec) for spec in ("local", "local:15", "local:/opt/pg/bin")]
    assert [(one.bindir, one.major) for one in local if isinstance(one, LocalProvider)] == [
        (None, None),
        (None, 15),
        (Path("/opt/pg/bin"), None),
    ]
    assert isinstance(provider_for("postgresql+asyncpg://u@h/d"), ExistingProvider)


@pytest.mark.parametrize(
    ("spec", "hint"),
    [
        ("embeded", "'embedded'"),
        ("Local", "'local'"),
        ("atuo", "'auto'"),
        ("auto:16", "'auto'"),
        ("local:", "'local'"),
        ("docker", "postgresql://"),
        ("", "postgresql://"),
        ("embedded:sixteen", "embedded:16"),
        ("oracle://root@localhost/x", "postgresql://"),
    ],
)
def test_a_wrong_one_is_told_what_is_right(spec: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        provider_for(spec)
    assert hint in (caught.value.hint or "")
    assert caught.value.exit_code == 2


def test_all_providers() -> None:
    assert [provider.name for provider in all_providers()] == ["embedded", "local"]
    assert [provider.name for provider in all_providers("postgresql://u@h/d")] == [
        "existing",
        "embedded",
        "local",
    ]
