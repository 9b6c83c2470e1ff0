"""What a walk does with a history as a whole: where it begins, where it ends, how it goes round a fault."""

from __future__ import annotations

import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

from migcheck import Report, verify
from migcheck.dialects.postgresql import databases
from migcheck.errors import MigcheckError, ProjectError, UsageError
from migcheck.providers import Server
from tests.settings.repositories import git

pytestmark = pytest.mark.slow

ENVIRONMENT = Path(__file__).parents[2] / "fixtures" / "environment"
Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a history and returns its alembic.ini.

    A revision is (id, down_revision, body of upgrade, body of downgrade); ids with `+` join parents.
    """

    def make(*revisions: tuple[str, str | None, str, str], head: str = "") -> Path:
        versions = tmp_path / "versions"
        versions.mkdir(exist_ok=True)
        for revision, parents, up, down in revisions:
            down_revision = tuple(parents.split("+")) if parents and "+" in parents else parents
            text = f"from alembic import op\nimport sqlalchemy as sa\n{textwrap.dedent(head)}\n"
            text += f"revision = {revision!r}\ndown_revision = {down_revision!r}\n\n\n"
            for name, body in (("upgrade", up), ("downgrade", down)):
                text += f"def {name}():\n{textwrap.indent(textwrap.dedent(body).strip(), '    ')}\n\n\n"
            (versions / f"{revision}.py").write_text(text)
        ini = tmp_path / "alembic.ini"
        ini.write_text(
            f"[alembic]\nscript_location = {ENVIRONMENT}\nversion_locations = {versions}\n"
            "sqlalchemy.url = postgresql://nobody@database.invalid/production\n"
        )
        return ini

    return make


def table(name: str) -> tuple[str, str]:
    """Bodies that make and drop a table."""
    return f'op.create_table("{name}", sa.Column("id", sa.Integer))', f'op.drop_table("{name}")'


def found(report: Report) -> list[tuple[str, str | None]]:
    """(code, revision) of every finding, in the report's order."""
    return [(finding.code, finding.revision) for finding in report.findings]


def status(report: Report) -> dict[str, str]:
    """The status of each revision."""
    return {result.info.revision: result.status for result in report.revisions}


def test_a_history_that_begins_after_a_baseline(write: Write, tmp_path: Path, server_url: str) -> None:
    ini = write(
        ("a", None, 'op.execute("CREATE TABLE no_such.thing ()")', "pass"),
        ("b", "a", 'op.add_column("users", sa.Column("name", sa.Text))', 'op.drop_column("users", "name")'),
        ("c", "b", 'op.execute("GRANT SELECT ON users TO baseline_reader")',
         'op.execute("REVOKE SELECT ON users FROM baseline_reader")'),
    )  # fmt: skip
    setup = tmp_path / "baseline.sql"
    setup.write_text(
        "\\restrict xyz\n-- as pg_dump writes it\nSELECT pg_catalog.set_config('search_path', '', false);\n"
        "CREATE ROLE baseline_reader; CREATE TABLE public.users (id integer);\n\\unrestrict xyz\n"
    )
    report = verify(ini, database=server_url, setup=str(setup), stamp="a")
    assert found(report) == []
    assert status(report) == {"b": "passed", "c": "passed"}


def test_roles_of_setup_and_revisions_are_gone_afterwards(
    write: Write, server: Server, server_url: str
) -> None:
    before = databases.roles(server.address)
    ini = write(
        ("a", None, 'op.execute("CREATE ROLE walked_writer")', 'op.execute("DROP ROLE walked_writer")'),
        ("b", "a", *table("t")),
        ("c", "b", 'op.execute("GRANT INSERT ON t TO walked_writer")', "pass"),
    )
    report = verify(ini, database=server_url)
    assert ("MC204", "c") in found(report)
    assert {revision for _, revision in found(report)} == {"c"}
    assert databases.roles(server.address) == before
    assert databases.names(server.address, server.run) == []


