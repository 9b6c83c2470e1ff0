"""Which published histories are walked: pinned packages, where in them the revisions lie, what they need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / "environment"


@dataclass(frozen=True)
class History:
    """One package's history.

    `requirement` is the pinned package. `versions` are the folders of revisions inside it. `environment`
    is the folder of the env.py to use: a path inside the package for its own, None for the minimal one
    of the tests (where theirs needs the whole application). `sqlalchemy` is the minor version under which
    it is walked: it decides which virtual environment runs migcheck. `database` is the provider; `stamp`
    is where a history begins after a create_all, whose SQL then lies in `<name>/setup.sql`. `variables`
    are set in the environment (`--env`). `always` says that plain `make test` walks it.
    """

    name: str
    requirement: str
    versions: tuple[str, ...]
    environment: str | None = None
    sqlalchemy: str = "2.0"
    database: str = "embedded:18"
    stamp: str | None = None
    targets: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    always: bool = False

    @property
    def folder(self) -> Path:
        """Where its expected findings are, and an env.py or a setup.sql of its own."""
        return HERE / self.name

    @property
    def expected(self) -> Path:
        """The findings, each confirmed by hand: a sorted list of {code, revision, why}."""
        return self.folder / "expected.json"

    @property
    def setup(self) -> Path | None:
        """SQL for each fresh database before the first revision."""
        path = self.folder / "setup.sql"
        return path if path.exists() else None


def of_keystone() -> tuple[str, ...]:
    """Keystone keeps one folder of revisions for each release and branch."""
    top = "keystone/common/sql/migrations/versions"
    releases = ("yoga/expand", "yoga/contract", "bobcat/expand", "bobcat/contract")
    later = ("2024.1/expand", "2025.2/expand", "2026.1/expand")
    return (top, *(f"{top}/{release}" for release in releases + later))


HISTORIES = (
    History(
        "argilla-server",
        "argilla-server==2.8.0",
        ("argilla_server/alembic/versions",),
        always=True,
    ),
    History("ckan", "ckan==2.12.0", ("ckan/migration/versions",), always=True),
    History("keystone", "keystone==30.0.0", of_keystone(), always=True),
    History("manila", "manila==23.0.1", ("manila/db/migrations/alembic/versions",), always=True),
    History(
        "optuna",
        "optuna==5.0.0",
        ("optuna/storages/_rdb/alembic/versions",),
        environment="optuna/storages/_rdb/alembic",
        always=True,
    ),
    # Its second revision makes an ICU collation, which the embedded server has not been built for.
    History(
        "quetz-server",
        "quetz-server==0.10.4",
        ("quetz/migrations/versions",),
        database="local",
        always=True,
    ),
    # No finding but one: an enum made a second time, which only a deploy of that revision by itself shows.
    History("tacker", "tacker==16.0.0", ("tacker/db/migration/alembic_migrations/versions",)),
    History("sahara", "sahara==19.0.0", ("sahara/db/migration/alembic_migrations/versions",)),
    History("agentscope", "agentscope==2.0.11", ("agentscope/app/storage/_sql/_alembic/versions",)),
    History(
        "conda-store-server",
        "conda-store-server==2025.2.2",
        ("conda_store_server/_internal/alembic/versions",),
        sqlalchemy="1.4",
    ),
)
