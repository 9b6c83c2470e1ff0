"""What must hold under every supported Python, SQLAlchemy and alembic: `make test-matrix` runs these."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.core

ASYNC_ENV = """\
import asyncio

from alembic import context
from models import Base
from sqlalchemy import pool
from sqlalchemy.ext.asyncio import create_async_engine


def migrate(connection):
    context.configure(connection=connection, target_metadata=Base.metadata)
    with context.begin_transaction():
        context.run_migrations()


async def main():
    engine = create_async_engine(context.config.get_main_option("sqlalchemy.url"), poolclass=pool.NullPool)
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(main())
"""


def migcheck(*arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run the command line in `cwd`, without settings from the environment."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MIGCHECK_")}
    return subprocess.run(
        [sys.executable, "-m", "migcheck", *arguments],
        cwd=cwd,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def report(cwd: Path, *options: str) -> dict[str, Any]:
    """The JSON report of `migcheck verify` in `cwd`."""
    done = migcheck("verify", "--format", "json", *options, cwd=cwd)
    assert done.returncode in (0, 1), done.stderr
    parsed: dict[str, Any] = json.loads(done.stdout)
    assert parsed["exit_code"] == done.returncode
    return parsed


def drivers() -> list[str]:
    """The drivers installed here that this SQLAlchemy has a dialect for."""
    known = ["psycopg2", "pg8000", "asyncpg"]
    if not sqlalchemy.__version__.startswith("1."):
        known.append("psycopg")
    return [driver for driver in known if find_spec(driver)]


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A copy of the example project, whose revision 0004 leaves an index and a type behind."""
    target = tmp_path / "shop"
    shutil.copytree(ROOT / "examples" / "shop", target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def use_driver(project: Path, driver: str) -> None:
    """Name `driver` in the project's URL; for asyncpg its env.py becomes async."""
    ini = project / "alembic.ini"
    ini.write_text(ini.read_text().replace("postgresql+psycopg:", f"postgresql+{driver}:"))
    if driver == "asyncpg":
        (project / "migrations" / "env.py").write_text(ASYNC_ENV)


@pytest.mark.parametrize("driver", drivers())
def test_the_fault_of_the_example_is_found_with_every_driver(shop: Path, driver: str) -> None:
    use_driver(shop, driver)
    found = report(shop)
    assert found["exit_code"] == 1
    assert found["history"]["verified"] == 5
    assert {item["revision"]: item["status"] for item in found["revisions"]} == {
        "0001": "passed",
        "0002": "passed",
        "0003": "passed",
        "0004": "failed",
        "0005": "failed",
    }
    errors = [finding for finding in found["findings"] if finding["severity"] == "error"]
    assert {finding["revision"] for finding in errors} == {"0004", "0005"}
    left = [d for finding in errors if finding["code"] == "MC204" for d in finding["differences"]]
    assert {(d["kind"], d["object_type"], d["name"]) for d in left} == {
        ("added", "index", "public.ix_orders_placed_at"),
        ("added", "type", "public.order_status"),
    }
    (again,) = [finding for finding in errors if finding["code"] == "MC203"]
    assert again["error"]["sqlstate"] == "42710"
    (on_rows,) = [finding for finding in errors if finding["code"] == "MC301"]
    assert on_rows["error"]["sqlstate"] == "23514"
    assert [row["row"]["price"] for row in on_rows["rows"]] == ["-1.00"]


@pytest.mark.parametrize("driver", drivers())
def test_the_mended_example_is_silent(shop: Path, driver: str) -> None:
    use_driver(shop, driver)
    revision = shop / "migrations" / "versions" / "0004_order_status.py"
    revision.write_text(
        revision.read_text().replace(
            '    op.drop_column("orders", "status")\n',
            '    op.drop_index("ix_orders_placed_at", "orders")\n'
            '    op.drop_column("orders", "status")\n'
            "    order_status.drop(op.get_bind())\n",
        )
    )
    revision = shop / "migrations" / "versions" / "0005_prices_are_not_negative.py"
    revision.write_text(
        revision.read_text().replace(
            "    op.create_check_constraint(",
            "    # migcheck: ignore[MC302] a negative price was always a mistake\n"
            '    op.execute("UPDATE products SET price = 0 WHERE price < 0")\n'
            "    op.create_check_constraint(",
        )
    )
    found = report(shop)
    assert found["findings"] == []
    assert [(item["code"], item["by"]) for item in found["suppressed"]] == [("MC302", "inline")]
    assert found["exit_code"] == 0
    assert {item["status"] for item in found["revisions"]} == {"passed"}


def test_drift_between_models_and_history_is_found(shop: Path) -> None:
    use_driver(shop, drivers()[0])
    models = shop / "models.py"
    models.write_text(models.read_text() + '\nCustomer.phone = sa.Column("phone", sa.Text)\n')
    found = report(shop, "--select", "MC401")
    assert [finding["code"] for finding in found["findings"]] == ["MC401"]
    assert "phone" in json.dumps(found["findings"])


def test_the_history_of_branches_is_silent() -> None:
    found = report(ROOT / "fixtures" / "honest" / "branch_and_merge")
    assert found["findings"] == []
    assert found["history"]["verified"] == found["history"]["revisions"] > 2


@pytest.mark.parametrize(
    "arguments", [("doctor",), ("checks",), ("checks", "MC204"), ("--version",), ("--help",)]
)
def test_the_other_commands_work(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    done = migcheck(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip()
