"""What is measured, each as a whole process: from the start of Python to its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from bench import histories, plugins
from bench.field import Contender, DidNotRun, Field, Project, database, timed, url

ROWS = 5  # in each table, as by default
SHORT, SAMPLED_ABOVE = 25, 100  # revisions
SAMPLE = 20  # revisions of which the command per step is extrapolated


def upgrade_head(field: Field) -> float:
    """`alembic upgrade heads`."""
    with database(field) as (ini, _):
        return timed(field.project, "-m", "alembic", "-c", str(ini), "upgrade", "heads")[0]


def bare_walk(field: Field) -> float:
    """Every revision up, down and up in one run of env.py, with nothing looked at."""
    with database(field) as (ini, _):
        seconds, output = timed(field.project, "-m", "bench.bare_walk", str(ini))
    if int(output) != 3 * field.revisions:
        raise DidNotRun(f"the bare walk took {output.strip()} steps, not {3 * field.revisions}")
    return seconds


def command_per_step(field: Field) -> float:
    """The same steps, an alembic command each."""
    with database(field) as (ini, _):
        return timed(field.project, "-m", "bench.command_per_step", str(ini))[0]


def sampled_command_per_step(field: Field) -> float:
    """The same, extrapolated from revisions that are spread evenly over the history."""
    count = min(SAMPLE, field.revisions)
    chosen = [histories.named(number * field.revisions // count) for number in range(count)]
    with database(field) as (ini, _):
        steps, seconds = timed(field.project, "-m", "bench.command_per_step", str(ini), *chosen)[1].split()
    return float(seconds) / int(steps) * 3 * field.revisions


def verify(field: Field) -> float:
    """`migcheck verify` on the same server, without rows."""
    return _verify(field, "--database", _server(field), rows=0)


def verify_in_one_job(field: Field) -> float:
    """The same, one thing at a time."""
    return _verify(field, "--database", _server(field), "--jobs", "1", rows=0)


def verify_with_rows(field: Field) -> float:
    """The same with rows in the tables, and those that would break each revision."""
    return _verify(field, "--database", _server(field), rows=ROWS)


def verify_embedded(field: Field) -> float:
    """`migcheck verify` as users call it, the start of its own server included."""
    return _verify(field, rows=ROWS)


def _server(field: Field) -> str:
    return url(field.server.address, field.server.address.database)


def _verify(field: Field, *options: str, rows: int) -> float:
    return verify_on(field.project, histories.NEVER_OPENED, *options, rows=rows)


def verify_on(project: Project, url: str, *options: str, rows: int = 0) -> float:
    """Time one `migcheck verify` that gives each table `rows` rows, of a project whose own URL is `url`.

    DidNotRun unless it walked every revision, put rows in, and found in a generated history nothing but rows
    that the history's new constraints do not take.
    """
    report = project.scratch / "report.json"
    ini = project.configure("verify", url)
    seconds, _ = timed(
        project,
        *("-m", "migcheck", "verify", "--url", str(ini), "--format", "json", "--output", str(report)),
        *("--seed-rows", str(rows), "--fail-on", "never"),
        *options,
    )
    _require_clean(project, report, rows)
    return seconds


def _require_clean(project: Project, report: Path, rows: int) -> None:
    content = json.loads(report.read_text())
    verified = content["history"]["verified"]
    if verified != project.revisions:
        raise DidNotRun(f"migcheck verified {verified} revisions of {project.revisions}")
    found = {finding["code"] for finding in content["findings"]} - ({"MC301", "MC307"} if rows else set())
    if project.generated and found:
        raise DidNotRun(f"migcheck did not verify the history cleanly: {sorted(found)}")
    if rows and not any(revision["rows_seeded"] for revision in content["revisions"]):
        raise DidNotRun("migcheck put no rows in")


HEAD = Contender("alembic upgrade heads", upgrade_head)
WALK = Contender("bare walk, one env.py run", bare_walk)
COMMANDS = Contender("alembic command per step", command_per_step, once=True)
SAMPLED = Contender(
    COMMANDS.name, sampled_command_per_step, once=True, note=f"extrapolated from {3 * SAMPLE} steps"
)
PYTEST_ALEMBIC = Contender("pytest-alembic", plugins.pytest_alembic)
PYTEST_MRT = Contender("pytest-mrt", plugins.pytest_mrt, once=True)
VERIFY = Contender("migcheck verify, no rows", verify)
ONE_JOB = Contender("migcheck verify, one job", verify_in_one_job, note="no rows")
WITH_ROWS = Contender("migcheck verify, with rows", verify_with_rows)
EMBEDDED = Contender("migcheck verify, embedded", verify_embedded, note="with rows; starts its own server")
CONTENDERS = (HEAD, WALK, COMMANDS, PYTEST_ALEMBIC, PYTEST_MRT, VERIFY, ONE_JOB, WITH_ROWS, EMBEDDED)
"""In the order of tables. A long history has not all of them: see `contenders`."""


def _chosen(project: Project, contender: Contender, all_commands: bool, longest_mrt: int) -> Contender | None:
    if contender is COMMANDS:
        # A published history names its revisions as it likes, and may have steps that no command can take.
        if not project.generated:
            return None
        return COMMANDS if all_commands or project.revisions <= SAMPLED_ABOVE else SAMPLED
    if contender is PYTEST_MRT:
        # One try on each kind says whether it gets through; its curve is that of the simple ones.
        longest = longest_mrt if project.name == "simple" else min(longest_mrt, SHORT)
        return contender if project.generated and project.revisions <= longest else None
    return contender


def _named(contender: Contender, only: Sequence[str] | None) -> bool:
    return not only or any(text in contender.name for text in only)


def contenders(
    project: Project, only: Sequence[str] | None = None, all_commands: bool = False, longest_mrt: int = 0
) -> list[Contender]:
    """Those to measure on `project`: with one of `only` in their names; the command per step sampled above
    SAMPLED_ABOVE revisions unless `all_commands`; pytest-mrt up to `longest_mrt` revisions.
    """
    chosen = (_chosen(project, contender, all_commands, longest_mrt) for contender in CONTENDERS)
    return [contender for contender in chosen if contender and _named(contender, only)]
