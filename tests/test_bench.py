"""The bench measures what it says: generated histories are valid and linear, every step is taken."""

from __future__ import annotations

from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory

from bench import histories
from bench.__main__ import _verdicts
from bench.contenders import CONTENDERS, url
from migcheck.model import ServerAddress


def read(folder: Path, revisions: int) -> ScriptDirectory:
    histories.write(folder, revisions)
    return ScriptDirectory.from_config(Config(str(histories.configure(folder, "a", "postgresql:///a%20b"))))


def test_a_generated_history_is_linear_and_as_long_as_asked(tmp_path: Path) -> None:
    script = read(tmp_path / "h", 30)
    revisions = list(script.walk_revisions())
    assert [revision.revision for revision in reversed(revisions)] == [f"r{n:04}" for n in range(1, 31)]
    assert script.get_heads() == ["r0030"]
    assert all(revision.module.upgrade and revision.module.downgrade for revision in revisions)


def test_a_generated_history_is_the_same_each_time(tmp_path: Path) -> None:
    texts = []
    for name in ("one", "two"):
        histories.write(tmp_path / name, 20)
        texts.append([path.read_text() for path in sorted((tmp_path / name / "versions").iterdir())])
    assert texts[0] == texts[1]


def test_every_kind_of_change_is_in_the_history(tmp_path: Path) -> None:
    histories.write(tmp_path / "h", len(histories.CHANGES))
    text = "".join(path.read_text() for path in (tmp_path / "h" / "versions").iterdir())
    for operation in (
        "create_table",
        "add_column",
        "create_index",
        "create_check_constraint",
        "alter_column",
    ):
        assert f"op.{operation}(" in text


def test_a_percent_sign_in_the_url_survives_the_ini_file(tmp_path: Path) -> None:
    histories.write(tmp_path / "h", 1)
    ini = histories.configure(tmp_path / "h", "a", "postgresql:///a%20b")
    assert Config(str(ini)).get_main_option("sqlalchemy.url") == "postgresql:///a%20b"


def test_the_url_of_a_socket_directory() -> None:
    server = ServerAddress("postgresql", "/run/a b", 5433, "me", "p@ss", "postgres", True)
    assert url(server, "d") == "postgresql+psycopg://me:p%40ss@/d?host=%2Frun%2Fa+b&port=5433"


def test_verdicts_are_drawn_at_the_stated_ratios() -> None:
    seconds = {
        "bare walk, one env.py run": [1.0, 1.0, 9.0],
        "alembic command per step": [20.0],
        "migcheck verify, no rows": [4.1, 4.1, 4.1],
        "migcheck verify, with rows": [10.3],
    }
    contenders = [contender for contender in CONTENDERS if contender.name in seconds]
    assert [kept for kept, _ in _verdicts(contenders, seconds)] == [False, False, False]
    seconds["migcheck verify, no rows"], seconds["migcheck verify, with rows"] = [4.0], [10.0]
    assert [kept for kept, _ in _verdicts(contenders, seconds)] == [True, True, True]
    assert _verdicts(contenders[-1:], seconds) == []
