"""Exceptions: migcheck could not verify. (What a migration does wrong is a finding, never an exception.)"""

from __future__ import annotations


class MigcheckError(Exception):
    """Root of all errors of migcheck's own.

    `message` says what failed and where, `hint` what to do next, `details` holds longer text such as
    a trimmed traceback or the last lines of a server's log. `exit_code` is 2 for wrong usage or
    configuration and 3 for "could not verify". Instances survive pickling.
    """

    exit_code = 3

    def __init__(self, message: str, hint: str | None = None, details: str | None = None) -> None:
        super().__init__(message, hint, details)
        self.message = message
        self.hint = hint
        self.details = details

    def __str__(self) -> str:
        return self.message


class UsageError(MigcheckError):
    """A flag, a setting or a file that migcheck was pointed to is wrong."""

    exit_code = 2


class ProjectError(MigcheckError):
    """The Alembic project cannot be run: env.py fails, hangs or never migrates."""


class GuardError(ProjectError):
    """env.py tried to open something that is not the disposable database and cannot be redirected.

    `dialect` is SQLAlchemy's name for the kind of database that was asked for, where that is known.
    """

    dialect = ""


class ProviderError(MigcheckError):
    """No database server could be had from the provider."""


class DatabaseError(MigcheckError):
    """The server that was there went away, refused us, or ran out of something."""


class PluginError(MigcheckError):
    """A check or a provider that is not migcheck's own cannot be loaded, or is broken."""


class WalkError(MigcheckError):
    """The walk itself broke off: a worker died, or an answer made no sense."""
