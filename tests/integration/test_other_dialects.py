"""Databases that migcheck knows only through SQLAlchemy: PostgreSQL and MariaDB under unknown names."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from migcheck import Report, verify
from migcheck.dialects.mysql.connection import connect as connect_mysql
from migcheck.dialects.mysql.connection import query
from migcheck.dialects.names import PREFIX
from migcheck.dialects.postgresql import databases
from migcheck.errors import MigcheckError, ProviderError, UsageError
from migcheck.providers import Server, provider_for
from migcheck.providers.url import address_of
from tests.integration.other_dialects.changes import CHANGES, Change, revision_of, write_history
from tests.integration.providers.runs import begin_ready

PACKAGES = str(Path(__file__).parent / "other_dialects" / "packages")

LEAVES_A_TRIGGER = Change(
    "trigger left behind",
    "op.execute(\"CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'\")\n"
    'op.execute("CREATE OR REPLACE TRIGGER t BEFORE INSERT ON customers'
    ' FOR EACH ROW EXECUTE FUNCTION f()")',
    "",
    'op.execute("SELECT 1")',
    "",
)


@pytest.fixture(autouse=True)
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The package of the dialects is there, in this process and in those of migcheck."""
    monkeypatch.syspath_prepend(PACKAGES)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join(filter(None, (PACKAGES, os.environ.get("PYTHONPATH")))))


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    """The embedded PostgreSQL as otherdb; in the end nothing of ours may be on it."""
    address = server.address
    yield f"otherdb+psycopg2://{address.user}@/{address.database}?host={address.host}&port={address.port}"
    assert ours(server) == []


def ours(server: Server) -> list[str]:
    with databases.connect(server.address) as connection:
        names = [name for (name,) in connection.execute("SELECT datname FROM pg_database")]
    return [name for name in names if name.startswith(PREFIX) and not name.startswith(PREFIX + server.run)]


@pytest.fixture
def maria_url(mariadb: Server) -> Iterator[str]:
    """The installed MariaDB as othermaria; in the end nothing of ours may be on it."""
    address = mariadb.address
    login = address.user if address.password is None else f"{address.user}:{address.password}"
    yield f"othermaria+pymysql://{login}@/?unix_socket={address.host}"
    with connect_mysql(address) as connection:
        names = [name for (name,) in query(connection, "SHOW DATABASES")]
    assert [name for name in names if name.startswith(PREFIX)] == []


def loud(report: Report) -> list[tuple[str, str | None, str]]:
    return [(f.code, f.revision, f.message) for f in report.findings if f.severity.value != "info"]


def check_dishonest(report: Report, changes: tuple[Change, ...]) -> None:
    assert report.verified == len(changes) + 1
    assert {revision for _, revision, _ in loud(report)} == {revision_of(change) for change in changes}
    for change in changes:
        told = [
            str(finding.differences) + finding.message
            for finding in report.findings
            if finding.code == "MC204" and finding.revision == revision_of(change)
        ]
        assert any(change.says in text for text in told), f"{change.name}: {told}"


def test_an_honest_history_is_silent_and_what_is_not_seen_is_said(tmp_path: Path, url: str) -> None:
    report = verify(write_history(tmp_path, "otherdb://app@prod/shop", CHANGES), database=url)
    assert report.findings == ()
    assert report.verified == len(CHANGES) + 1
    (note,) = report.notes
    assert note.startswith("otherdb is read through SQLAlchemy's Inspector")
    assert "triggers, routines, privileges" in note
    target = report.targets[0]
    assert (target.dialect, target.provider, target.server_version[:3]) == ("otherdb", "existing", "18.")


def test_faults_are_found_at_their_revisions(tmp_path: Path, url: str) -> None:
    ini = write_history(tmp_path, "otherdb://app@prod/shop", CHANGES, honest=False)
    check_dishonest(verify(ini, database=url), CHANGES)


def test_a_trigger_left_behind_is_what_the_report_says_it_does_not_see(tmp_path: Path, url: str) -> None:
    history = write_history(tmp_path, "otherdb://prod/shop", (LEAVES_A_TRIGGER,), honest=False)
    text = (tmp_path / "versions" / "trigger_left_behind.py").read_text()
    (tmp_path / "versions" / "trigger_left_behind.py").write_text(
        text.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
    )
    report = verify(history, database=url)
    assert loud(report) == []
    assert "triggers" in report.notes[0]


def test_a_second_kind_of_server_where_schemas_are_databases(tmp_path: Path, maria_url: str) -> None:
    changes = tuple(change for change in CHANGES if change.anywhere)
    assert len(changes) >= 10
    honest = write_history(tmp_path / "honest", "othermaria://prod/shop", changes)
    report = verify(honest, database=maria_url)
    assert report.findings == ()
    assert "othermaria is read through" in report.notes[0]
    dishonest = write_history(tmp_path / "dishonest", "othermaria://prod/shop", changes, honest=False)
    check_dishonest(verify(dishonest, database=maria_url), changes)


def test_setup_is_run_and_a_stamp_holds(tmp_path: Path, url: str) -> None:
    ini = write_history(tmp_path, "otherdb://prod/shop", CHANGES[:1])
    script = tmp_path / "setup.sql"
    script.write_text("-- first; a comment\nCREATE TABLE a (t text);\nINSERT INTO a VALUES ('100 %; x');\n")
    assert verify(ini, database=url, setup=(str(script),)).findings == ()
    script.write_text("CREATE TABLE a (t text);\n\nCREATE TABLE a (t text);\n")
    with pytest.raises(UsageError, match=r"line 3: .*already exists"):
        verify(ini, database=url, setup=(str(script),))


