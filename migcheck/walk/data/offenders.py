"""Ordinary rows that break what is coming: taken out, so that it is clear what breaks a step."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.dialects.data import Data
from migcheck.model.tables import Tables
from migcheck.seeding import Refused
from migcheck.seeding.hostile import Hostile


def remove_offenders(data: Data, tables: Tables, rows: Iterable[Hostile]) -> bool:
    """Delete the rows that break a constraint of which there is a hostile row; whether there were any."""
    found = False
    for row in rows:
        table = tables.get(row.table)
        if table is None or row.constraint is None:
            continue
        try:
            if data.violators(table, row.constraint, 1):
                found = True
                data.remove(table, row.constraint)
        except Refused:
            continue  # of a column that is still to come, say
    return found