@pytest.mark.parametrize(
    ("revisions", "walked"), [("a:c", "bc"), (":b", "ab"), ("c:", "d"), ("base:head", "abcd"), ("b:c", "c")]
)
def test_a_part_of_the_history(write: Write, server_url: str, revisions: str, walked: str) -> None:
    ini = write(
        ("a", None, *table("one")),
        ("b", "a", *table("two")),
        ("c", "b", *table("three")),
        ("d", "c", *table("four")),
    )
    report = verify(ini, database=server_url, revisions=revisions, seed_rows=1)
    assert (status(report), found(report)) == (dict.fromkeys(walked, "passed"), [])
    # The tables that are there before the part begins have rows too.
    assert [result.rows_seeded for result in report.revisions] == ["abcd".index(name) for name in walked]
    skipped = {skip.code: skip.reason for skip in report.skipped}
    assert ("only a part" in skipped.get("MC208", "")) is (walked[-1] != "d")


def test_what_has_changed_since_a_commit(write: Write, server_url: str) -> None:
    ini = write(
        ("a", None, *table("one")),
        ("b", "a", *table("two")),
        ("c", "a", *table("three")),
        ("d", "c", *table("four")),
    )
    folder = Path(ini).parent
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "all")
    nothing = verify(ini, database=server_url, since="HEAD", ignore="MC101")
    assert (status(nothing), nothing.exit_code) == ({}, 0)
    assert nothing.notes == ("no revision has changed (--since HEAD)",)
    changed = folder / "versions" / "c.py"
    changed.write_text(changed.read_text() + "\n# changed\n")
    report = verify(ini, database=server_url, since="HEAD", seed_rows=1)
    assert status(report) == {"c": "passed", "d": "passed"}
    assert found(report) == [("MC101", None)]  # a branch that makes a second head must be told
    last = verify(ini, database=server_url, last=1, ignore="MC101")
    assert len(status(last)) == 1 and found(last) == []


def test_branches_that_exclude_each_other_get_a_database_each(write: Write, server_url: str) -> None:
    ini = write(("a", None, *table("shared")), ("b", None, *table("shared")), ("c", "b", *table("more")))
    together = verify(ini, database=server_url)
    assert "MC201" in dict(found(together))
    apart = verify(ini, database=server_url, target=("a", "c"), ignore="MC101")
    assert found(apart) == []
    assert status(apart) == {"a": "passed", "b": "passed", "c": "passed"}


def test_what_stands_on_a_failing_upgrade_is_skipped_and_other_branches_go_on(
    write: Write, server_url: str
) -> None:
    broken = 'op.execute("SELECT 1/0")'
    ini = write(
        ("a", None, *table("t")), ("b", "a", broken, "pass"), ("c", "b", *table("u")),
        ("d", "a", *table("v")), ("e", "d", *table("w")), ("f", "c+e", "pass", "pass"),
    )  # fmt: skip
    report = verify(ini, database=server_url)
    assert found(report) == [("MC201", "b")]
    assert status(report) == {
        "a": "passed", "b": "failed", "c": "skipped", "d": "passed", "e": "passed", "f": "skipped"
    }  # fmt: skip


def test_a_revision_that_works_only_with_its_neighbour_is_walked_round(write: Write, server_url: str) -> None:
    # A deferred constraint that the first revision breaks and the second mends, in one transaction.
    make = """
        op.execute("CREATE TABLE p (id integer PRIMARY KEY)")
        op.execute("CREATE TABLE k (p integer REFERENCES p DEFERRABLE INITIALLY DEFERRED)")
    """
    ini = write(
        ("a", None, make, 'op.execute("DROP TABLE k, p")'),
        ("b", "a", 'op.execute("INSERT INTO k VALUES (1)")', 'op.execute("DELETE FROM k")'),
        ("c", "b", 'op.execute("INSERT INTO p VALUES (1)")', 'op.execute("DELETE FROM p")'),
        ("d", "c", *table("after")),
    )
    report = verify(ini, database=server_url)
    assert [(code, revision) for code, revision in found(report) if code == "MC201"] == [("MC201", "b")]
    assert "in one run with its neighbours it works" in report.findings[0].message
    assert status(report) == {"a": "passed", "b": "failed", "c": "skipped", "d": "passed"}


