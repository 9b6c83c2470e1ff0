"""The user's own rows on real servers: they go in before their revision, and travel on from there."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from migcheck import Report, verify
from migcheck.errors import UsageError
from tests.integration.data.histories import ENV, REVISION

URL = {
    "postgresql": "postgresql+psycopg2://nobody@nowhere/prod",
    "mariadb": "mysql+pymysql://nobody@nowhere/prod",
    "sqlite": "sqlite:///prod.db",
}
MADE = "CREATE TABLE users (id INTEGER PRIMARY KEY, mail VARCHAR(80) NOT NULL, kind VARCHAR(20) NOT NULL)"
# What no constraint tells, and a row of production's breaks.
STEPS = {
    "0001": (MADE, "DROP TABLE users"),
    "0002": ("ALTER TABLE users ADD COLUMN rank INTEGER", "ALTER TABLE users DROP COLUMN rank"),
    "0003": (
        "INSERT INTO users (id, mail, kind, rank) SELECT id + 1000, mail, 'copy', id / 0 FROM users"
        " WHERE kind = 'legacy'",
        "DELETE FROM users WHERE kind = 'copy'",
    ),
}


@pytest.fixture(params=["postgresql", "sqlite", "mariadb"])
def dialect(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def database(dialect: str, request: pytest.FixtureRequest) -> str:
    if dialect == "sqlite":
        return "auto"
    return str(request.getfixturevalue("server_url" if dialect == "postgresql" else "mariadb_url"))


def project(
    folder: Path, dialect: str, seeds: dict[str, str], steps: dict[str, tuple[str, str]] = STEPS
) -> Path:
    """A project with these steps, and these files in its folder seeds."""
    for name in ("versions", "seeds"):
        (folder / name).mkdir()
    (folder / "env.py").write_text(ENV)
    ini = folder / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = %(here)s\nsqlalchemy.url = {URL[dialect]}\n")
    down_revision = None
    for revision, (up, down) in steps.items():
        text = REVISION.format(
            name=revision,
            revision=revision,
            down_revision=down_revision,
            upgrade=f"    op.execute({up!r})",
            downgrade=f"    op.execute({down!r})",
        )
        (folder / "versions" / f"{revision}.py").write_text(text)
        down_revision = revision
    for name, text in seeds.items():
        (folder / "seeds" / name).write_text(text)
    return ini


def codes(report: Report) -> set[tuple[str | None, str]]:
    return {(finding.revision, finding.code) for finding in report.findings}


LEGACY = {
    "0002.sql": "INSERT INTO users (id, mail, kind) VALUES (77, 'a@b.example', 'legacy');",
    "0002.yaml": "users:\n  - {id: 77, mail: a@b.example, kind: legacy}\n",
    "0002.py": (
        "from sqlalchemy import text\n"
        "def seed(connection):\n"
        "    insert = \"INSERT INTO users (id, mail, kind) VALUES (77, 'a@b.example', 'legacy')\"\n"
        "    connection.execute(text(insert))\n"
    ),
}
# A transaction that the file leaves open, and a byte order mark.
LEGACY["0002.sql open"] = "\ufeffBEGIN;\n" + LEGACY["0002.sql"]
LEGACY["0002.py class"] = LEGACY["0002.py"].replace(
    "def seed", "from dataclasses import dataclass\n@dataclass\nclass User:\n    id: 'int'\ndef seed"
)
# Division by zero is NULL on SQLite and MariaDB: something else fails there.
UP, DOWN = STEPS["0003"]
FAILS = {
    "postgresql": STEPS,
    "sqlite": {**STEPS, "0003": (UP.replace("id / 0", "abs(-9223372036854775807 - 1)"), DOWN)},
    "mariadb": {**STEPS, "0003": (UP.replace("id + 1000", "id"), DOWN)},
}


@pytest.mark.parametrize("file", LEGACY)
def test_a_row_of_ones_own_breaks_a_later_revision(
    file: str, dialect: str, database: str, tmp_path: Path
) -> None:
    ini = project(tmp_path, dialect, {file.split()[0]: LEGACY[file]}, FAILS[dialect])
    report = verify(ini, database=database, seed_rows=3)
    [finding] = [finding for finding in report.findings if finding.code == "MC301"]
    assert finding.revision == "0003"
    assert [dict(row.row or ())["kind"] for row in finding.rows] == ["legacy"]


def test_without_it_nothing_is_found(dialect: str, database: str, tmp_path: Path) -> None:
    report = verify(project(tmp_path, dialect, {}, FAILS[dialect]), database=database, seed_rows=3)
    assert codes(report) == set()


def test_rows_of_ones_own_alone(server_url: str, tmp_path: Path) -> None:
    ini = project(tmp_path, "postgresql", {"0002.sql": LEGACY["0002.sql"]})
    report = verify(ini, database=server_url, seed_rows=0)
    assert ("0003", "MC301") in codes(report)
    assert [result.rows_seeded for result in report.revisions] == [0, 1, 1]


@pytest.mark.parametrize("when", ["before_revision_data", "at_revision_data"])
def test_rows_as_pytest_alembic_has_them(when: str, dialect: str, database: str, tmp_path: Path) -> None:
    revision = "0002" if when == "before_revision_data" else "0001"
    row = {"__tablename__": "users", "id": 77, "mail": "a@b.example", "kind": "legacy"}
    ini = project(tmp_path, dialect, {}, FAILS[dialect])
    given: dict[str, Any] = {when: {revision: row}}
    assert ("0003", "MC301") in codes(verify(ini, database=database, seed_rows=3, **given))
    assert row["__tablename__"] == "users"  # the caller's own, as it was


GUARDED = {
    "0001": ("CREATE TABLE coupons (id INT PRIMARY KEY, code VARCHAR(40) NOT NULL)", "DROP TABLE coupons"),
    "0002": (
        "ALTER TABLE coupons ADD CONSTRAINT is_coupon CHECK (code = 'SPRING' OR md5(code) LIKE '0000%')",
        "ALTER TABLE coupons DROP CONSTRAINT is_coupon",
    ),
    "0003": ("DELETE FROM coupons", "SELECT 1"),
}


def test_factories_fill_what_nobody_could_guess(server_url: str, tmp_path: Path) -> None:
    factories = "coupons: {code: SPRING}\nnothing: {at: 1}"
    ini = project(tmp_path, "postgresql", {"tables.yaml": factories}, GUARDED)
    report = verify(ini, database=server_url, seed_rows=3, select="MC3")
    [lost] = [finding for finding in report.findings if finding.code == "MC303"]
    assert [dict(row.row or ())["code"] for row in lost.rows] == ["SPRING"] * 3
    assert [note for note in report.notes if "seeds" in note] == [
        f"{tmp_path}/seeds/tables.yaml: there is no nothing.at in any revision"
    ]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("0002.yaml", "user: {id: 1}", "0002.yaml: there is no table user at that revision"),
        ("0002.yaml", "users: {id: 1, name: x}", "0002.yaml: users has no column name"),
        ("0002.yaml", "users: {id: 1}", "0002.yaml: "),
        ("0002.sql", "INSERT INTO users VALUES (1)\n;\nnonsense", "0002.sql: "),
        ("0002.py", "def seed(connection):\n    raise KeyError('x')", "0002.py, line 2: KeyError: 'x'"),
        ("0002.py", "def seed(connection)\n", "0002.py, line 1: SyntaxError"),
        ("0002.py", "import nothing_of_this_name", "0002.py, line 1: ModuleNotFoundError"),
        ("0002.py", "import sys\ndef seed(connection):\n    sys.exit(3)", "0002.py, line 3: SystemExit: 3"),
        ("0002.py", "", "0002.py has no function seed(connection)"),
        ("0004.sql", "", "0004.sql: the history has no revision 0004"),
    ],
)
def test_what_does_not_go_in_is_said(
    file: str, text: str, message: str, dialect: str, database: str, tmp_path: Path
) -> None:
    ini = project(tmp_path, dialect, {file: text})
    with pytest.raises(UsageError) as caught:
        verify(ini, database=database, seed_rows=1)
    assert message in f"{caught.value.message}"
    assert "\n" not in caught.value.message


def test_rows_that_do_not_go_in_hide_no_finding(server_url: str, tmp_path: Path) -> None:
    steps = {**STEPS, "0002": (STEPS["0002"][0], "SELECT 1")}  # cannot be applied again
    ini = project(tmp_path, "postgresql", {"0002.yaml": "users: {id: 1, rank: 3}"}, steps)
    report = verify(ini, database=server_url, seed_rows=1)
    assert ("0002", "MC203") in codes(report)
    reasons = {skip.code: skip.reason for skip in report.skipped}
    assert "0002.yaml: users has no column rank" in reasons["MC301"]


@pytest.mark.parametrize("dialect", ["postgresql", "sqlite"])
def test_what_only_the_end_of_an_open_transaction_refuses_is_said(
    dialect: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    database = "auto" if dialect == "sqlite" else str(request.getfixturevalue("server_url"))
    child = (
        "CREATE TABLE notes (id INTEGER PRIMARY KEY,"
        " of_user INTEGER REFERENCES users (id) DEFERRABLE INITIALLY DEFERRED)"
    )
    steps = {"0001": STEPS["0001"], "0002": (child, "DROP TABLE notes"), "0003": STEPS["0002"]}
    ini = project(tmp_path, dialect, {"0003.sql": "BEGIN; INSERT INTO notes VALUES (1, 99)"}, steps)
    with pytest.raises(UsageError, match=r"(?i)0003\.sql: .*foreign key"):
        verify(ini, database=database, seed_rows=0)
