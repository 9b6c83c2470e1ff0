"""Rows that go into tables: valid ones for every table, and those that break a migration.

Pure functions of `migcheck.model.tables` as far as can be; what must be asked of a server is asked through a
`Sink`, which each dialect gives.
"""

from migcheck.seeding.refused import Refused

__all__ = ["Refused"]
