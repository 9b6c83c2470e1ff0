"""The user's own rows: what is read from seeds/ and from pytest-alembic's mappings, and what is refused."""

from __future__ import annotations

from datetime import date, datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Any

import pytest

from migcheck.errors import UsageError
from migcheck.model.tables import Column, DataType, Table, TableName
from migcheck.seeding.files import own_rows
from migcheck.seeding.own import OwnRows, OwnSeed


def read(folder: Path, files: dict[str, str], **given: Any) -> OwnRows:
    """What is read of a project whose folder seeds has these files."""
    (folder / "seeds").mkdir()
    for name, text in files.items():
        (folder / "seeds" / name).write_text(text, "utf-8")
    return own_rows(None, folder / "alembic.ini", **given)


def test_without_a_folder_there_are_none(tmp_path: Path) -> None:
    assert not own_rows(None, tmp_path / "alembic.ini")


def test_files_go_by_the_revision_in_their_name(tmp_path: Path) -> None:
    own = read(
        tmp_path,
        {
            "0001.sql": "INSERT INTO t VALUES (1)",
            "0001.py": "def seed(connection): ...",
            "0002.yaml": "t: {a: 1, b: null}\nu:\n  - {c: x}\n  - {c: 2020-01-31}",
            "_off.csv": "",
            "README.md": "",
        },
    )
    assert [(seed.kind, seed.text) for seed in own.before("0001")] == [
        ("py", "def seed(connection): ..."),
        ("sql", "INSERT INTO t VALUES (1)"),
    ]
    [rows] = own.before("0002")
    assert rows.rows == (
        ("t", (("a", 1), ("b", None))),
        ("u", (("c", "x"),)),
        ("u", (("c", "2020-01-31"),)),
    )
    assert own.before("0003") == own.after("0001") == ()


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        (
            "0001.yaml",
            "users:\n  - {id: 1}\nusers:\n  - {id: 2}",
            "0001.yaml, line 3: the key users is there twice",
        ),
        ("0001.yaml", "users: {id: 1, id: 2}", "0001.yaml, line 1: the key id is there twice"),
        ("0001.yaml", "? [a, b]\n: 1", "0001.yaml, line 1: found unhashable key"),
        ("0001.yaml", "# nothing\n", "0001.yaml is empty"),
        ("0001.yaml", "users: {born: 2024-02-31}", "0001.yaml: day is out of range for month"),
        ("tables.yaml", "users: {mail: {faker: emial}}", "users.mail: Faker has no provider 'emial'"),
        ("tables.yaml", "users: {mail: {faker: random_element_of}}", "Faker has no provider"),
        ("tables.yaml", "users: {mail: {faker: enum}}", "Faker's provider 'enum' gives nothing by itself"),
    ],
)
def test_what_would_be_passed_over_or_come_out_otherwise_is_refused(
    tmp_path: Path, name: str, text: str, said: str
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, {name: text})
    assert said in caught.value.message


def test_factories_fill_columns_in_all_revisions(tmp_path: Path) -> None:
    own = read(tmp_path, {"tables.yaml": "users:\n  email: {faker: email}\n  kind: [a, b]\n  plan: 3"})
    assert own.factories == {"users": {"email": {"faker": "email"}, "kind": ("a", "b"), "plan": 3}}
    assert not own  # no rows by themselves


def test_factories_that_no_table_has_are_told(tmp_path: Path) -> None:
    factories = "users: {mail: x, emial: x}\npublic.posts: {title: x}\nother: {a: 1}"
    own = read(tmp_path, {"tables.yaml": factories})
    text = DataType("text", "text")
    names = {"users": "mail", "posts": "title"}
    tables = {
        TableName("public", name): Table(TableName("public", name), (Column(column, text),))
        for name, column in names.items()
    }
    assert own.unfilled(own.filled(tables)) == ("users.emial", "other.a")


