"""What a session keeps of a step."""

from __future__ import annotations

from migcheck.model import Leak
from migcheck.project.session import leaks

CLEAN = {("role", "current_user"): "app", ("setting", "search_path"): '"$user", public'}


def test_a_session_that_is_as_before_leaks_nothing() -> None:
    assert leaks(CLEAN, dict(CLEAN)) == ()


def test_every_kind_of_state_is_told_with_what_it_was() -> None:
    after = {
        ("role", "current_user"): "admin",
        ("setting", "search_path"): "audit",
        ("setting", "lock_timeout"): "5000",
        ("temporary table", "scratch"): "exists",
    }
    assert leaks(CLEAN, after) == (
        Leak("role", "current_user", "was app, is admin"),
        Leak("setting", "lock_timeout", "was not set, is 5000"),
        Leak("setting", "search_path", 'was "$user", public, is audit'),
        Leak("temporary table", "scratch", "exists"),
    )


def test_a_session_that_the_step_closed_is_no_leak() -> None:
    assert leaks(CLEAN, None) == ()
