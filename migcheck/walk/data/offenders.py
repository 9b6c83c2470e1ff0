"""Ordinary rows that break what is coming: taken out, so that it is clear what breaks a step."""

from __future__ import annotations

from collections.abc import Iterable

from migcheck.dialects.data import Data
from migcheck.model.tables import Fits, Tables
from migcheck.seeding import Refused
from migcheck.seeding.hostile import Hostile


def remove_offenders(data: Data, tables: Tables, rows: Iterable[Hostile], *, misfits: bool = True) -> bool:
    """Delete the rows that break a constraint of which there is a hostile row; whether there were any.

    With `misfits` also those that do not fit into a new type.
    """
    found = False
    for row in rows:
        table = tables.get(row.table)
        if table is None or row.constraint is None or (isinstance(row.constraint, Fits) and not misfits):
            continue
        try:
            if data.violators(table, row.constraint, 1):
                found = True
                data.remove(table, row.constraint)
        except Refused:
            continue  # of a column that is still to come, say
    return found
