"""How a project is to be run, as plain data that another process can use."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ProjectSpec:
    """Where a project is and how it is to be run.

    `config` is an alembic.ini or a pyproject.toml (absolute), `section` Alembic's `-n`, `x` its `-x`,
    `env` variables to set, `url_env` names of variables that hold the database's URL. `several` says that
    env.py migrates several databases, each with a version table of its own of the same name.
    """

    config: str
    section: str = "alembic"
    x: tuple[str, ...] = ()
    env: tuple[tuple[str, str], ...] = ()
    url_env: tuple[str, ...] = ()
    several: bool = False
