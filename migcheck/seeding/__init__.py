"""Rows that go into tables: valid ones for every table, and those that break a migration.

Pure functions of `migcheck.model.tables` as far as can be; what must be asked of a server is asked through a
`Sink`, which each dialect gives.
"""

from migcheck.seeding.refused import Refused, Unsolvable
from migcheck.seeding.rows import RowMaker
from migcheck.seeding.seeder import Seeded, seed
from migcheck.seeding.sink import Sink

__all__ = ["Refused", "RowMaker", "Seeded", "Sink", "Unsolvable", "seed"]