def test_a_revision_that_fails_only_behind_others_in_one_process(write: Write, server_url: str) -> None:
    # A list in a module that all revisions import makes the third fail where the first ran before it.
    head = "import sys; ran = sys.__dict__.setdefault('_ran_here', [])"
    up = (
        'ran.append("{0}"); assert ran.count("a") + ran.count("c") < 2\n'
        'op.create_table("{0}", sa.Column("id", sa.Integer))'
    )
    ini = write(
        ("a", None, up.format("a"), 'op.drop_table("a")'),
        ("b", "a", up.format("b"), 'op.drop_table("b")'),
        ("c", "b", up.format("c"), 'op.drop_table("c")'),
        head=head,
    )
    report = verify(ini, database=server_url)
    assert [(code, revision) for code, revision in found(report) if code != "MC214"] == [("MC208", "c")]


def test_a_step_that_hangs_is_ended_and_said(write: Write, server_url: str) -> None:
    ini = write(
        ("a", None, *table("t")),
        ("b", "a", *table("u")),
        ("c", "b", "pass", 'op.execute("SELECT pg_sleep(60)")'),
        ("d", "c", *table("v")),
    )
    report = verify(ini, database=server_url, step_timeout=8)
    assert found(report) == [("MC202", "c")]
    assert report.findings[0].error is not None and report.findings[0].error.type == "StepTimeout"
    assert status(report) == {"a": "passed", "b": "passed", "c": "failed", "d": "passed"}


def test_two_sessions_that_wait_for_each_other_are_told_apart_from_a_slow_step(
    write: Write, server_url: str
) -> None:
    deadlock = """
        op.execute("LOCK TABLE t IN ACCESS EXCLUSIVE MODE")
        other = sa.create_engine(op.get_bind().engine.url)
        with other.begin() as second:
            second.execute(sa.text("SELECT * FROM t"))
    """
    ini = write(("a", None, *table("t")), ("b", "a", deadlock, "pass"))
    report = verify(ini, database=server_url, step_timeout=120)
    assert found(report) == [("MC201", "b")]
    assert "waits for a lock that another session of its own holds" in str(report.findings[0].error)
    assert report.seconds < 60


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("import os; os._exit(3)", "ended in upgrade of revision a"),
        ("import os, signal; os.kill(os.getpid(), 11)", "ended in"),
    ],
)
def test_a_process_that_dies_is_not_a_verdict(write: Write, server_url: str, body: str, says: str) -> None:
    with pytest.raises(ProjectError, match=says):
        verify(write(("a", None, body, "pass")), database=server_url)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("victim", [3, 25])
def test_what_a_process_was_to_do_that_died_once_is_done_again(
    write: Write, tmp_path: Path, server_url: str, victim: int, jobs: int
) -> None:
    die = f"""
        import os, pathlib, signal
        if not pathlib.Path({str(tmp_path / "died")!r}).exists():
            pathlib.Path({str(tmp_path / "died")!r}).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        """
    revisions = []
    for number in range(30):
        down = f'op.drop_table("t{number}")\n' + (textwrap.dedent(die) if number == victim else "")
        parent = f"r{number - 1:02}" if number else None
        revisions.append((f"r{number:02}", parent, table(f"t{number}")[0], down))
    report = verify(write(*revisions), database=server_url, jobs=jobs)
    assert (found(report), report.verified) == ([], 30)
    (note,) = report.notes
    assert f"ended in downgrade of revision r{victim:02}" in note and note.endswith("was done again")


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_walk_with_rows_whose_process_died_once_is_done_again(
    write: Write, tmp_path: Path, server_url: str, jobs: int
) -> None:
    die = f"""
        import os, pathlib, signal
        mark = pathlib.Path({str(tmp_path / "died")!r})
        if op.get_bind().exec_driver_sql("SELECT count(*) FROM t2").scalar() and not mark.exists():
            mark.touch()
            os.kill(os.getpid(), signal.SIGKILL)
        """
    revisions = []
    for number in range(6):
        up, down = table(f"t{number}")
        parent = f"r{number - 1}" if number else None
        revisions.append(
            (f"r{number}", parent, up + ("\n" + textwrap.dedent(die) if number == 4 else ""), down)
        )
    report = verify(write(*revisions), database=server_url, jobs=jobs, seed_rows=3)
    assert (found(report), report.verified) == ([], 6)
    assert all(result.rows_seeded for result in report.revisions[1:])
    (note,) = report.notes
    assert "ended in upgrade of revision r4" in note and note.endswith("the walk with rows was done again")


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"target": "nowhere"}, "--target nowhere"),
        ({"stamp": "nowhere"}, "--stamp nowhere"),
        ({"revisions": "nowhere:"}, "no revision nowhere"),
        ({"stamp": "a"}, "nothing to verify"),
    ],
)
def test_revisions_that_are_not_there_are_wrong_usage(
    write: Write, server_url: str, settings: dict[str, str], says: str
) -> None:
    with pytest.raises(UsageError, match=says) as raised:
        verify(write(("a", None, *table("t"))), database=server_url, **settings)
    assert raised.value.exit_code == 2


