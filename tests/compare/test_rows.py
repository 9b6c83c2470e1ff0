"""The rows of two moments: what is lost, what has changed, and what has only moved."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from migcheck.compare.rows import data_changes, fate, volatile_columns
from migcheck.model.data import Contents, DataChange, SequenceState, TableContents
from migcheck.model.tables import TableName

T = TableName("public", "t")
U = TableName("public", "u")


def table(columns: str, *rows: tuple[str | None, ...], key: str = "id", types: str = "") -> TableContents:
    names = tuple(columns.split())
    return TableContents(
        names,
        tuple(types.split()) or ("text",) * len(names),
        tuple(key.split()),
        len(rows),
        tuple(sorted(rows, key=str)),
    )


def contents(**tables: TableContents) -> Contents:
    return Contents({TableName("public", name): each for name, each in tables.items()})


def told(changes: tuple[DataChange, ...]) -> list[tuple[str, str, str | None, int]]:
    return [(change.what, change.table, change.column, change.count) for change in changes]


PEOPLE = table("id name mail", ("1", "Ann", "a@x"), ("2", "Bob", None), ("3", "Cid", "c@x"))


def test_rows_that_are_gone_are_shown() -> None:
    after = contents(t=table("id name mail", ("1", "Ann", "a@x"), ("2", "Bob", None)))
    (change,) = data_changes(contents(t=PEOPLE), after)
    assert (change.what, change.count, change.total) == ("rows removed", 1, 3)
    assert change.examples == (((("id", "3"), ("name", "Cid"), ("mail", "c@x")), None),)


def test_a_value_that_was_null_may_be_filled() -> None:
    after = contents(t=table("id name mail", ("1", "Ann", "a@x"), ("2", "Bob", "b@x"), ("3", "Cid", "c@x")))
    assert data_changes(contents(t=PEOPLE), after) == ()
    assert told(data_changes(after, contents(t=PEOPLE))) == [("values changed", "public.t", "mail", 1)]


def test_a_changed_column_is_told_once_with_its_rows() -> None:
    before = contents(t=table("id amount", ("1", "5"), ("2", "7")))
    after = contents(t=table("id amount", ("1", "500"), ("2", "700")))
    (change,) = data_changes(before, after)
    assert told((change,)) == [("values changed", "public.t", "amount", 2)]
    assert change.examples[0] == ((("id", "1"), ("amount", "5")), (("id", "1"), ("amount", "500")))
    assert not change.lossy


def test_different_values_that_become_equal_are_lost() -> None:
    before = contents(t=table("id mail", ("1", "A@x"), ("2", "a@x")))
    (change,) = data_changes(before, contents(t=table("id mail", ("1", "a@x"), ("2", "a@x"))))
    assert (change.count, change.lossy) == (1, False)
    before = contents(t=table("id mail", ("1", "A@x"), ("2", "B@x")))
    (change,) = data_changes(before, contents(t=table("id mail", ("1", "x"), ("2", "x"))))
    assert change.lossy


@pytest.mark.parametrize(
    ("old", "new", "types"),
    [
        ("5", "5.00", ("integer", "numeric(10,2)")),
        ("t", "1", ("boolean", "smallint")),
        ("2024-01-02", "2024-01-02 00:00:00", ("date", "timestamp without time zone")),
        ("2024-01-02 03:04:05", "2024-01-02 03:04:05+00", ("timestamp", "timestamp with time zone")),
        ('{"a": 1, "b": 2}', '{"b":2,"a":1}', ("json", "jsonb")),
        ("ab  ", "ab", ("character(4)", "text")),
    ],
)
def test_the_same_value_in_another_type(old: str, new: str, types: tuple[str, str]) -> None:
    before = Contents({T: TableContents(("id", "v"), ("integer", types[0]), ("id",), 1, (("1", old),))})
    after = Contents({T: TableContents(("id", "v"), ("integer", types[1]), ("id",), 1, (("1", new),))})
    assert data_changes(before, after) == ()


def test_other_words_for_the_same_in_another_type_are_no_loss_but_what_is_cut_is() -> None:
    def both(old: list[str], new: list[str]) -> list[tuple[str, str, str | None, int]]:
        before = contents(t=table("id v", *((str(i), v) for i, v in enumerate(old)), types="int text"))
        after = contents(t=table("id v", *((str(i), v) for i, v in enumerate(new)), types="int smallint"))
        return told(data_changes(before, after))

    assert both(["new", "paid", "new"], ["1", "2", "1"]) == []
    assert both(["new", "paid"], ["1", "1"]) == [("values changed", "public.t", "v", 2)]
    assert both(["12.34"], ["12"]) == [("values changed", "public.t", "v", 1)]


def test_a_renamed_table_and_a_renamed_column_are_known_by_their_values() -> None:
    after = contents(u=table("id full_name mail", *PEOPLE.rows or ()))
    assert data_changes(contents(t=PEOPLE), after) == ()


def test_a_table_or_a_column_that_is_gone_is_told_where_it_had_values() -> None:
    assert told(data_changes(contents(t=PEOPLE), contents())) == [("table removed", "public.t", None, 3)]
    assert data_changes(contents(t=table("id name")), contents()) == ()
    narrow = table("id name", ("1", "Ann"), ("2", "Bob"), ("3", "Cid"))
    assert told(data_changes(contents(t=PEOPLE), contents(t=narrow))) == [
        ("column removed", "public.t", "mail", 2)
    ]


def test_a_column_that_was_copied_to_another_table_is_not_lost() -> None:
    after = contents(
        t=table("id name", ("1", "Ann"), ("2", "Bob"), ("3", "Cid")),
        mails=table("id owner address", ("1", "1", "a@x"), ("2", "3", "c@x")),
    )
    assert told(data_changes(contents(t=PEOPLE), after)) == [("rows added", "public.mails", None, 2)]


def test_rows_moved_to_an_archive_are_not_lost() -> None:
    after = contents(
        t=table("id name mail", ("1", "Ann", "a@x"), ("2", "Bob", None)),
        archive=table("id name mail", ("3", "Cid", "c@x")),
    )
    assert told(data_changes(contents(t=PEOPLE), after)) == [("rows added", "public.archive", None, 1)]


def test_rows_without_a_key_are_matched_by_their_values() -> None:
    before = contents(t=table("a b", ("1", "x"), ("1", "x"), ("2", "y"), key=""))
    after = contents(t=table("a b", ("1", "x"), ("1", "x"), ("2", "z"), key=""))
    assert told(data_changes(before, after)) == [("values changed", "public.t", "b", 1)]
    after = contents(t=table("a b", ("1", "x"), ("2", "y"), key=""))
    assert told(data_changes(before, after)) == [("rows removed", "public.t", None, 1)]


def test_rows_of_the_migration_that_were_numbered_anew_are_the_same() -> None:
    before = contents(t=table("id name", ("6", "admin"), ("7", "guest")))
    after = contents(t=table("id name", ("8", "admin"), ("9", "guest")))
    assert data_changes(before, after) == ()


def test_the_clock_and_what_is_random_are_no_change() -> None:
    before = contents(t=table("id seen", ("1", "2020-01-01 00:00:00")))
    after = contents(t=table("id seen", ("1", "2024-05-05 10:00:00")))
    assert data_changes(before, after, now=1714903200.0) == ()
    assert volatile_columns(before, after) == {("public.t", "seen")}
    assert data_changes(before, after, volatile_columns(before, after)) == ()


def test_a_sequence_that_fell_behind() -> None:
    def with_next(number: int) -> Contents:
        state = SequenceState("public.t_id_seq", T, "id", number, 3)
        return Contents({T: PEOPLE}, (state,))

    assert told(data_changes(with_next(4), with_next(1))) == [("sequence behind", "public.t", "id", 1)]
    assert data_changes(with_next(1), with_next(1)) == ()


def test_large_tables_are_compared_by_their_digests() -> None:
    def large(columns: str, count: int, *sums: str, filled: int = 2000) -> TableContents:
        names = tuple(columns.split())
        types = ("text",) * len(names)
        return TableContents(names, types, ("id",), count, None, "x", sums, (filled,) * len(names))

    before = contents(t=large("id a b", 2000, "i", "a", "b"))
    assert told(data_changes(before, contents(t=large("id a b", 1500, "i", "a", "b")))) == [
        ("rows removed", "public.t", None, 500)
    ]
    assert told(data_changes(before, contents(t=large("id a b", 2000, "i", "a", "c")))) == [
        ("values changed", "public.t", "b", 2000)
    ]
    assert told(data_changes(before, contents(t=large("id a", 2000, "i", "a")))) == [
        ("column removed", "public.t", "b", 2000)
    ]
    assert data_changes(before, contents(t=large("id a z", 2000, "i", "a", "b"))) == ()


def test_the_fate_of_some_rows_only() -> None:
    put_in = table("id name mail", ("2", "Bob", None), ("3", "Cid", "c@x"))
    after = contents(t=table("id name mail", ("1", "A", "a@x"), ("2", "Bob", None)))
    (change,) = fate(T, put_in, contents(t=PEOPLE), after)
    assert (change.what, change.count) == ("rows removed", 1)


values = st.none() | st.sampled_from(["1", "2", "x", "", "2024-01-01"])
rows = st.lists(st.tuples(values, values), max_size=6)


@given(rows)
def test_contents_do_not_differ_from_themselves(given_rows: list[tuple[str | None, str | None]]) -> None:
    numbered = [(str(number), *row) for number, row in enumerate(given_rows)]
    for key in ("id", ""):
        same = contents(t=table("id a b", *numbered, key=key))
        assert data_changes(same, same) == ()


@given(rows, st.integers(0, 5))
def test_a_row_that_is_gone_is_always_found(
    given_rows: list[tuple[str | None, str | None]], number: int
) -> None:
    numbered = [(str(place), *row) for place, row in enumerate(given_rows)]
    kept = [row for place, row in enumerate(numbered) if place != number]
    found = data_changes(contents(t=table("id a b", *numbered)), contents(t=table("id a b", *kept)))
    assert told(found) == ([("rows removed", "public.t", None, 1)] if len(kept) < len(numbered) else [])


def test_rows_whose_keys_are_made_anew_are_compared_by_their_number_alone() -> None:
    first, second = (contents(t=table("id a", (key, "x"))) for key in ("k1", "k2"))
    more = contents(t=table("id a", ("k3", "x"), ("k4", "x")))
    volatile = volatile_columns(first, second)
    assert data_changes(first, second, volatile) == ()
    assert [change.what for change in data_changes(first, more, volatile)] != []


def test_where_nothing_may_have_moved_a_copy_does_not_count() -> None:
    before = contents(t=table("id a", ("1", "x")), u=table("id a"))
    after = contents(t=table("id a"), u=table("id a", ("1", "x")))
    assert "rows removed" not in [change.what for change in data_changes(before, after)]
    assert "rows removed" in [change.what for change in data_changes(before, after, moved=False)]