def test_a_connection_that_env_py_leaves_open_does_not_stand_in_the_way(tmp_path: Path, url: str) -> None:
    ini = write_history(tmp_path, "otherdb://prod/shop", CHANGES[:3])
    env = tmp_path / "env.py"
    text = env.read_text().replace("pool.NullPool", "pool.QueuePool")
    env.write_text(
        text
        + "left = engine.connect()\n"
        + 'left.exec_driver_sql("LOCK TABLE alembic_version")\n'
        + "import sqlalchemy\n"
        + "sqlalchemy.left_open = left  # where nobody collects it\n"
    )
    assert loud(verify(ini, database=url, step_timeout=20.0)) == []


def test_another_dialect_is_refused(tmp_path: Path, url: str) -> None:
    ini = write_history(tmp_path, "mssql+pyodbc://app:secret@prod/shop", CHANGES[:1])
    (tmp_path / "env.py").write_text(
        "import sqlalchemy\n"
        "sqlalchemy.create_engine('postgresql+psycopg2://app:secret@127.0.0.1:1/production').connect()\n"
    )
    with pytest.raises(MigcheckError, match=r"postgresql database .*was refused"):
        verify(ini, database=url)


def test_a_driver_alone_comes_to_the_disposable_database_too(tmp_path: Path, url: str) -> None:
    ini = write_history(tmp_path, "otherdb://prod/shop", CHANGES[:1])
    env = tmp_path / "env.py"
    env.write_text(
        env.read_text()
        + "import psycopg2\n"
        + "direct = psycopg2.connect('postgresql://app:secret@127.0.0.1:1/production')\n"
        + "cursor = direct.cursor()\n"
        + "cursor.execute('SELECT current_database()')\n"
        + f"assert cursor.fetchone()[0].startswith({PREFIX!r})\n"
        + "direct.close()\n"
    )
    assert verify(ini, database=url).findings == ()


def test_an_error_of_env_py_leaves_nothing(tmp_path: Path, url: str) -> None:
    ini = write_history(tmp_path, "otherdb://prod/shop", CHANGES[:1])
    env = tmp_path / "env.py"
    env.write_text(env.read_text() + "raise RuntimeError('late')\n")
    with pytest.raises(MigcheckError, match="late"):
        verify(ini, database=url)


@pytest.mark.parametrize("how", ["terminate", "kill"])
def test_a_run_that_is_ended_leaves_nothing(tmp_path: Path, server: Server, url: str, how: str) -> None:
    """After kill -9 the next run of this machine drops what is left."""
    run = begin_ready(tmp_path, url)
    assert len(ours(server)) >= 1
    getattr(run, how)()
    run.wait()
    with provider_for(url).start() as other:
        assert [name for name in ours(server) if not name.startswith(PREFIX + other.run)] == []


def test_a_run_that_lives_is_left_alone(tmp_path: Path, server: Server, url: str) -> None:
    run = begin_ready(tmp_path, url)
    try:
        first = min(ours(server))
        with provider_for(url).start():
            pass
        assert {name[: len(PREFIX) + 9] for name in ours(server)} == {first[: len(PREFIX) + 9]}
    finally:
        run.kill()
        run.wait()
    with provider_for(url).start():
        pass


def test_a_server_that_is_not_there(url: str) -> None:
    gone = provider_for("otherdb://app:geheim@127.0.0.1:1/x")
    with pytest.raises(ProviderError, match="no connection to the otherdb server") as caught, gone.start():
        pass
    assert "geheim" not in str(caught.value) and caught.value.hint is not None
    assert not provider_for("otherdb://app@127.0.0.1:1/x").availability().available
    assert provider_for(url).availability().detail.startswith("otherdb 18.")


def test_a_login_that_may_not_create_databases(server: Server, url: str) -> None:
    with databases.connect(server.address) as connection:
        connection.execute("CREATE ROLE poor LOGIN")
    try:
        poor = provider_for(url.replace(f"{server.address.user}@", "poor@"))
        with pytest.raises(ProviderError, match="'poor' may not create databases"), poor.start():
            pass
    finally:
        with databases.connect(server.address) as connection:
            connection.execute("DROP ROLE poor")


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        ("cockroach://u:geheim@h/d", "SQLAlchemy knows no dialect for cockroach://", "Install the package"),
        ("hana://u:geheim@h/d", "SQLAlchemy knows no dialect for hana://", "pip install sqlalchemy-hana"),
        ("oracle+oracledb://u:geheim@h/d", "nothing can be verified on oracle", "--database embedded"),
        ("nodriver://u:geheim@h/d", "rarely_installed", "pip install rarely_installed"),
        ("otherdb+unknown://u:geheim@h/d", "SQLAlchemy knows no dialect for otherdb+unknown://", "Install"),
        ("otherdb://u:geheim@h:port/d", "cannot be read", "dialect+driver://"),
        ("otherdb://u:geheim@h/?dbname=d", "names its database in dbname", "otherdb+psycopg2://"),
        ("sqlite:///x.db", "no provider for sqlite://", "--database sqlite"),
    ],
)
def test_urls_that_cannot_be_used(text: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(message)) as caught:
        address_of(text)
    assert hint in (caught.value.hint or "")
    assert "geheim" not in f"{caught.value.message} {caught.value.hint}"


def test_sqlalchemy_is_imported_only_for_such_a_dialect() -> None:
    code = (
        "import sys\n"
        "from migcheck.providers import provider_for\n"
        "import migcheck.cli, migcheck.verify, migcheck.providers.existing\n"
        "provider_for('postgresql://h/d'), provider_for('mysql://h/')\n"
        "assert 'sqlalchemy' not in sys.modules\n"
        "provider_for('otherdb://h/d')\n"
        "assert 'sqlalchemy' in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