def test_setup_that_fails_names_its_file_and_line(write: Write, tmp_path: Path, server_url: str) -> None:
    setup = tmp_path / "baseline.sql"
    setup.write_text("CREATE TABLE fine ();\n\nCREATE TABEL wrong ();\n")
    with pytest.raises(MigcheckError, match=r"baseline.sql, line 3: syntax error"):
        verify(write(("a", None, *table("t"))), database=server_url, setup=str(setup))


def test_a_folder_named_alembic_in_the_working_directory_is_no_library(
    write: Write, tmp_path: Path, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ini = write(("a", None, *table("t")))
    (tmp_path / "alembic").mkdir()
    (tmp_path / "alembic" / "__init__.py").write_text("raise RuntimeError('not this one')")
    monkeypatch.chdir(tmp_path)
    assert found(verify(ini, database=server_url)) == []


def test_what_goes_round_sqlalchemy_is_found_where_it_happened(write: Write, server_url: str) -> None:
    """All that the recorder sees of these revisions is plain DDL, after which a brief look is taken."""

    def raw(sql: str) -> str:
        return f'op.get_bind().connection.cursor().execute("{sql}")'

    def column(name: str) -> tuple[str, str]:
        return f'op.add_column("t", sa.Column("{name}", sa.Text))', f'op.drop_column("t", "{name}")'

    b, c, d = column("b"), column("c"), column("d")
    ini = write(
        ("a", None, *table("t")),
        ("b", "a", f"{b[0]}; {raw('CREATE CAST (text AS point) WITH INOUT')}",
         f"{b[1]}; {raw('DROP CAST (text AS point)')}"),
        ("c", "b", f"{c[0]}; {raw('CREATE CAST (text AS line) WITH INOUT')}", c[1]),
        ("d", "c", *d),
    )  # fmt: skip
    report = verify(ini, database=server_url)
    assert found(report) == [("MC203", "c"), ("MC204", "c")]
    assert "cast (text AS line)" in report.findings[1].message
    assert status(report) == {"a": "passed", "b": "passed", "c": "failed", "d": "passed"}


def test_the_way_down_is_put_down_to_the_right_revision_where_nobody_looked(
    write: Write, server_url: str
) -> None:
    # Only after all revisions above it, and round SQLAlchemy: its statements are those of its walk.
    sneaky = """
        op.drop_table("t2")
        cursor = op.get_bind().connection.cursor()
        cursor.execute("SELECT count(*) FROM t0")
        if cursor.fetchone()[0]:
            cursor.execute("CREATE TABLE left_behind ()")
        """
    revisions = [(f"r{n}", f"r{n - 1}" if n else None, *table(f"t{n}")) for n in range(6)]
    revisions[2] = ("r2", "r1", table("t2")[0], sneaky)
    revisions[5] = ("r5", "r4", table("t5")[0] + '; op.execute("INSERT INTO t0 VALUES (1)")', table("t5")[1])
    report = verify(write(*revisions), database=server_url, seed_rows=0)
    assert found(report) == [("MC207", "r2")]
    assert "left_behind" in str(report.findings[0])


def test_a_state_that_cannot_be_made_spoils_no_other(write: Write, server_url: str) -> None:
    """The walk of the second half needs a state beyond a revision that fails: it is given up."""
    revisions = [(f"r{n:02}", f"r{n - 1:02}" if n else None, "pass", "pass") for n in range(40)]
    revisions[0] = ("r00", None, table("t")[0], 'raise ValueError("no way back")')
    revisions[9] = ("r09", "r08", 'raise ValueError("no way on")', "pass")
    report = verify(write(*revisions), database=server_url)
    assert found(report) == [("MC202", "r00"), ("MC201", "r09")]
    assert [revision for revision, how in status(report).items() if how == "passed"] == [
        f"r{n:02}" for n in range(1, 9)
    ]


def test_heads_of_labelled_branches_are_told_apart_for_each_target(write: Write, server_url: str) -> None:
    ini = write(("a1", None, *table("a")), ("b1", None, *table("b")))
    for revision in ("a1", "b1"):
        path = ini.parent / "versions" / f"{revision}.py"
        path.write_text(f"{path.read_text()}\nbranch_labels = ({revision[0] * 3!r},)\n")
    for target in ("aaa@head", ("aaa@head", "bbb@head"), None):
        report = verify(ini, database=server_url, **({} if target is None else {"target": target}))
        assert found(report) == []


def test_an_env_py_that_never_commits(write: Write, server_url: str) -> None:
    ini = write(("a", None, *table("t")), ("b", "a", *table("u")))
    env_py = (ENVIRONMENT / "env.py").read_text()
    assert "with context.begin_transaction():" in env_py
    folder = ini.parent / "own"
    folder.mkdir()
    (folder / "env.py").write_text(env_py.replace("with context.begin_transaction():", "if True:"))
    ini.write_text(ini.read_text().replace(str(ENVIRONMENT), str(folder)))
    (finding,) = verify(ini, database=server_url).findings
    assert (finding.code, finding.revision) == ("MC208", None)
    assert "env.py ends without a commit" in finding.message


@pytest.mark.parametrize("caught", [False, True])
def test_a_revision_that_opens_another_database(write: Write, server_url: str, caught: bool) -> None:
    opening = 'sa.create_engine("sqlite:////tmp/elsewhere.db").connect()'
    if caught:
        opening = f"try:\n    {opening}\nexcept Exception:\n    pass"
    ini = write(("a", None, *table("t")), ("b", "a", opening, "pass"))
    report = verify(ini, database=server_url)
    assert found(report) == [("MC201", "b")]
    assert "/tmp/elsewhere.db" in report.findings[0].message
    assert status(report)["a"] == "passed"


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("PREPARE p1 AS SELECT 1", "prepared statement p1"),
        ("DECLARE c1 CURSOR WITH HOLD FOR SELECT 1", "cursor c1"),
        ("LISTEN changes", "channel changes"),
    ],
)
def test_what_a_step_leaves_in_its_session(write: Write, server_url: str, statement: str, what: str) -> None:
    ini = write(
        ("a", None, f'op.execute("{statement}")', 'op.execute("DISCARD ALL")'), ("b", "a", *table("t"))
    )
    said = [
        finding.message for finding in verify(ini, database=server_url).findings if finding.code == "MC211"
    ]
    assert said and all(what in message for message in said)


def test_a_full_disk_says_nothing_of_the_migration(write: Write, server_url: str) -> None:
    full = "DO $$ BEGIN RAISE EXCEPTION USING ERRCODE = '53100', MESSAGE = 'No space left on device'; END $$"
    ini = write(("a", None, *table("t")), ("b", "a", f'op.execute("{full}")', "pass"))
    with pytest.raises(MigcheckError, match="disk is full in upgrade of b: No space left") as caught:
        verify(ini, database=server_url)
    assert caught.value.exit_code == 3
    assert "TMPDIR" in str(caught.value.hint)