def test_rows_as_pytest_alembic_has_them(tmp_path: Path) -> None:
    class Kind(Enum):
        new = 1

    moment = datetime(2020, 1, 31, 12, tzinfo=timezone.utc)
    own = read(
        tmp_path,
        {},
        before={"a1": {"__tablename__": "t", "kind": Kind.new, "at": moment, "on": date(2020, 1, 31)}},
        after={"a1": [{"__tablename__": "t", "doc": {"a": [1]}}, {"__tablename__": "u", "b": True}]},
    )
    assert own.before("a1")[0].rows == (
        ("t", (("kind", "new"), ("at", "2020-01-31 12:00:00+00:00"), ("on", "2020-01-31"))),
    )
    assert own.after("a1")[0].rows == (("t", (("doc", '{"a": [1]}'),)), ("u", (("b", True),)))


@pytest.mark.parametrize(
    ("files", "message", "hint"),
    [
        ({"0001.yaml": "t:\n  a: [1\n"}, "0001.yaml, line 3", None),
        ({"0001.yaml": "- t"}, "tables and lists of rows belong here", "docs/data.md"),
        ({"0001.yaml": "t: 3"}, "columns and values in each row of t belong here, not 3", "docs/data.md"),
        ({"tables.yaml": "t: [a]"}, "columns of t and what fills them belong here", "docs/data.md"),
        ({"tables.yaml": "t: {a: []}"}, "t.a has an empty list", "at least one value"),
        ({"tables.yaml": "t: {a: {faker: emial}}"}, "t.a: Faker has no provider 'emial'", None),
        ({"0001.csv": "a,b"}, "in files that end with .sql, .py, .yaml, .yml", "begin with _"),
    ],
)
def test_what_cannot_be_read_is_said(
    tmp_path: Path, files: dict[str, str], message: str, hint: str | None
) -> None:
    with pytest.raises(UsageError) as caught:
        read(tmp_path, files)
    assert message in caught.value.message
    assert (hint or "") in (caught.value.hint or "")


def test_a_file_in_another_encoding_is_said(tmp_path: Path) -> None:
    (tmp_path / "seeds").mkdir()
    (tmp_path / "seeds" / "0001.sql").write_bytes(b"INSERT INTO t VALUES ('\xe4')")
    with pytest.raises(UsageError, match=r"0001\.sql cannot be read: 'utf-8'"):
        own_rows(None, tmp_path / "alembic.ini")


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--seeds nowhere: there is no such folder"):
        own_rows("nowhere", tmp_path / "alembic.ini")


@pytest.mark.parametrize("given", [3, "t", [3], {"a": 1}])
def test_rows_that_are_none(tmp_path: Path, given: Any) -> None:
    with pytest.raises(UsageError, match=r"before_revision_data\['a1'\]"):
        read(tmp_path, {}, before={"a1": given})


HISTORY = ["ab12cd", "ab99ef", "0003"]


@pytest.mark.parametrize("name", ["ab12cd", "ab1", "0003", "00"])
def test_ids_may_be_abbreviated(name: str) -> None:
    own = OwnRows({name: (OwnSeed("sql", "f", "x"),)}, {name: (OwnSeed("sql", "g", "y"),)})
    whole = own.of_history(HISTORY)
    [revision] = [revision for revision in HISTORY if revision.startswith(name)]
    assert whole.before(revision)[0].text == "x"
    assert whole.after(revision)[0].text == "y"


@pytest.mark.parametrize(
    ("name", "message", "hint"),
    [
        ("ab", "several revisions begin with ab: ab12cd, ab99ef", "write more"),
        ("ab12ce", "the history has no revision ab12ce", "did you mean ab12cd?"),
        ("0003_users", "the history has no revision 0003_users", "did you mean 0003?"),
        ("zzz", "the history has no revision zzz", "called after the revision"),
    ],
)
def test_ids_that_no_revision_has(name: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as caught:
        OwnRows({name: (OwnSeed("sql", "seeds/x.sql", "x"),)}).of_history(HISTORY)
    assert caught.value.message == f"seeds/x.sql: {message}"
    assert hint in (caught.value.hint or "")
