"""Which published histories are walked: pinned packages, where in them the revisions lie, what they need."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / "environment"


@dataclass(frozen=True)
class Database:
    """What a history is walked on: a value for `--database`, and a URL as the project's own settings have it.

    Nothing answers at `url`: migcheck has to put its own database in that one's place.
    """

    name: str
    spec: str
    dialect: str
    url: str


def _of_postgresql(name: str, spec: str) -> Database:
    return Database(name, spec, "postgresql", "postgresql+psycopg2://nobody@nowhere.invalid/production")


def _of_mariadb(name: str, spec: str) -> Database:
    return Database(name, spec, "mariadb", "mysql+pymysql://nobody@nowhere.invalid/production")


EMBEDDED = _of_postgresql("embedded", "embedded:18")
INSTALLED = _of_postgresql("installed", "local")
POSTGRESQL_CONTAINER = _of_postgresql("postgresql-container", "docker:postgres:15")
MARIADB = _of_mariadb("mariadb", "local")
MARIADB_CONTAINER = _of_mariadb("mariadb-container", "docker:mariadb:10.11")
SQLITE = Database("sqlite", "sqlite", "sqlite", "sqlite:////nowhere/production.db")
EVERYWHERE = (EMBEDDED, POSTGRESQL_CONTAINER, MARIADB, MARIADB_CONTAINER, SQLITE)


@dataclass(frozen=True)
class History:
    """One package's history.

    `requirement` is the pinned package. `versions` are the folders of revisions inside it. `environment`
    is the folder of the env.py to use: a path inside the package for its own, None for the minimal one
    of the tests (where theirs needs the whole application). `sqlalchemy` is the minor version under which
    it is walked: it decides which virtual environment runs migcheck. Plain `make test` walks it on the
    databases in `always`, and on those in `on_request` too where MIGCHECK_TEST_REAL asks for it.
    """

    name: str
    requirement: str
    versions: tuple[str, ...]
    environment: str | None = None
    sqlalchemy: str = "2.0"
    always: tuple[Database, ...] = ()
    on_request: tuple[Database, ...] = ()

    @property
    def folder(self) -> Path:
        """Where its expected findings are, and an env.py of its own."""
        return HERE / self.name

    def expected(self, dialect: str) -> Path:
        """The findings, each confirmed by hand: a sorted list of {code, revision, why}."""
        return self.folder / f"expected-{dialect}.json"


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
        always=(EMBEDDED, SQLITE),
    ),
    History(
        "aim",
        "aim==3.29.1",
        ("aim/storage/migrations/versions",),
        on_request=(SQLITE,),
    ),
    History(
        "blazar",
        "blazar==18.0.0",
        ("blazar/db/migration/alembic_migrations/versions",),
        on_request=(MARIADB,),
    ),
    History("ckan", "ckan==2.12.0", ("ckan/migration/versions",), always=(EMBEDDED,)),
    History(
        "freezer-api",
        "freezer-api==19.0.0",
        ("freezer_api/db/sqlalchemy/migrations/versions",),
        always=(MARIADB, SQLITE),
    ),
    # No finding but a first revision without a way back.
    History(
        "heat",
        "openstack-heat==27.0.1",
        ("heat/db/migrations/versions",),
        on_request=(MARIADB, SQLITE),
    ),
    History("keystone", "keystone==30.0.0", of_keystone(), always=EVERYWHERE),
    History(
        "manila",
        "manila==23.0.1",
        ("manila/db/migrations/alembic/versions",),
        on_request=(EMBEDDED, MARIADB),
    ),
    History(
        "monasca-api",
        "monasca-api==11.0.0",
        ("monasca_api/db/alembic/versions",),
        on_request=(MARIADB,),
    ),
    History(
        "optuna",
        "optuna==5.0.0",
        ("optuna/storages/_rdb/alembic/versions",),
        environment="optuna/storages/_rdb/alembic",
        always=EVERYWHERE,
    ),
    # Its second revision makes an ICU collation, which the embedded server has not been built for.
    History(
        "quetz-server",
        "quetz-server==0.10.4",
        ("quetz/migrations/versions",),
        always=(INSTALLED, SQLITE),
    ),
    # No finding but one: an enum made a second time, which only a deploy of that revision by itself shows.
    History(
        "tacker",
        "tacker==16.0.0",
        ("tacker/db/migration/alembic_migrations/versions",),
        on_request=(EMBEDDED, MARIADB),
    ),
    History(
        "sahara",
        "sahara==19.0.0",
        ("sahara/db/migration/alembic_migrations/versions",),
        on_request=(EMBEDDED, MARIADB),
    ),
    History(
        "agentscope",
        "agentscope==2.0.11",
        ("agentscope/app/storage/_sql/_alembic/versions",),
        on_request=(EMBEDDED, SQLITE),
    ),
    History(
        "conda-store-server",
        "conda-store-server==2025.2.2",
        ("conda_store_server/_internal/alembic/versions",),
        sqlalchemy="1.4",
        on_request=(EMBEDDED, SQLITE),
    ),
)
