"""Differences in words."""

from __future__ import annotations

import pytest

from migcheck.checks.objects import by_object, is_renamed
from migcheck.checks.wording import change, holds_timestamps, sentence, shown_pair
from migcheck.model import Difference, Statement
from tests.checks.by_hand import INDEX_TEXT, added, changed, removed

KEY = "FOREIGN KEY (customer_id) REFERENCES public.customers(id) ON DELETE CASCADE"


def told(*differences: Difference) -> str:
    return sentence(differences, missing="is missing", extra="is left behind", moment="after the downgrade")


def test_long_values_are_cut_where_they_begin_to_differ() -> None:
    before, after = shown_pair(KEY, KEY + " DEFERRABLE")
    assert (before, after) == (
        "...public.customers(id) ON DELETE CASCADE",
        "...public.customers(id) ON DELETE CASCADE DEFERRABLE",
    )


@pytest.mark.parametrize("length", [0, 10, 40, 59, 60, 61, 100, 500])
def test_two_values_that_differ_are_shown_as_different(length: int) -> None:
    same = "word " * (length // 5)
    before, after = shown_pair(same + "one" + same, same + "two" + same)
    assert before != after
    assert max(len(before), len(after)) <= 60


@pytest.mark.parametrize(
    ("difference", "words"),
    [
        (
            changed("publication", "pub", "tables", "public.a", None),
            "other tables (public.a before, none now)",
        ),
        (
            changed("publication", "pub", "delete", "true", "false"),
            "another setting for DELETE (true before, false now)",
        ),
        (
            changed("type", "public.m", "labels", "a, b", "a"),
            "another list of labels (a, b before, a now)",
        ),
        (
            changed("trigger", "public.t.x", "enabled", "disabled", None),
            "another enabled state (disabled before, enabled now)",
        ),
        (
            changed("role", "app", "create_database", None, "true"),
            "another create database (false before, true now)",
        ),
        (
            changed("table", "public.t", "of_type", None, "public.k"),
            "another type behind it (none before, public.k now)",
        ),
        # Of a list only what differs.
        (
            changed(
                "text search configuration",
                "public.c",
                "mappings",
                "1 with a\n2 with a",
                "1 with a\n2 with b",
            ),
            "other mappings (2 with a before, 2 with b now)",
        ),
        # A hash tells nobody anything.
        (changed("extension", "trgm", "members", "0f", "1e"), "other members"),
    ],
)
def test_what_changed(difference: Difference, words: str) -> None:
    assert change((difference,)) == words


def test_a_function_shows_what_its_definition_has_more() -> None:
    text = "CREATE OR REPLACE FUNCTION public.f(n integer)\n RETURNS integer\n LANGUAGE sql\n{}AS $$x$$"
    both = changed("function", "public.f(integer)", "text", text.format(""), text.format(" COST 500\n"))
    assert "COST 500" in change((both,))


def test_several_are_plural() -> None:
    objects = changed("large objects", "", "owners", "a", "b")
    assert told(objects) == "large objects have other owners (a before, b now) after the downgrade"
    assert told(added("large objects", "", "large objects")) == "large objects are left behind"


def test_an_object_under_another_name_is_one() -> None:
    pair = (
        removed("index", "public.ix_t_a", INDEX_TEXT),
        added("index", "public.ix_new", INDEX_TEXT.replace("ix_t_a", "ix_new")),
    )
    [group] = by_object(pair)
    assert group == pair
    assert told(*group) == "index ix_t_a on t has another name (ix_new now) after the downgrade"


def test_another_schema() -> None:
    text = "type {}\n    kind: enum\n    labels: a, b"
    pair = (
        removed("type", "public.mood", text.format("public.mood")),
        added("type", "app.mood", text.format("app.mood")),
    )
    [group] = by_object(pair)
    assert told(*group) == "enum type mood has another schema (app.mood now) after the downgrade"


def test_what_holds_rows_is_one_object_only_when_it_was_renamed() -> None:
    pair = (removed("column", "public.t.a", "a integer"), added("column", "public.t.b", "b integer"))
    assert [is_renamed(group) for group in by_object(pair)] == [False, False]
    renamed = by_object(pair, [Statement("ALTER TABLE t RENAME a TO b", 12)])
    assert [is_renamed(group) for group in renamed] == [True]


def test_each_new_object_stands_for_one_old_one_at_most() -> None:
    text = "CREATE INDEX {} ON public.t USING btree (a)"
    three = [removed("index", f"public.{name}", text.format(name)) for name in ("ix_1", "ix_2")]
    groups = by_object([*three, added("index", "public.ix_3", text.format("ix_3"))])
    assert [len(group) for group in groups] == [2, 1]


def test_two_times_of_one_second_are_two() -> None:
    before, after = "'2026-11-25 23:49:07.028301+00'", "'2026-11-25 23:49:07.300565+00'"
    assert holds_timestamps(changed("column", "public.t.at", "default", before, after))
    assert not holds_timestamps(changed("column", "public.t.at", "default", before, before + "::date"))
